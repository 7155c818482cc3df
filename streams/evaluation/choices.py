"""What the tracker chose from and what gold chooses: signals with their candidate threads, from which the weights of
"same affair?" are fitted.

A stream is replayed with gold in the place of the decision, so that the choices depend on no weights. A detected
signal has the gold thread of the gold signal of its delivery that it is most alike.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from streams.evaluation.regression import Choice, Row
from streams.evaluation.stream import Delivery
from streams.evaluation.threads import near
from streams.events import thread_id
from streams.reading import CORE_ROLES, Reading, Signal
from streams.track import same
from streams.track.fold import step
from streams.track.look import Look
from streams.track.state import State
from streams.track.table import Table, Weights

THRESHOLDS = frozenset({"join", "reopen", "merge"})
SHAPES = frozenset({"lone"})
"""Fields of the weights that a score is no sum of: what it is compared with, and what bends one of its parts."""

NAMES = tuple(field.name for field in dataclasses.fields(Weights) if field.name not in THRESHOLDS | SHAPES)
"""The weights that a score sums, in the order of the table."""


WEIGHTS = (*NAMES, "join")
"""What is fitted: a signal that joins no thread has the threshold for its score."""

NONE = (*(0.0 for _ in NAMES), 1.0)
"""The parts of a new affair's score."""


def of_stream(
    deliveries: Sequence[Delivery], readings: Sequence[Reading | None], table: Table
) -> list[Choice]:
    """The decisions of a stream that has candidates for its signals, in order."""
    chooser, state = _Gold(table), State.empty(table)
    for delivery, reading in zip(deliveries, readings, strict=True):
        if reading is None:
            continue
        chooser.learn(delivery, reading)
        folded = step(state, reading, reading.article.received, chooser.choose)
        state.absorb(folded.state)
    return chooser.choices


class _Gold:
    """Chooses as gold does, and notes what there was to choose from."""

    def __init__(self, table: Table) -> None:
        self.units = _units(table.same)
        self.affairs: dict[str, str | None] = {}
        self.threads: dict[str, str | None] = {}
        self.choices: list[Choice] = []

    def learn(self, delivery: Delivery, reading: Reading) -> None:
        """What affair each signal of a reading reports."""
        for signal in reading.signals:
            affair = _affair(signal, delivery)
            self.affairs[signal.id] = affair
            self.threads.setdefault(thread_id(signal.id), affair)

    def choose(
        self, signal: Look, candidates: list[Look], table: Table, now: int
    ) -> tuple[Look, float] | None:
        """The candidate of the signal's affair. A signal of no known affair goes where the weights say."""
        affair = self.affairs.get(signal.id)
        if affair is None:
            return same.best(signal, candidates, table, now)
        known = [look for look in candidates if self.threads.get(look.id) is not None]
        mine = [look for look in known if self.threads[look.id] == affair]
        chosen = max(mine, key=lambda look: (look.last, look.id), default=None)
        others = sorted((look for look in known if look not in mine), key=lambda look: look.id)
        looks = others if chosen is None else [chosen, *others]
        if looks:
            options = (*(self._parts(signal, look, table) for look in looks), NONE)
            self.choices.append(Choice(options, len(looks) if chosen is None else 0))
        return None if chosen is None else (chosen, table.same.join)

    def _parts(self, signal: Look, thread: Look, table: Table) -> Row:
        row = table.family(signal.family)
        copied = float(same.is_copy(signal, thread, table))
        parts = (
            copied if name == "copy" else same.score(signal, thread, row, unit)
            for name, unit in self.units.items()
        )
        return (*parts, 0.0)


def _units(weights: Weights) -> dict[str, Weights]:
    """For each weight, weights of which only it is one: what a score then is, is the weight's part in it."""
    nothing = dataclasses.replace(weights, **dict.fromkeys(NAMES, 0.0))
    return {name: dataclasses.replace(nothing, **{name: 1.0}) for name in NAMES}


def _affair(signal: Signal, delivery: Delivery) -> str | None:
    """The gold thread of the delivery's signal that this one is most alike; None where none is of its family."""
    options = [
        gold for gold in delivery.signals if gold.get("thread") and near(signal.family, gold["family"])
    ]
    if not options:
        return None
    return str(max(options, key=lambda gold: _alike(signal, gold))["thread"])


def _alike(signal: Signal, gold: Mapping[str, Any]) -> tuple[float, ...]:
    core = {actor["id"] for actor in gold["actors"] if actor["role"] in CORE_ROLES}
    place = (gold.get("place") or {}).get("name")
    union = len(core | signal.core) or 1
    return (
        signal.family == gold["family"],
        len(core & signal.core) / union,
        signal.detail == gold.get("detail"),
        signal.place is not None and signal.place.name == place,
        signal.time is not None and signal.time.start == gold.get("date"),
        signal.stage == gold["stage"],
    )
