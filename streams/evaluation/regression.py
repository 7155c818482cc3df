"""Logistic regression over choices, in plain Python: Newton's method on a few hundred rows, with a pull towards
given weights. Deterministic: no dice, and sums in the order of the rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_STEPS = 50
CLOSE = 1e-9
"""Newton's method ends with a step that changes no weight by more than this."""

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: a row of parts for each option, and which of them is right. With two options this is the usual
    logistic regression on the difference of the rows.
    """

    options: tuple[Row, ...]
    right: int


def fit(choices: Sequence[Choice], prior: Sequence[float], pull: float) -> list[float]:
    """The weights under which the choices are likeliest, less half of `pull` times the square of each weight's
    distance from `prior`. The pull must be positive, which makes the answer unique.
    """
    weights = list(prior)
    for _ in range(MOST_STEPS):
        slope, bend = _derivatives(choices, weights)
        for at, (one, middle) in enumerate(zip(weights, prior, strict=True)):
            slope[at] -= pull * (one - middle)
            bend[at][at] += pull
        change = solve(bend, slope)
        longest = max(map(abs, change), default=0.0)
        damp = min(1.0, 1.0 / longest) if longest else 1.0  # far from the top a whole step may overshoot
        weights = [one + damp * by for one, by in zip(weights, change, strict=True)]
        if longest < CLOSE:
            break
    return weights


def chances(options: Sequence[Row], weights: Sequence[float]) -> list[float]:
    """How likely each option is."""
    scores = [sum(weight * part for weight, part in zip(weights, row, strict=True)) for row in options]
    odds = [math.exp(score - max(scores)) for score in scores]
    return [one / sum(odds) for one in odds]


def loss(choices: Sequence[Choice], weights: Sequence[float]) -> float:
    """Mean of minus the logarithm of the chance of what is right; 0 for no choices."""
    each = [-math.log(max(1e-300, chances(one.options, weights)[one.right])) for one in choices]
    return sum(each) / max(1, len(each))


def _derivatives(
    choices: Sequence[Choice], weights: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    """The gradient of the log-likelihood, and minus its Hessian: the sum of the rows' covariances."""
    size = len(weights)
    slope, bend = [0.0] * size, [[0.0] * size for _ in range(size)]
    for choice in choices:
        likely = chances(choice.options, weights)
        mean = [
            sum(chance * row[at] for chance, row in zip(likely, choice.options, strict=True))
            for at in range(size)
        ]
        for at, part in enumerate(choice.options[choice.right]):
            slope[at] += part - mean[at]
        for chance, row in zip(likely, choice.options, strict=True):
            away = [part - middle for part, middle in zip(row, mean, strict=True)]
            filled = [at for at, part in enumerate(away) if part]
            for one in filled:
                for other in filled:
                    bend[one][other] += chance * away[one] * away[other]
    return slope, bend


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a system with a symmetric positive definite matrix, by Cholesky's method."""
    size = len(right)
    lower = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - sum(lower[row][k] * lower[column][k] for k in range(column))
            lower[row][column] = math.sqrt(rest) if row == column else rest / lower[column][column]
    middle: list[float] = []
    for row in range(size):
        known = sum(lower[row][k] * middle[k] for k in range(row))
        middle.append((right[row] - known) / lower[row][row])
    found = [0.0] * size
    for row in reversed(range(size)):
        known = sum(lower[k][row] * found[k] for k in range(row + 1, size))
        found[row] = (middle[row] - known) / lower[row][row]
    return found
