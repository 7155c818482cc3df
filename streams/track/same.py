"""Same affair? Scores a signal against open threads of its family.

The score is a sum of weights from `tracking.toml` for what speaks for and against; nothing in it depends
on a language. From `join` on the signal belongs to the thread, from `reopen` on even to a closed one.
"""

from __future__ import annotations

from collections.abc import Callable

from streams.reading import Signal
from streams.track.copies import likeness
from streams.track.look import DAY, OVER, PENDING, Look, day_of, days
from streams.track.table import Family, Table, Weights

MANY = 200
"""So many candidates are scored; of more, those with the latest news."""

Choose = Callable[[Look, list[Look], Table, int], tuple[Look, float] | None]
"""Which of the candidates a signal belongs to, as `best` says it; gold, where weights are fitted."""


def best(signal: Look, candidates: list[Look], table: Table, now: int) -> tuple[Look, float] | None:
    """The thread that the signal belongs to, with its score; None for a new affair."""
    row, weights = table.family(signal.family), table.same
    if len(candidates) > MANY:
        candidates = sorted(candidates, key=lambda look: (-look.last, look.id))[:MANY]
    said = min(
        now, signal.last
    )  # what was published while a thread was open belongs to it however late it arrives
    found: tuple[float, int, str, Look] | None = None
    for look in candidates:
        total = score(signal, look, row, weights)
        if signal.texts and total > weights.join - weights.copy and is_copy(signal, look, table):
            total += weights.copy
        least = weights.reopen if said > look.deadline else weights.join
        if total < least:
            continue
        rank = (round(total, 6), look.last, look.id, look)
        if found is None or rank[:3] > found[:3]:
            found = rank
    return None if found is None else (found[3], found[0])


