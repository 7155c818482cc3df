"""Time expressions and lengths of time, at fixed publication times.

Unless a case says otherwise articles are published on Tuesday, 25 March 2025.
"""

from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from streams.enrich.dates import Dates, lowered
from streams.enrich.tables import builtin, load
from streams.errors import KnowledgeError

TABLES = builtin()
DATES = {code: Dates(table, code) for code, table in TABLES.items()}
TUESDAY = datetime.fromisoformat("2025-03-25T10:00:00+07:00")


def times(language, text, direction="past", published=TUESDAY, previous=None):
    """(words, start, end, precision) of each time found; None for those without a date."""
    found = []
    for expression in DATES[language].find(text, lowered(text), 0, len(text)):
        assert text[expression.start : expression.end] == expression.text
        time = expression.resolve(published, direction, previous)
        found.append((expression.text, time and (time.start, time.end, time.precision)))
    return found


def days(language, text, direction="past", published=TUESDAY, previous=None):
    """The dates of the day expressions in a text, as month-day of 2025 or in full."""
    return [
        time[0].removeprefix("2025-")
        for _, time in times(language, text, direction, published, previous)
        if time and time[2] == "day"
    ]


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("Pernyataan itu dibuat pada Senin (24/3).", "past", ["03-24"]),
        ("pada Rabu (18/6/2025)", "future", ["06-18"]),
        ("pada Rabu, 18 Juni 2025", "future", ["06-18"]),
        ("pada Senin (24/3) malam", "past", ["03-24"]),
        ("pada Senin malam (24/3)", "past", ["03-24"]),
        ("Ahad (20 April)", "future", ["04-20"]),
        ("Selasa (24/3)", "past", ["03-24"]),  # the number wins over a wrong weekday
        ("pada Senin", "past", ["03-24"]),
        ("pada Selasa", "past", ["03-25"]),
        ("akan dirilis pada Selasa", "future", ["03-25"]),
        ("akan bertemu pada Senin", "future", ["03-31"]),
        ("pada Kamis pagi", "past", ["03-20"]),
        ("Minggu dini hari", "past", ["03-23"]),
        ("Jumat ini", "future", ["03-28"]),
        ("Selasa lalu", "past", ["03-18"]),
        ("Selasa depan", "future", ["04-01"]),
        ("Kamis mendatang", "future", ["03-27"]),
        ("Senin pekan depan", "future", ["03-31"]),
        ("Selasa pekan depan", "future", ["04-01"]),
        ("Rabu pekan lalu", "past", ["03-19"]),
        ("Rabu minggu depan", "future", ["04-02"]),
        ("18 Februari", "past", ["02-18"]),
        ("28 September lalu", "past", ["2024-09-28"]),
        ("10 Oktober tahun lalu", "past", ["2024-10-10"]),
        ("pada 2 Mei", "future", ["05-02"]),
        ("pada 24 Maret 2023", "past", ["2023-03-24"]),
        ("5 Januari tahun depan", "future", ["2026-01-05"]),
        ("pada 20 Desember", "past", ["2024-12-20"]),
        ("tanggal 20 bulan ini", "past", ["03-20"]),
        ("kemarin", "past", ["03-24"]),
        ("kemarin, Senin", "past", ["03-24"]),
        ("hari ini", "past", ["03-25"]),
        ("Selasa hari ini", "past", ["03-25", "03-25"]),
        ("besok pagi", "future", ["03-26"]),
        ("lusa", "future", ["03-27"]),
        ("tadi malam", "past", ["03-24"]),
        ("dua hari lalu", "past", ["03-23"]),
        ("tiga hari yang lalu", "past", ["03-22"]),
        ("10 hari lagi", "future", ["04-04"]),
        ("24/03/2025", "past", ["03-24"]),
        ("2025-03-24", "past", ["03-24"]),
        ("(24/3)", "past", ["03-24"]),
        ("dua jam lalu", "past", ["03-25"]),
        ("11 jam lalu", "past", ["03-24"]),
        ("31 Februari", "past", []),
        ("(45/3)", "past", []),
        ("100.000 tentara, 3/4 pasukan", "past", []),
        ("per 5 mei cukup", "past", []),  # a month is written with a capital
    ],
)
def test_indonesian_days(text, direction, expected):
    """Indonesian expressions that give a day."""
    assert days("id", text, direction) == expected


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("pekan depan", "future", ("2025-03-31", "2025-04-06", "week")),
        ("pekan lalu", "past", ("2025-03-17", "2025-03-23", "week")),
        ("dua pekan lalu", "past", ("2025-03-10", "2025-03-16", "week")),
        ("akhir pekan ini", "future", ("2025-03-29", "2025-03-30", "week")),
        ("akhir pekan lalu", "past", ("2025-03-22", "2025-03-23", "week")),
        ("pada Maret", "past", ("2025-03-01", "2025-03-31", "month")),
        ("Oktober lalu", "past", ("2024-10-01", "2024-10-31", "month")),
        ("pada Mei", "future", ("2025-05-01", "2025-05-31", "month")),
        ("pada Januari", "future", ("2026-01-01", "2026-01-31", "month")),
        ("Maret tahun lalu", "past", ("2024-03-01", "2024-03-31", "month")),
        ("Maret 2022", "past", ("2022-03-01", "2022-03-31", "month")),
        ("pertengahan Mei", "future", ("2025-05-11", "2025-05-20", "month")),
        ("awal Februari", "past", ("2025-02-01", "2025-02-10", "month")),
        ("akhir bulan ini", "future", ("2025-03-21", "2025-03-31", "month")),
        ("bulan lalu", "past", ("2025-02-01", "2025-02-28", "month")),
        ("tahun ini", "future", ("2025-01-01", "2025-12-31", "year")),
        ("akhir tahun lalu", "past", ("2024-09-01", "2024-12-31", "year")),
        ("sejak 2010", "past", ("2010-01-01", "2010-12-31", "year")),
        ("dua tahun lalu", "past", ("2023-01-01", "2023-12-31", "year")),
        ("setahun lalu", "past", ("2024-01-01", "2024-12-31", "year")),
        ("tiga bulan lalu", "past", ("2024-12-01", "2024-12-31", "month")),
    ],
)
def test_indonesian_stretches(text, direction, expected):
    """Indonesian expressions that give a week, a month or a year give its range, never a day."""
    assert [time for _, time in times("id", text, direction)] == [expected]


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("on Monday", "past", ["03-24"]),
        ("on Tuesday", "past", ["03-25"]),
        ("on Monday", "future", ["03-31"]),
        ("on Wednesday night", "past", ["03-19"]),
        ("early on Sunday", "past", ["03-23"]),
        ("last Tuesday", "past", ["03-18"]),
        ("next Tuesday", "future", ["04-01"]),
        ("next Monday", "future", ["03-31"]),
        ("this Thursday", "future", ["03-27"]),
        ("on Tuesday last week", "past", ["03-18"]),
        ("on Thursday of next week", "future", ["04-03"]),
        ("last week on Friday", "past", ["03-21"]),
        ("on March 24", "past", ["03-24"]),
        ("on March 24, 2023", "past", ["2023-03-24"]),
        ("24 March 2025", "past", ["03-24"]),
        ("the 24th of March", "past", ["03-24"]),
        ("on Monday, March 24,", "past", ["03-24"]),
        ("on Monday (March 24)", "past", ["03-24"]),
        ("Thursday, 5 June", "future", ["06-05"]),
        ("Jan. 5", "past", ["01-05"]),
        ("Sept 9 last year", "past", ["2024-09-09"]),
        ("November 30 last year", "past", ["2024-11-30"]),
        ("on December 20", "past", ["2024-12-20"]),
        ("on May 4", "future", ["05-04"]),
        ("on January 10", "future", ["2026-01-10"]),
        ("from September 24", "future", ["09-24"]),
        ("on the night of March 3", "past", ["03-03"]),
        ("today", "past", ["03-25"]),
        ("tonight", "future", ["03-25"]),
        ("this morning", "past", ["03-25"]),
        ("yesterday", "past", ["03-24"]),
        ("last night", "past", ["03-24"]),
        ("tomorrow", "future", ["03-26"]),
        ("the day after tomorrow", "future", ["03-27"]),
        ("the day before yesterday", "past", ["03-23"]),
        ("two days ago", "past", ["03-23"]),
        ("a day ago", "past", ["03-24"]),
        ("ten days from now", "future", ["04-04"]),
        ("in three days", "future", ["03-28"]),
        ("twelve hours ago", "past", ["03-24"]),
        ("2025-03-24", "past", ["03-24"]),
        ("he may march on monday's orders", "past", []),
        ("3 of them, 24 ships, $5 million, 40%", "past", []),
        ("March 45", "past", []),
        ("the second sun", "past", []),
        ("The Sun wrote that Jan Egeland sat down at Mar-a-Lago", "past", []),
    ],
)
def test_english_days(text, direction, expected):
    """English expressions that give a day."""
    assert days("en", text, direction) == expected


