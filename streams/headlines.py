"""One sentence about a thread in each language that has a template, made from its fields alone.

Templates are data: `knowledge/headlines.toml` says for each language and family what the affair is called
and for each stage how it stands. States' names, lists and dates are the language's own, from CLDR.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.lists import format_list

from streams.errors import KnowledgeError
from streams.reading import Actor, Place, Time

FILE = Path(__file__).parent / "knowledge" / "headlines.toml"
MOST_NAMES = 4
"""Actors that a headline names; of more, the first."""

_SPECIAL = {"XKX": "XK", "TWN": "TW", "PSE": "PS"}


@dataclass(frozen=True, slots=True)
class Affair:
    """What a family's threads are called: `both` when everybody is a party, `directed` with actor and
    recipient, `by` and `on` when only one of them is known, `none` when nobody is."""

    both: str
    directed: str
    by: str
    on: str
    none: str


@dataclass(frozen=True, slots=True)
class Templates:
    """One language: affairs by family, how they stand by stage (or by `family.stage`), where and when."""

    affairs: dict[str, Affair]
    stages: dict[str, str]
    where: str
    when: str
    details: dict[str, str]


@cache
def load(path: Path = FILE) -> dict[str, Templates]:
    """The templates of every language. Raises `KnowledgeError` that names file and language."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    found = {}
    for language, table in raw.items():
        try:
            found[language] = msgspec.convert({"details": {}, **table}, Templates)
        except msgspec.ValidationError as error:
            message = f"{path.name}: [{language}] {error}"
            raise KnowledgeError(message) from error
    return found


def all_of(
    family: str,
    stage: str,
    detail: str | None,
    *,
    actors: Sequence[Actor],
    place: Place | None,
    time: Time | None,
) -> dict[str, str]:
    """The headline in every language that has templates for the family, by language."""
    who = tuple((actor.id, actor.name, actor.role) for actor in actors)
    spot = (place.name, place.country) if place else (None, None)
    day = time.start if time and time.precision == "day" else None
    return dict(_headlines(family, stage, detail, who, spot, day))


@lru_cache(maxsize=2048)
def _headlines(
    family: str,
    stage: str,
    detail: str | None,
    who: tuple[tuple[str, str, str], ...],
    spot: tuple[str | None, str | None],
    day: str | None,
) -> tuple[tuple[str, str], ...]:
    made = ((language, _headline(language, family, stage, detail, who, spot, day)) for language in load())
    return tuple((language, text) for language, text in made if text)


def _headline(
    language: str,
    family: str,
    stage: str,
    detail: str | None,
    who: tuple[tuple[str, str, str], ...],
    spot: tuple[str | None, str | None],
    day: str | None,
) -> str:
    templates = load()[language]
    affair = templates.affairs.get(family)
    if affair is None:
        return ""
    state = templates.stages.get(f"{family}.{stage}", templates.stages.get(stage, "{affair}"))
    named = _name_affair(affair, language, who)
    place = spot[0] or _territory(language, spot[1], spot[1])
    when = _date(language, day)
    text = state.format(
        affair=named,
        where=templates.where.format(place=place) if place else "",
        when=templates.when.format(date=when) if when else "",
        detail=templates.details.get(f"{family}.{detail}", templates.details.get(detail or "", "")),
    )
    text = " ".join(text.split()).replace(" ,", ",").replace(" .", ".")
    return text[:1].upper() + text[1:]


def _name_affair(affair: Affair, language: str, who: tuple[tuple[str, str, str], ...]) -> str:
    def names(*roles: str) -> str:
        found = [_territory(language, name, label) or label for name, label, role in who if role in roles]
        return format_list(found[:MOST_NAMES], locale=language) if found else ""

    doers, targets, parties = names("actor"), names("recipient"), names("party")
    if doers and (targets or parties):
        return affair.directed.format(actor=doers, recipient=targets or parties)
    if parties and targets:
        return affair.directed.format(actor=parties, recipient=targets)
    if parties:
        several = sum(role == "party" for _, _, role in who) > 1
        return (affair.both if several else affair.by).format(parties=parties, actor=parties)
    if doers:
        return affair.by.format(actor=doers)
    return affair.on.format(recipient=targets) if targets else affair.none


@lru_cache(maxsize=4096)
def _territory(language: str, code: str | None, otherwise: str | None) -> str | None:
    """A state's name in a language, from its alpha-3 code."""
    if code is None:
        return otherwise
    aliases: Mapping[str, Any] = get_global("territory_aliases")
    short = _SPECIAL.get(code) or next(iter(aliases.get(code, ())), None) if len(code) == 3 else None  # noqa: PLR2004
    return Locale.parse(language).territories.get(short, otherwise) if short else otherwise


@lru_cache(maxsize=4096)
def _date(language: str, day: str | None) -> str:
    if day is None:
        return ""
    try:
        return format_date(date.fromisoformat(day[:10]), format="long", locale=language)
    except ValueError:
        return ""
