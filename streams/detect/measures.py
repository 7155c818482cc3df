"""How many and how long: what a sentence counts (killed, wounded, prisoners, tonnes) and lengths of time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from streams.detect.clause import CONJUNCTION, STOP, Clause

TOTAL = "total"
"""What the grammar calls the words before a total."""
REACH = 6
"""Most tokens between a number and the word that says what it counts."""
_THOUSANDS = 3
_DIGITS = 15
"""Of a longer row of digits nothing is counted, and JSON has no room for it."""


def counts(clause: Clause, numbers: Mapping[str, float], dated: Collection[int] = ()) -> dict[str, Any]:
    """What the sentence counts, each as `{"value": n}`: the number before the word in its own part of the
    sentence ("14 people were killed"), else the one behind ("killed 14"), else the total that the sentence comes
    to ("the number of those killed on Monday has risen to 14"). Of several the largest counts ("two more died, which
    brings the toll to 14"). `numbers` are the language's number words; the tokens `dated` belong to dates.
    """
    found: dict[str, int] = {}
    total = _total(clause, numbers)
    for start, end, name in clause.counts:
        if name == TOTAL:
            continue
        before = [at for at in range(start - 1, max(-1, start - 1 - REACH), -1) if at not in dated]
        behind = [at for at in range(end, min(len(clause.words), end + REACH)) if at not in dated]
        value = _first(before, clause, numbers)
        value = _first(behind, clause, numbers) if value is None else value
        if value is None:
            value, total = total, None
        if value is not None and value > found.get(name, -1):
            found[name] = value
    if total is not None and len(found) == 1:
        found = {name: max(value, total) for name, value in found.items()}
    return {name: {"value": value} for name, value in found.items()}


def _total(clause: Clause, numbers: Mapping[str, float]) -> int | None:
    """The number within the words that tell a total, or right behind them."""
    for start, end, name in clause.counts:
        if name == TOTAL:
            told = (number(word, numbers) for word in clause.words[start : end + 1])
            value = next((one for one in told if one is not None), None)
            if value is not None:
                return value
    return None


def _first(indexes: Iterable[int], clause: Clause, numbers: Mapping[str, float]) -> int | None:
    """The first number on the way, not beyond a conjunction or another word that counts."""
    others = {start for start, _end, _name in clause.counts}
    for index in indexes:
        if clause.bits[index] & (CONJUNCTION | STOP) or index in others:
            return None
        value = number(clause.words[index], numbers)
        if value is not None:
            return value
    return None


def number(word: str, numbers: Mapping[str, float]) -> int | None:
    """The whole number that a token writes: digits with or without separators of thousands, or a word."""
    if word in numbers:
        value = numbers[word]
        return int(value) if value == int(value) else None
    parts = word.replace(".", ",").split(",")
    if not all(part.isdecimal() for part in parts):
        return None
    if len(parts) > 1 and any(len(part) != _THOUSANDS for part in parts[1:]):
        return None
    digits = "".join(parts)
    return int(digits) if len(digits) <= _DIGITS else None


def whole(amount: float) -> int | float:
    """The amount, as an int where it is a whole number: "12 hours" are 12, not 12.0."""
    return int(amount) if amount == int(amount) else amount
