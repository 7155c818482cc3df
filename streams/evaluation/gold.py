"""Labelled articles: JSON Lines of `{"article": {…}, "gold": [event, …]}`, as `LABELS` of the corpus has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from streams.article import Read
from streams.errors import SettingsError
from streams.pipeline import Pipeline
from streams.wire import encode

Event = dict[str, Any]
"""A gold event, or a signal as it is on the wire: family, stage, actors, place, date or time, background."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with the events that a careful reader finds in it."""

    article: dict[str, Any]
    gold: list[Event]

    @property
    def id(self) -> str:
        """The article's id."""
        return str(self.article["id"])


def load(path: Path) -> list[Labelled]:
    """The labelled articles of a file. Raises `SettingsError` with the line that is none."""
    found: list[Labelled] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = orjson.loads(line)
            found.append(Labelled(item["article"], item["gold"]))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SettingsError(
                f'{path}: line {number} is no labelled article {{"article": …, "gold": […]}}: {error}'
            ) from error
    return found


def signals_of(items: Iterable[Labelled], pipeline: Pipeline) -> dict[str, list[Event]]:
    """All signals by article id, those below the threshold too (`kept` is false). Raises `SettingsError` for
    an article that the pipeline rejects.
    """
    found: dict[str, list[Event]] = {}
    for item in items:
        published = datetime.fromisoformat(str(item.article["published"]))
        read = pipeline.read(orjson.dumps(item.article), received=published)
        if not isinstance(read, Read):
            raise SettingsError(f"labelled article {item.id}: {read.code}: {read.message}")
        found[item.id] = orjson.loads(encode(read.enriched.signals))
    return found


def kept(signals: Iterable[Event]) -> list[Event]:
    """The signals above the threshold, each event once however often the article tells it."""
    seen: dict[tuple[Any, ...], Event] = {}
    for signal in signals:
        if signal["kept"]:
            start = (signal.get("time") or {}).get("start")
            seen.setdefault((signal["family"], signal["stage"], core(signal), start), signal)
    return list(seen.values())


def core(event: Event) -> frozenset[str]:
    """Who makes the event what it is: parties, actors and recipients."""
    actors = event.get("actors", [])
    return frozenset(actor["id"] for actor in actors if actor.get("role") in ("party", "actor", "recipient"))
