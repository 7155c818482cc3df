"""Time expressions and durations in a stretch of text, by the forms in the language's `text.toml`.

    "Senin (24/3)", "10 Oktober tahun lalu", "next Monday", "in late October", "two weeks ago"

Each language has one compiled expression, made of its words (and Babel's names of months and weekdays) and
its forms. Finding gives what the text says; `TimeExpression.resolve` gives the dates, for a publication time
and the direction of the tense. Nothing here looks at more than the span it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from babel import Locale, UnknownLocaleError

from streams.enrich.forms import Form, Forms, Vocabulary
from streams.enrich.periods import Direction, Spec, resolve
from streams.enrich.tables import TextTable, Unit
from streams.enrich.wordlist import pattern
from streams.errors import KnowledgeError
from streams.reading import Time

_FIXED = re.compile(r"(week|weekend|month|year)([+-]\d{1,2})")
_SPAN = re.compile(r"(\d+(?:\.\d+)?) (minute|hour|day|week|month|year)")
_YEARS = range(1900, 2101)
_MONTHS = 12
_DAYS = 31
_REMEMBERED = 8192  # expressions whose numbers are kept
_SHIFTS = {"last": -1, "this": 0, "next": 1}


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
        self._table = table
        self._where = f"{locale}/text.toml"
        dates = table.dates
        self._weekdays = self._numbered(dates.weekdays, 7, _names(locale, "days"))
        self._months = self._numbered(dates.months, _MONTHS, _names(locale, "months"))
        self._units = {word: unit for unit, words in dates.units.items() for word in words}
        self._parts = {word: part for part, words in dates.parts.items() for word in words}
        self._fixed = {words: self._period(code) for words, code in dates.fixed.items()}
        self._spans = {words: self._span(code) for words, code in dates.spans.items()}
        self._readers = self._make_readers()
        vocabulary = self._vocabulary()
        self._times = Forms(dates.forms, vocabulary)
        self._lengths = Forms(dates.durations, vocabulary)
        self._known: dict[tuple[int, tuple[str | None, ...]], tuple[Spec, int] | None] = {}
        self._before = (*dates.ago, *dates.ahead, *dates.earlier, *dates.later)

    def find(self, text: str, lower: str, start: int, end: int) -> list[TimeExpression]:
        """The time expressions in `text[start:end]`, in order; `lower` is `text` in lower case, char by char."""
        found = []
        capital = self._table.dates.capital
        for form, match in self._times.search(lower, start, end):
            if capital and not _capitals(text, match, form.names):
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
            amount, unit = self._amount(_given(form, match.groups()))
            found.append(Duration(amount, unit, start + match.start(), start + match.end()))
        return found

    def _read(self, form: Form, groups: tuple[str | None, ...]) -> tuple[Spec, int] | None:
        """The numbers in a match, and hours to count from publication; None where they make no date."""
        key = (form.index, groups)
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._numbers(_given(form, groups))
        return self._known[key]

    def _numbers(self, values: dict[str, str]) -> tuple[Spec, int] | None:
        if "unit" in values or "span" in values:
            return self._counted(values)
        spec: dict[str, Any] = {}
        for name, value in values.items():
            if name in self._readers:
                spec.update(self._readers[name](value))
        month, day, year = spec.get("month", 1), spec.get("day", 1), spec.get("year", _YEARS.start)
        if not (1 <= month <= _MONTHS and 1 <= day <= _DAYS and year in _YEARS):
            return None
        return (Spec(**spec), 0) if spec else None

    def _counted(self, values: dict[str, str]) -> tuple[Spec, int] | None:
        """Lengths that count from a day: "two days ago", "in three weeks", "a day later"."""
        amount, unit = self._amount(values)
        steps = int(amount) * (-1 if "ago" in values or "earlier" in values else 1)
        previous = "earlier" in values or "later" in values
        if unit in ("minute", "hour"):
            hours = steps if unit == "hour" else 0
            return (Spec(days=round(hours / 24), previous=True), 0) if previous else (Spec(days=0), hours)
        if unit == "day":
            return Spec(days=steps, previous=previous), 0
        return Spec(period=unit, steps=steps, previous=previous), 0

    def _amount(self, values: Mapping[str, str]) -> tuple[float, Unit]:
        if span := values.get("span"):
            return self._spans[_plain(span)]
        return self._number(values["num"]), self._units[_plain(values["unit"])]

    def _number(self, text: str) -> float:
        known = self._table.numbers.get(_plain(text))
        return known if known is not None else float(text.replace(",", "."))

    def _numbered(self, forms: tuple[tuple[str, ...], ...], size: int, names: list[set[str]]) -> dict[str, int]:
        if forms and len(forms) != size:
            raise KnowledgeError(f"{self._where}: dates: {len(forms)} lists where there are {size} names")
        rows = zip(forms or ((),) * size, names, strict=True)
        return {form.lower(): index for index, row in enumerate(rows) for form in (*row[1], *row[0])}

    def _period(self, code: str) -> dict[str, Any]:
        match = _FIXED.fullmatch(code)
        if match is None:
            raise KnowledgeError(f"{self._where}: dates.fixed: {code!r} is not like week-1, month+0, weekend+1")
        return {"period": match[1], "steps": int(match[2])}

    def _span(self, code: str) -> tuple[float, Unit]:
        match = _SPAN.fullmatch(code)
        if match is None:
            raise KnowledgeError(f"{self._where}: dates.spans: {code!r} is not like '2 day'")
        return float(match[1]), cast("Unit", match[2])

    def _make_readers(self) -> dict[str, Callable[[str], dict[str, Any]]]:
        dates = self._table.dates
        readers: dict[str, Callable[[str], dict[str, Any]]] = {
            "weekday": lambda word: {"weekday": self._weekdays[_plain(word)]},
            "month": lambda word: {"month": self._months[_plain(word)] + 1},
            "day": lambda digits: {"day": int(digits)},
            "mm": lambda digits: {"month": int(digits)},
            "year": lambda digits: {"year": int(digits)},
            "yy": lambda digits: {"year": 2000 + int(digits)},
            "relative": lambda word: {"days": dates.relative[_plain(word)]},
            "previous": lambda word: {"days": dates.previous[_plain(word)], "previous": True},
            "fixed": lambda word: self._fixed[_plain(word)],
            "part": lambda word: {"part": self._parts[_plain(word)]},
        }
        for name in ("last", "this", "next"):
            readers[name] = lambda _, shift=_SHIFTS[name]: {"shift": shift}  # type: ignore[misc]
        return readers

    def _vocabulary(self) -> Vocabulary:
        dates = self._table.dates
        words: dict[str, Iterable[str]] = {
            "weekday": self._weekdays,
            "month": self._months,
            "relative": dates.relative,
            "previous": dates.previous,
            "fixed": dates.fixed,
            "span": dates.spans,
            "unit": self._units,
            "part": self._parts,
            "last": dates.last,
            "next": dates.next,
            "this": dates.this,
            "ago": dates.ago,
            "ahead": dates.ahead,
            "earlier": dates.earlier,
            "later": dates.later,
            "daypart": dates.dayparts,
            "num": self._table.numbers,
        }
        expressions = {name: f"({pattern(entries)})" for name, entries in words.items()}
        expressions |= {
            "num": rf"(\d{{1,3}}(?:[.,]\d)?(?![\d%])|{pattern(words['num'])})",
            "day": r"(?<!\d)(\d{1,2})(?![\d%])" + (f"(?:{dates.ordinal})?" if dates.ordinal else ""),
            "mm": r"(\d{1,2})(?!\d)",
            "year": r"(\d{4})(?!\d)",
            "yy": r"(\d{2})(?!\d)",
            "daypart": f"(?:{pattern(words['daypart'])})",
        }
        return Vocabulary(
            words={name: frozenset(entries) for name, entries in words.items()},
            digits=frozenset({"num", "day", "mm", "year", "yy"}),
            expressions=expressions,
            silent=frozenset({"daypart"}),
            fill=dates.fill,
            glued=dates.glued,
            prefixes=dates.prefixes,
            suffix=dates.suffix,
            where=self._where,
        )


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
        if name in {"month", "weekday"} and match.start(group) >= 0 and text[match.start(group)].islower():
            return False
    return True


def _plain(word: str) -> str:
    return word.replace("\u2019", "'").replace("\u02bc", "'")


def _names(locale: str, kind: str) -> list[set[str]]:
    """Babel's full names of months (from January) or weekdays (from Monday), as in dates and alone."""
    try:
        data = getattr(Locale.parse(locale), kind)
    except (UnknownLocaleError, ValueError) as error:
        raise KnowledgeError(f"Babel knows no language {locale!r}: {error}") from error
    size, first = (7, 0) if kind == "days" else (_MONTHS, 1)
    return [{data[use]["wide"][first + index].lower() for use in ("format", "stand-alone")} for index in range(size)]
