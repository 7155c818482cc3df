"""Tracking on the gold streams does not get worse: the tracker alone, on the signals that the gold gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from streams.evaluation import permute, stream, threads
from streams.evaluation.stream import PUSHES
from streams.pipeline import Pipeline

STREAMS = sorted((Path(__file__).parent / "streams").glob("*.dev.jsonl"))
LEAST_B3, LEAST_KIND = 0.96, 0.93
"""The least F1 of threads and of updates by kind; they only rise. The test part has none, so that no rule bends to it."""

MOST_DRIFT = 0.02
"""The largest share that may come out otherwise in another order; what was reached is below .012."""


@pytest.fixture(scope="module")
def pipeline():
    """Reads the articles for what the tracker must know beside the signals."""
    return Pipeline.load()


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_tracking_does_not_fall_below_its_floor(path, pipeline):
    """B³ of threads and F1 of updates by kind stay where they were."""
    deliveries = stream.load(path)
    readings = stream.given_readings(deliveries, pipeline)
    found = threads.score(deliveries, list(stream.trace(readings)))
    assert found.b3[2] >= LEAST_B3
    assert found.kind_f1 >= LEAST_KIND


@pytest.mark.parametrize("hours", [6, 48])
@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_threads_hardly_depend_on_the_order_of_arrival(path, hours, pipeline):
    """With every delivery delayed by chance, fewer than 2 in 100 go elsewhere or end with other fields."""
    drift = permute.measure(stream.given_readings(stream.load(path), pipeline), hours, runs=6, seed=1)
    assert drift.deliveries > 500
    assert drift.grouping < MOST_DRIFT
    assert drift.ending < MOST_DRIFT


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_a_copy_more_of_every_article_changes_only_counters(path, pipeline):
    """Each delivery told again by another outlet, word for word, gives no update but confirmations."""
    deliveries = stream.load(path)
    readings = [one for one in stream.given_readings(deliveries, pipeline) if one is not None]
    doubled = []
    for reading in readings:
        doubled.append(reading)
        if reading.article.status is None and reading.article.signature:
            doubled.append(copy_of(reading))
    once, twice = (
        [effect for effects in stream.trace(told) for effect in effects if effect.effect in PUSHES]
        for told in (readings, doubled)
    )
    assert [one for one in twice if one not in once] == []


def copy_of(reading):
    """The same text in another outlet."""
    article = replace(
        reading.article, id=f"{reading.article.id}-copy", publisher="another outlet", correction=False
    )
    signals = tuple(replace(one, id=f"{one.id}-copy", article=article.id) for one in reading.signals)
    return replace(reading, article=article, signals=signals)
