"""A thread as subscribers see it: the `Update` that says what it is now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from streams import events, headlines, summaries
from streams.events import Change, Claim, Counted, Kind, Quote, Related, Significance, Update
from streams.reading import Actor
from streams.summaries import Passed
from streams.track.thread import Fact, Thread, is_current

CLAIMS = 12
"""Claims in an update, the latest."""


def update(
    thread: Thread, *, kind: Kind, significance: Significance, changes: tuple[Change, ...], trigger: str
) -> Update:
    """The thread's present state as its update number `seq`, triggered by a signal."""
    actors = tuple(Actor(w.id, w.name, w.role, w.sector, w.person) for w in thread.actors)  # type: ignore[arg-type]
    return Update(
        id=events.update_id(thread.id, thread.seq, trigger),
        thread=thread.id,
        seq=thread.seq,
        kind=kind,
        significance=significance,
        family=thread.family,
        stage=thread.stage,
        detail=thread.detail,
        first_published=thread.first_published,
        as_of=thread.as_of,
        actors=actors,
        place=thread.place,
        time=thread.time,
        attributes=dict(thread.attributes),
        processes=tuple(thread.processes),
        plover=thread.plover,
        cameo=thread.cameo,
        asserted_by=thread.asserted_by,
        changes=changes,
        reason=thread.reason,
        confidence=thread.confidence,
        publishers=Counted(thread.publishers, tuple(group.name for group in thread.groups)),
        articles=Counted(thread.articles, tuple(entry.id for entry in thread.entries)),
        claims=claims(thread),
        disputed=thread.disputed,
        evidence=tuple(Quote(said.article, said.language, said.quote) for said in thread.evidence),
        related=tuple(Related(link.thread, link.relation) for link in thread.related),
        merged_into=thread.merged_into,
        split_from=thread.split_from,
        headlines=headlines.all_of(
            thread.family, thread.stage, thread.detail, actors=actors, place=thread.place, time=thread.time
        ),
        summary=summaries.all_of(
            thread.family, passed(thread), place=thread.place, attributes=thread.attributes
        ),
        backfill=thread.backfill,
        flags=(*thread.flags, *(("overdue",) if thread.is_overdue else ())),
        knowledge=thread.knowledge,
    )


def passed(thread: Thread) -> list[Passed]:
    """The steps of a thread's course; the event's day of the last one is the thread's own."""
    found = []
    for step in thread.course:
        stage, _, detail = step.value.partition(":")
        found.append(Passed(stage, detail or None, step.reported, step.day))
    if found:
        found[-1] = replace(found[-1], day=thread.time.start if thread.time else None)
    return found


def snapshot(thread: Thread) -> Update:
    """The latest update of a thread again, as its record on `threads` has it: same id and seq, no changes."""
    again = update(
        thread,
        kind=thread.kind,  # type: ignore[arg-type]
        significance=thread.significance,  # type: ignore[arg-type]
        changes=(),
        trigger="",
    )
    return events.with_id(again, thread.update)


def claims(thread: Thread) -> tuple[Claim, ...]:
    """What is said of the thread and not held, the latest last."""
    entries = {entry.n: entry for entry in thread.entries}
    found = []
    for fact in thread.facts:
        if fact.field == "actor" or fact.field.startswith("incident.") or is_current(thread, fact):
            continue
        entry = next((entries[n] for n in fact.articles if n in entries), None)
        found.append(
            Claim(
                field=fact.field,
                value=_value(fact),
                by=fact.by,
                publisher=entry.publisher if entry else None,
                article=entry.id if entry else None,
            )
        )
    return tuple(found[-CLAIMS:])


def _value(fact: Fact) -> Any:
    if fact.field == "stage":
        return fact.value.partition(":")[0]
    if fact.field == "time":
        return fact.value[0]
    if fact.field == "place":
        return fact.value[0] or fact.value[1]
    return fact.value
