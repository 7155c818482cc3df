"""What one article says: `Signal`, one event it reports; `Reading`, its kept signals together, and its doubtful ones.

A reading is all that the tracker ever sees of an article, so it carries everything tracking needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Stage = Literal["proposed", "scheduled", "under-way", "concluded", "refused", "called-off", "denied"]
Role = Literal["party", "actor", "recipient", "host", "mediator", "subject"]

CORE_ROLES: frozenset[str] = frozenset({"party", "actor", "recipient"})
"""The roles whose holders identify an event."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes part: `id` is ISO 3166-1 alpha-3 for a state, else an organisation id. `mention` is how
    the text says it; `person` an office holder's id from our tables.
    """

    id: str
    name: str
    role: Role
    sector: str | None = None
    person: str | None = None
    mention: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the event happens, in English; `name` is None when only the country is known."""

    name: str | None
    country: str | None
    geonames: int | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """When the event happens, as calendar dates at its place (`YYYY-MM-DD`), never the day of
    publication by default. `precision`: day, week, month, year. `text` is the expression read.
    """

    start: str | None
    end: str | None
    precision: Literal["day", "week", "month", "year"]
    text: str


@dataclass(frozen=True, slots=True)
class Plover:
    """PLOVER event, mode, quad class (1 to 4) and intensity."""

    event: str
    mode: str | None
    quad: int
    intensity: float


@dataclass(frozen=True, slots=True)
class Cameo:
    """CAMEO code, quad class (1 to 4) and Goldstein score."""

    code: str
    quad: int
    goldstein: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that say so: `quote` is exactly `field[start:end]`; prefix and suffix help to find it."""

    quote: str
    start: int
    end: int
    field: Literal["title", "text"] = "text"
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One event that one article reports. `rule` names language, frame and lexicon entry."""

    id: str
    article: str
    family: str
    stage: Stage
    detail: str | None
    background: bool
    asserted_by: str | None
    actors: tuple[Actor, ...]
    place: Place | None
    time: Time | None
    attributes: dict[str, Any]
    processes: tuple[str, ...]
    language: str
    evidence: Evidence
    rule: str
    confidence: float
    kept: bool
    plover: Plover | None = None
    cameo: Cameo | None = None

    @property
    def core(self) -> frozenset[str]:
        """Ids of those whose taking part makes the event what it is."""
        return frozenset(actor.id for actor in self.actors if actor.role in CORE_ROLES)


@dataclass(frozen=True, slots=True)
class Source:
    """What the tracker must know of an article.

    `publisher` is the normalised outlet, `origin` the agency whose text it is (None when the outlet's
    own), `signature` a MinHash of the text for near copies, `names` the key names of the article
    (actor and place ids) for the same-affair decision. `correction`: the article says of itself that it
    puts right an earlier report.
    """

    id: str
    version: str
    published: datetime
    received: datetime
    language: str
    url: str | None = None
    title: str = ""
    publisher: str | None = None
    origin: str | None = None
    credits: tuple[str, ...] = ()
    updated: datetime | None = None
    status: str | None = None
    signature: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    backfill: bool = False
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one article says; the value of a record on `signals`. Withdrawn: no signals and
    `article.status == "withdrawn"`. `doubtful` are signals that are not kept: nothing rests on them alone, but
    they may be further reports of an affair that is known.
    """

    article: Source
    signals: tuple[Signal, ...] = ()
    knowledge: str = ""
    doubtful: tuple[Signal, ...] = ()
    schema: int = 1
    extra: dict[str, Any] = field(default_factory=dict)
