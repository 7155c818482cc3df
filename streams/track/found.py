"""Founding threads, relating them to near ones, and filling them from what articles recall."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from streams.reading import Signal
from streams.track import look as looks
from streams.track.join import Join
from streams.track.look import DAY, Look
from streams.track.speaker import Speaker
from streams.track.state import State
from streams.track.thread import Link, Step, Thread, Who, stage_value

NEAR_DAYS = 7
"""A near thread's last news may be so old to be related."""

MOST_RELATED = 2


def found(signal: Signal, name: str, speaker: Speaker) -> Thread:
    """A thread that holds what the signal says; its claims are still to be taken in."""
    at = datetime.fromtimestamp(speaker.at, UTC)
    return Thread(
        id=name,
        family=signal.family,
        stage=signal.stage,
        detail=signal.detail,
        asserted_by=signal.asserted_by,
        actors=_actors(signal),
        place=signal.place if signal.place and (signal.place.name or signal.place.country) else None,
        time=signal.time if signal.time and signal.time.start else None,
        attributes=dict(signal.attributes),
        processes=list(signal.processes),
        plover=signal.plover,
        cameo=signal.cameo,
        course=[Step(stage_value(signal.stage, signal.detail), at.date().isoformat())],
        first_published=at,
        last_published=at,
        touched=speaker.as_of,
        as_of=speaker.as_of,
        knowledge=speaker.knowledge,
    )


def _actors(signal: Signal) -> list[Who]:
    found: dict[str, Who] = {}
    for actor in signal.actors:
        found.setdefault(actor.id, Who(actor.id, actor.name, actor.role, actor.sector, actor.person))
    return list(found.values())


def attach_background(thread: Thread, signal: Signal) -> None:
    """Fill the fields that are empty with what an article recalls."""
    if thread.time is None and signal.time is not None and signal.time.start:
        thread.time = signal.time
    if thread.place is None and signal.place is not None:
        thread.place = signal.place
    if thread.detail is None and signal.stage == thread.stage:
        thread.detail = signal.detail
    for key, value in signal.attributes.items():
        thread.attributes.setdefault(key, value)


def relate(state: State, thread: Thread, look: Look, joins: Mapping[str, Join]) -> None:
    """Link a new thread to threads of near families that share its actors and come right before it."""
    found: dict[str, Look] = {}
    for family in state.table.family(thread.family).near:
        row = state.table.family(family)
        for key in looks.search_keys(look, row):
            for other in state.find(key):
                if _is_near(look, other):
                    found[other.id] = other
        for name, join in joins.items():
            if join.thread.family == family:
                other = looks.of_thread(join.thread, row)
                if _is_near(look, other):
                    found[name] = other
    nearest = sorted(found.values(), key=lambda other: (-len(other.core & look.core), -other.last, other.id))
    thread.related = [Link(other.id, "follows") for other in nearest[:MOST_RELATED]]


def _is_near(look: Look, other: Look) -> bool:
    if not 0 <= look.first - other.last <= NEAR_DAYS * DAY and other.last < look.first:
        return False
    shared = len(look.core & other.core)
    at_one = (look.place is not None and look.place == other.place) or bool(look.processes & other.processes)
    return shared > 1 or (shared == 1 and at_one)
