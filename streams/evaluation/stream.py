"""Gold streams: deliveries in order of arrival, each with the threads that it belongs to and what it does to them.

JSON Lines of `{"article", "gold" or "golds", "signals"}`, as `LABELS` of the corpus has them. `readings_of` detects
what the articles say; `given_readings` takes the gold signals instead, so that the tracker is judged alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from streams.article import Read
from streams.detect.knowledge import Knowledge
from streams.enrich.source import source_of
from streams.errors import SettingsError
from streams.pipeline import Pipeline
from streams.reading import Actor, Evidence, Place, Reading, Signal, Time
from streams.track.fold import Effect, step
from streams.track.state import State
from streams.track.table import Table

PUSHES = ("new", "development", "correction", "retraction")
"""The effects that subscribers hear of."""

SURE = 0.9
"""Confidence of a gold signal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a delivery is to do to one thread; `update` is one of `PUSHES` or "none"."""

    thread: str
    family: str
    update: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An article as it arrives, with its gold: what it does to threads, and all its signals where given."""

    article: dict[str, Any]
    wanted: tuple[Wanted, ...]
    signals: tuple[dict[str, Any], ...]


def is_stream(path: Path) -> bool:
    """Whether a gold file is a stream and no set of single articles."""
    with path.open("rb") as lines:
        first = orjson.loads(next(lines, b"{}"))
    return "golds" in first or isinstance(first.get("gold"), dict)


def load(path: Path) -> list[Delivery]:
    """The deliveries of a file. Raises `SettingsError` with the line that is none."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            item = orjson.loads(line)
            golds = item["golds"] if "golds" in item else [item["gold"]]
            wanted = tuple(
                Wanted(gold["thread"], gold["family"], gold["update"])
                for gold in golds
                if gold and gold["thread"]
            )
            found.append(Delivery(item["article"], wanted, tuple(item.get("signals", ()))))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SettingsError(
                f'{path}: line {number} is no delivery {{"article", "golds", "signals"}}: {error!r}'
            ) from error
    return found


def readings_of(deliveries: Iterable[Delivery], pipeline: Pipeline) -> list[Reading | None]:
    """What each delivery's article says as it is detected; None where nothing is kept. Raises `SettingsError`
    for an article that is rejected.
    """
    return [_read(delivery, pipeline).reading for delivery in deliveries]


def given_readings(deliveries: Iterable[Delivery], pipeline: Pipeline) -> list[Reading | None]:
    """The same with the gold signals in place of the detected ones. Raises `SettingsError` for a stream that
    has none.
    """
    return both_readings(deliveries, pipeline)[0]


def both_readings(
    deliveries: Iterable[Delivery], pipeline: Pipeline
) -> tuple[list[Reading | None], list[Reading | None]]:
    """Readings with the gold signals, and those with the detected ones. Raises as `given_readings`."""
    deliveries = list(deliveries)
    if not any(delivery.signals for delivery in deliveries):
        raise SettingsError("this stream has no gold signals: its lines need a list under `signals`")
    read = [_read(delivery, pipeline) for delivery in deliveries]
    given = [
        _given(delivery, one, pipeline.knowledge) for delivery, one in zip(deliveries, read, strict=True)
    ]
    return given, [one.reading for one in read]


def trace(readings: Iterable[Reading | None], table: Table | None = None) -> Iterator[tuple[Effect, ...]]:
    """What each reading does to the threads that it touches, from no state."""
    state = State.empty(table)
    for reading in readings:
        if reading is None:
            yield ()
            continue
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        yield folded.effects


def _read(delivery: Delivery, pipeline: Pipeline) -> Read:
    article = delivery.article
    when = article.get("received") or article.get("updated") or article["published"]
    read = pipeline.read(orjson.dumps(article), received=datetime.fromisoformat(when).astimezone(UTC))
    if not isinstance(read, Read):
        raise SettingsError(f"delivery {article['id']}: {read.code}: {read.message}")
    return read


def _given(delivery: Delivery, read: Read, knowledge: Knowledge) -> Reading | None:
    enriched = read.enriched
    if enriched.article.withdrawn:
        return read.reading
    signals = tuple(_signal(gold, number, read, knowledge) for number, gold in enumerate(delivery.signals))
    if not signals:
        return None
    table = knowledge.texts[enriched.language].clean
    source = source_of(
        enriched.article, enriched.language, enriched.mentions, knowledge.publishers, table=table
    )
    return Reading(source, signals, enriched.knowledge)


def _signal(gold: dict[str, Any], number: int, read: Read, knowledge: Knowledge) -> Signal:
    article = read.enriched.article
    actors = tuple(Actor(actor["id"], actor["id"], actor["role"]) for actor in gold["actors"])
    spot, day = gold.get("place"), gold.get("date")
    place = Place(spot.get("name"), spot.get("country")) if spot else None
    places = [name for name in (place.name, place.country) if name] if place else []
    core = ",".join(sorted(actor.id for actor in actors))
    return Signal(
        id=f"{article.id}|{gold['family']}|{core}|{day or ''}|{number}",
        article=article.id,
        family=gold["family"],
        stage=gold["stage"],
        detail=gold.get("detail"),
        background=bool(gold.get("background")),
        asserted_by=gold.get("asserted_by"),
        actors=actors,
        place=place,
        time=Time(day, day, "day", day) if day else None,
        attributes=dict(gold.get("attributes") or {}),
        processes=knowledge.processes.match({actor.id: actor.role for actor in actors}, places),
        language=read.enriched.language,
        evidence=Evidence(gold.get("quote", ""), 0, 0),
        rule="gold",
        confidence=SURE,
        kept=True,
    )
