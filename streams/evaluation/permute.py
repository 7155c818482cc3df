"""How much tracking depends on the order of arrival: a stream told again, each delivery delayed by chance.

Threads of two runs are the same when they share most deliveries; what they are called does not count.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from streams.reading import Reading
from streams.track.fold import step
from streams.track.state import State
from streams.track.table import Table
from streams.track.thread import Thread

FIELDS = ("stage", "actors", "time")
"""The final fields that are compared."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made of a stream: the threads of each delivery, and each thread as it was in the end."""

    threads: tuple[frozenset[str], ...]
    final: dict[str, Thread]


@dataclass(slots=True)
class Drift:
    """What differed, summed over runs: deliveries that went elsewhere, threads with another end, of how many."""

    deliveries: int = 0
    moved: int = 0
    threads: int = 0
    ended: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    examples: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def grouping(self) -> float:
        """The share of deliveries that went to another thread."""
        return self.moved / max(1, self.deliveries)

    @property
    def ending(self) -> float:
        """The share of threads that are missing, or whose final stage, core actors or time differ."""
        return self.ended / max(1, self.threads)

    def add(self, other: Drift) -> None:
        """Count another's runs too."""
        self.deliveries, self.moved = self.deliveries + other.deliveries, self.moved + other.moved
        self.threads, self.ended = self.threads + other.threads, self.ended + other.ended
        self.fields += other.fields
        self.examples += other.examples


def measure(
    readings: Sequence[Reading | None], hours: float, runs: int, seed: int, table: Table | None = None
) -> Drift:
    """Tell the readings `runs` times more, each delivery delayed by up to so many hours."""
    dice = random.Random(seed)  # noqa: S311 - which order is tried is no secret
    straight, drift = run(readings, range(len(readings)), table), Drift()
    for _ in range(runs):
        late, order = delayed(readings, hours, dice)
        compare(readings, straight, run(late, order, table), drift)
    return drift


def delayed(
    readings: Sequence[Reading | None], hours: float, dice: random.Random
) -> tuple[list[Reading | None], list[int]]:
    """The readings, each received by chance up to so many hours later, and the order in which they then arrive.
    Versions of one article stay in order: `articles` is keyed by the article, so they share a partition.
    """
    late: list[Reading | None] = []
    latest: dict[str, datetime] = {}
    for reading in readings:
        delay = timedelta(seconds=round(dice.uniform(0, hours * 3600)))
        if reading is None:
            late.append(None)
            continue
        article = reading.article
        received = max(article.received + delay, latest.get(article.id, article.received))
        latest[article.id] = received
        late.append(replace(reading, article=replace(article, received=received)))
    told = [number for number, reading in enumerate(late) if reading is not None]
    return late, sorted(told, key=lambda number: _received(late[number]))


def _received(reading: Reading | None) -> float:
    return reading.article.received.timestamp() if reading is not None else 0.0


def run(readings: Sequence[Reading | None], order: Sequence[int], table: Table | None = None) -> Outcome:
    """Fold the readings in this order, from no state."""
    state, final = State.empty(table), dict[str, Thread]()
    touched = [frozenset[str]()] * len(readings)
    for number in order:
        reading = readings[number]
        if reading is None:
            continue
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        touched[number] = frozenset(effect.thread for effect in folded.effects)
        for name in touched[number]:
            thread = state.get(name)
            if thread is not None:
                final[name] = thread
    survivors = {name: _survivor(name, final) for name in final}
    threads = tuple(frozenset(survivors[name] for name in names) for names in touched)
    return Outcome(threads, {name: thread for name, thread in final.items() if survivors[name] == name})


def _survivor(name: str, final: dict[str, Thread]) -> str:
    while final[name].merged_into in final:
        name = final[name].merged_into or name
    return name


def compare(readings: Sequence[Reading | None], one: Outcome, other: Outcome, drift: Drift) -> None:
    """Count what differs between two runs of the same readings."""
    same = _matched(one, other)
    for number, (mine, theirs) in enumerate(zip(one.threads, other.threads, strict=True)):
        reading = readings[number]
        if reading is None:
            continue
        drift.deliveries += 1
        if {same.get(name) for name in mine} != theirs:
            drift.moved += 1
            drift.examples["grouping", reading.article.id] += 1
    for name, thread in one.final.items():
        drift.threads += 1
        differing = list(_differing(thread, other.final.get(same.get(name, ""))))
        drift.ended += bool(differing)
        drift.fields.update(differing)
        for each in differing:
            drift.examples[each, f"{thread.family} {thread.entries[0].id if thread.entries else name}"] += 1


def _matched(one: Outcome, other: Outcome) -> dict[str, str]:
    """For a thread of one run that of the other with which it shares most deliveries; each is taken once."""
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for mine, theirs in zip(one.threads, other.threads, strict=True):
        for name in mine:
            for their in theirs:
                shared[name, their] += one.final[name].family == other.final[their].family
    found: dict[str, str] = {}
    for (name, their), count in sorted(shared.items(), key=lambda each: (-each[1], each[0])):
        if count and name not in found and their not in found.values():
            found[name] = their
    return found


def _differing(one: Thread, other: Thread | None) -> Iterator[str]:
    if other is None:
        yield "missing"
        return
    for name, mine, theirs in zip(FIELDS, _fields(one), _fields(other), strict=True):
        if mine != theirs:
            yield name


def _fields(thread: Thread) -> tuple[Any, ...]:
    time = (thread.time.start, thread.time.end) if thread.time else None
    return thread.stage, thread.core, time
