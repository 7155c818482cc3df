"""Which signal is which gold event: one to one inside an article, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streams.evaluation.gold import Event, core

LEVELS = ("family", "stage", "loose", "strict")
"""What has to agree: the family; the stage too; half of the core actors too; all of them."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold event and the signal taken for it, by their indexes, and the levels at which they agree."""

    gold: int
    signal: int
    agree: frozenset[str]
    close: float

    def __contains__(self, level: str) -> bool:
        return level in self.agree

    @property
    def rank(self) -> tuple[bool, bool, bool, float, int, int]:
        """What makes a pair better than others."""
        return "strict" in self, "loose" in self, "stage" in self, self.close, -self.gold, -self.signal


def pairs(gold: Sequence[Event], signals: Sequence[Event]) -> list[Pair]:
    """The pairs of one article; each event and each signal is in one of them at most."""
    possible = [
        pair
        for i, event in enumerate(gold)
        for j, signal in enumerate(signals)
        if (pair := _pair(i, event, j, signal)) is not None
    ]
    found: list[Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for pair in sorted(possible, key=lambda one: one.rank, reverse=True):
        if pair.gold not in taken[0] and pair.signal not in taken[1]:
            taken[0].add(pair.gold)
            taken[1].add(pair.signal)
            found.append(pair)
    return found


def _pair(i: int, event: Event, j: int, signal: Event) -> Pair | None:
    if event["family"] != signal["family"]:
        return None
    wanted, got = core(event), core(signal)
    close = len(wanted & got) / len(wanted | got) if wanted | got else 1.0
    agree = {"family"}
    if event["stage"] == signal["stage"]:
        agree.add("stage")
        if close >= _HALF:
            agree.add("loose")
        if wanted == got:
            agree.add("strict")
    return Pair(i, j, frozenset(agree), close)
