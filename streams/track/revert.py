"""Going back: what a thread holds when what it held is denied or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.events import Change
from streams.track.thread import Fact, Step, Thread, place_of, time_of

if TYPE_CHECKING:
    from streams.track.merge_claims import Merge


def go_back(thread: Thread, course: list[Step]) -> None:
    """Let the thread stand where this course ends. Codes come back when they are remembered."""
    thread.course = course
    thread.stage, _, detail = course[-1].value.partition(":")
    thread.detail = detail or None
    earlier = thread.earlier
    if earlier is not None and earlier.value == thread.standing:
        thread.plover, thread.cameo = earlier.plover, earlier.cameo
    else:
        thread.plover = thread.cameo = None
    thread.earlier = None


def revert(merge: Merge, fact: Fact) -> None:
    """A field goes back to what somebody else says of it, or is empty again."""
    thread = merge.thread
    other = next((each for each in reversed(thread.facts) if each.field == fact.field), None)
    if fact.field == "actor":
        name, _, role = fact.value.partition(":")
        old = sorted(thread.core)
        thread.actors = [who for who in thread.actors if not (who.id == name and who.role == role)]
        if sorted(thread.core) != old:
            merge.push(Change("actors", old, sorted(thread.core)), "correction", major=True)
    elif fact.field.startswith("attributes."):
        key = fact.field.removeprefix("attributes.")
        if other is None:
            thread.attributes.pop(key, None)
        else:
            thread.attributes[key] = other.value
        merge.push(Change(fact.field, fact.value, other.value if other else None), "correction")
    elif fact.field == "time" and thread.time is not None:
        _revert_time(merge, fact, other)
    elif fact.field == "place" and thread.place is not None:
        _revert_place(merge, fact, other)


def _revert_time(merge: Merge, fact: Fact, other: Fact | None) -> None:
    merge.thread.time = None if other is None else time_of(other.value)
    merge.push(Change("time", fact.value[0], other.value[0] if other else None), "correction")


def _revert_place(merge: Merge, fact: Fact, other: Fact | None) -> None:
    merge.thread.place = None if other is None else place_of(other.value)
    new = (other.value[0] or other.value[1]) if other else None
    merge.push(Change("place", fact.value[0] or fact.value[1], new), "correction")
