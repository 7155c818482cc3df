"""A language's words of time and what they mean: the values behind the {names} that forms are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from babel import Locale, UnknownLocaleError

from streams.enrich.forms import Vocabulary
from streams.enrich.periods import Spec
from streams.enrich.tables import TextTable, Unit
from streams.enrich.wordlist import pattern
from streams.errors import KnowledgeError

_FIXED = re.compile(r"(week|weekend|month|year)([+-]\d{1,2})")
_SPAN = re.compile(r"(\d+(?:\.\d+)?) (minute|hour|day|week|month|year)")
_YEARS = range(1900, 2101)
_MONTHS = 12
_DAYS = 31
_SHIFTS = {"last": -1, "this": 0, "next": 1}
_HOURS_A_DAY = 24


class TimeWords:
    """Reads words of time as numbers, and says how they are written."""

    def __init__(self, table: TextTable, locale: str) -> None:
        """`locale` is Babel's name of the language. Raises KnowledgeError naming the bad entry."""
        self._table = table
        self.where = f"{locale}/text.toml"
        dates = table.dates
        self._weekdays = self._numbered(dates.weekdays, 7, _names(locale, "days"))
        self._months = self._numbered(dates.months, _MONTHS, _names(locale, "months"))
        self._units = {word: unit for unit, words in dates.units.items() for word in words}
        self._parts = {word: part for part, words in dates.parts.items() for word in words}
        self._fixed = {words: self._period(code) for words, code in dates.fixed.items()}
        self._spans = {words: self._span(code) for words, code in dates.spans.items()}
        self._readers = self._make_readers()

    @property
    def names(self) -> frozenset[str]:
        """Weekdays and months, as the language writes them."""
        return frozenset([*self._weekdays, *self._months])

    def numbers(self, values: Mapping[str, str]) -> tuple[Spec, int] | None:
        """What the words behind names say, and hours to count from publication; None where it is no date."""
        if "unit" in values or "span" in values:
            return self._counted(values)
        spec: dict[str, Any] = {}
        for name, value in values.items():
            if name in self._readers:
                spec.update(self._readers[name](_plain(value)))
        month, day, year = spec.get("month", 1), spec.get("day", 1), spec.get("year", _YEARS.start)
        if (
            not spec
            or not day <= spec.get("until", _DAYS) <= _DAYS
            or not (1 <= month <= _MONTHS and 1 <= day <= _DAYS and year in _YEARS)
        ):
            return None
        return Spec(**spec), 0

    def amount(self, values: Mapping[str, str]) -> tuple[float, Unit]:
        """A length of time: number and unit; a unit without a number is one of it ("a month ago")."""
        if span := values.get("span"):
            return self._spans[_plain(span)]
        unit = self._units[_plain(values["unit"])]
        if not values.get("num"):
            return 1.0, unit
        number = _plain(values["num"])
        known = self._table.numbers.get(number)
        return (float(number.replace(",", ".")) if known is None else known), unit

    def vocabulary(self) -> Vocabulary:
        """How each name is written, for compiling forms."""
        dates = self._table.dates
        words: dict[str, Iterable[str]] = {
            "weekday": self._weekdays,
            "month": self._months,
            "fullmonth": self._months.keys() - dates.short,
            "unit": self._units,
            "part": self._parts,
            "daypart": dates.dayparts,
            "num": self._table.numbers,
            "span": dates.spans,
        }
        for name in (
            "relative",
            "previous",
            "fixed",
            "last",
            "next",
            "this",
            "ago",
            "ahead",
            "earlier",
            "later",
        ):
            words[name] = getattr(dates, name)
        expressions = {name: f"({pattern(entries)})" for name, entries in words.items()}
        expressions |= {
            "num": rf"(\d{{1,3}}(?:[.,]\d)?(?![\d%])|{pattern(words['num'])})",
            "day": r"(?<!\d)(\d{1,2})(?![\d%])" + (f"(?:{dates.ordinal})?" if dates.ordinal else ""),
            "until": r"(\d{1,2})(?![\d%])" + (f"(?:{dates.ordinal})?" if dates.ordinal else ""),
            "mm": r"(\d{1,2})(?!\d)",
            "year": r"(\d{4})(?!\d)",
            "yy": r"(\d{2})(?!\d)",
            "daypart": f"(?:{pattern(words['daypart'])})",
        }
        return Vocabulary(
            words={name: frozenset(entries) for name, entries in words.items()},
            digits=frozenset({"num", "day", "until", "mm", "year", "yy"}),
            expressions=expressions,
            silent=frozenset({"daypart"}),
            fill=dates.fill,
            glued=dates.glued,
            prefixes=dates.prefixes,
            suffix=dates.suffix,
            where=self.where,
        )

    def _counted(self, values: Mapping[str, str]) -> tuple[Spec, int]:
        """Lengths that count from a day: "two days ago", "in three weeks", "a day later"."""
        amount, unit = self.amount(values)
        steps = int(amount) * (-1 if "ago" in values or "earlier" in values else 1)
        previous = "earlier" in values or "later" in values
        if unit in ("minute", "hour"):
            hours = steps if unit == "hour" else 0
            return (
                (Spec(days=round(hours / _HOURS_A_DAY), previous=True), 0)
                if previous
                else (Spec(days=0), hours)
            )
        if unit == "day":
            return Spec(days=steps, previous=previous), 0
        return Spec(period=unit, steps=steps, previous=previous), 0

    def _numbered(
        self, forms: tuple[tuple[str, ...], ...], size: int, names: list[set[str]]
    ) -> dict[str, int]:
        if forms and len(forms) != size:
            raise KnowledgeError(f"{self.where}: dates: {len(forms)} lists where there are {size} names")
        rows = zip(forms or ((),) * size, names, strict=True)
        return {form.lower(): index for index, row in enumerate(rows) for form in (*row[1], *row[0])}

    def _period(self, code: str) -> dict[str, Any]:
        match = _FIXED.fullmatch(code)
        if match is None:
            raise KnowledgeError(
                f"{self.where}: dates.fixed: {code!r} is not like week-1, month+0, weekend+1"
            )
        return {"period": match[1], "steps": int(match[2])}

    def _span(self, code: str) -> tuple[float, Unit]:
        match = _SPAN.fullmatch(code)
        if match is None:
            raise KnowledgeError(f"{self.where}: dates.spans: {code!r} is not like '2 day'")
        return float(match[1]), cast("Unit", match[2])

    def _make_readers(self) -> dict[str, Callable[[str], dict[str, Any]]]:
        dates = self._table.dates
        readers: dict[str, Callable[[str], dict[str, Any]]] = {
            "weekday": lambda word: {"weekday": self._weekdays[word]},
            "month": lambda word: {"month": self._months[word] + 1},
            "fullmonth": lambda word: {"month": self._months[word] + 1},
            "day": lambda digits: {"day": int(digits)},
            "until": lambda digits: {"until": int(digits)},
            "mm": lambda digits: {"month": int(digits)},
            "year": lambda digits: {"year": int(digits)},
            "yy": lambda digits: {"year": 2000 + int(digits)},
            "relative": lambda word: {"days": dates.relative[word]},
            "previous": lambda word: {"days": dates.previous[word], "previous": True},
            "fixed": lambda word: self._fixed[word],
            "part": lambda word: {"part": self._parts[word]},
        }
        for name, shift in _SHIFTS.items():
            readers[name] = lambda _, shift=shift: {"shift": shift}  # type: ignore[misc]
        return readers


def _plain(word: str) -> str:
    return word.replace("\u2019", "'").replace("\u02bc", "'")


def _names(locale: str, kind: str) -> list[set[str]]:
    """Babel's full names of months (from January) or weekdays (from Monday), as in dates and alone."""
    try:
        data = getattr(Locale.parse(locale), kind)
    except (UnknownLocaleError, ValueError) as error:
        raise KnowledgeError(f"Babel knows no language {locale!r}: {error}") from error
    size, first = (7, 0) if kind == "days" else (_MONTHS, 1)
    return [
        {data[use]["wide"][first + index].lower() for use in ("format", "stand-alone")}
        for index in range(size)
    ]
