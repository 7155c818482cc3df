"""Headlines: lists without "and", plans without "is"."""

from datetime import UTC, datetime

import pytest

from streams.article import Article
from streams.pipeline import Pipeline

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline.load()


def found(pipeline, text, language="en"):
    """Family, stage and core actors of what a text tells."""
    detected = pipeline.detect(Article("a", "v", "", text, NOW, NOW, language=language), language)
    return {(one.family, one.stage, " ".join(sorted(one.core))) for one in detected.candidates}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Israel, Hezbollah trade fire across the border", ("attacks", "concluded", "HEZBOLLAH ISR")),
        ("U.S., Iran hold talks in Muscat", ("peace-talks", "concluded", "IRN USA")),
        ("India, China agree to resume border talks", ("peace-talks", "scheduled", "CHN IND")),
        (
            "France, Germany, Britain call on Iran to return to talks",
            ("peace-talks", "proposed", "DEU FRA GBR IRN"),
        ),
    ],
)
def test_a_comma_joins_the_names_that_open_a_headline(pipeline, text, event):
    """What they do follows at once, so the comma is an "and"."""
    assert event in found(pipeline, text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Kenya and Uganda to sign border treaty in March", ("agreements", "scheduled", "KEN UGA")),
        ("Germany to send air defence systems to Ukraine", ("aid", "scheduled", "DEU UKR")),
        ("Kenya, Uganda to hold border talks in Kampala", ("peace-talks", "scheduled", "KEN UGA")),
    ],
)
def test_to_behind_the_names_that_open_a_headline_is_a_plan(pipeline, text, event):
    """A purpose has something that it is for; there is nothing before this one but who plans it."""
    assert event in found(pipeline, text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("In Iran, Russia bombed nobody, but Turkey shelled Syria.", ("attacks", "concluded", "SYR TUR")),
        ("France urged Iran to release two prisoners.", ("prisoner-exchanges", "scheduled", "FRA IRN")),
    ],
)
def test_other_commas_and_purposes_stay_what_they_are(pipeline, text, event):
    """A place before the comma joins nothing, and a demand is no plan."""
    assert (event in found(pipeline, text)) == (event[0] == "attacks")