@pytest.mark.parametrize(
    ("text", "direction", "expected"),
    [
        ("next week", "future", ("2025-03-31", "2025-04-06", "week")),
        ("last week", "past", ("2025-03-17", "2025-03-23", "week")),
        ("two weeks ago", "past", ("2025-03-10", "2025-03-16", "week")),
        ("at the weekend", "past", ("2025-03-22", "2025-03-23", "week")),
        ("at the weekend", "future", ("2025-03-29", "2025-03-30", "week")),
        ("mid-March", "past", ("2025-03-11", "2025-03-20", "month")),
        ("in late October", "past", ("2024-10-21", "2024-10-31", "month")),
        ("early next month", "future", ("2025-04-01", "2025-04-10", "month")),
        ("in May", "future", ("2025-05-01", "2025-05-31", "month")),
        ("last November", "past", ("2024-11-01", "2024-11-30", "month")),
        ("since March 2024", "past", ("2024-03-01", "2024-03-31", "month")),
        ("March 2024", "past", ("2024-03-01", "2024-03-31", "month")),
        ("this year", "past", ("2025-01-01", "2025-12-31", "year")),
        ("later this year", "future", ("2025-01-01", "2025-12-31", "year")),
        ("in 2010", "past", ("2010-01-01", "2010-12-31", "year")),
        ("by May", "future", ("2025-05-01", "2025-05-31", "month")),
        ("late 2024", "past", ("2024-09-01", "2024-12-31", "year")),
        ("three years ago", "past", ("2022-01-01", "2022-12-31", "year")),
        ("two months ago", "past", ("2025-01-01", "2025-01-31", "month")),
    ],
)
def test_english_stretches(text, direction, expected):
    """English expressions that give a week, a month or a year give its range, never a day."""
    assert [time for _, time in times("en", text, direction)] == [expected]


