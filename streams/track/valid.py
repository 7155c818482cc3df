"""Whether a reading is one that threads can hold: what else stands on `signals` is told from it before it is folded.

Our own readings always are. Others may write to the topic too, and what a thread takes in stays for months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

import orjson

from streams.reading import Reading, Signal

NAME_BYTES = 240
"""Bytes in JSON of a name, an id or another short text that a thread keeps."""
ATTRIBUTE_BYTES = 2048
"""Bytes in JSON of a signal's attributes."""
MOST_SIGNALS = 1000
"""Signals of an article."""
_FAMILY = re.compile(r"[a-z]+(?:-[a-z]+)*")
_YEARS = range(1800, 2201)
_ESCAPED = 6
"""Bytes that a character may take in JSON."""


def flaw(reading: Reading) -> str | None:
    """What is wrong with the reading; None when nothing is."""
    article = reading.article
    for name, time in (
        ("published", article.published),
        ("received", article.received),
        ("updated", article.updated),
    ):
        if time is not None and not _is_time(time):
            return f"article.{name}: {time.isoformat()} is no time of news"
    for name, text in (
        ("version", article.version),
        ("origin", article.origin),
        ("knowledge", reading.knowledge),
    ):
        if text is not None and not _fits(text):
            return f"{name}: over {NAME_BYTES} bytes"
    for name, signals in (("signals", reading.signals), ("doubtful", reading.doubtful)):
        if len(signals) > MOST_SIGNALS:
            return f"{name}: {len(signals)}, at most {MOST_SIGNALS} are allowed"
        for number, signal in enumerate(signals):
            wrong = _signal_flaw(signal)
            if wrong is not None:
                return f"{name}[{number}].{wrong}"
    return None


def _signal_flaw(signal: Signal) -> str | None:
    if not _FAMILY.fullmatch(signal.family):
        return f"family: {signal.family[:80]!r} can be no topic's name"
    if not 0.0 <= signal.confidence <= 1.0:
        return f"confidence: {signal.confidence} is no probability"
    for name, text in _texts(signal):
        if text is not None and not _fits(text):
            return f"{name}: over {NAME_BYTES} bytes"
    if signal.time is not None:
        for name, day in (("start", signal.time.start), ("end", signal.time.end)):
            if day is not None and not _is_day(day):
                return f"time.{name}: {day[:40]!r} is no date YYYY-MM-DD"
    return _attributes_flaw(signal)


def _attributes_flaw(signal: Signal) -> str | None:
    if not signal.attributes:
        return None
    try:
        size = len(orjson.dumps(signal.attributes))
    except TypeError as error:
        return f"attributes: {error}"
    return f"attributes: {size} bytes, {ATTRIBUTE_BYTES} are allowed" if size > ATTRIBUTE_BYTES else None


def _texts(signal: Signal) -> Iterator[tuple[str, str | None]]:
    """The texts of a signal that a thread keeps, by name."""
    yield "id", signal.id
    yield "family", signal.family
    yield "detail", signal.detail
    yield "asserted_by", signal.asserted_by
    yield "language", signal.language
    for actor in signal.actors:
        for text in (actor.id, actor.name, actor.sector, actor.person):
            yield "actors", text
    for process in signal.processes:
        yield "processes", process
    if signal.place is not None:
        yield "place.name", signal.place.name
        yield "place.country", signal.place.country
    if signal.time is not None:
        yield "time.text", signal.time.text
    if signal.plover is not None:
        yield "plover.event", signal.plover.event
        yield "plover.mode", signal.plover.mode
    if signal.cameo is not None:
        yield "cameo.code", signal.cameo.code


def _fits(text: str) -> bool:
    return len(text) * _ESCAPED <= NAME_BYTES or len(orjson.dumps(text)) <= NAME_BYTES


def _is_time(time: datetime) -> bool:
    return time.year in _YEARS


def _is_day(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
