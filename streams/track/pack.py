"""Threads as records of at most 4 KB, and back.

What is oldest and least needed goes first: articles and publishers that are forgotten still count.
"""

from __future__ import annotations

import msgspec

from streams.track.thread import TOKEN, Entry, Thread, is_current

LIMIT = 4096
"""Bytes that a packed thread may have."""

ARTICLES = 20  # latest entries
GROUPS = 20  # latest independent publishers
FACTS = 28  # values that somebody reports, over all fields
ACTORS = 16
SEEN = 48  # tokens of article versions
TEXTS = 10  # sketches for near copies
QUOTES = 5  # each in another language
QUOTE_BYTES = 240
NAMES = 16  # key names of the articles
RELATED = 6
COURSE = 8  # stages gone through

LEAN_ARTICLES, LEAN_QUOTES, LEAN_TEXTS, LEAN_FACTS, LEAN_SEEN = 12, 2, 4, 12, 8
"""What stays of each list before everything else must shrink too."""

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Thread)


def unpack(data: bytes) -> Thread:
    """The thread of a record. Raises `msgspec.ValidationError` or `msgspec.DecodeError` for what is none."""
    return _DECODER.decode(data)


def pack(thread: Thread) -> bytes:
    """The record of a thread, at most `LIMIT` bytes: what is oldest and least needed goes first."""
    trim(thread)
    data = _ENCODER.encode(thread)
    while len(data) > LIMIT and _shrink(thread):
        data = _ENCODER.encode(thread)
    return data


def trim(thread: Thread) -> None:
    """Keep the lists within their lengths; forgotten articles and publishers still count."""
    for entry in thread.entries[:-ARTICLES]:
        _forget(thread, entry)
    del thread.entries[:-ARTICLES]
    for group in thread.groups[:-GROUPS]:
        thread.doubt = round(thread.doubt * (1.0 - group.best), 6)
    del thread.groups[:-GROUPS]
    del thread.texts[:-TEXTS]
    del thread.course[:-COURSE]
    del thread.related[:-RELATED]
    del thread.names[NAMES:]
    del thread.actors[ACTORS:]
    thread.seen = thread.seen[-SEEN * TOKEN :]
    _trim_facts(thread, FACTS)


def _trim_facts(thread: Thread, most: int) -> None:
    if len(thread.facts) > most:
        idle = [fact for fact in thread.facts if not is_current(thread, fact)]
        drop = {id(fact) for fact in idle[: len(thread.facts) - most]}
        thread.facts = [fact for fact in thread.facts if id(fact) not in drop]


def _forget(thread: Thread, entry: Entry) -> None:
    for fact in thread.facts:
        if entry.n in fact.articles:
            fact.articles.remove(entry.n)
            fact.more += 1


def _shrink(thread: Thread) -> bool:
    """Give up one thing; False when nothing is left to give up."""
    if len(thread.entries) > LEAN_ARTICLES:
        _forget(thread, thread.entries.pop(0))
    elif len(thread.evidence) > LEAN_QUOTES:
        thread.evidence.pop()
    elif len(thread.texts) > LEAN_TEXTS:
        thread.texts.pop(0)
    elif len(thread.facts) > LEAN_FACTS and any(not is_current(thread, fact) for fact in thread.facts):
        _trim_facts(thread, len(thread.facts) - 1)
    elif len(thread.entries) > 1:
        _forget(thread, thread.entries.pop(0))
    elif len(thread.seen) > LEAN_SEEN * TOKEN:
        thread.seen = thread.seen[TOKEN * 8 :]
    else:
        return _shrink_rest(thread)
    return True


def _shrink_rest(thread: Thread) -> bool:
    for items in (
        thread.evidence,
        thread.names,
        thread.texts,
        thread.facts,
        thread.related,
        thread.processes,
    ):
        if items:
            items.pop()
            return True
    if len(thread.groups) > 1:
        thread.doubt = round(thread.doubt * (1.0 - thread.groups.pop(0).best), 6)
        return True
    if thread.attributes:
        thread.attributes.pop(next(reversed(thread.attributes)))
        return True
    if len(thread.actors) > 1:
        thread.actors.pop()
        return True
    if len(thread.course) > 1:
        thread.course.pop(0)
        return True
    return False