@pytest.mark.parametrize(
    ("language", "text", "direction", "expected"),
    [
        ("ms", "pada Ahad (20 April)", "future", ["04-20"]),
        ("ms", "pada Khamis ini", "future", ["03-27"]),
        ("ms", "pada Isnin", "past", ["03-24"]),
        ("ms", "Jumaat lepas", "past", ["03-21"]),
        ("ms", "24 Mac 2025", "past", ["03-24"]),
        ("ms", "pada 5hb Ogos", "future", ["08-05"]),
        ("ms", "semalam", "past", ["03-24"]),
        ("es", "el lunes", "past", ["03-24"]),
        ("es", "el próximo lunes", "future", ["03-31"]),
        ("es", "este martes", "past", ["03-25"]),
        ("es", "el pasado viernes", "past", ["03-21"]),
        ("es", "el 6 de abril", "future", ["04-06"]),
        ("es", "lunes 24 de marzo de 2025", "past", ["03-24"]),
        ("es", "el 10 de octubre del año pasado", "past", ["2024-10-10"]),
        ("es", "ayer por la noche", "past", ["03-24"]),
        ("es", "hace dos días", "past", ["03-23"]),
        ("es", "el miércoles de la próxima semana", "future", ["04-02"]),
        ("fr", "jeudi à l'aube", "past", ["03-20"]),
        ("fr", "mercredi dernier", "past", ["03-19"]),
        ("fr", "mardi dernier", "past", ["03-18"]),
        ("fr", "lundi prochain", "future", ["03-31"]),
        ("fr", "le 1er octobre", "future", ["10-01"]),
        ("fr", "lundi 24 mars", "past", ["03-24"]),
        ("fr", "le 3 août dernier", "past", ["2024-08-03"]),
        ("fr", "hier soir", "past", ["03-24"]),
        ("fr", "avant-hier", "past", ["03-23"]),
        ("fr", "il y a trois jours", "past", ["03-22"]),
        ("de", "für diesen Mittwoch", "future", ["03-26"]),
        ("de", "am Freitagabend", "past", ["03-21"]),
        ("de", "am 19. April 2013", "past", ["2013-04-19"]),
        ("de", "am 3. Okt.", "past", ["2024-10-03"]),
        ("de", "am Montag, den 24. März", "past", ["03-24"]),
        ("de", "am 24.03.2025", "past", ["03-24"]),
        ("de", "in der Nacht zum Dienstag", "past", ["03-25"]),
        ("de", "am Dienstag vergangener Woche", "past", ["03-18"]),
        ("de", "am kommenden Montag", "future", ["03-31"]),
        ("de", "vor zwei Tagen", "past", ["03-23"]),
        ("de", "gestern Abend", "past", ["03-24"]),
        ("de", "am Morgen", "past", []),
        ("tr", "çarşamba günü", "past", ["03-19"]),
        ("tr", "geçen perşembeden bu yana", "past", ["03-20"]),
        ("tr", "önümüzdeki pazartesi", "future", ["03-31"]),
        ("tr", "5 Haziran'da", "future", ["06-05"]),
        ("tr", "24 Mart 2025 Pazartesi günü", "past", ["03-24"]),
        ("tr", "dün akşam", "past", ["03-24"]),
        ("tr", "iki gün önce", "past", ["03-23"]),
        ("tr", "pazarlık sürüyor", "past", []),
        ("pt", "na segunda-feira (24)", "past", ["03-24"]),
        ("pt", "na última quinta-feira (20)", "past", ["03-20"]),
        ("pt", "nesta terça-feira", "past", ["03-25"]),
        ("pt", "na próxima segunda-feira", "future", ["03-31"]),
        ("pt", "em 5 de janeiro de 2024", "past", ["2024-01-05"]),
        ("pt", "no dia 28", "future", ["03-28"]),
        ("pt", "há dois dias", "past", ["03-23"]),
        ("ru", "во вторник", "past", ["03-25"]),
        ("ru", "в среду утром", "past", ["03-19"]),
        ("ru", "в субботу, 5 апреля", "future", ["04-05"]),
        ("ru", "в ночь на 1 марта", "past", ["03-01"]),
        ("ru", "24 марта 2025 года", "past", ["03-24"]),
        ("ru", "10 октября прошлого года", "past", ["2024-10-10"]),
        ("ru", "в прошлый вторник", "past", ["03-18"]),
        ("ru", "в следующий понедельник", "future", ["03-31"]),
        ("ru", "вчера вечером", "past", ["03-24"]),
        ("ru", "два дня назад", "past", ["03-23"]),
        ("uk", "у п’ятницю", "past", ["03-21"]),
        ("uk", "в середу", "past", ["03-19"]),
        ("uk", "Учора ввечері", "past", ["03-24"]),
        ("uk", "4 лютого", "past", ["02-04"]),
        ("uk", "24 березня 2025 року", "past", ["03-24"]),
        ("uk", "10 жовтня минулого року", "past", ["2024-10-10"]),
        ("uk", "наступного понеділка", "future", ["03-31"]),
        ("ar", "مساء الاثنين", "past", ["03-24"]),
        ("ar", "فجر اليوم الثلاثاء", "past", ["03-25"]),
        ("ar", "والأربعاء", "past", ["03-19"]),
        ("ar", "أمس", "past", ["03-24"]),
        ("ar", "في 26 أكتوبر الماضي", "past", ["2024-10-26"]),
        ("ar", "24 مارس/آذار 2025", "past", ["03-24"]),
        ("ar", "٢٤ مارس", "past", ["03-24"]),
        ("ar", "قبل يومين", "past", ["03-23"]),
        ("ar", "الاثنين المقبل", "future", ["03-31"]),
        ("zh", "3月24日", "past", ["03-24"]),
        ("zh", "2024年3月24日", "past", ["2024-03-24"]),
        ("zh", "20日", "past", ["03-20"]),
        ("zh", "28日", "past", ["02-28"]),
        ("zh", "28日", "future", ["03-28"]),
        ("zh", "周一", "past", ["03-24"]),
        ("zh", "星期三", "past", ["03-19"]),
        ("zh", "下周三", "future", ["04-02"]),
        ("zh", "上周五", "past", ["03-21"]),
        ("zh", "昨天", "past", ["03-24"]),
        ("zh", "去年10月10日", "past", ["2024-10-10"]),
        ("zh", "三天前", "past", ["03-22"]),
        ("zh", "日本", "past", []),
        ("es", "en mar abierto", "past", []),
        ("fr", "en sept jours", "past", []),
        ("de", "Di Maio und Mo Farah", "past", []),
        ("ru", "ВС России", "past", []),
        ("ja", "14日", "past", ["03-14"]),
        ("ja", "来週水曜に", "future", ["04-02"]),
        ("ja", "昨年10月10日", "past", ["2024-10-10"]),
        ("ja", "きのう", "past", ["03-24"]),
        ("ja", "二日後", "future", ["03-27"]),
        ("ja", "日本の政府", "past", []),
        ("ko", "지난 20일", "past", ["03-20"]),
        ("ko", "24일 밝혔다", "past", ["03-24"]),
        ("ko", "다음 주 수요일", "future", ["04-02"]),
        ("ko", "사흘 전", "past", ["03-22"]),
        ("fa", "شامگاه دوشنبه", "past", ["03-24"]),
        ("fa", "۲۴ مارس ۲۰۲۵", "past", ["03-24"]),
        ("fa", "سه روز پیش", "past", ["03-22"]),
        ("hi", "सोमवार को", "past", ["03-24"]),
        ("hi", "24 मार्च 2025", "past", ["03-24"]),
        ("hi", "तीन दिन पहले", "past", ["03-22"]),
    ],
)
def test_days_in_other_languages(language, text, direction, expected):
    """Each language gives days by its own forms."""
    assert days(language, text, direction) == expected


