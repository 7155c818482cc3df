"""What subscribers get: `Update`, a thread's state after a change, and its form on Kafka.

    update = Update(…)
    topic, key, value, headers = to_record(update, topic_prefix="")
    assert from_record(value) == update

Records are CloudEvents 1.0 in Kafka's binary mode: the value is the update itself, everything a client
may filter by stands in `ce_` headers. Ids are UUIDv5, so the same readings in the same order give the
same ids and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec
import orjson
from babel.core import get_global

from streams import wire
from streams.reading import Actor, Cameo, Place, Plover, Time

SCHEMA = 1
"""Version of the update's shape; it grows only when a reader of the old one would go wrong."""

Kind = Literal["new", "development", "confirmation", "correction", "retraction"]
Significance = Literal["major", "minor"]

KINDS: tuple[Kind, ...] = ("new", "development", "confirmation", "correction", "retraction")

_NAMESPACE = UUID("6d0c9c2e-52c5-5c2b-9d0e-3f6b0f7d8a11")
_CLDR_ODDITIES = {"XKX", "TWN", "PSE", "SSD"}
"""States' codes that CLDR's aliases lack or may drop."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is different now. `old` and `new` are written as `from` and `to`."""

    field: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are, and the latest of them (at most 20, newest last)."""

    count: int
    latest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says about a field and the thread does not hold: `by` is the actor whose claim it
    is (None when it is the publisher's own report).
    """

    field: str
    value: Any
    by: str | None = None
    publisher: str | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of one article that support the thread."""

    article: str
    language: str
    quote: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another thread and what it is to this one: follows, led-to, merged-into, merged-from, split-from."""

    thread: str
    relation: str


@dataclass(frozen=True, slots=True)
class Update:
    """One change of one thread, and the thread's whole state after it.

    `seq` counts a thread's updates 1, 2, 3 … without a hole. `reason` says why for corrections and
    retractions. `as_of` is when the triggering article was received. `flags` holds what a careful client
    may want to know, such as `future-dated`.
    """

    id: str
    thread: str
    seq: int
    kind: Kind
    significance: Significance
    family: str
    stage: str
    detail: str | None
    first_published: datetime
    as_of: datetime
    actors: tuple[Actor, ...] = ()
    place: Place | None = None
    time: Time | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    processes: tuple[str, ...] = ()
    plover: Plover | None = None
    cameo: Cameo | None = None
    asserted_by: str | None = None
    changes: tuple[Change, ...] = ()
    reason: str | None = None
    confidence: float = 0.0
    publishers: Counted = Counted(0)
    articles: Counted = Counted(0)
    claims: tuple[Claim, ...] = ()
    disputed: bool = False
    evidence: tuple[Quote, ...] = ()
    related: tuple[Related, ...] = ()
    merged_into: str | None = None
    split_from: str | None = None
    headlines: dict[str, str] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)
    backfill: bool = False
    flags: tuple[str, ...] = ()
    schema: int = SCHEMA
    knowledge: str = ""


def thread_id(founding_signal: str) -> str:
    """The id of the thread that this signal founds."""
    return str(uuid5(_NAMESPACE, f"thread:{founding_signal}"))


def update_id(thread: str, seq: int, trigger: str) -> str:
    """The id of a thread's update number `seq`, triggered by a signal (or by a withdrawn article)."""
    return str(uuid5(_NAMESPACE, f"update:{thread}:{seq}:{trigger}"))


def with_id(update: Update, name: str) -> Update:
    """The same update under this id."""
    return replace(update, id=name)


def topic_of(family: str, topic_prefix: str = "") -> str:
    """The topic that a family's updates go to."""
    return f"{topic_prefix}events.{family}"


def to_record(update: Update, topic_prefix: str) -> tuple[str, bytes, bytes, list[tuple[str, bytes]]]:
    """Topic, key, value and headers of an update: CloudEvents in Kafka's binary mode."""
    value = wire.encode(_plain(update))
    return topic_of(update.family, topic_prefix), update.thread.encode(), value, headers(update, topic_prefix)


def headers(update: Update, topic_prefix: str) -> list[tuple[str, bytes]]:
    """CloudEvents attributes and our extensions, in a fixed order; lists are separated by commas."""
    attributes = {
        "specversion": "1.0",
        "id": update.id,
        "type": f"parley.update.{update.kind}.v{update.schema}",
        "source": f"/parley/{topic_prefix.strip('.-')}".rstrip("/"),
        "subject": update.thread,
        "time": update.as_of.astimezone(UTC).isoformat(),
        "dataschema": f"urn:parley:schema:events:{update.schema}",
        "family": update.family,
        "kind": update.kind,
        "stage": update.stage,
        "significance": update.significance,
        "processes": ",".join(update.processes),
        "countries": ",".join(countries(update)),
        "seq": str(update.seq),
    }
    pairs = [("content-type", b"application/json")]
    return pairs + [(f"ce_{name}", value.encode()) for name, value in attributes.items() if value]


def from_record(value: bytes) -> Update:
    """The update of a record's value; unknown fields are ignored.

    Raises `orjson.JSONDecodeError` or `msgspec.ValidationError` for what is no update.
    """
    plain = orjson.loads(value)
    changes = plain.get("changes") if isinstance(plain, dict) else None
    if isinstance(changes, list):
        plain["changes"] = [_change(change) for change in changes]
    return msgspec.convert(plain, Update)


def countries(update: Update) -> tuple[str, ...]:
    """ISO 3166-1 alpha-3 codes of the states that take part, and of the place, sorted."""
    found = {actor.id for actor in update.actors if is_state(actor.id)}
    if update.place and update.place.country:
        found.add(update.place.country)
    return tuple(sorted(found))


def is_state(actor: str) -> bool:
    """Whether an actor id is a state's ISO 3166-1 alpha-3 code."""
    return actor in _states()


@cache
def _states() -> frozenset[str]:
    aliases: Iterable[str] = get_global("territory_aliases")
    return frozenset(code for code in aliases if len(code) == 3 and code.isalpha()) | _CLDR_ODDITIES  # noqa: PLR2004


def _plain(update: Update) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(update, name) for name in Update.__slots__}
    plain["changes"] = [{"field": c.field, "from": c.old, "to": c.new} for c in update.changes]
    return plain


def _change(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    return {"field": plain.get("field"), "old": plain.get("from"), "new": plain.get("to")}
