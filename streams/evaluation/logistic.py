"""Logistic regression with yes or no for an answer, in plain Python: Newton's method on rows that name only what is
not 0. Deterministic: no dice, and sums in the order of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.evaluation.regression import CLOSE, MOST_STEPS, solve

BIAS = "bias"
"""The name of the weight that every row has; nothing pulls it."""
_FREE = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """One row: its parts by name, whether it is so, and how much it counts."""

    parts: Mapping[str, float]
    right: bool
    weight: float = 1.0


def fit(answers: Sequence[Answer], pull: float) -> dict[str, float]:
    """The weights under which the answers are likeliest, less half of `pull` times the square of each but the bias.
    The pull must be positive, which makes the weights unique.
    """
    names = sorted({name for one in answers for name in one.parts} | {BIAS})
    number = {name: at for at, name in enumerate(names)}
    rows = [
        [*((number[name], value) for name, value in one.parts.items() if value), (number[BIAS], 1.0)]
        for one in answers
    ]
    pulls = [_FREE if name == BIAS else pull for name in names]
    weights = [0.0] * len(names)
    for _ in range(MOST_STEPS):
        change = _step(rows, answers, weights, pulls)
        longest = max(map(abs, change))
        damp = min(1.0, 2.0 / longest) if longest else 1.0  # far from the top a whole step may overshoot
        weights = [one + damp * by for one, by in zip(weights, change, strict=True)]
        if longest < CLOSE:
            break
    return dict(zip(names, weights, strict=True))


def score(weights: Mapping[str, float], parts: Mapping[str, float]) -> float:
    """The logarithm of the odds."""
    return weights.get(BIAS, 0.0) + sum(weights.get(name, 0.0) * value for name, value in parts.items())


def odds(total: float) -> float:
    """The chance of which `total` is the logarithm of the odds."""
    return 1.0 / (1.0 + math.exp(-total))


def _step(
    rows: Sequence[Sequence[tuple[int, float]]],
    answers: Sequence[Answer],
    weights: Sequence[float],
    pulls: Sequence[float],
) -> list[float]:
    """Newton's step: the gradient of the log-likelihood, through minus its Hessian."""
    slope = [-pull * one for pull, one in zip(pulls, weights, strict=True)]
    bend = [[0.0] * len(weights) for _ in weights]
    for at, pull in enumerate(pulls):
        bend[at][at] = pull
    for row, one in zip(rows, answers, strict=True):
        likely = odds(sum(weights[at] * value for at, value in row))
        miss, spread = one.weight * (one.right - likely), one.weight * likely * (1.0 - likely)
        for at, value in row:
            slope[at] += miss * value
            line, part = bend[at], spread * value
            for other, more in row:
                line[other] += part * more
    return solve(bend, slope)
