"""The course of a thread in one line of each language: what it went through, and when.

    proposed March 3 → scheduled March 18 for March 24 → held March 24, 12 hours, Riyadh

Made from the thread's fields alone; the words stand beside the headlines in `knowledge/headlines.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_skeleton, format_timedelta

from streams.headlines import Templates, load, locale_of, spot_of
from streams.reading import Place

ARROW = " → "
PENDING = ("proposed", "scheduled")

_UNIT_HOURS = {"hour": 1, "day": 24, "week": 24 * 7, "month": 24 * 30}


@dataclass(frozen=True, slots=True)
class Passed:
    """One step: stage, detail, the day of its first report and the day of the event (ISO dates)."""

    stage: str
    detail: str | None
    reported: str
    day: str | None


def all_of(
    family: str, steps: Sequence[Passed], *, place: Place | None, attributes: Mapping[str, Any]
) -> dict[str, str]:
    """The course by language, with where it led and what was counted. Empty for a thread of one step: its
    headline says as much.
    """
    if len(steps) < 2:  # noqa: PLR2004
        return {}
    spot = (place.name, place.country) if place else (None, None)
    counted = tuple((key, _plain(value)) for key, value in sorted(attributes.items()))
    return dict(_all(family, tuple(steps), spot, counted))


def _plain(value: Any) -> Any:
    """A value that can be hashed: the number of `{"value": 6}`, a duration as number and unit."""
    if isinstance(value, Mapping):
        return value.get("min", value.get("value")), value.get("unit")
    return value if isinstance(value, int | float | str) else None


@lru_cache(maxsize=1024)
def _all(
    family: str,
    steps: tuple[Passed, ...],
    spot: tuple[str | None, str | None],
    counted: tuple[tuple[str, Any], ...],
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (language, _course(language, words, family, steps, spot, counted))
        for language, words in load().items()
        if words.course
    )


def _course(
    language: str,
    words: Templates,
    family: str,
    steps: tuple[Passed, ...],
    spot: tuple[str | None, str | None],
    counted: tuple[tuple[str, Any], ...],
) -> str:
    told = [_step(language, family, step, steps[-1].reported[:4]) for step in steps]
    figures = (_figure(language, words, key, value) for key, value in counted)
    rest = [part for part in (*figures, spot_of(language, words, *spot)) if part]
    return words.course["comma"].join([ARROW.join(told), *rest])


@lru_cache(maxsize=16_384)
def _step(language: str, family: str, step: Passed, year: str) -> str:
    """What happened and when: the event's own day when it is over, else the day on which it was said. Kept, for the
    steps before the last are told again with each update.
    """
    words = load()[language]
    pending = step.stage in PENDING
    day = step.reported if pending else step.day or step.reported
    short = day[:4] == year
    detail = words.details.get(step.detail or "") if not pending else None
    stage = step.stage
    template = words.course.get(f"{family}.{stage}") or words.course[stage]
    if detail:
        template = words.course["detail"].replace("{detail}", detail)
    text = template.format(date=_day(language, day, short=short))
    if step.stage == "scheduled" and step.day:
        planned = _day(language, step.day, short=step.day[:4] == year)
        text += words.course["planned"].format(date=planned)
    return text


def _figure(language: str, words: Templates, key: str, value: Any) -> str:
    if isinstance(value, tuple):
        number, unit = value
        if key == "duration" and unit in _UNIT_HOURS and isinstance(number, int | float):
            length = timedelta(hours=number * _UNIT_HOURS[unit])
            return format_timedelta(length, granularity=unit, threshold=10_000, locale=locale_of(language))
        value = number
    template = words.figures.get(key)
    return template.format(count=value) if template and value is not None else ""


@lru_cache(maxsize=4096)
def _day(language: str, day: str, *, short: bool) -> str:
    """A date as the language writes it, without the year where it is that of the last step."""
    try:
        when = date.fromisoformat(day[:10])
    except ValueError:
        return day
    if short:
        return format_skeleton("MMMMd", when, locale=locale_of(language))
    return format_date(when, format="long", locale=locale_of(language))
