"""How much each feature weighs for each root, learned from labelled pairs: multinomial logistic regression by
stochastic gradient steps, the same for the same pairs.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_SEED = 20261126
_SLIGHT = 0.003
"""A slope below this is not worth a step."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A labelled pair as it is learned: its features, its root by number, how much it counts."""

    features: tuple[str, ...]
    root: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn. `least`: lessons that a feature is in at least; `decay`: pull towards nothing in an epoch;
    `rare`: how much more a lesson of a rare root counts (0: no more, 1: every root alike).
    """

    epochs: int = 24
    rate: float = 0.05
    decay: float = 0.02
    least: int = 2
    rare: float = 0.7


def learn(lessons: Sequence[Lesson], roots: int, plan: Plan) -> dict[str, list[float]]:
    """The weights of every feature, one for each root."""
    seen = Counter(one for lesson in lessons for one in set(lesson.features))
    weights = {one: [0.0] * roots for one in sorted(seen) if seen[one] >= plan.least}
    mass = _mass(lessons, roots, plan.rare)
    rows = [
        ([weights[one] for one in sorted(set(lesson.features)) if one in weights], lesson.root, counts)
        for lesson, counts in zip(lessons, mass, strict=True)
    ]
    total = {one: [0.0] * roots for one in weights}
    kept = 0
    order = random.Random(_SEED)  # noqa: S311 - an order, not a secret
    for epoch in range(plan.epochs):
        order.shuffle(rows)
        rate = plan.rate / (1 + 3 * epoch / plan.epochs)
        for row in rows:
            _step(*row, rate)
        keep = 1 - plan.decay
        for values in weights.values():
            values[:] = [value * keep for value in values]
        if epoch >= plan.epochs // 2:
            kept += 1
            for one, values in weights.items():
                total[one] = [old + new for old, new in zip(total[one], values, strict=True)]
    return {one: [value / kept for value in values] for one, values in total.items()}


def _mass(lessons: Sequence[Lesson], roots: int, rare: float) -> list[float]:
    """How much each lesson counts; on average 1."""
    number = Counter(lesson.root for lesson in lessons)
    even = len(lessons) / roots
    mass = [lesson.weight * (even / number[lesson.root]) ** rare for lesson in lessons]
    mean = sum(mass) / len(mass)
    return [one / mean for one in mass]


def _step(rows: list[list[float]], root: int, counts: float, rate: float) -> None:
    """One step down the slope of the loss of one lesson."""
    scores = [sum(column) for column in zip(*rows, strict=True)]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    whole = sum(odds)
    for number, odd in enumerate(odds):
        slope = (number == root) - odd / whole
        if abs(slope) > _SLIGHT:
            step = rate * counts * slope
            for values in rows:
                values[number] += step
