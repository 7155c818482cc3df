import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from streams.pipeline import Pipeline
from tests.evals.run import GOLD, signals_of
from tests.evals.score import figures

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))


@cache
def pipeline():
    return Pipeline.load()


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_detection_does_not_fall_below_its_floor(name):
    """F1 of signals on hand-labelled articles stays at least where it was; floors only rise."""
    gold = [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    found = figures(gold, signals_of(gold, pipeline()))
    floor = FLOORS[name]
    assert found["strict"] >= floor["strict"]
    assert found["family"] >= floor["family"]
    assert found["alarms"] <= floor["alarms"]


def test_every_gold_file_has_a_floor():
    """No gold lies about unused."""
    assert set(FLOORS) == {path.stem for path in GOLD.glob("*.jsonl")}
