"""Attributes of a thread: tolls, sums, counts, durations, and what of them is new.

A number that grows is a development; the same source's smaller number is a correction; anybody else's is
a claim. What others add within the first wave of reports is detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.events import Change, Kind
from streams.reading import Signal
from streams.track.look import PENDING, number
from streams.track.thread import Fact

if TYPE_CHECKING:
    from streams.track.merge_claims import Merge

ORDER_OF_MAGNITUDE = 10


def merge(merge: Merge, signal: Signal, *, moved: bool) -> None:
    """Take a signal's attributes in. Where the stage `moved`, another number is of the new one: fewer were handed
    over than had been promised.
    """
    held = merge.thread.attributes
    for key, value in signal.attributes.items():
        old = held.get(key)
        current = merge.thread.fact(f"attributes.{key}", old) if old is not None else None
        merge.claim(f"attributes.{key}", value, signal.asserted_by)
        if old is None:
            late = not (
                key in merge.row.asides or merge.in_wave or signal.background or signal.stage in PENDING
            )
            _set(merge, key, value, "development" if late else None)
        elif old != value:
            kind = _compare(merge, signal, old, value, current)
            if moved and kind == "correction":
                kind = "development"
            if kind is not None:
                _set(merge, key, value, kind)


def _compare(merge: Merge, signal: Signal, held: Any, value: Any, current: Fact | None) -> Kind | None:
    """What another value is: growth, a correction, or only a claim (None)."""
    later = current is None or merge.at >= current.at
    if signal.background or not later:
        return None
    old, new = number(held), number(value)
    own = current is not None and current.group == merge.group
    aside = current is not None and current.field.removeprefix("attributes.") in merge.row.asides
    if merge.correcting and merge.is_own(current):
        # A toll that is higher in a newer version has grown; where the article says that it was wrong, it is a
        # correction all the same.
        grown = not aside and old is not None and new is not None and new > old
        return "development" if grown else "correction"
    if aside or old is None or new is None or not _of_one_kind(held, value):
        return "development" if own and not aside else None
    if new > old:
        return "development"
    if new < old and own and not merge.copied:
        return "correction"
    if new < old and not _is_bound(value):
        merge.thread.disputed = True
    return None


def _of_one_kind(held: Any, value: Any) -> bool:
    """Whether two numbers can be compared: sums of one currency."""
    units = [one.get("currency") if isinstance(one, dict) else None for one in (held, value)]
    return units[0] == units[1]


def _is_bound(value: Any) -> bool:
    """Whether a number is only a lower bound, which a greater one does not contradict."""
    return isinstance(value, dict) and "min" in value


def _set(merge: Merge, key: str, new: Any, kind: Kind | None) -> None:
    old = merge.thread.attributes.get(key)
    merge.thread.attributes[key] = new
    change = Change(f"attributes.{key}", old, new)
    if kind is None:
        merge.detail.append(change)
        return
    before, after = number(old), number(new)
    grown = bool(before) and after is not None and before is not None and after >= ORDER_OF_MAGNITUDE * before
    merge.push(change, kind, major=grown)
