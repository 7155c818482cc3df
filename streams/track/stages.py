"""How a thread's stage and detail move: the families' table of transitions, denials, what comes back.

A recap never turns a thread back; a denial by a party or by whoever reported it is a retraction; whoever
is blamed for an attack and denies it only makes a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.events import Change
from streams.reading import Signal
from streams.track.look import DAY, days, iso_day
from streams.track.revert import go_back, revert
from streams.track.thread import Earlier, Fact, Step, Thread, is_current, stage_value, time_value

if TYPE_CHECKING:
    from streams.track.merge_claims import Merge

ORDER = {"proposed": 0, "scheduled": 1, "under-way": 2, "concluded": 3}
"""Stages through which things go forward; the others stand aside."""


def current(thread: Thread) -> Fact | None:
    """The fact behind the thread's present stage."""
    return thread.fact("stage", thread.standing)


def is_equal(thread: Thread, signal: Signal) -> bool:
    """Whether a signal is of the thread's standing: no recollection, no mere claim where the thread is a
    fact, and not of an earlier stage.
    """
    if signal.background or (signal.asserted_by is not None and thread.asserted_by is None):
        return False
    last = max(ORDER.values())
    return ORDER.get(signal.stage, last) >= ORDER.get(thread.stage, last)


def merge(merge: Merge, signal: Signal) -> bool:
    """Take a signal's stage and detail in; True when the thread's stage moved."""
    thread = merge.thread
    before = current(thread)
    known = thread.fact("stage", stage_value(signal.stage, signal.detail))
    known_at = known.at if known is not None else None
    merge.claim("stage", stage_value(signal.stage, signal.detail), signal.asserted_by)
    if signal.background:
        return False
    if signal.stage == "denied":
        return _deny(merge, signal, before)
    if thread.stage == "denied":
        return _revive(merge, signal, before, known_at)
    if signal.detail in merge.row.incidents and thread.stage in ("under-way", "concluded"):
        return _incident(merge, signal)
    return _advance(merge, signal, before)


def _advance(merge: Merge, signal: Signal, before: Fact | None) -> bool:
    """Move on along the table's transitions, put right one's own report, or leave things as they are."""
    if signal.stage == merge.thread.stage:
        _refine(merge, signal, before)
    elif merge.row.allows(merge.thread.stage, signal.stage) and _is_timely(merge, signal, before):
        _move(merge, signal, "development")
        return True
    elif merge.correcting and merge.is_own(before):
        _move(merge, signal, "correction")
        return True
    return False


def _is_timely(merge: Merge, signal: Signal, before: Fact | None) -> bool:
    """Going forward is news whenever it comes; any other move must be the later word, none goes back in the
    family's course (a truce that holds was agreed on before), and what the thread has been through on that very
    day is only told again.
    """
    if _is_told(merge.thread, signal):
        return False
    held = (merge.thread.standing or "").partition(":")[2]
    course = merge.row.course
    if signal.detail in course and held in course and course.index(signal.detail) < course.index(held):
        return False
    forward = ORDER.get(signal.stage, -1) > ORDER.get(merge.thread.stage, 9)
    return forward or before is None or merge.at >= before.at


def _is_told(thread: Thread, signal: Signal) -> bool:
    """Whether the thread went through this stage on the day that the signal gives."""
    day = signal.time.start if signal.time else None
    value = stage_value(signal.stage, signal.detail)
    return day is not None and any(step.value == value and step.day == day for step in thread.course[:-1])


def _move(merge: Merge, signal: Signal, kind: str) -> None:
    thread = merge.thread
    change = Change("stage", thread.stage, signal.stage)
    merge.push(change, "correction" if kind == "correction" else "development", major=True)
    _hold(merge, signal)


def _hold(merge: Merge, signal: Signal) -> None:
    """Let the thread have the signal's stage, detail and codes, and remember those before."""
    thread = merge.thread
    if thread.course:
        last = thread.course[-1]
        thread.earlier = Earlier(last.value, thread.plover, thread.cameo)
        last.day = thread.time.start if thread.time else None
    thread.stage = signal.stage
    thread.detail = signal.detail
    thread.plover, thread.cameo = signal.plover, signal.cameo
    thread.course.append(Step(stage_value(signal.stage, signal.detail), iso_day(merge.at)))