@pytest.mark.parametrize(
    ("language", "text", "direction", "expected"),
    [
        ("es", "a mediados de marzo", "past", ("2025-03-11", "2025-03-20", "month")),
        ("es", "la semana pasada", "past", ("2025-03-17", "2025-03-23", "week")),
        ("es", "en 2010", "past", ("2010-01-01", "2010-12-31", "year")),
        ("fr", "mi-mars", "past", ("2025-03-11", "2025-03-20", "month")),
        ("fr", "la semaine prochaine", "future", ("2025-03-31", "2025-04-06", "week")),
        ("fr", "en octobre", "past", ("2024-10-01", "2024-10-31", "month")),
        ("de", "in der kommenden Woche", "future", ("2025-03-31", "2025-04-06", "week")),
        ("de", "Ende Oktober", "past", ("2024-10-21", "2024-10-31", "month")),
        ("de", "im Mai", "future", ("2025-05-01", "2025-05-31", "month")),
        ("tr", "geçen hafta", "past", ("2025-03-17", "2025-03-23", "week")),
        ("tr", "2010'da", "past", ("2010-01-01", "2010-12-31", "year")),
        ("pt", "na semana que vem", "future", ("2025-03-31", "2025-04-06", "week")),
        ("pt", "em meados de março", "past", ("2025-03-11", "2025-03-20", "month")),
        ("ru", "на следующей неделе", "future", ("2025-03-31", "2025-04-06", "week")),
        ("ru", "в конце октября", "past", ("2024-10-21", "2024-10-31", "month")),
        ("ru", "в 2010 году", "past", ("2010-01-01", "2010-12-31", "year")),
        ("uk", "у квітні", "future", ("2025-04-01", "2025-04-30", "month")),
        ("uk", "минулого тижня", "past", ("2025-03-17", "2025-03-23", "week")),
        ("ar", "هذا الأسبوع", "past", ("2025-03-24", "2025-03-30", "week")),
        ("ar", "نهاية أكتوبر", "past", ("2024-10-21", "2024-10-31", "month")),
        ("ar", "في عام 2010", "past", ("2010-01-01", "2010-12-31", "year")),
        ("zh", "下月", "future", ("2025-04-01", "2025-04-30", "month")),
        ("zh", "3月底", "past", ("2025-03-21", "2025-03-31", "month")),
        ("zh", "2010年", "past", ("2010-01-01", "2010-12-31", "year")),
    ],
)
def test_stretches_in_other_languages(language, text, direction, expected):
    """Vague times give ranges in every language."""
    assert [time for _, time in times(language, text, direction)] == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("id", "pada hari yang sama", "2025-03-21"),
        ("id", "sehari sebelumnya", "2025-03-20"),
        ("id", "keesokan harinya", "2025-03-22"),
        ("id", "empat hari kemudian", "2025-03-25"),
        ("en", "on the same day", "2025-03-21"),
        ("en", "the day before", "2025-03-20"),
        ("en", "a day later", "2025-03-22"),
        ("en", "four days later", "2025-03-25"),
        ("es", "al día siguiente", "2025-03-22"),
        ("fr", "la veille", "2025-03-20"),
        ("de", "am Vortag", "2025-03-20"),
        ("tr", "ertesi gün", "2025-03-22"),
        ("pt", "na véspera", "2025-03-20"),
        ("ru", "в тот же день", "2025-03-21"),
        ("uk", "наступного дня", "2025-03-22"),
        ("ar", "في اليوم نفسه", "2025-03-21"),
        ("zh", "同一天", "2025-03-21"),
        ("zh", "前一晚", "2025-03-20"),
    ],
)
def test_times_that_point_to_the_time_named_before(language, text, expected):
    """Such times count from the previous one, and without one they give nothing."""
    [found] = DATES[language].find(text, lowered(text), 0, len(text))
    assert found.relative
    assert found.same_day == (expected == "2025-03-21")
    assert found.resolve(TUESDAY, "past") is None
    time = found.resolve(TUESDAY, "past", date(2025, 3, 21))
    assert time is not None
    assert time.start == expected


