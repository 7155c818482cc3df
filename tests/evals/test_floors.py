"""Detection on the gold articles does not get worse."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from streams.evaluation import floors, tally
from streams.evaluation.gold import load, signals_of
from streams.pipeline import Pipeline

GOLD = Path(__file__).parent / "gold"
FLOORS = floors.load(Path(__file__).parent / "floors.toml")


@cache
def pipeline():
    return Pipeline.load()


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_detection_does_not_fall_below_its_floor(name):
    """F1 of signals on hand-labelled articles stays at least where it was; floors only rise."""
    path = GOLD / f"{name}.jsonl"
    items = load(path)
    found = tally.total(map(tally.tally, tally.judge(items, signals_of(items, pipeline()))))
    assert floors.shortfalls(name, FLOORS[name], floors.reached(path, found)) == []


def test_every_gold_file_but_the_test_parts_has_a_floor():
    """Test parts give honest figures of unread text; with a floor, rules would be bent to them."""
    assert set(FLOORS) == {path.stem for path in GOLD.glob("*.dev*.jsonl")}