def _refine(merge: Merge, signal: Signal, before: Fact | None) -> None:
    """The same stage with another detail: a step of the course, a correction, or a more precise word."""
    thread = merge.thread
    if signal.detail is None or signal.detail == thread.detail:
        return
    change = Change("detail", thread.detail, signal.detail)
    newer = before is None or merge.at >= before.at
    if merge.correcting and merge.is_own(before):
        merge.push(change, "correction")
    elif thread.detail is not None and newer and merge.row.is_later(thread.detail, signal.detail):
        merge.push(change, "development", major=thread.stage == "concluded")
    elif thread.detail is None:
        merge.detail.append(change)
    else:
        return
    _hold(merge, signal)


def _incident(merge: Merge, signal: Signal) -> bool:
    """Something that happens inside a thread and leaves its stage alone; told once a day."""
    thread = merge.thread
    day = signal.time.start if signal.time and signal.time.start else None
    name = f"incident.{signal.detail}"
    told = [fact for fact in thread.facts if fact.field == name]
    if any(
        fact.value == day or abs(fact.at - merge.at) < 2 * DAY
        for fact in told
        if day is None or not fact.value
    ):
        merge.claim(name, day, signal.asserted_by)
        return False
    repeated = any(fact.value == day for fact in told)
    merge.claim(name, day, signal.asserted_by)
    older = signal.time is not None and thread.time is not None and days(signal.time) < days(thread.time)
    if repeated or older:
        return False
    if thread.detail != signal.detail:
        merge.push(Change("detail", thread.detail, signal.detail), "development", major=True)
    elif told:
        merge.push(Change("detail", signal.detail, signal.detail), "development")
    thread.detail = signal.detail
    thread.plover, thread.cameo = signal.plover, signal.cameo
    return True


def _deny(merge: Merge, signal: Signal, before: Fact | None) -> bool:
    """A denial undoes the thread or its latest change when whoever denies may do so."""
    thread = merge.thread
    if thread.stage == "denied":
        return False
    if not _may_deny(merge, signal, before) or (before is not None and merge.at < before.at):
        thread.disputed = True
        return False
    earlier = _earlier(merge, before)
    old = thread.stage
    if earlier is None:
        _hold(merge, signal)
    else:
        _undo(merge, before, earlier)
    by = signal.asserted_by
    thread.reason = f"denied by {by}" if by else "denied"
    thread.disputed = True
    merge.push(Change("stage", old, thread.stage), "retraction", major=True)
    return True


def _undo(merge: Merge, before: Fact | None, earlier: str) -> None:
    """Go back to an earlier stage, and take back the figures that only came with the denied one."""
    thread = merge.thread
    at = max(number for number, step in enumerate(thread.course) if step.value == earlier)
    go_back(thread, thread.course[: at + 1])
    said = set(before.articles) if before is not None else set()
    for fact in list(thread.facts):
        if fact.field.startswith("attributes.") and is_current(thread, fact) and set(fact.articles) <= said:
            thread.facts.remove(fact)
            revert(merge, fact)


def _may_deny(merge: Merge, signal: Signal, before: Fact | None) -> bool:
    thread = merge.thread
    if merge.is_own(before):
        return True
    by = signal.asserted_by
    if merge.row.denial == "claim":
        if thread.asserted_by is not None and by != thread.asserted_by:
            return by is None or by in thread.core  # word against word
        blamed = {who.id for who in thread.actors if who.role == "actor"}
        return by is not None and by not in blamed and by in thread.core
    return by is None or by in {who.id for who in thread.actors} | signal.core


def _earlier(merge: Merge, before: Fact | None) -> str | None:
    """What the thread was before its latest change, when only that change is denied."""
    course = merge.thread.course
    if len(course) < 2 or before is None or course[-1].value != before.value:  # noqa: PLR2004
        return None
    groups = {entry.n: entry.group for entry in merge.thread.entries}
    speakers = {groups[n] for n in before.articles if n in groups}
    if before.more or len(speakers) > 1:
        return None
    values = [step.value for step in course[:-1] if not step.value.startswith("denied")]
    return values[-1] if values else None


def _revive(merge: Merge, signal: Signal, before: Fact | None, known_at: int | None) -> bool:
    """After a denial: a later report is a development again, an echo of what was denied is not."""
    if merge.copied or (before is not None and merge.at <= before.at):
        return False
    held = merge.thread.time
    same_day = signal.time is None or (held is not None and time_value(signal.time) == time_value(held))
    echo = known_at is not None and same_day and before is not None and merge.at - before.at < DAY
    if echo:
        return False
    merge.thread.reason = None
    _move(merge, signal, "development")
    return True
