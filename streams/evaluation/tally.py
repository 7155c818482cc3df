"""Figures: precision, recall and F1 by level; roles, place, date and background of what was found; false alarms."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from streams.evaluation.gold import Event, Labelled, kept
from streams.evaluation.match import LEVELS, Pair, pairs

DETAILS = ("roles", "country", "place", "date", "background")
"""What is asked of a signal once its family is right, where gold says it."""
_DRAWS = 1000


@dataclass(slots=True)
class Tally:
    """What was counted: events of gold, signals got, pairs by level, details right of those asked, and articles
    without events with how many of them raised an alarm.
    """

    gold: int = 0
    got: int = 0
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    alarms: int = 0

    def add(self, other: Tally) -> None:
        """Adds another tally's counts."""
        self.gold += other.gold
        self.got += other.got
        self.right.update(other.right)
        self.asked.update(other.asked)
        self.empty += other.empty
        self.alarms += other.alarms

    def precision(self, level: str) -> float:
        """The share of signals that are right at `level`; 0 without signals."""
        return self.right[level] / self.got if self.got else 0.0

    def recall(self, level: str) -> float:
        """The share of gold events that are found at `level`; 0 without events."""
        return self.right[level] / self.gold if self.gold else 0.0

    def f1(self, level: str) -> float:
        """Harmonic mean of precision and recall; 0 when nothing is right."""
        return 2 * self.right[level] / (self.gold + self.got) if self.right[level] else 0.0

    def share(self, detail: str) -> float | None:
        """The share of pairs whose `detail` is right, None where gold never says it."""
        return self.right[detail] / self.asked[detail] if self.asked[detail] else None


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its signals and which of them is which gold event."""

    item: Labelled
    signals: list[Event]
    found: list[Pair]


def judge(items: Iterable[Labelled], signals: dict[str, list[Event]]) -> Iterator[Judged]:
    """Every article with its kept signals, matched."""
    for item in items:
        got = kept(signals.get(item.id, []))
        yield Judged(item, got, pairs(item.gold, got))


def tally(judged: Judged) -> Tally:
    """The counts of one article."""
    item, got = judged.item, judged.signals
    counts = Tally(len(item.gold), len(got), empty=not item.gold, alarms=bool(got) and not item.gold)
    for pair in judged.found:
        counts.right.update(level for level in LEVELS if level in pair)
        for detail, right in details(item.gold[pair.gold], got[pair.signal]):
            counts.asked[detail] += 1
            counts.right[detail] += right
    return counts


def details(gold: Event, signal: Event) -> Iterator[tuple[str, bool]]:
    """Each detail that gold gives of a matched event, and whether the signal has it."""
    yield "roles", _roles(gold) == _roles(signal)
    place, found = gold.get("place"), signal.get("place") or {}
    if place:
        yield "country", found.get("country") == place["country"]
        if place.get("name"):
            yield "place", (found.get("name") or "").casefold() == place["name"].casefold()
    if gold.get("date"):
        yield "date", (signal.get("time") or {}).get("start") == gold["date"]
    yield "background", bool(signal["background"]) == bool(gold.get("background"))


def _roles(event: Event) -> set[tuple[str, str]]:
    return {(actor["id"], actor["role"]) for actor in event.get("actors", [])}


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of several tallies."""
    found = Tally()
    for one in tallies:
        found.add(one)
    return found


def by_language(judged: Iterable[Judged]) -> dict[str, Tally]:
    """Tallies by the articles' language."""
    found: dict[str, Tally] = {}
    for one in judged:
        found.setdefault(str(one.item.article["language"]), Tally()).add(tally(one))
    return found


def by_family(judged: Iterable[Judged]) -> dict[str, Tally]:
    """Tallies by family; an article without events belongs to none."""
    found: dict[str, Tally] = {}
    for one in judged:
        for event in one.item.gold:
            found.setdefault(event["family"], Tally()).gold += 1
        for signal in one.signals:
            found.setdefault(signal["family"], Tally()).got += 1
        for pair in one.found:
            counts = found[one.item.gold[pair.gold]["family"]]
            counts.right.update(level for level in LEVELS if level in pair)
    return found


def interval(tallies: Sequence[Tally], level: str) -> tuple[float, float]:
    """The 95 % interval of F1, by drawing articles with replacement (bootstrap, 1,000 draws, fixed seed)."""
    draw = random.Random(1)  # noqa: S311 - no secret
    scores = sorted(total(draw.choices(tallies, k=len(tallies))).f1(level) for _ in range(_DRAWS))
    return scores[_DRAWS // 40], scores[-_DRAWS // 40 - 1]
