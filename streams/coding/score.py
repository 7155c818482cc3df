"""How well pairs are coded: F1 by root, quad classes, and what is taken for what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from streams.coding.pairs import Coded

Label = TypeVar("Label", bound=str | int)


@dataclass(frozen=True, slots=True)
class Tally:
    """One label's counts: pairs that have it, pairs that were given it, and both at once."""

    gold: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 when nothing is right."""
        return 2 * self.right / (self.gold + self.found) if self.right else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of a run over labelled pairs. Means over labels count every label alike that is in the gold or was
    found: a root with a single pair weighs as much as one with a hundred, and one that only we see counts 0.
    """

    roots: Mapping[str, Tally]
    quads: Mapping[int, Tally]
    confusion: Mapping[tuple[str, str], int]

    @property
    def pairs(self) -> int:
        """How many pairs were coded."""
        return sum(tally.gold for tally in self.roots.values())

    @property
    def macro_f1(self) -> float:
        """The mean F1 over roots."""
        return _mean([tally.f1 for tally in self.roots.values()])

    @property
    def accuracy(self) -> float:
        """The share of pairs with the right root."""
        return sum(tally.right for tally in self.roots.values()) / (self.pairs or 1)

    @property
    def quad_f1(self) -> float:
        """The mean F1 over quad classes."""
        return _mean([tally.f1 for tally in self.quads.values()])

    @property
    def quad_accuracy(self) -> float:
        """The share of pairs with the right quad class."""
        return sum(tally.right for tally in self.quads.values()) / (self.pairs or 1)


def score(coded: Iterable[tuple[Coded, Coded]]) -> Score:
    """From pairs of the label and what was found."""
    rows = list(coded)
    confusion = Counter((gold.event, found.event) for gold, found in rows)
    quads = Counter((gold.quad, found.quad) for gold, found in rows)
    return Score(_tallies(confusion), _tallies(quads), confusion)


def report(found: Score, confused: int = 12) -> str:
    """The figures as text: by root, over all, and the most frequent confusions."""
    lines = [f"{'root':10} {'gold':>5} {'found':>5} {'right':>5}    F1"]
    lines += [
        f"{root:10} {tally.gold:5} {tally.found:5} {tally.right:5} {tally.f1:5.3f}"
        for root, tally in found.roots.items()
    ]
    lines.append(f"roots: macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}, {found.pairs} pairs")
    lines.append(f"quads: macro-F1 {found.quad_f1:.3f}, accuracy {found.quad_accuracy:.3f}")
    wrong = [(number, pair) for pair, number in found.confusion.items() if pair[0] != pair[1]]
    worst = sorted(wrong, key=lambda one: (-one[0], one[1]))[:confused]
    lines += [f"{number:4} {gold} taken for {root}" for number, (gold, root) in worst]
    return "\n".join(lines)


def _tallies(confusion: Mapping[tuple[Label, Label], int]) -> dict[Label, Tally]:
    gold: Counter[Label] = Counter()
    found: Counter[Label] = Counter()
    for (one, other), number in confusion.items():
        gold[one] += number
        found[other] += number
    return {
        one: Tally(gold[one], found[one], confusion.get((one, one), 0)) for one in sorted({*gold, *found})
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
