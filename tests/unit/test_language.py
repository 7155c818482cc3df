"""The language of an article, also among neighbours."""

import pytest

from streams.enrich.language import Languages
from streams.enrich.tables import builtin

LANGUAGES = Languages(builtin())

TEXTS = {
    "id": "Kapal itu tiba pada Senin pagi karena cuaca membaik, kata juru bicara kementerian. Warga kota menunggu sejak subuh.",
    "ms": "Kapal itu tiba pada pagi Isnin kerana cuaca bertambah baik, kata jurucakap kementerian. Penduduk bandar menunggu sejak subuh.",
    "en": "The ship arrived on Monday morning because the weather improved, a ministry spokesman said. The town had waited since dawn.",
    "es": "El barco llegó el lunes por la mañana porque mejoró el tiempo, dijo un portavoz del ministerio. El pueblo esperaba desde el alba.",
    "pt": "O navio chegou na manhã de segunda-feira porque o tempo melhorou, disse um porta-voz do ministério. A cidade esperava desde a madrugada.",
    "fr": "Le bateau est arrivé lundi matin parce que le temps s'est amélioré, a dit un porte-parole du ministère. La ville attendait depuis l'aube.",
    "de": "Das Schiff kam am Montagmorgen an, weil das Wetter besser wurde, sagte ein Sprecher des Ministeriums. Die Stadt wartete seit dem Morgengrauen.",
    "tr": "Bakanlık sözcüsü, havanın düzelmesi üzerine geminin pazartesi sabahı geldiğini söyledi. Kent halkı şafaktan beri bekliyordu.",
    "ru": "Корабль прибыл в понедельник утром, потому что погода улучшилась, сообщил представитель министерства. Горожане ждали с рассвета.",
    "uk": "Корабель прибув у понеділок уранці, бо погода покращилася, повідомив речник міністерства. Містяни чекали від світанку.",
    "ar": "وصلت السفينة صباح الاثنين لأن الطقس تحسن، وفق ما قاله متحدث باسم الوزارة. وكان سكان المدينة ينتظرون منذ الفجر.",
    "ja": "天気が良くなったため、船は月曜日の朝に到着したと省の報道官が述べた。市民は夜明けから待っていた。",
    "ko": "날씨가 좋아져 배가 월요일 오전에 도착했다고 부처 대변인이 말했다. 시민들은 새벽부터 기다렸다.",
    "fa": "سخنگوی وزارتخانه گفت کشتی به دلیل بهتر شدن هوا صبح دوشنبه رسید. مردم شهر از سپیده‌دم منتظر بودند.",
    "hi": "मंत्रालय के प्रवक्ता ने कहा कि मौसम सुधरने के कारण जहाज सोमवार सुबह पहुंचा। शहर के लोग भोर से इंतजार कर रहे थे।",
    "zh": "由于天气好转，这艘船于周一上午抵达，一名部门发言人说。市民从黎明起就在等待。",
}


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_is_told(code):
    """A paragraph is enough to tell a language without being told."""
    assert LANGUAGES.detect(TEXTS[code]) == code


@pytest.mark.parametrize(
    ("text", "declared"), [("id", "ms"), ("ms", "id"), ("ru", "uk"), ("uk", "ru"), ("en", "de")]
)
def test_a_clear_text_beats_a_wrong_declaration(text, declared):
    """A long text speaks for itself."""
    assert LANGUAGES.detect(TEXTS[text], declared) == text


@pytest.mark.parametrize("declared", ["id", "ms", "uk", "zh"])
def test_short_texts_use_the_declared_language(declared):
    """Of a few words nothing can be told, so the publisher is believed."""
    assert LANGUAGES.detect("Kapal tiba.", declared) == declared


def test_short_text_with_an_unsupported_declaration_is_detected():
    """A declaration of a language that we cannot read is no help."""
    assert LANGUAGES.detect("The ship arrived in the harbour.", "xx") == "en"


def test_unsupported_languages_are_named():
    """A language without a table is still told, so that the outcome can say so."""
    assert (
        LANGUAGES.detect(
            "Statek przypłynął w poniedziałek rano, ponieważ pogoda się poprawiła, powiedział rzecznik ministerstwa."
        )
        == "pl"
    )


@pytest.mark.parametrize("text", ["", "…", "12 34 56", "?!", "\x01\x02"])
def test_nothing_to_tell(text):
    """Without words there is no language, unless one is declared."""
    assert LANGUAGES.detect(text) is None
    assert LANGUAGES.detect(text, "id") == "id"


def test_control_characters_and_surrogates_do_no_harm():
    """CLD2 raises on what is no valid UTF-8; detection does not."""
    assert LANGUAGES.detect("\ud800 " * 100, "en") == "en"
    assert LANGUAGES.detect("\x00" * 100, "en") == "en"


def test_a_declared_neighbour_outweighs_a_word_of_the_other():
    """A short Russian text without a letter that only Russian has is Russian where the article says so."""
    text = "\u0412 \u041a\u0430\u0431\u0443\u043b\u0435 \u0442\u0435\u0440\u0440\u043e\u0440\u0438\u0441\u0442 \u0432\u0437\u043e\u0440\u0432\u0430\u043b \u0431\u043e\u043c\u0431\u0443 \u0443 \u0437\u0434\u0430\u043d\u0438\u044f, \u043f\u043e\u0433\u0438\u0431\u043b\u0438 12 \u0447\u0435\u043b\u043e\u0432\u0435\u043a."
    assert LANGUAGES.detect(text, "ru") == "ru"
