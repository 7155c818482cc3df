"""Newer versions of known articles, and withdrawals.

A changed signal of a newer version corrects the thread that the older one went to, whatever the score
says; absence alone means nothing. A withdrawal takes back what rested on that article alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.events import Change
from streams.reading import Signal
from streams.track.look import iso_day
from streams.track.merge_claims import Merge
from streams.track.revert import go_back, revert
from streams.track.table import Table
from streams.track.thread import Entry, Fact, Step, Thread, is_current


def pair(signals: Sequence[Signal], threads: Sequence[Thread], table: Table) -> dict[str, Thread]:
    """Which signal of a newer version continues which thread of the older one, by signal id."""
    options = [
        (_alike(signal, thread), -at, signal.id, thread)
        for at, signal in enumerate(signals)
        for thread in threads
        if signal.family == thread.family
        and not signal.background
        and not table.family(thread.family).details_apart(thread.detail, signal.detail)
    ]
    options.sort(key=lambda option: (option[0], option[1], option[3].id), reverse=True)
    found: dict[str, Thread] = {}
    taken: set[str] = set()
    for alike, _, signal, thread in options:
        if alike > 0 and signal not in found and thread.id not in taken:
            found[signal] = thread
            taken.add(thread.id)
    return found


def _alike(signal: Signal, thread: Thread) -> int:
    """How alike they are; 0 when nothing is shared."""
    alike = 2 * len(signal.core & thread.core)
    alike += 3 * (bool(signal.place) and signal.place == thread.place)
    alike += 3 * (bool(signal.time) and bool(thread.time) and signal.time.start == thread.time.start)  # type: ignore[union-attr]
    both_empty = not signal.core and not thread.core
    return alike + (1 if both_empty else 0)


def withdraw(merge: Merge, entry: Entry) -> None:
    """Take an article back: what rested on it alone falls."""
    thread = merge.thread
    held = {id(fact) for fact in thread.facts if is_current(thread, fact)}
    fallen = [fact for fact in thread.facts if _falls(thread, fact, entry)]
    _remove(thread, entry)
    if _stage_falls(thread, fallen):
        _retract(merge, entry)
        return
    gone = [fact for fact in fallen if id(fact) in held]
    thread.facts = [fact for fact in thread.facts if fact not in fallen]
    for fact in gone:
        revert(merge, fact)
    if gone and merge.news:
        thread.reason = f"withdrawn by {entry.publisher}"


def _falls(thread: Thread, fact: Fact, entry: Entry) -> bool:
    """Whether a fact rests on this article alone: others who say so only copy it."""
    if entry.n not in fact.articles or fact.more:
        return False
    groups = {each.n: each.group for each in thread.entries}
    others = [groups.get(n) for n in fact.articles if n != entry.n]
    original = any(g.g == entry.group and g.name == entry.publisher for g in thread.groups)
    return not others or (original and all(group == entry.group for group in others))


def _remove(thread: Thread, entry: Entry) -> None:
    thread.entries.remove(entry)
    thread.articles -= 1
    for fact in thread.facts:
        if entry.n in fact.articles:
            fact.articles.remove(entry.n)
    thread.evidence = [said for said in thread.evidence if said.article != entry.id]
    if all(each.group != entry.group for each in thread.entries):
        before = len(thread.groups)
        thread.groups = [group for group in thread.groups if group.g != entry.group]
        thread.publishers -= before - len(thread.groups)


def _stage_falls(thread: Thread, fallen: list[Fact]) -> bool:
    values = {fact.value for fact in fallen if fact.field == "stage"}
    return thread.standing in values


def _retract(merge: Merge, entry: Entry) -> None:
    """The thread goes back to the latest stage that somebody else reports, or is denied."""
    thread = merge.thread
    standing = {fact.value for fact in thread.facts if fact.field == "stage" and (fact.articles or fact.more)}
    old = thread.stage
    rest = [step for step in thread.course[:-1] if step.value in standing]
    if rest:
        go_back(thread, rest)
    elif old != "denied":
        thread.stage = "denied"
        thread.course.append(Step("denied:", iso_day(merge.at)))
        thread.facts.append(Fact("stage", "denied:", None, merge.at, entry.group, []))
    if thread.stage != old:
        thread.reason = f"withdrawn by {entry.publisher}"
        merge.push(Change("stage", old, thread.stage), "retraction", major=True)
