"""`Look`: what of a signal or a thread the same-affair decision compares, in one form for both.

Small and quick to compare; made anew from a thread whenever it changes, never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from streams.reading import CORE_ROLES, Place, Signal, Source, Time
from streams.track.table import Family
from streams.track.thread import TOKEN, Thread

PENDING = frozenset({"proposed", "scheduled"})
OVER = frozenset({"concluded", "refused", "called-off", "denied"})
HELPERS = frozenset({"host", "mediator"})
DAY = 86_400


@dataclass(slots=True, eq=False)
class Look:
    """One side of a comparison. Days are ordinals, times seconds since 1970."""

    id: str
    family: str
    stage: str
    detail: str | None
    core: frozenset[str]
    actors: frozenset[str]
    recipients: frozenset[str]
    matter: frozenset[str]
    helpers: frozenset[str]
    everyone: frozenset[str]
    place: str | None
    country: str | None
    start: int | None
    end: int | None
    vague: bool
    first: int
    last: int
    names: frozenset[str]
    processes: frozenset[str]
    numbers: frozenset[tuple[str, float]]
    texts: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    deadline: int = 0


def of_signal(signal: Signal, source: Source, at: int, row: Family) -> Look:
    """The look of one signal, said at `at` (seconds)."""
    roles = [(actor.id, actor.role) for actor in signal.actors]
    return _look(signal.id, row, signal, roles, at, at, source.names)


def of_thread(thread: Thread, row: Family) -> Look:
    """The look of a thread, with the keys by which it is found and the time at which it closes."""
    roles = [(who.id, who.role) for who in thread.actors]
    first, last = seconds(thread.first_published), seconds(thread.last_published)
    look = _look(thread.id, row, thread, roles, first, last, thread.names)
    look.texts = tuple(text.sketch for text in thread.texts)
    look.deadline = _deadline(look, seconds(thread.touched), row)
    own = {f"{kind}|{thread.family}|{key}" for kind, key in lookup_keys(look, row)}
    tokens = (thread.seen[at : at + TOKEN] for at in range(0, len(thread.seen), TOKEN))
    articles = (f"i|{entry.id}" for entry in thread.entries)
    look.keys = frozenset(own) | frozenset(f"v|{token}" for token in tokens) | frozenset(articles)
    return look


def lookup_keys(look: Look, row: Family) -> list[tuple[str, str]]:
    """Under what a thread of the family is filed: actors (and place where another place is another
    thread), place, process where nobody is named."""
    keys = [("a", actor) for actor in look.core]
    if row.matter:
        keys += [("a", actor) for actor in look.matter - look.core]
    if row.place_strict:
        spot = look.place or ""
        keys = [("a", f"{actor}|{spot}") for actor in look.core] + [("w", actor) for actor in look.core]
    if look.place:
        keys.append(("p", look.place))
    if not look.core:
        keys += [("s", process) for process in look.processes]
        if look.country:
            keys.append(("c", look.country))
    return keys


def search_keys(look: Look, row: Family) -> list[str]:
    """Keys under which the threads are filed that a signal may belong to."""
    keys = [("p", look.place)] if look.place else []
    actors = look.core | look.matter if row.matter else look.core
    if row.place_strict and look.place:
        keys += [("a", f"{actor}|{where}") for actor in actors for where in (look.place, "")]
    elif row.place_strict:
        keys += [("w", actor) for actor in actors]
    else:
        keys += [("a", actor) for actor in actors]
    if not look.core:
        keys += [("s", process) for process in look.processes]
        if look.country:
            keys.append(("c", look.country))
    return [f"{kind}|{row.name}|{key}" for kind, key in keys]


def _look(
    name: str,
    row: Family,
    of: Signal | Thread,
    roles: Sequence[tuple[str, str]],
    first: int,
    last: int,
    names: Iterable[str],
) -> Look:
    start, end = days(of.time)
    everyone = frozenset(actor for actor, _ in roles)
    return Look(
        id=name,
        family=row.name,
        stage=of.stage,
        detail=of.detail,
        core=frozenset(actor for actor, role in roles if role in CORE_ROLES),
        actors=frozenset(actor for actor, role in roles if role == "actor"),
        recipients=frozenset(actor for actor, role in roles if role == "recipient"),
        matter=frozenset(actor for actor, role in roles if role in ("recipient", "subject")),
        helpers=frozenset(actor for actor, role in roles if role in HELPERS),
        everyone=everyone,
        place=spot(of.place),
        country=of.place.country if of.place else None,
        start=start,
        end=end,
        vague=bool(of.time and of.time.precision != "day"),
        first=first,
        last=last,
        names=frozenset(names) - everyone,
        processes=frozenset(of.processes),
        numbers=numbers(of.attributes),
    )


def _deadline(look: Look, touched: int, row: Family) -> int:
    """A thread closes after silence, counted from the planned day when that is later."""
    planned = 0
    if look.end is not None and look.stage not in OVER:
        planned = (look.end - _EPOCH) * DAY
    return max(touched, planned) + row.silence_days * DAY


def spot(place: Place | None) -> str | None:
    """A place's name for comparison; None when only the country is known."""
    return place.name.casefold() if place and place.name else None


def numbers(attributes: Mapping[str, Any]) -> frozenset[tuple[str, float]]:
    """The numbers among attributes, by key."""
    found = ((key, number(value)) for key, value in attributes.items())
    return frozenset((key, value) for key, value in found if value is not None)


def number(value: Any) -> float | None:
    """The number of an attribute: `{"value": 6}`, `{"min": 6}` or plain; None for anything else."""
    if isinstance(value, Mapping):
        value = value.get("value", value.get("min"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def days(time: Time | None) -> tuple[int | None, int | None]:
    """First and last day of a time as ordinals; None for what is not given or no date."""
    if time is None:
        return None, None
    start = ordinal(time.start) or ordinal(time.end)
    end = ordinal(time.end) or start
    return start, end if start is None or end is None or end >= start else start


@lru_cache(maxsize=4096)
def ordinal(day: str | None) -> int | None:
    """The ordinal of an ISO date; None for what is none."""
    if day is None:
        return None
    try:
        return date.fromisoformat(day[:10]).toordinal()
    except ValueError:
        return None


def seconds(when: datetime) -> int:
    """Whole seconds since 1970; a time without offset counts as UTC."""
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return int(when.timestamp())


def day_of(at: int) -> int:
    """The ordinal of the (UTC) day of a time in seconds."""
    return at // DAY + _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()
