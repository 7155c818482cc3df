"""Office holders: who stood for which state or organisation, and when (`knowledge/people.toml`)."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from streams.enrich import naming
from streams.errors import KnowledgeError

FILE = "people.toml"
_GAP = timedelta(days=31)  # between two offices in which a person still stands for the state


@dataclass(frozen=True, slots=True)
class Term:
    """One office from `since` to `until`, both inclusive; None: still, or not known."""

    office: str
    sector: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A person as the holder of offices of one actor; who served two actors is there twice."""

    id: str
    name: str
    actor: str
    short: tuple[str, ...]
    terms: tuple[Term, ...]

    def spans(self) -> Iterator[tuple[str, str, str | None]]:
        """Sector, first and last day (ISO) of each time in which the person stands for the actor."""
        spans: list[tuple[str, date, date | None]] = []
        for term in sorted(self.terms, key=lambda term: term.since):
            if spans:
                sector, since, until = spans[-1]
                if until is None or term.since - until <= _GAP:
                    spans[-1] = (sector, since, term.until)
                    continue
            spans.append((term.sector, term.since, term.until))
        for sector, since, until in spans:
            yield sector, since.isoformat(), until.isoformat() if until else None


@lru_cache(maxsize=8)
def people(overlays: tuple[Path, ...] = ()) -> tuple[PersonInfo, ...]:
    """Everyone in the tables. Raises `KnowledgeError` with the entry when one is wrong."""
    data = naming.table(FILE, overlays)
    offices = data.pop("offices", {})
    return tuple(
        _person(f"{FILE}: {actor}.{name!r}", actor, name, entry, offices)
        for actor, holders in data.items()
        for name, entry in holders.items()
    )


def _person(where: str, actor: str, name: str, entry: Any, offices: dict[str, str]) -> PersonInfo:
    if not isinstance(entry, dict) or not entry.get("terms") or set(entry) - {"short", "terms"}:
        raise KnowledgeError(
            f'{where}: must be {{ short = ["surname"], terms = [["office", "from", "to"]] }}'
        )
    terms = tuple(_term(where, term, offices) for term in entry["terms"])
    short = naming.texts(f"{where}.short", entry.get("short", []))
    return PersonInfo(naming.slug(name), name, actor, tuple(short), terms)


def _term(where: str, term: Any, offices: dict[str, str]) -> Term:
    match term:
        case [str(office), str(since)]:
            until = ""
        case [str(office), str(since), str(until)]:
            pass
        case _:
            raise KnowledgeError(
                f'{where}: a term is ["office", "from"] or ["office", "from", "to"], not {term!r}'
            )
    if office not in offices:
        raise KnowledgeError(f"{where}: office {office!r} is none of [offices]: {', '.join(offices)}")
    begin, end = _day(where, since, last=False), _day(where, until, last=True) if until else None
    if end is not None and end < begin:
        raise KnowledgeError(f"{where}: term ends ({until}) before it begins ({since})")
    return Term(office, offices[office], begin, end)


def _day(where: str, text: str, *, last: bool) -> date:
    """The first or last day of a year, a month or a day."""
    try:
        numbers = [int(part) for part in text.split("-")]
        year, month, day = (*numbers, 0, 0)[:3]
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError as error:
        raise KnowledgeError(f"{where}: {text!r} is no date YYYY, YYYY-MM or YYYY-MM-DD") from error
