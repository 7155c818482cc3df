"""Languages whose verb closes its clause: German and Turkish."""

from datetime import UTC, datetime
from functools import cache

import pytest

from streams.article import Article
from streams.pipeline import Pipeline

WEDNESDAY = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


@cache
def pipeline():
    """The pipeline, loaded once."""
    return Pipeline.load()


def events(language, text):
    """Family, stage and actors with roles of each candidate in `text`."""
    article = Article("a", "", "", text, WEDNESDAY, WEDNESDAY, language=language)
    detected = pipeline().detect(article, language)
    return {
        (one.family, one.stage, tuple((actor.id, actor.role) for actor in one.actors))
        for one in detected.candidates
    }


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag griff Israel Stellungen der Hisbollah an.",
        "Israel hat am Montag Stellungen der Hisbollah angegriffen.",
        "Stellungen der Hisbollah wurden am Montag von Israel angegriffen.",
    ],
)
def test_german_verbs_have_their_subject_where_it_stands(text):
    """Inverted, with the participle at the end, and in the passive: who acts and who is acted on stay the same."""
    ((family, stage, actors),) = events("de", text)
    assert (family, stage, set(actors)) == (
        "attacks",
        "concluded",
        {("ISR", "actor"), ("HEZBOLLAH", "recipient")},
    )


def test_a_german_list_is_no_relative_clause():
    """An article behind a comma names the next of a list when the list goes on behind the name."""
    text = "Deutschland, die T\u00fcrkei und Frankreich verhandelten mit dem Iran."
    ((_family, _stage, actors),) = events("de", text)
    assert {actor for actor, _role in actors} == {"DEU", "TUR", "FRA", "IRN"}


def test_a_marker_ends_at_a_finite_verb():
    """In "zum Dienstag hatte Russland" what governs the day does not govern who stands behind the verb."""
    text = "In der Nacht zum Dienstag hatte Russland die Hafenstadt Odessa mit Drohnen angegriffen."
    ((_family, _stage, actors),) = events("de", text)
    assert set(actors) == {("RUS", "actor"), ("UKR", "recipient")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "\u0130ran, ABD ile Maskat'ta m\u00fczakereler y\u00fcr\u00fctt\u00fc.",
            {("IRN", "party"), ("USA", "party")},
        ),
        (
            "Ermenistan, Azerbaycan'\u0131 s\u0131n\u0131r\u0131 ihlal etmekle su\u00e7lad\u0131.",
            {("ARM", "actor"), ("AZE", "recipient")},
        ),
        (
            "\u00c7in, Japonya ve Filipinler'i tehdit etti.",
            {("CHN", "actor"), ("JPN", "recipient"), ("PHL", "recipient")},
        ),
        ("RSF, Sudan ordusuna sald\u0131rd\u0131.", {("RSF", "actor"), ("SDN", "recipient")}),
    ],
)
def test_turkish_case_endings_say_who_is_who(text, expected):
    """A comma sets the subject off, endings on names and on their titles give the slots."""
    assert any(set(actors) == expected for _family, _stage, actors in events("tr", text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "ko",
            "\uc720\uc5d4\uc740 \ub7ec\uc2dc\uc544\uad70\uc774 \ud0a4\uc774\uc6b0\ub97c \uacf5\uaca9\ud588\ub2e4\uace0 \ubc1d\ud614\ub2e4.",
        ),
        (
            "ja",
            "\u56fd\u9023\u306f\u3001\u30ed\u30b7\u30a2\u8ecd\u304c\u30ad\u30fc\u30a6\u3092\u653b\u6483\u3057\u305f\u3068\u767a\u8868\u3057\u305f\u3002",
        ),
    ],
)
def test_who_only_reports_it_takes_no_part(language, text):
    """In "the UN said that Russian forces attacked Kyiv" the UN attacks nobody."""
    ((family, stage, actors),) = events(language, text)
    assert (family, stage, set(actors)) == ("attacks", "concluded", {("RUS", "actor"), ("UKR", "recipient")})
