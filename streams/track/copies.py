"""Copies: which reports are one text, so that they count as one publisher.

Texts are compared by a sketch, the low bytes of the article's MinHash signature, with the latest texts of
the thread that the report joins: a bounded window that is stored with the thread. Translations share no
words, so texts of one agency are copies when they name the same things.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache

from streams.reading import Source
from streams.track.table import Copies
from streams.track.thread import Group, Text, Thread

SAMPLES = 32
"""MinHash values that a sketch keeps one byte of."""

BAND = 4
"""Bytes of a sketch that near copies share somewhere."""

DAY = 86_400


def sketch(signature: tuple[int, ...]) -> str:
    """The stored form of a signature; empty for a signature too short to say anything."""
    if len(signature) < SAMPLES:
        return ""
    return base64.b64encode(bytes([value & 0xFF for value in signature[:SAMPLES]])).decode()


def likeness(one: str, other: str) -> float:
    """Share of equal MinHash values of two sketches; 0 when either is empty."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    return (_bits(one) ^ _bits(other)).to_bytes(SAMPLES, "big").count(0) / SAMPLES


@lru_cache(maxsize=32_768)
def _bits(mark: str) -> int:
    return int.from_bytes(base64.b64decode(mark), "big")


def bands(mark: str) -> list[str]:
    """Pieces of a sketch, by which near copies are found: they nearly always share one."""
    data = base64.b64decode(mark)
    return [f"{at}:{data[at : at + BAND].hex()}" for at in range(0, len(data), BAND)]


def copied_from(thread: Thread, source: Source, mark: str, at: int, rules: Copies) -> int | None:
    """The group of the text that this one copies; None for a text of its own."""
    best: tuple[float, int] | None = None
    for text in thread.texts:
        like = likeness(mark, text.sketch)
        if like >= rules.similarity and (best is None or like > best[0]):
            best = (like, text.group)
    if best is not None:
        return best[1]
    return _same_agency(thread, source, at, rules)


def _same_agency(thread: Thread, source: Source, at: int, rules: Copies) -> int | None:
    agencies = {name.casefold() for name in (source.origin, *source.credits) if name}
    own = (source.publisher or "").casefold()
    if not _close(source.names, thread.names, rules.names):
        return None
    for group in thread.groups:
        theirs = (group.origin or "").casefold()
        shared = group.name.casefold() in agencies or theirs in agencies or (theirs and theirs == own)
        if shared and _is_recent(thread, group, at, rules.days):
            return group.g
    return None


def _is_recent(thread: Thread, group: Group, at: int, days: int) -> bool:
    times = [entry.at for entry in thread.entries if entry.group == group.g]
    return any(abs(at - time) <= days * DAY for time in times)


def _close(one: Iterable[str], other: Iterable[str], least: float) -> bool:
    mine, theirs = set(one), set(other)
    if not mine or not theirs:
        return True
    return len(mine & theirs) / min(len(mine), len(theirs)) >= least


def group_of(thread: Thread, publisher: str) -> int | None:
    """The group that a publisher already belongs to."""
    for group in thread.groups:
        if group.name == publisher:
            return group.g
    return next((entry.group for entry in thread.entries if entry.publisher == publisher), None)


def remember(thread: Thread, group: int, mark: str, at: int) -> None:
    """Keep the sketch of a text, unless the thread has the very same."""
    if mark and all(text.sketch != mark for text in thread.texts):
        thread.texts.append(Text(group, mark, at))
