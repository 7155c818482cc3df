"""How good tracking is on a gold stream: threads by B³, updates by precision and recall.

A gold item of a delivery is paired with the thread of the same family that the tracker touched, else of a near
one; what it missed counts as a thread of its own. Every other update that is pushed is a false alarm.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from streams.evaluation.stream import PUSHES, Delivery, Wanted
from streams.track.fold import Effect

NEAR = (
    {"peace-talks", "diplomacy", "agreements", "ceasefires"},
    {"defence-cooperation", "aid", "agreements", "diplomacy"},
    {"escalation", "defence-cooperation", "coercion", "attacks"},
    {"ceasefires", "aid"},
    {"peacekeeping", "defence-cooperation"},
)
"""Families that a careful reader may take one for the other."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A push that is missing, wrong or of another kind: which delivery (from 1), thread of the gold, what was
    wanted and got, and the tracker's thread.
    """

    delivery: int
    gold: str | None
    family: str
    wanted: str | None
    got: str | None
    thread: str | None


@dataclass(slots=True)
class Score:
    """What was counted: `items` are pairs of gold thread and tracker's thread (None when missed)."""

    items: list[tuple[str, str | None]] = field(default_factory=list)
    right: int = 0
    got: int = 0
    wanted: int = 0
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in PUSHES})
    slips: list[Slip] = field(default_factory=list)
    at: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def b3(self) -> tuple[float, float, float]:
        """B³ precision, recall and F1 over the items."""
        names = [name for name, _ in self.items]
        keys = [thread or f"missed {number}" for number, (_, thread) in enumerate(self.items)]
        gold, found = _groups(names), _groups(keys)
        shared = [
            (len(gold[name] & found[key]), len(gold[name]), len(found[key]))
            for name, key in zip(names, keys, strict=True)
        ]
        count = max(1, len(self.items))
        precision = sum(both / theirs for both, _, theirs in shared) / count
        recall = sum(both / mine for both, mine, _ in shared) / count
        return precision, recall, f1(precision, recall)

    @property
    def found(self) -> float:
        """The share of items for which the tracker touched some thread."""
        return sum(thread is not None for _, thread in self.items) / max(1, len(self.items))

    @property
    def updates(self) -> tuple[float, float, float]:
        """Precision, recall and F1 of pushes, of whatever kind."""
        precision, recall = self.right / max(1, self.got), self.right / max(1, self.wanted)
        return precision, recall, f1(precision, recall)

    @property
    def kind_f1(self) -> float:
        """F1 of pushes that are also of the right kind."""
        right = sum(count["right"] for count in self.kinds.values())
        return f1(right / max(1, self.got), right / max(1, self.wanted))

    def merges(self) -> dict[str, list[str]]:
        """Tracker's threads that mix several gold ones, with these."""
        return _several((thread, gold) for gold, thread in self.items if thread is not None)

    def splits(self) -> dict[str, list[str]]:
        """Gold threads that the tracker split, with its threads."""
        return _several((gold, thread) for gold, thread in self.items if thread is not None)


def score(deliveries: Sequence[Delivery], traces: Iterable[Sequence[Effect]]) -> Score:
    """The figures of a trace on its stream."""
    found, last = Score(), dict[str, str]()
    for number, (delivery, effects) in enumerate(zip(deliveries, traces, strict=True), 1):
        left = list(effects)
        for wanted in delivery.wanted:
            effect = _choose(wanted, left, last)
            if effect is not None:
                left.remove(effect)
                last.setdefault(wanted.thread, effect.thread)
            _count(found, number, wanted, effect)
        for effect in left:
            if effect.effect in PUSHES:
                found.got += 1
                found.kinds[effect.effect]["got"] += 1
                found.slips.append(Slip(number, None, effect.family, None, effect.effect, effect.thread))
    return found


def total(scores: Iterable[Score]) -> Score:
    """Several streams as one; their threads stay apart."""
    found = Score()
    for number, one in enumerate(scores):
        found.items += [(f"{number}/{gold}", thread and f"{number}/{thread}") for gold, thread in one.items]
        found.right, found.got, found.wanted = (
            found.right + one.right,
            found.got + one.got,
            found.wanted + one.wanted,
        )
        for kind in PUSHES:
            found.kinds[kind] += one.kinds[kind]
    return found


def f1(precision: float, recall: float) -> float:
    """Harmonic mean; 0 for two zeros."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _choose(wanted: Wanted, effects: Sequence[Effect], last: dict[str, str]) -> Effect | None:
    """The effect for a gold item: of its family before a near one, of the thread it had before, a push."""
    fitting = [effect for effect in effects if near(effect.family, wanted.family)]
    return max(
        fitting,
        key=lambda effect: (
            effect.family == wanted.family,
            effect.thread == last.get(wanted.thread),
            effect.effect in PUSHES,
        ),
        default=None,
    )


def _count(score: Score, number: int, wanted: Wanted, effect: Effect | None) -> None:
    thread = effect.thread if effect is not None else None
    score.items.append((wanted.thread, thread))
    if thread is not None:
        score.at[wanted.thread, thread].append(number)
    want = wanted.update if wanted.update in PUSHES else None
    got = effect.effect if effect is not None and effect.effect in PUSHES else None
    score.wanted += want is not None
    score.got += got is not None
    score.right += want is not None and got is not None
    if want is not None:
        score.kinds[want]["gold"] += 1
        score.kinds[want]["right"] += want == got
    if got is not None:
        score.kinds[got]["got"] += 1
    if want != got:
        score.slips.append(Slip(number, wanted.thread, wanted.family, want, got, thread))


def near(one: str, other: str) -> bool:
    """Whether a careful reader may take one family for the other."""
    return one == other or any(one in group and other in group for group in NEAR)


def _groups(names: Sequence[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, name in enumerate(names):
        found[name].add(number)
    return found


def _several(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        if other not in found[one]:
            found[one].append(other)
    return {one: others for one, others in found.items() if len(others) > 1}
