"""`Look`: what of a signal or a thread the same-affair decision compares, in one form for both.

Small and quick to compare; made anew from a thread whenever it changes, never stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from streams.reading import CORE_ROLES, Place, Signal, Source, Time
from streams.track.copies import bands
from streams.track.table import Family
from streams.track.thread import TOKEN, Thread

PENDING = frozenset({"proposed", "scheduled"})
OVER = frozenset({"concluded", "refused", "called-off", "denied"})
HELPERS = frozenset({"host", "mediator"})
_ACTING, _ACTED_ON, _TALKED_ABOUT = frozenset({"actor"}), frozenset({"recipient"}), frozenset({"subject"})
DAY = 86_400
MOST_PAIRED = 5
"""Actors that are filed two by two, each with each."""

ANYWHERE = "*"


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
    keys: tuple[str, ...] = ()
    deadline: int = 0


def of_signal(signal: Signal, source: Source, at: int, row: Family) -> Look:
    """The look of one signal, said at `at` (seconds)."""
    roles = [(actor.id, actor.role) for actor in signal.actors]
    return _look(signal.id, row, signal, roles, span=(at, at), names=source.names)


def of_thread(thread: Thread, row: Family) -> Look:
    """The look of a thread, with the keys by which it is found and the time at which it closes."""
    roles = [(who.id, who.role) for who in thread.actors]
    first, last = seconds(thread.first_published), seconds(thread.last_published)
    look = _look(thread.id, row, thread, roles, span=(first, last), names=thread.names)
    look.texts = tuple(text.sketch for text in thread.texts)
    look.deadline = _deadline(look, seconds(thread.touched), row)
    keys = [] if thread.merged_into else file_keys(look, row)
    keys += ["v|" + thread.seen[at : at + TOKEN] for at in range(0, len(thread.seen), TOKEN)]
    keys += ["i|" + entry.id for entry in thread.entries]
    look.keys = tuple(dict.fromkeys(keys + _planned_key(thread, look)))
    return look


def _planned_key(thread: Thread, look: Look) -> list[str]:
    """Under what a thread is filed that may come to be overdue: the planned day, when it was still to come."""
    end = look.end
    awaited = thread.planned is not None and end is not None and end >= day_of(look.first)
    return [f"o|{end}"] if awaited and not (thread.is_overdue or thread.backfill) else []


def file_keys(look: Look, row: Family) -> list[str]:
    """Under what a thread is filed: pairs of its actors, each actor, its place; process, country and
    text when nobody is named. Where another place is another thread, the actors' keys say which.
    """
    spots = (look.place or "", ANYWHERE) if row.place_strict else ("",)
    keys = [f"2|{row.name}|{pair}|{where}" for pair in pairs(look.core) for where in spots]
    sole = look.matter if row.matter and look.matter else look.core
    kinds = ("a", "1") if len(sole) < 2 or row.matter else ("a",)  # noqa: PLR2004
    keys += [f"{kind}|{row.name}|{actor}|{where}" for kind in kinds for actor in sole for where in spots]
    return keys + _other_keys(look, row)


def search_keys(look: Look, row: Family) -> list[str]:
    """Keys of the threads that a signal may belong to: those that share two actors, or its only one, or
    that have only one themselves, or that happen at its place.
    """
    spots: tuple[str, ...] = ("",)
    if row.place_strict:
        spots = (look.place, "") if look.place else (ANYWHERE,)
    keys = [f"2|{row.name}|{pair}|{where}" for pair in pairs(look.core) for where in spots]
    sole = look.matter if row.matter and look.matter else look.core
    kind = "a" if len(sole) < 2 or row.matter or len(sole) > MOST_PAIRED else "1"  # noqa: PLR2004
    keys += [f"{kind}|{row.name}|{actor}|{where}" for actor in sorted(sole)[:8] for where in spots]
    return keys + _other_keys(look, row)


def _other_keys(look: Look, row: Family) -> list[str]:
    keys = [f"p|{row.name}|{look.place}"] if look.place else []
    if not look.core:
        keys += [f"s|{row.name}|{process}" for process in look.processes]
        if look.country:
            keys.append(f"c|{row.name}|{look.country}")
        keys += [f"t|{row.name}|{band}" for text in look.texts for band in bands(text)]
    return keys


@lru_cache(maxsize=16_384)
def pairs(core: frozenset[str]) -> tuple[str, ...]:
    """Every two of a few actors; of many, neighbours in the order of their ids."""
    names = sorted(core)
    if len(names) > MOST_PAIRED:
        return tuple([f"{one}+{other}" for one, other in itertools.pairwise(names)])
    return tuple([f"{one}+{other}" for one, other in itertools.combinations(names, 2)])


def _look(
    name: str,
    row: Family,
    of: Signal | Thread,
    roles: Sequence[tuple[str, str]],
    *,
    span: tuple[int, int],
    names: Iterable[str],
) -> Look:
    start, end = days(of.time)
    parts = _parts(tuple(roles))
    return Look(
        id=name,
        family=row.name,
        stage=of.stage,
        detail=of.detail,
        core=parts.core,
        actors=parts.actors,
        recipients=parts.recipients,
        matter=parts.matter,
        helpers=parts.helpers,
        everyone=parts.everyone,
        place=spot(of.place),
        country=of.place.country if of.place else None,
        start=start,
        end=end,
        vague=bool(of.time and of.time.precision != "day"),
        first=span[0],
        last=span[1],
        names=frozenset(names) - parts.everyone,
        processes=_shared(frozenset(of.processes)),
        numbers=numbers(of.attributes),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Who takes part in which way."""

    core: frozenset[str]
    actors: frozenset[str]
    recipients: frozenset[str]
    matter: frozenset[str]
    helpers: frozenset[str]
    everyone: frozenset[str]


@lru_cache(maxsize=16_384)
def _parts(roles: tuple[tuple[str, str], ...]) -> _Parts:
    """The actors by what they do, once for all reports that name the same."""

    def who(wanted: frozenset[str]) -> frozenset[str]:
        return _shared(frozenset([actor for actor, role in roles if role in wanted]))

    return _Parts(
        core=who(CORE_ROLES),
        actors=who(_ACTING),
        recipients=who(_ACTED_ON),
        matter=who(_ACTED_ON | _TALKED_ABOUT),
        helpers=who(HELPERS),
        everyone=_shared(frozenset([actor for actor, _ in roles])),
    )


@lru_cache(maxsize=65_536)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """One object for all sets of the same names: the same few states take part in most of the world's news."""
    return names


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
    if isinstance(value, dict):  # and no Mapping: asking an abstract class takes ten times as long
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


def iso_day(at: int) -> str:
    """The (UTC) day of a time in seconds, as ISO date."""
    return date.fromordinal(day_of(at)).isoformat()


_EPOCH = date(1970, 1, 1).toordinal()
