"""Confidences are true of articles by which no rules were written: the test parts of gold and of streams."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from streams.evaluation import calibration
from streams.evaluation.gold import Labelled, signals_of
from streams.pipeline import Pipeline

UNREAD = sorted(Path(__file__).parent.glob("*/*.test.jsonl"))
MOST_ERROR = 0.08
"""The largest expected calibration error; it only falls."""
LEAST_SURE = 0.90
"""The least share of signals from a confidence of .9 on that are right; it only rises."""


@pytest.fixture(scope="module")
def items():
    """The articles, each with its gold signals."""
    found = [orjson.loads(line) for path in UNREAD for line in path.read_bytes().splitlines()]
    gold = [(one["article"], one["signals"] if "signals" in one else one["gold"]) for one in found]
    return [Labelled(article, signals) for article, signals in gold if article.get("status") is None]


@pytest.fixture(scope="module")
def signals(items):
    """What is detected in them."""
    return signals_of(items, Pipeline.load())


def test_confidences_are_true_of_unread_articles(items, signals):
    """A signal of confidence .7 is right seven times in ten, about."""
    points = calibration.scored(items, signals)
    assert len(points) > 200
    assert calibration.error(points) <= MOST_ERROR


def test_what_is_sure_is_right(items, signals):
    """From .9 on nearly every signal is right, and none is of an article without events."""
    found = calibration.above(items, signals, 0.9)
    assert found.got > 20
    assert found.precision >= LEAST_SURE
    assert found.alarms == 0
