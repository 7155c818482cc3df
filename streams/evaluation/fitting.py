"""The weights of "same affair?", fitted on gold streams, and what they are worth on a stream that they have not seen."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.errors import SettingsError
from streams.evaluation import choices, regression, stream, threads
from streams.evaluation.choices import WEIGHTS
from streams.evaluation.regression import Choice
from streams.evaluation.stream import Delivery
from streams.evaluation.threads import Score
from streams.pipeline import Pipeline
from streams.reading import Reading
from streams.track.table import Table, Weights

PULL = 0.3
"""How strongly a weight is held to what it was: with a few hundred decisions, some weights have hardly any to say
what they should be.
"""

DIGITS = 2


@dataclass(frozen=True, slots=True)
class Told:
    """A stream with its gold signals and its detected ones, and the decisions that both give."""

    name: str
    deliveries: list[Delivery]
    readings: dict[str, list[Reading | None]]
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Figures:
    """B³ F1 of threads, precision and recall of updates, F1 of updates by kind."""

    b3: float
    precision: float
    recall: float
    kind: float

    def is_worse(self, than: Figures) -> bool:
        """Whether threads or updates by kind are worse."""
        return self.b3 < than.b3 or self.kind < than.kind


def load(path: Path, pipeline: Pipeline, table: Table) -> Told:
    """A gold stream, read. Raises `SettingsError` for a file that is none or has no gold signals."""
    deliveries = stream.load(path)
    given, detected = stream.both_readings(deliveries, pipeline)
    readings = {"gold": given, "detected": detected}
    found = [one for told in readings.values() for one in choices.of_stream(deliveries, told, table)]
    return Told(path.stem, deliveries, readings, found)


def fit(told: Sequence[Told], weights: Weights, pull: float = PULL) -> Weights:
    """The weights fitted on these streams, rounded as the table has them."""
    found = regression.fit([choice for one in told for choice in one.choices], values(weights), pull)
    rounded = {name: round(value, DIGITS) + 0.0 for name, value in zip(WEIGHTS, found, strict=True)}
    return dataclasses.replace(weights, **rounded)


def values(weights: Weights) -> list[float]:
    """The weights in the order of `WEIGHTS`."""
    return [float(getattr(weights, name)) for name in WEIGHTS]


def figures(told: Sequence[Told], tables: Sequence[Table]) -> dict[str, Figures]:
    """What tracking reaches on gold and on detected signals, each stream with a table of its own."""
    found = {}
    for kind in ("gold", "detected"):
        scores = [_score(one, one.readings[kind], table) for one, table in zip(told, tables, strict=True)]
        everything = threads.total(scores)
        found[kind] = Figures(everything.b3[2], *everything.updates[:2], everything.kind_f1)
    return found


def left_out(told: Sequence[Told], table: Table, pull: float = PULL) -> list[Table]:
    """For each stream the table with weights that are fitted on the others."""
    found = []
    for one in told:
        rest = [other for other in told if other is not one]
        found.append(dataclasses.replace(table, same=fit(rest, table.same, pull)))
    return found


def _score(told: Told, readings: Sequence[Reading | None], table: Table) -> Score:
    return threads.score(told.deliveries, list(stream.trace(readings, table)))


def changed(before: Weights, after: Weights) -> Iterator[tuple[str, float, float]]:
    """The weights that differ: name, before, after."""
    for name in WEIGHTS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield name, old, new


def written(text: str, weights: Weights) -> str:
    """The table's text with these weights; everything else, comments too, stays. Raises `SettingsError` where a
    weight has no line of its own.
    """
    for name in WEIGHTS:
        line = re.search(rf"^{name} = \S+ *", text, re.MULTILINE)
        if line is None:
            raise SettingsError(f"the table has no line `{name} = …` to write a weight to")
        told = f"{name} = {getattr(weights, name)}"
        width = len(line[0]) if line[0].endswith(" ") else 0
        text = text[: line.start()] + told.ljust(width) + text[line.end() :]
    return text