def test_today_is_the_publishers_own_day():
    """Half past one at night in Jakarta is today there, though still yesterday in London."""
    night = datetime.fromisoformat("2025-03-25T01:30:00+07:00")
    assert days("id", "hari ini", published=night) == ["03-25"]
    assert days("id", "kemarin", published=night) == ["03-24"]


def test_next_week_from_a_monday():
    """On a Monday "Monday next week" is seven days ahead, and "last Monday" seven days ago."""
    monday = datetime.fromisoformat("2025-08-18T07:05:00+07:00")
    assert days("id", "Senin pekan depan", "future", monday) == ["08-25"]
    assert days("en", "last Monday", "past", monday) == ["08-11"]
    assert days("ja", "来週水曜", "future", datetime.fromisoformat("2026-01-16T17:00:00+09:00")) == [
        "2026-01-21"
    ]


def test_a_year_turns_between():
    """In January a December date in the past tense is last year's; in December a January plan is next year's."""
    assert days("en", "on December 28", "past", datetime.fromisoformat("2025-01-03T10:00:00Z")) == [
        "2024-12-28"
    ]
    assert days("en", "on January 8", "future", datetime.fromisoformat("2025-12-20T10:00:00Z")) == [
        "2026-01-08"
    ]
    assert days("zh", "29日", "past", datetime.fromisoformat("2025-01-03T10:00:00Z")) == ["2024-12-29"]


