"""`Speaker`: who says what a reading says, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from streams.reading import Reading, Source
from streams.track import look as looks
from streams.track.copies import sketch
from streams.track.state import State
from streams.track.thread import clip, short_id

NAME_BYTES = 120
"""Bytes of a publisher's name that a thread keeps."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says what a reading says: its article, the name that threads know it by, publisher, time
    (seconds) and sketch of the text.
    """

    article: Source
    name: str
    publisher: str
    at: int
    sketch: str
    as_of: datetime
    backfill: bool
    flags: tuple[str, ...]
    knowledge: str


def speaker_of(reading: Reading, state: State) -> Speaker:
    """Who says what the reading says, and when: a date in the future counts as that of arrival."""
    article, table = reading.article, state.table
    published, received = looks.seconds(article.published), looks.seconds(article.received)
    said = published if article.updated is None else looks.seconds(article.updated)
    future = said > received + table.future_minutes * 60
    late = received - published > table.lateness_days * looks.DAY
    return Speaker(
        article=article,
        name=short_id(article.id),
        publisher=clip(article.publisher or "unknown", NAME_BYTES),
        at=received if future else said,
        sketch=sketch(article.signature),
        as_of=utc(article.received),
        backfill=article.backfill or late,
        flags=("future-dated",) if future else (),
        knowledge=reading.knowledge,
    )


def utc(when: datetime) -> datetime:
    """A time with an offset; one without counts as UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
