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

ID_BYTES = 120
"""Bytes of an article's id that a thread keeps as it is."""

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
    when it says what it says (seconds since 1970).
    """

    n: int
    id: str
    version: str
    publisher: str
    group: int
    at: int


class Group(msgspec.Struct, array_like=True):
    """One independent source: its number, the name it is known by, the agency behind it, its best
    confidence.
    """

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
    whom it was first said, `articles` the ordinals of those who say so, `more` how many more did.
    """

    field: str
    value: Any
    by: str | None
    at: int
    group: int
    articles: list[int]
    more: int = 0


class Step(msgspec.Struct, array_like=True):
    """A stage that the thread went through: stage and detail, the day (ISO) on which it was reported first, and
    the day of the event as it was known when the next step came.
    """

    value: str
    reported: str
    day: str | None = None


class Earlier(msgspec.Struct, array_like=True):
    """The stage and detail before the latest, with their codes, in case the latest is denied."""

    value: str
    plover: Plover | None
    cameo: Cameo | None


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
    """One affair. `touched` is the tracker's time when a reading last joined it, `course` the steps that
    it went through, `seen` the tokens of article versions that it has taken in, `overdue` the
    planned day that passed without a report and was told.
    """

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
    course: list[Step] = []
    earlier: Earlier | None = None
    evidence: list[Said] = []
    related: list[Link] = []
    names: list[str] = []
    texts: list[Text] = []
    seen: str = ""
    overdue: str | None = None
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
        for fact in self.facts:  # a loop: it is asked ten times for each reading
            if fact.field == name and fact.value == value:
                return fact
        return None

    @property
    def standing(self) -> str | None:
        """Stage and detail of the latest step, as the value of a fact."""
        return self.course[-1].value if self.course else None

    @property
    def core(self) -> frozenset[str]:
        """Ids of those whose taking part makes the thread what it is."""
        return frozenset(who.id for who in self.actors if who.role in CORE_ROLES)

    @property
    def confidence(self) -> float:
        """The chance that not every independent publisher errs, each taken at its best; at most .99."""
        doubt = self.doubt
        for group in self.groups:
            doubt *= 1.0 - group.best
        return round(min(0.99, 1.0 - doubt), 4)

    @property
    def planned(self) -> str | None:
        """The last day (ISO) that it is scheduled for, if it is."""
        return self.time.end if self.stage == "scheduled" and self.time is not None else None

    @property
    def is_overdue(self) -> bool:
        """Whether its planned day has passed without a report."""
        return self.overdue is not None and self.overdue == self.planned

    def has_seen(self, token: str) -> bool:
        """Whether an article version has been taken in."""
        at = self.seen.find(token)
        while at >= 0 and at % TOKEN:
            at = self.seen.find(token, at + 1)
        return at >= 0


def token(article: str, version: str) -> str:
    """A short stand-in for an article's version."""
    digest = hashlib.blake2b(f"{article}\n{version}".encode(), digest_size=6).digest()
    return base64.urlsafe_b64encode(digest).decode()


def is_current(thread: Thread, fact: Fact) -> bool:
    """Whether the thread holds what the fact says."""
    if fact.field == "stage":
        return bool(fact.value == thread.standing)
    if fact.field == "time":
        return bool(thread.time and fact.value == time_value(thread.time))
    if fact.field == "place":
        return bool(thread.place and fact.value == place_value(thread.place))
    if fact.field == "actor":
        return any(fact.value == f"{who.id}:{who.role}" for who in thread.actors)
    if fact.field.startswith("attributes."):
        return bool(thread.attributes.get(fact.field[11:]) == fact.value)
    return False


def short_id(article: str) -> str:
    """An article's id as threads keep it: itself, or a digest when it is very long."""
    data = article.encode("utf-8", "replace")
    return (
        article if len(data) <= ID_BYTES else f"blake2b:{hashlib.blake2b(data, digest_size=16).hexdigest()}"
    )


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


def time_of(value: list[Any]) -> Time:
    """The time that a fact's value stands for."""
    start, end, precision = value
    return Time(start, end, precision, "")


def place_of(value: list[Any]) -> Place:
    """The place that a fact's value stands for."""
    return Place(*value)
