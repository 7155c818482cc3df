"""Towns that only a preposition gives away."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from streams.article import Article
from streams.enrich.towns import Towns
from streams.pipeline import Pipeline

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


@cache
def pipeline():
    return Pipeline.load()


@pytest.mark.parametrize(
    ("words", "countries", "found"),
    [
        ("Adazi", ["LVA", "EST"], ("Adazi", "LVA")),
        ("\u0100da\u017ei", ["LVA"], ("Adazi", "LVA")),
        ("Kutum", ["SDN"], ("Kutum", "SDN")),
        ("\u0417\u0434\u043e\u043b\u0431\u0443\u043d\u043e\u0432\u0456", ["UKR"], ("Zdolbuniv", "UKR")),
        ("Adazi", ["FRA"], None),
        ("Nowhere at all", ["LVA"], None),
        ("Samraong", ["THA", "KHM"], ("Samraong", "KHM")),
    ],
)
def test_a_town_is_found_in_the_countries_that_the_text_names(words, countries, found):
    """Accents, hyphens and case endings do not matter; the country does."""
    place = Towns.load().find(words, countries)
    assert (place and (place.name, place.country)) == found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Latvia and Estonia held talks at Adazi on Tuesday.", "Adazi"),
        ("Thai jets bombed the Cambodian town of Samraong on Tuesday.", "Samraong"),
        ("Latvia and Estonia held talks in Haste on Tuesday.", None),
    ],
)
def test_an_event_takes_place_in_a_town_behind_a_preposition(text, place):
    """The town behind "at" or "the town of" is where the event happens; another capitalised word is not."""
    (event,) = pipeline().detect(Article("a", "", "", text, NOW, NOW, language="en"), "en").candidates
    assert (event.place.name if event.place else None) == place
