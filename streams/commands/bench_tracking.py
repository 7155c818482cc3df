"""The part of `parley bench` that measures tracking: readings a second, and bytes for each open thread.

Its affairs are made up: two of two hundred states, a place and a day. Half of the readings are copies of the first
report, a third say the same in other words, the rest bring a higher toll or a later stage.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from streams.reading import Actor, Evidence, Place, Reading, Signal, Source, Time
from streams.track.fold import step
from streams.track.state import State

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_STATES = tuple(f"{a}{b}{c}" for a in "ABCDEFGH" for b in "ABCDE" for c in "ABCDE")
_KINDS = (
    ("peace-talks", "scheduled", "held"),
    ("attacks", "concluded", "air-strike"),
    ("aid", "scheduled", "humanitarian"),
    ("sanctions", "concluded", "imposed"),
    ("diplomacy", "scheduled", "meeting"),
    ("statements", "concluded", "condemnation"),
    ("coercion", "concluded", "arrest"),
    ("escalation", "concluded", "threat"),
    ("agreements", "proposed", "signed"),
    ("protests", "concluded", "demonstration"),
)
_MUTUAL = ("peace-talks", "diplomacy", "agreements")
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Tracked:
    """What was measured: open threads, readings a second of processor time, the share of them that pushed."""

    threads: int
    rate: float
    pushed: float


def measure(threads: int, readings: int, *, seed: int = 1) -> Tracked:
    """Fold `readings` into a state of so many open threads."""
    dice = random.Random(seed)  # noqa: S311 - a made-up world
    first = [first_report(number, dice) for number in range(threads)]
    state = State.empty()
    for reading in first:
        state.absorb(step(state, reading, reading.article.received).state)
    told = list(_reports(first, readings, dice))
    gc.collect()
    gc.freeze()  # as in a worker, whose state is kept away from the collector
    begin, pushes = time.process_time(), 0
    for reading in told:
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        pushes += len(folded.updates)
    spent = time.process_time() - begin
    gc.unfreeze()
    return Tracked(len(state), readings / spent, pushes / readings)


def first_report(number: int, dice: random.Random) -> Reading:
    """The first report of an affair."""
    family, stage, detail = dice.choice(_KINDS)
    one, other = dice.sample(_STATES, 2)
    roles = ("party", "party") if family in _MUTUAL else ("actor", "recipient")
    place, day = (
        f"Town {dice.randrange(20_000)}",
        (_BEGIN + timedelta(days=dice.randrange(40))).date().isoformat(),
    )
    signal = Signal(
        id=f"signal-{number}",
        article=f"article-{number}",
        family=family,
        stage=stage,  # type: ignore[arg-type]  # one of the stages
        detail=detail,
        background=False,
        asserted_by=None,
        actors=(Actor(one, one, roles[0]), Actor(other, other, roles[1])),  # type: ignore[arg-type]  # as above
        place=Place(place, other),
        time=Time(day, day, "day", day),
        attributes={"killed": {"value": 3}} if family == "attacks" else {},
        processes=(),
        language="en",
        evidence=Evidence("words that say so " * 4, 0, 72),
        rule="bench",
        confidence=0.8,
        kept=True,
    )
    at = _BEGIN + timedelta(seconds=number)
    names = (one, other, place)
    signature = tuple(dice.getrandbits(32) for _ in range(_SIGNATURE))
    source = Source(
        f"article-{number}", "1", at, at, "en", publisher="wire 0", signature=signature, names=names
    )
    return Reading(source, (signal,), "bench")


def _reports(first: list[Reading], count: int, dice: random.Random) -> Iterator[Reading]:
    """Later reports of affairs drawn at random."""
    for number in range(count):
        told = dice.choice(first)
        name, at = f"later-{number}", _BEGIN + timedelta(days=1, seconds=number * 0.05)
        signal = replace(told.signals[0], id=f"later-signal-{number}", article=name)
        source = replace(told.article, id=name, published=at, received=at, publisher=f"outlet {number % 400}")
        turn = number % 6
        if turn > 2:  # noqa: PLR2004 - half of them are copies
            signature = tuple(dice.getrandbits(32) for _ in range(_SIGNATURE))
            source = replace(source, signature=signature, publisher=f"wire {number % 2}")
        if turn == 5:  # noqa: PLR2004 - one in six is news
            signal = replace(
                signal, stage="concluded", attributes={"killed": {"value": dice.randrange(4, 99)}}
            )
        yield Reading(source, (signal,), "bench")