def test_29_february_without_a_year():
    """A leap day resolves to nothing in a common year unless the nearest leap year is meant by the text."""
    assert times("en", "on February 29", "past") == [("February 29", None)]
    assert days("en", "on February 29, 2024", "past") == ["2024-02-29"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "a report by Jan Egeland"), ("es", "en mar abierto"), ("fr", "de sept pays"), ("id", "Jan Egeland tiba"), ("pt", "em mar aberto"), ("de", "vom Jan")],
)  # fmt: skip
def test_abbreviated_months_need_a_day(language, text):
    """Short forms of months are also names, numbers and the sea: alone they are no time."""
    assert times(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "pada 3-5 Maret"), ("id", "Senin-Rabu (3-5/3)"), ("id", "3 hingga 5 Maret 2025"), ("ms", "3 hingga 5 Mac"), ("en", "3-5 March"),
        ("en", "from 3 to 5 March"), ("en", "between March 3 and 5"), ("en", "March 3–5, 2025"), ("es", "del 3 al 5 de marzo"), ("fr", "du 3 au 5 mars"),
        ("de", "vom 3. bis 5. März"), ("tr", "3-5 Mart"), ("pt", "de 3 a 5 de março"), ("ru", "3–5 марта"), ("ru", "с 3 по 5 марта 2025 года"),
        ("uk", "3–5 березня"), ("ar", "3-5 مارس"), ("zh", "3月3日至5日"), ("ja", "3月3日から5日"),
    ],
)  # fmt: skip
def test_ranges_of_days(language, text):
    """Several days in a row start with the first and end with the last."""
    found = [time for _, time in times(language, text) if time and time[0] != time[1]]
    assert found == [("2025-03-03", "2025-03-05", "day")]