def score(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    """How much speaks for the signal being of the thread's affair."""
    total = _actors(signal, thread, row, weights)
    total += _place(signal, thread, row, weights)
    total += _time(signal, thread, row, weights)
    total += _detail(signal, thread, row, weights)
    return total + _context(signal, thread, weights)


def may_meet(one: Signal, other: Signal, row: Family) -> bool:
    """Whether two signals of one reading may belong to one thread. Those that differ in detail or stage were
    told apart by the text: they are one affair only if their details are akin and nobody else takes part.
    """
    mine, theirs = _acted_on(one), _acted_on(other)
    if mine and theirs and mine.isdisjoint(theirs):
        return False
    inside = row.matter or one.core <= other.core or other.core <= one.core
    if (one.detail, one.stage) == (other.detail, other.stage):
        return inside
    if row.rounds and (_comes_after(one, other) or _comes_after(other, one)):
        return False
    return inside and row.are_akin(one.detail, other.detail)


def _acted_on(signal: Signal) -> frozenset[str]:
    return frozenset(actor.id for actor in signal.actors if actor.role == "recipient")


def _comes_after(planned: Signal, held: Signal) -> bool:
    """Whether one is planned for a day after the other was over: the next round."""
    if held.stage != "concluded" or planned.stage not in PENDING:
        return False
    start, end = days(planned.time)[0], days(held.time)[1]
    return start is None or end is None or start > end


def is_copy(signal: Look, thread: Look, table: Table) -> bool:
    """Whether the signal's text is a near copy of one that the thread has."""
    least = table.copies.similarity
    return any(likeness(mine, theirs) >= least for mine in signal.texts for theirs in thread.texts)


def _actors(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    if row.matter and signal.matter and thread.matter:
        shared = _overlap(signal.matter, thread.matter, weights.lone)
        if not shared:
            return -weights.actors
        return weights.actors * (shared + _overlap(signal.actors, thread.actors, weights.lone)) / 2
    if not signal.core and not thread.core:
        return weights.actors / 3
    if not signal.core or not thread.core:
        return weights.one_unknown
    total = weights.actors * _overlap(signal.core, thread.core, weights.lone)
    turned = signal.actors & thread.recipients and signal.recipients & thread.actors
    if turned and not (signal.actors & thread.actors or signal.recipients & thread.recipients):
        total += weights.reversed
    return total


def _overlap(one: frozenset[str], other: frozenset[str], lone: float) -> float:
    """Between 0 and 1: mean of Jaccard and containment, less when one alone of several is shared."""
    shared = len(one & other)
    if not shared:
        return 0.0
    size = max(len(one), len(other))
    share = (shared / len(one | other) + shared / min(len(one), len(other))) / 2
    return share * lone if shared == 1 and size > 1 else share


def _place(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    if signal.detail in row.incidents:
        return weights.place_same if signal.place and signal.place == thread.place else 0.0
    if signal.place and thread.place:
        if signal.place == thread.place:
            return weights.place_same
        if row.place_strict:
            return weights.day_apart * 2
        away = weights.place_apart if signal.country == thread.country else weights.country_apart
        return away / 4 if thread.stage in PENDING else away
    if signal.country and thread.country:
        return weights.place_within if signal.country == thread.country else weights.country_apart
    return 0.0


def _time(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    if signal.start is None or signal.end is None:
        return _undated(signal, thread, row, weights)
    if thread.start is None or thread.end is None:
        return _first_date(signal, thread, row, weights)
    end = max(thread.end, day_of(thread.last)) if thread.stage == "under-way" else thread.end
    apart = max(signal.start - end, thread.start - signal.end, 0)
    if apart == 0:
        return 0.0 if signal.vague or thread.vague else weights.day_same
    if apart <= row.near_days:
        return weights.day_near
    return _other_day(signal, thread, row, weights, apart if signal.start > end else -apart)


def _other_day(signal: Look, thread: Look, row: Family, weights: Weights, apart: int) -> float:
    """Two days that differ by more than reports do; `apart` is positive when the signal's is later."""
    inside = signal.detail in row.incidents or row.is_later(thread.detail, signal.detail)
    if apart > 0 and not inside and _is_next_round(signal, thread, row):
        return weights.next_round
    if apart < 0 and _is_round_before(signal, thread, row):
        return weights.next_round
    if row.place_strict and row.rounds:
        return weights.day_apart * 2
    movable = not row.rounds or inside or thread.stage in PENDING or thread.stage in ("called-off", "refused")
    return weights.day_moved if movable and abs(apart) <= row.move_days else weights.day_apart


def _is_next_round(signal: Look, thread: Look, row: Family) -> bool:
    begins = signal.stage in PENDING or signal.stage == "under-way"
    return row.rounds and begins and thread.stage == "concluded"


def _is_round_before(signal: Look, thread: Look, row: Family) -> bool:
    """Whether the signal's affair had begun when the thread's was first planned, for a later day."""
    if signal.end is None or not row.rounds or thread.stage not in PENDING:
        return False
    return signal.stage in ("under-way", "concluded") and signal.end <= day_of(thread.first)


def _undated(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    """Without a day, when it was published decides."""
    gap = signal.last - thread.last if signal.last > thread.last else max(thread.first - signal.last, 0)
    if thread.stage not in OVER or thread.stage == "denied":
        return 0.0
    inside = signal.detail in row.incidents or row.is_later(thread.detail, signal.detail)
    if _is_next_round(signal, thread, row) and gap > DAY and not inside:
        return weights.next_round
    if gap > row.linger_days * DAY and thread.stage == "concluded" and not inside and row.rounds:
        return weights.quiet
    return 0.0


def _first_date(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    """The thread has no day yet: the signal's must fit the time of its reports."""
    assert signal.start is not None and signal.end is not None  # noqa: PT018
    first, last = day_of(thread.first), day_of(thread.last)
    slack = row.near_days + 2
    if thread.stage == "concluded" and row.rounds:
        if signal.stage in PENDING and signal.start > last + 1:
            return weights.next_round
        if signal.end < first - slack - row.linger_days or signal.start > last + slack:
            return weights.day_apart
    elif signal.end < first - slack - row.move_days:
        return weights.day_apart
    return 0.0


def _detail(signal: Look, thread: Look, row: Family, weights: Weights) -> float:
    if signal.detail is None or thread.detail is None:
        return 0.0
    if signal.detail == thread.detail:
        return weights.detail_same
    return weights.detail_apart if row.details_apart(thread.detail, signal.detail) else 0.0


def _context(signal: Look, thread: Look, weights: Weights) -> float:
    total = 0.0
    if signal.processes and thread.processes:
        shared = signal.processes & thread.processes
        total += weights.process_same if shared else weights.process_apart
    if signal.helpers and thread.helpers:
        total += weights.helper_same if signal.helpers & thread.helpers else weights.helper_apart
    if signal.names and thread.names:
        common = len(signal.names & thread.names)
        total += weights.names * common / min(len(signal.names), len(thread.names))
    if signal.numbers & thread.numbers:
        total += weights.number_same
    return total
