"""Where and when: the place and the time expression that belong to a trigger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from streams.detect.clause import MARK, Clause, Group, Spot
from streams.detect.filled import Filled
from streams.enrich.dates import TimeExpression
from streams.reading import Place, Time

FRESH = timedelta(days=7)
"""How long before publication an event is news; what is older is background (LABELS)."""

_LOCATIVE = frozenset({"in", "on"})
_PLACE_BEFORE, _PLACE_BEHIND = 6, 10
"""How far a place may stand before and behind a trigger that only takes its own (tokens)."""
_TOWARDS = frozenset({"to", "for", "against", "", "from", "of"})


def place_of(filled: Filled, clause: Clause) -> Place | None:
    """Where the event happens: the nearest locative in the trigger's stretch, right of it first, then what
    it acts on, then any locative of the sentence. Statements take only their own stretch's.
    """
    hit = filled.hit
    ranked: list[tuple[int, int, Spot, Group]] = []
    for group in clause.groups:
        for spot in group.mentions:
            if spot.place is None:
                continue
            inside = filled.left <= spot.start < filled.right
            distance = spot.start - hit.end if spot.start >= hit.end else hit.start - spot.end + 4
            rank = _rank(group, spot, inside, distance, filled, clause)
            if rank is not None:
                ranked.append((rank, distance, spot, group))
    if not ranked:
        return None
    ranked.sort(key=lambda item: item[:2])
    _, _, spot, group = ranked[0]
    return _with_city(spot, group)


def _rank(
    group: Group, spot: Spot, inside: bool, distance: int, filled: Filled, clause: Clause
) -> int | None:
    """Smaller is better; None is no place of this event."""
    locative = group.slot in _LOCATIVE and (group.slot == "in" or spot.actor is None)
    if inside and filled.hit.item.entry.role("in") == "party" and _visited(group, filled):
        return 0 if spot.town else 1  # a visit is where it goes to
    if filled.frame.place_own:
        return (
            0
            if locative and inside and group.slot == "in" and -_PLACE_BEFORE <= distance <= _PLACE_BEHIND
            else None
        )
    if not locative and spot.start == filled.hit.end and clause.bits[filled.hit.end - 1] & MARK and spot.town:
        return 1  # the verb's own preposition: "arrived in Beijing"
    if locative:
        return (0 if inside else 4) + (1 if not spot.town else 0)
    towards = group.slot in _TOWARDS or filled.hit.item.entry.role(group.slot) == "recipient"
    if spot.actor is None and spot.town and towards and inside:
        return 2
    return None


def _visited(group: Group, filled: Filled) -> bool:
    """Whether the visit goes there: behind "to", or as what is visited ("visited Beijing", "fly to Taipei for …")."""
    return group.slot == "to" or group in filled.slots.get("obj", [])


def _with_city(spot: Spot, group: Group) -> Place:
    """The most precise place of the group: "Jenin in the West Bank" is Jenin."""
    best = spot
    if not spot.town:
        best = next((other for other in group.mentions if other.town), spot)
    named = best.place
    assert named is not None
    info = named.place
    assert info is not None
    return Place(info.name or None, info.country, info.geonames, info.lat, info.lon)


def time_of(
    filled: Filled, clause: Clause, expressions: list[TimeExpression], published: datetime, stage: str
) -> tuple[Time | None, Time | None]:
    """The event's time and, when the text gives no day, the wider range it does give (which says whether
    the event is background). Scheduled events look forward, the others back.
    """
    direction: Literal["past", "future"] = "future" if _ahead(filled, stage) else "past"
    start, end = clause.spans[filled.hit.start][0], clause.spans[filled.hit.end - 1][1]
    left = clause.spans[filled.left][0] if filled.left < len(clause.spans) else 0
    right = clause.spans[filled.right - 1][1] if filled.right else end
    vague: Time | None = None
    ranked = sorted(expressions, key=lambda found: _nearness(found, start, end, left, right))
    if len(ranked) > 1 and any(found.spec.day is not None for found in ranked):
        ranked.sort(
            key=lambda found: found.spec.days == 0
        )  # "today" of a quotation is the day that the text names
    for expression in ranked:
        inside = left <= expression.start <= right
        if direction == "future" and not inside:
            continue
        time = expression.resolve(published, direction)
        if time is None:
            continue
        if time.precision == "day":
            return time, None
        if vague is None or _FINER.get(time.precision, 0) > _FINER.get(vague.precision, 0):
            vague = time  # "last week four men held since 2023"
    return None, vague


_FINER = {"week": 2, "month": 1}
"""Which of two times without a day says when: the finer one."""


def _ahead(filled: Filled, stage: str) -> bool:
    names = filled.operation.names
    planned = bool({"plan", "future", "agree", "cancel"} & set(names))
    return (stage == "scheduled" and (planned or filled.frame.stage != "scheduled")) or (
        stage == "called-off" and planned
    )


def _nearness(found: TimeExpression, start: int, end: int, left: int, right: int) -> tuple[bool, int]:
    distance = found.start - end if found.start >= end else start - found.end + 3
    return not left <= found.start <= right, distance


def is_background(time: Time | None, vague: Time | None, published: datetime, *, recalled: bool) -> bool:
    """Whether the article recalls the event: more than a week old, or told as past without a day."""
    limit = (published - FRESH).date().isoformat()
    if time is not None and time.end is not None:
        return time.end < limit
    if vague is not None and vague.end is not None and vague.precision != "week":
        return vague.end < limit
    return recalled