def test_a_range_that_runs_backwards_is_none():
    """Two numbers that do not rise are no range of days."""
    assert [time for _, time in times("en", "on 9-5 March")] != [("2025-03-09", "2025-03-05", "day")]


def test_only_the_span_is_searched():
    """What stands outside start and end is not found."""
    text = "On Monday they met. On Friday they left."
    assert [t.text for t in DATES["en"].find(text, text.lower(), 20, len(text))] == ["Friday"]
    assert [t.text for t in DATES["en"].find(text, text.lower(), 0, 19)] == ["Monday"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("id", "berlangsung lebih dari 12 jam", [(12, "hour")]),
        ("id", "selama tiga bulan", [(3, "month")]),
        ("id", "berlangsung sekitar empat jam dan 1,5 jam lagi", [(4, "hour")]),
        ("id", "dua hari lalu", []),
        ("id", "gencatan senjata sepekan", [(1, "week")]),
        ("en", "for more than 12 hours", [(12, "hour")]),
        ("en", "a 24-hour truce", [(24, "hour")]),
        ("en", "a three-day visit", [(3, "day")]),
        ("en", "two weeks ago, for two weeks", [(2, "week")]),
        ("en", "half an hour", [(0.5, "hour")]),
        ("en", "a siege of 18 months", [(18, "month")]),
        ("ms", "selama dua bulan", [(2, "month")]),
        ("es", "durante tres meses", [(3, "month")]),
        ("es", "hace dos días", []),
        ("fr", "pendant 48 heures", [(48, "hour")]),
        ("fr", "il y a deux jours", []),
        ("de", "eine 30-tägige Waffenruhe", [(30, "day")]),
        ("de", "zwölf Stunden lang", [(12, "hour")]),
        ("de", "vor zwei Tagen", []),
        ("tr", "12 saatten fazla", [(12, "hour")]),
        ("pt", "durante 40 minutos", [(40, "minute")]),
        ("ru", "на четыре часа", [(4, "hour")]),
        ("uk", "на пів року", [(6, "month")]),
        ("ar", "أكثر من 12 ساعة", [(12, "hour")]),
        ("ar", "قبل يومين", []),
        ("zh", "超过12小时", [(12, "hour")]),
        ("zh", "为期两个月", [(2, "month")]),
        ("zh", "三天前", []),
        ("zh", "同一天", []),
        ("ja", "12時間に及ぶ", [(12, "hour")]),
        ("ja", "14日", []),
        ("ko", "12시간 동안", [(12, "hour")]),
        ("ko", "20일 밝혔다", []),
        ("fa", "۱۲ ساعت", [(12, "hour")]),
        ("hi", "12 घंटे तक", [(12, "hour")]),
    ],
)
def test_durations(language, text, expected):
    """Lengths of time are read with their unit; how long ago something was is no length."""
    found = DATES[language].durations(text, 0, len(text))
    assert [(length.min, length.unit) for length in found] == expected


