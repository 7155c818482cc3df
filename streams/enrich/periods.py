"""What a time expression means on a given day: calendar arithmetic, without a word of any language.

An expression is first read into a `Spec`, the numbers it gives; `resolve` works out the dates from the
publication's local day and the direction that the tense gives.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from streams.reading import Time

Direction = Literal["past", "future"]
Part = Literal["early", "mid", "late"]

_PAST_SLACK = timedelta(days=182)
"""News leaves out the year when it is this one: only a date further ahead is last year's in the past tense."""
_FUTURE_SLACK = timedelta(days=60)
"""In the future tense a date that passed not long ago is more likely this year's than next year's."""
_PARTS: dict[Part, tuple[int, int]] = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_YEAR_PARTS: dict[Part, tuple[int, int]] = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_WEEK = 7
_SUNDAY = 6
_SATURDAY = 5
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Spec:
    """The numbers in a time expression. `shift` is -1 for last, 0 for this, +1 for next, None when unsaid;
    `period` with `steps` is "last week" or "a week ago" as ("week", -1); `days` counts from the day of
    publication, or from the time named before where `previous` is set; `until` ends a range of days.
    """

    day: int | None = None
    until: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    shift: int | None = None
    days: int | None = None
    previous: bool = False
    period: str | None = None
    steps: int = 0
    part: Part | None = None


@lru_cache(maxsize=8192)
def resolve(spec: Spec, today: date, direction: Direction, previous: date | None, text: str) -> Time | None:
    """The dates that the expression gives, or None where it gives none: no such day, nothing to refer to."""
    try:
        return _resolve(spec, today, direction, previous, text)
    except (OverflowError, ValueError):  # 30 February, the year 0
        return None


def _resolve(spec: Spec, today: date, direction: Direction, previous: date | None, text: str) -> Time | None:
    day = None
    if spec.days is not None:
        anchor = previous if spec.previous else today
        day = anchor + timedelta(days=spec.days) if anchor is not None else None
    elif spec.day is not None:
        day = (_day_of_month if spec.month is None else _date)(spec, today, direction)
    elif spec.weekday is not None:
        day = _weekday(spec, today, direction)
    if day is not None:
        end = day if spec.until is None else day.replace(day=spec.until)
        return Time(start=day.isoformat(), end=end.isoformat(), precision="day", text=text)
    return None if spec.previous else _stretch(spec, today, direction, text)


def _stretch(spec: Spec, today: date, direction: Direction, text: str) -> Time | None:
    """A time that is no day: a month, a week or weekend, a year."""
    if spec.month is not None:
        return _month(spec, today, direction, text)
    if spec.period is not None:
        return _period(spec, today, direction, text)
    if spec.year is not None:
        return _year(spec.year, spec.part, text)
    return None


def _year(year: int, part: Part | None, text: str) -> Time:
    first, last = _YEAR_PARTS[part] if part else (1, _DECEMBER)
    return _range(date(year, first, 1), _month_end(year, last), "year", text)


def _range(start: date, end: date, precision: Literal["week", "month", "year"], text: str) -> Time:
    return Time(start=start.isoformat(), end=end.isoformat(), precision=precision, text=text)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _date(spec: Spec, today: date, direction: Direction) -> date:
    """Day and month; without a year this year's, unless the direction speaks strongly against it."""
    assert spec.day is not None and spec.month is not None  # noqa: PT018 - the caller looked
    if spec.year is not None:
        return date(spec.year, spec.month, spec.day)
    if spec.period == "year":
        return date(today.year + spec.steps, spec.month, spec.day)
    if spec.shift:
        return _nearest(spec.day, spec.month, today, back=spec.shift < 0)
    day = date(today.year, spec.month, spec.day)
    if direction == "past":
        return day if day - today <= _PAST_SLACK else _nearest(spec.day, spec.month, today, back=True)
    return day if today - day <= _FUTURE_SLACK else _nearest(spec.day, spec.month, today, back=False)


def _nearest(day: int, month: int, today: date, *, back: bool) -> date:
    """The last such day up to today, or the next from today."""
    found = date(today.year, month, day)
    if back and found > today:
        return date(today.year - 1, month, day)
    return date(today.year + 1, month, day) if not back and found < today else found


def _day_of_month(spec: Spec, today: date, direction: Direction) -> date:
    """A bare day number: the nearest in the direction, or of the month that is named relatively."""
    assert spec.day is not None
    if spec.period == "month":
        year, month = _add_months(today, spec.steps)
        return date(year, month, spec.day)
    step = -1 if direction == "past" else 1
    for months in range(13):
        year, month = _add_months(today, step * months)
        if spec.day > monthrange(year, month)[1]:
            continue
        day = date(year, month, spec.day)
        if (day <= today) if direction == "past" else (day >= today):
            return day
    raise ValueError


def _weekday(spec: Spec, today: date, direction: Direction) -> date:
    """A weekday: of a named week, else the nearest in the direction; today counts unless "last" or "next"."""
    assert spec.weekday is not None
    if spec.period == "week":
        return today - timedelta(days=today.weekday()) + timedelta(days=spec.weekday + _WEEK * spec.steps)
    back = (today.weekday() - spec.weekday) % _WEEK
    forth = (spec.weekday - today.weekday()) % _WEEK
    if spec.shift == -1:
        return today - timedelta(days=back or _WEEK)
    if spec.shift == 1:
        return today + timedelta(days=forth or _WEEK)
    return today - timedelta(days=back) if direction == "past" else today + timedelta(days=forth)


def _add_months(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _month(spec: Spec, today: date, direction: Direction, text: str) -> Time:
    """A month, or a part of one, as its range."""
    assert spec.month is not None
    year = spec.year
    if year is None and spec.period == "year":
        year = today.year + spec.steps
    if year is None:
        year = today.year
        back = direction == "past" if spec.shift in (None, 0) else spec.shift == -1
        if back and (spec.month > today.month or (spec.shift == -1 and spec.month == today.month)):
            year -= 1
        elif not back and (spec.month < today.month or (spec.shift == 1 and spec.month == today.month)):
            year += 1
    return _month_range(year, spec.month, spec.part, text)


def _month_range(year: int, month: int, part: Part | None, text: str) -> Time:
    first, last = _PARTS[part] if part else (1, 31)
    return _range(
        date(year, month, first), date(year, month, min(last, monthrange(year, month)[1])), "month", text
    )


def _period(spec: Spec, today: date, direction: Direction, text: str) -> Time:
    """Ranges: "last week", "two months ago", "this weekend"."""
    if spec.period == "month":
        return _month_range(*_add_months(today, spec.steps), spec.part, text)
    if spec.period == "year":
        return _year(today.year + spec.steps, spec.part, text)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=_WEEK * spec.steps)
    if spec.period == "week":
        return _range(monday, monday + timedelta(days=_SUNDAY), "week", text)
    if direction == "past" and spec.steps == 0 and today.weekday() < _SATURDAY:
        monday -= timedelta(days=_WEEK)
    return _range(monday + timedelta(days=_SATURDAY), monday + timedelta(days=_SUNDAY), "week", text)
