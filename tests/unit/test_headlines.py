"""Headlines: one sentence for each language, made from fields."""

import itertools
import re
import typing

import pytest

from streams import summaries
from streams.detect.frames import families as all_families
from streams.headlines import all_of, load
from streams.reading import Actor, Place, Stage, Time
from streams.summaries import Passed

USA = Actor("USA", "United States", "party")
GBR = Actor("GBR", "United Kingdom", "party")
DAY = Time("2025-03-24", "2025-03-24", "day", "")
RIYADH = Place("Riyadh", "SAU")
CASTS = [
    (USA, GBR),
    (Actor("USA", "United States", "actor"), Actor("GBR", "United Kingdom", "recipient")),
    (Actor("USA", "United States", "actor"),),
    (Actor("GBR", "United Kingdom", "recipient"),),
    (),
]
BLANKS = re.compile(r" [.,:;!?]|  |[{}]|\(\)|（）"), re.compile(r" [.,;!?]|  |[{}]|\(\)")
DETAILS = [None, "signed", "extended", "air-strike"]


def headline(
    language,
    *,
    family="peace-talks",
    stage="concluded",
    detail=None,
    actors=(USA, GBR),
    place=None,
    time=None,
):
    """The headline in one language."""
    return all_of(family, stage, detail, actors=actors, place=place, time=time).get(language)


def test_every_headline_is_set_clean():
    """Whatever is not known leaves no blank, no mark and no brace behind; only French sets a blank before a colon."""
    families, stages = all_families(), typing.get_args(Stage)
    for family, stage, detail, actors in itertools.product(families, stages, DETAILS, CASTS):
        for place, time in itertools.product((None, RIYADH, Place(None, "SAU")), (None, DAY)):
            found = all_of(family, stage, detail, actors=actors, place=place, time=time)
            assert set(found) == set(load())
            for language, text in found.items():
                assert text == text.strip(" :,–、：，"), text
                assert not BLANKS[language == "fr"].search(text), text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Peace talks between the United States and the United Kingdom in Riyadh concluded on March 24, 2025",
        ),
        (
            "es",
            "Conversaciones de paz entre Estados Unidos y Reino Unido (Riyadh): concluido el 24 de marzo de 2025",
        ),
        (
            "de",
            "Friedensgespräche: Vereinigte Staaten und Vereinigtes Königreich (Riyadh), abgeschlossen am 24. März 2025",
        ),
        ("fr", "Pourparlers de paix : États-Unis et Royaume-Uni (Riyadh) – fin le 24 mars 2025"),
        (
            "pt",
            "Conversações de paz: Estados Unidos e Reino Unido (Riyadh) – conclusão em 24 de março de 2025",
        ),
        (
            "tr",
            "Barış görüşmeleri: Amerika Birleşik Devletleri ve Birleşik Krallık (Riyadh) – tamamlandı, 24 Mart 2025",
        ),
        (
            "ru",
            "Мирные переговоры: Соединенные Штаты и Великобритания (Саудовская Аравия) – завершение, 24 марта 2025\u202fг.",
        ),
        (
            "uk",
            "Мирні переговори: Сполучені Штати і Велика Британія (Саудівська Аравія) – завершення, 24 березня 2025\u202fр.",
        ),
        (
            "ar",
            "محادثات سلام بين الولايات المتحدة والمملكة المتحدة (المملكة العربية السعودية) – انتهاء، 24 مارس 2025",
        ),
        ("zh", "美国和英国和平谈判（沙特阿拉伯）：已结束，2025年3月24日"),
    ],
)
def test_talks_in_each_language(language, text):
    """Names stand where the language has them in the nominative and without article."""
    assert headline(language, place=RIYADH, time=DAY) == text


def test_name_unknown_in_another_script_gives_no_headline_there():
    """A headline in Chinese names nobody in Latin letters; one in German may."""
    actors = (USA, Actor("M23", "M23", "party"))
    found = all_of("peace-talks", "concluded", None, actors=actors, place=None, time=None)
    assert "zh" not in found
    assert found["de"] == "Friedensgespräche: Vereinigte Staaten und M23, abgeschlossen"


def test_organisations_of_the_territory_tables_have_their_names():
    """The European Union is named in the reader's language."""
    text = headline(
        "de", family="sanctions", detail="extended", actors=(Actor("EU", "European Union", "actor"),)
    )
    assert text == "Sanktionen: Europäische Union, verlängert"


def test_who_hears_of_it_cannot_change_what_others_get():
    """Two calls give two dictionaries."""
    headline_sets = [all_of("aid", "concluded", None, actors=(), place=None, time=None) for _ in range(2)]
    headline_sets[0].clear()
    assert headline_sets[1]


def test_country_stands_as_place_unless_the_affair_names_it():
    """A host is named as the place; a state that takes part is not named twice."""
    host = Actor("SAU", "Saudi Arabia", "host")
    assert headline("en", actors=(USA, GBR, host), place=Place(None, "SAU")).endswith(
        "in Saudi Arabia concluded"
    )
    assert headline("en", place=Place(None, "GBR")).endswith("the United Kingdom concluded")


def test_a_course_is_told_in_every_language():
    """A thread of several steps has a summary in each language: each step with its day, then figures and place."""
    steps = [
        Passed("proposed", "offered", "2025-03-03", None),
        Passed("scheduled", "held", "2025-03-18", "2025-03-24"),
        Passed("concluded", "held", "2025-03-24", "2025-03-24"),
    ]
    told = summaries.all_of(
        "peace-talks", steps, place=RIYADH, attributes={"duration": {"min": 12, "unit": "hour"}, "killed": 3}
    )
    assert told["en"] == (
        "proposed March 3 → scheduled March 18 for March 24 → held March 24, 12 hours, 3 killed, Riyadh"
    )
    assert told["zh"] == "3月3日提议 → 3月18日商定（定于3月24日） → 3月24日举行，12小时，3人死亡，沙特阿拉伯"
    assert set(told) == set(load())
    assert all(text.count("→") == 2 for text in told.values())


def test_a_course_of_one_step_has_no_summary():
    """The headline says as much."""
    assert (
        summaries.all_of("aid", [Passed("concluded", None, "2025-03-03", None)], place=None, attributes={})
        == {}
    )


def test_the_year_is_told_where_it_is_not_that_of_the_last_step():
    """A course over the turn of a year names the year of what happened before it."""
    steps = [
        Passed("scheduled", None, "2024-12-30", "2025-01-04"),
        Passed("concluded", "signed", "2025-01-05", "2025-01-04"),
    ]
    told = summaries.all_of("agreements", steps, place=None, attributes={})
    assert told["en"] == "scheduled December 30, 2024 for January 4 → signed January 4"