def test_durations_index_the_text():
    """Offsets of durations count from the start of the text, whatever span was searched."""
    text = "İki ülke. Görüşme 12 saat sürdü."
    [length] = DATES["tr"].durations(text, 10, len(text))
    assert text[length.start : length.end] == "12 saat"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"forms": ["{weekday} {nonsense}"]}, "nonsense"),
        ({"forms": ["({day}) {month}"]}, "groups"),
        ({"forms": ["{day} (?:{month}"]}, "form"),
        ({"fixed": {"kelak": "decade+1"}}, "decade"),
        ({"spans": {"sebentar": "1 while"}}, "while"),
        ({"weekdays": [["senin"]]}, "7"),
    ],
)
def test_wrong_forms_are_refused(change, message):
    """A form or entry that cannot work is refused with its file and words."""
    table = TABLES["id"]
    dates = msgspec.convert({**msgspec.to_builtins(table.dates), **change}, type(table.dates))
    with pytest.raises(KnowledgeError, match=message) as caught:
        Dates(msgspec.structs.replace(table, dates=dates), "id")
    assert "id/text.toml" in str(caught.value)


def test_unknown_locale_is_refused():
    """A language that Babel does not know needs its own names, and says so."""
    with pytest.raises(KnowledgeError, match="Babel"):
        Dates(TABLES["id"], "qqx")


def test_own_words_reach_the_dates(tmp_path: Path):
    """A word added in a user's folder is found like ours."""
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "text.toml").write_text('[dates.relative]\n"hari h" = 0\n', encoding="utf-8")
    dates = Dates(load([tmp_path])["id"], "id")
    [found] = dates.find("pada hari H", "pada hari h", 0, 11)
    assert found.text == "hari H"


@pytest.mark.parametrize("code", TABLES)
def test_words_of_time_are_written_in_lower_case(code):
    """Forms search lower-case text, so a word with a capital would never be found."""
    dates = msgspec.to_builtins(TABLES[code].dates)
    words = [
        *dates["relative"], *dates["previous"], *dates["fixed"], *dates["spans"], *dates["dayparts"],
        *(word for name in ("last", "next", "this", "ago", "ahead", "earlier", "later") for word in dates[name]),
        *(word for name in ("weekdays", "months") for row in dates[name] for word in row),
        *(word for name in ("units", "parts") for row in dates[name].values() for word in row),
        *TABLES[code].numbers,
    ]  # fmt: skip
    assert words
    assert [word for word in words if word != word.lower()] == []
