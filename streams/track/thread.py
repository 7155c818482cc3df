"""`Thread`: everything the tracker knows of one affair, as it stands on the compacted topic `threads`.

Records are JSON of at most 4 KB. Lists that repeat (articles, facts) are arrays, not objects, to keep
them small; that is why these types are msgspec structs and not dataclasses like the rest. A thread is
decoded for each fold that touches it, changed in place and packed again, so nobody shares one.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

import msgspec

from streams.reading import CORE_ROLES, Cameo, Place, Plover, Time

LIMIT = 4096
"""Bytes that a packed thread may have."""

ARTICLES = 20
GROUPS = 20
FACTS = 28
ACTORS = 16
SEEN = 48
TEXTS = 10
QUOTES = 5
QUOTE_BYTES = 240
NAMES = 16
RELATED = 6
COURSE = 8
TOKEN = 8
"""Characters of one token in `Thread.seen`."""


class Who(msgspec.Struct, array_like=True, omit_defaults=True):
    """An actor of the thread: id, name, role, sector, person."""

    id: str
    name: str
    role: str
    sector: str | None = None
    person: str | None = None


class Entry(msgspec.Struct, array_like=True):
    """One of the latest articles: its ordinal in the thread, id, version, publisher, group of copies, and
    when it says what it says (seconds since 1970)."""

    n: int
    id: str
    version: str
    publisher: str
    group: int
    at: int


class Group(msgspec.Struct, array_like=True):
    """One independent source: its number, the name it is known by, the agency behind it, its best
    confidence."""

    g: int
    name: str
    origin: str | None
    best: float


class Text(msgspec.Struct, array_like=True):
    """A sketch of a text for near copies (base64 of low MinHash bytes), its group, when it was published."""

    group: int
    sketch: str
    at: int


class Fact(msgspec.Struct, array_like=True):
    """What somebody said of one field. `by` is the actor whose claim it is, `at` and `group` when and by
    whom it was first said, `articles` the ordinals of those who say so, `more` how many more did."""

    field: str
    value: Any
    by: str | None
    at: int
    group: int
    articles: list[int]
    more: int = 0


class Said(msgspec.Struct, array_like=True):
    """A quote: article, language, words."""

    article: str
    language: str
    quote: str


class Link(msgspec.Struct, array_like=True):
    """Another thread and what it is to this one."""

    thread: str
    relation: str


class Thread(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One affair. `touched` is the tracker's time when a reading last joined it, `course` the stages and
    details that it went through, `seen` the tokens of article versions that it has taken in."""

    id: str
    family: str
    stage: str
    first_published: datetime
    last_published: datetime
    touched: datetime
    as_of: datetime
    seq: int = 0
    kind: str = "new"
    significance: str = "major"
    update: str = ""
    detail: str | None = None
    asserted_by: str | None = None
    actors: list[Who] = []
    place: Place | None = None
    time: Time | None = None
    attributes: dict[str, Any] = {}
    processes: list[str] = []
    plover: Plover | None = None
    cameo: Cameo | None = None
    articles: int = 0
    ordinal: int = 0
    entries: list[Entry] = []
    publishers: int = 0
    next_group: int = 0
    groups: list[Group] = []
    doubt: float = 1.0
    confirmed: int = 1
    facts: list[Fact] = []
    course: list[str] = []
    evidence: list[Said] = []
    related: list[Link] = []
    names: list[str] = []
    texts: list[Text] = []
    seen: str = ""
    disputed: bool = False
    reason: str | None = None
    merged_into: str | None = None
    split_from: str | None = None
    backfill: bool = False
    flags: list[str] = []
    knowledge: str = ""
    schema: int = 1

    def entry(self, article: str) -> Entry | None:
        """The entry of an article among the latest."""
        return next((entry for entry in self.entries if entry.id == article), None)

    def fact(self, name: str, value: Any) -> Fact | None:
        """The fact that says `value` of a field."""
        return next((fact for fact in self.facts if fact.field == name and fact.value == value), None)

    @property
    def core(self) -> frozenset[str]:
        """Ids of those whose taking part makes the thread what it is."""
        return frozenset(who.id for who in self.actors if who.role in CORE_ROLES)

    @property
    def confidence(self) -> float:
        """1 − ∏(1 − best of each independent publisher), at most .99."""
        doubt = self.doubt
        for group in self.groups:
            doubt *= 1.0 - group.best
        return round(min(0.99, 1.0 - doubt), 4)

    def has_seen(self, token: str) -> bool:
        """Whether an article version has been taken in."""
        at = self.seen.find(token)
        while at >= 0 and at % TOKEN:
            at = self.seen.find(token, at + 1)
        return at >= 0


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Thread)


def token(article: str, version: str) -> str:
    """A short stand-in for an article's version."""
    digest = hashlib.blake2b(f"{article}\n{version}".encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()


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


def is_current(thread: Thread, fact: Fact) -> bool:
    """Whether the thread holds what the fact says."""
    if fact.field == "stage":
        return bool(thread.course and fact.value == thread.course[-1])
    if fact.field == "time":
        return bool(thread.time and fact.value == time_value(thread.time))
    if fact.field == "place":
        return bool(thread.place and fact.value == place_value(thread.place))
    if fact.field == "actor":
        return any(fact.value == f"{who.id}:{who.role}" for who in thread.actors)
    if fact.field.startswith("attributes."):
        return bool(thread.attributes.get(fact.field[11:]) == fact.value)
    return False


def _forget(thread: Thread, entry: Entry) -> None:
    for fact in thread.facts:
        if entry.n in fact.articles:
            fact.articles.remove(entry.n)
            fact.more += 1


def _shrink(thread: Thread) -> bool:
    """Give up one thing; False when nothing is left to give up."""
    if len(thread.entries) > 12:  # noqa: PLR2004
        _forget(thread, thread.entries.pop(0))
    elif len(thread.evidence) > 2:  # noqa: PLR2004
        thread.evidence.pop()
    elif len(thread.texts) > 4:  # noqa: PLR2004
        thread.texts.pop(0)
    elif len(thread.facts) > 12 and any(not is_current(thread, fact) for fact in thread.facts):  # noqa: PLR2004
        _trim_facts(thread, len(thread.facts) - 1)
    elif len(thread.entries) > 1:
        _forget(thread, thread.entries.pop(0))
    elif len(thread.seen) > 8 * TOKEN:
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
    return False


def clip(text: str, most: int) -> str:
    """The text, cut at a character when its UTF-8 is longer than `most` bytes."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    return data[: most - 3].decode("utf-8", "ignore").rstrip() + "…"


def stage_value(stage: str, detail: str | None) -> str:
    """Stage and detail as one value of a fact."""
    return f"{stage}:{detail or ''}"


def time_value(time: Time) -> list[str | None]:
    """A time as a value of a fact."""
    return [time.start, time.end, time.precision]


def place_value(place: Place) -> list[Any]:
    """A place as a value of a fact."""
    return [place.name, place.country, place.geonames, place.lat, place.lon]
