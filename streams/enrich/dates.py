"""Time expressions and durations in a stretch of text, by the forms in the language's `text.toml`.

    "Senin (24/3)", "10 Oktober tahun lalu", "next Monday", "in late October", "two weeks ago"

Each language has one compiled expression, made of its words (and Babel's names of months and weekdays) and
its forms. Finding gives what the text says; `TimeExpression.resolve` gives the dates, for a publication time
and the direction of the tense. Nothing here looks at more than the span it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streams.enrich.forms import Form, Forms
from streams.enrich.periods import Direction, Spec, resolve
from streams.enrich.tables import TextTable, Unit
from streams.enrich.timewords import TimeWords
from streams.reading import Time

_NAMES = frozenset({"month", "fullmonth", "weekday"})
_REMEMBERED = 8192  # expressions whose numbers are kept


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time as the text gives it, at `start:end`. `relative` when it counts from the time named before it."""

    start: int
    end: int
    text: str
    spec: Spec
    hours: int = 0

    @property
    def same_day(self) -> bool:
        """Whether it points to the day named before: "on the same day"."""
        return self.spec.previous and self.spec.days == 0

    @property
    def relative(self) -> bool:
        """Whether it needs `previous` to be resolved: "the day before", "on the same day"."""
        return self.spec.previous

    def resolve(self, published: datetime, direction: Direction, previous: date | None = None) -> Time | None:
        """The calendar dates meant, seen from the publication's own local day.

        Only precision "day" is a date that the text gives; "week", "month" and "year" are ranges for whoever
        asks how long ago it was. None when there is no such day, or no `previous` to count from.
        """
        if self.hours:
            published += timedelta(hours=self.hours)
        return resolve(self.spec, published.date(), direction, previous, self.text)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that the text gives: "lebih dari 12 jam" is (12, "hour")."""

    min: float
    unit: Unit
    start: int
    end: int


class Dates:
    """Finds times and durations in one language's texts."""

    def __init__(self, table: TextTable, locale: str) -> None:
        """`locale` is Babel's name of the language. Raises KnowledgeError naming the bad form or entry."""
        dates = table.dates
        self._words = TimeWords(table, locale)
        vocabulary = self._words.vocabulary()
        self._times = Forms(dates.forms, vocabulary)
        self._lengths = Forms(dates.durations, vocabulary)
        self._capital = dates.capital
        self._known: dict[tuple[int, tuple[str | None, ...]], tuple[Spec, int] | None] = {}
        self.names = self._words.names
        self._before = (*dates.ago, *dates.ahead, *dates.earlier, *dates.later)

    def find(self, text: str, lower: str, start: int, end: int) -> list[TimeExpression]:
        """The time expressions in `text[start:end]`, in order; `lower` is `text` in lower case, char by char."""
        found = []
        for form, match in self._times.search(lower, start, end):
            if self._capital and not _capitals(text, match, form.names):
                continue
            read = self._read(form, match.groups())
            if read is not None:
                at, to = match.span()
                found.append(TimeExpression(at, to, text[at:to], *read))
        return found

    def durations(self, text: str, start: int, end: int) -> list[Duration]:
        """The lengths of time in `text[start:end]`; "two days ago" is a time, not a length."""
        lower = lowered(text[start:end])
        found = []
        for form, match in self._lengths.search(lower, 0, len(lower)):
            if lower[match.end() :].lstrip().startswith(self._before):
                continue
            if lower[: match.start()].rstrip().endswith(self._before):
                continue
            amount, unit = self._words.amount(_given(form, match.groups()))
            found.append(Duration(amount, unit, start + match.start(), start + match.end()))
        return found

    def _read(self, form: Form, groups: tuple[str | None, ...]) -> tuple[Spec, int] | None:
        """The numbers in a match, and hours to count from publication; None where they make no date."""
        key = (form.index, groups)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._words.numbers(_given(form, groups))
        return self._known[key]


def lowered(text: str) -> str:
    """The text in lower case with every character in its place, also those whose lower case is longer."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else low[0] for char in text)


def _given(form: Form, groups: tuple[str | None, ...]) -> dict[str, str]:
    """What the names of a form stand for in a match; a name may stand in several alternatives."""
    return {name: value for name, value in zip(form.names, groups, strict=True) if value is not None}


def _capitals(text: str, match: re.Match[str], names: tuple[str, ...]) -> bool:
    """Whether month and weekday are written as names: "may" and "march" are no months."""
    for group, name in enumerate(names, start=1):
        if name in _NAMES and match.start(group) >= 0 and text[match.start(group)].islower():
            return False
    return True
