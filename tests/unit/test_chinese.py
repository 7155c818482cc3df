"""What a language written without spaces and cases asks of the grammar."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from streams.article import Article
from streams.pipeline import Pipeline

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


@cache
def pipeline():
    return Pipeline.load()


def only(text):
    """Family, stage and actors with roles of the one event that `text` tells."""
    article = Article("a", "", "", text, NOW, NOW, language="zh")
    (event,) = pipeline().detect(article, "zh").candidates
    return event.family, event.stage, {actor.id: actor.role for actor in event.actors}


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (
            "\u4fc4\u4e4c\u7b2c\u4e8c\u8f6e\u8c08\u5224\u5468\u4e00\u5728\u4f0a\u65af\u5766\u5e03\u5c14\u4e3e\u884c\u3002",
            ("peace-talks", "concluded", {"RUS": "party", "UKR": "party"}),
        ),
        (
            "\u5370\u5df4\u4e24\u56fd\u540c\u610f\u505c\u706b\u3002",
            ("ceasefires", "concluded", {"IND": "party", "PAK": "party"}),
        ),
    ],
)
def test_two_letters_name_two_states(text, event):
    """A pair of letters that wires write for two states is both of them."""
    assert only(text) == event


def test_with_joins_two_names_that_touch():
    """Who stands beside another with nothing but "with" between them acts with him."""
    text = "\u82f1\u56fd\u4e0e\u6cd5\u56fd\u5bf9\u4fc4\u7f57\u65af\u5b9e\u65bd\u5236\u88c1\u3002"
    assert only(text) == ("sanctions", "concluded", {"GBR": "actor", "FRA": "actor", "RUS": "recipient"})


def test_what_is_put_off_was_planned():
    """The plan in "the dialogue set for Friday was put off" does not make it scheduled."""
    text = "\u539f\u5b9a\u5468\u4e94\u4e3e\u884c\u7684\u4f0a\u6717\u4e0e\u7f8e\u56fd\u5bf9\u8bdd\u63a8\u8fdf\u3002"
    assert only(text)[:2] == ("peace-talks", "called-off")
