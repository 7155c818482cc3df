"""What a confidence is worth: reliability in bins of equal mass, and what a subscriber gets above a threshold."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from streams.evaluation.gold import Event, Labelled, core
from streams.evaluation.match import pairs

BINS = 10
_DRAWS = 400

Scored = tuple[float, bool]
"""A signal's confidence, and whether family and core actors are right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the signals: their mean confidence, and the share of them that is right."""

    size: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Above:
    """What is left at a threshold: signals, those right, events of gold, and false alarms on quiet articles."""

    threshold: float
    got: int
    right: int
    gold: int
    alarms: int

    @property
    def precision(self) -> float:
        """The share of what is left that is right; 1 when nothing is left."""
        return self.right / self.got if self.got else 1.0

    @property
    def recall(self) -> float:
        """The share of gold that is left."""
        return self.right / self.gold if self.gold else 0.0


def scored(items: Iterable[Labelled], signals: dict[str, list[Event]]) -> list[Scored]:
    """Every kept signal with whether it is right: family and core actors."""
    found: list[Scored] = []
    for item in items:
        got = [signal for signal in signals.get(item.id, []) if signal["kept"]]
        right = _right(item.gold, got)
        found += [(signal["confidence"], index in right) for index, signal in enumerate(got)]
    return found


def _right(gold: Sequence[Event], got: Sequence[Event]) -> set[int]:
    matched = pairs(gold, got)
    return {pair.signal for pair in matched if core(gold[pair.gold]) == core(got[pair.signal])}


def reliability(points: Sequence[Scored]) -> list[Bin]:
    """Bins of equal mass, the least confident first."""
    ordered = sorted(points, key=lambda point: point[0])
    edges = [round(len(ordered) * number / BINS) for number in range(BINS + 1)]
    return [
        Bin(end - start, _mean(c for c, _ in ordered[start:end]), _mean(r for _, r in ordered[start:end]))
        for start, end in pairwise(edges)
        if end > start
    ]


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)


def error(points: Sequence[Scored]) -> float:
    """Expected calibration error: how far confidence and truth are apart, weighted by the bins' sizes."""
    return sum(one.size * abs(one.confidence - one.right) for one in reliability(points)) / max(
        1, len(points)
    )


def error_interval(points: Sequence[Scored]) -> tuple[float, float]:
    """Its 95 % interval by bootstrap (400 draws, fixed seed)."""
    draw = random.Random(1)  # noqa: S311 - no secret
    errors = sorted(error(draw.choices(points, k=len(points))) for _ in range(_DRAWS))
    return errors[_DRAWS // 40], errors[-_DRAWS // 40 - 1]


def above(items: Sequence[Labelled], signals: dict[str, list[Event]], threshold: float) -> Above:
    """What a subscriber with `min_confidence` at `threshold` gets."""
    got = right = gold = alarms = 0
    for item in items:
        left = [one for one in signals.get(item.id, []) if one["kept"] and one["confidence"] >= threshold]
        got, gold = got + len(left), gold + len(item.gold)
        right += len(_right(item.gold, left))
        alarms += bool(left) and not item.gold
    return Above(threshold, got, right, gold, alarms)
