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

Who = tuple[tuple[str, str, str], ...]

_SPECIAL = {"XKX": "XK", "TWN": "TW", "PSE": "PS"}


@dataclass(frozen=True, slots=True)
class Affair:
    """What a family's threads are called: `both` when everybody is a party, `directed` with actor and
    recipient, `by` and `on` when only one of them is known, `none` when nobody is.
    """

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


@dataclass(frozen=True, slots=True)
class Subject:
    """What a headline is about: the affair, who takes part (id, English name, role), where, which day."""

    family: str
    stage: str
    detail: str | None
    who: Who
    place: Place | None
    day: str | None


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
    day = time.start if time and time.precision == "day" else None
    subject = Subject(family, stage, detail, who, place, day)
    return {
        language: _headline(language, templates, subject)
        for language, templates in load().items()
        if family in templates.affairs
    }


def _headline(language: str, templates: Templates, subject: Subject) -> str:
    family = subject.family
    state = templates.stages.get(f"{family}.{subject.stage}") or templates.stages.get(
        subject.stage, "{affair}"
    )
    spot = _spot(language, subject)
    day = _date(language, subject.day)
    text = state.format(
        affair=_name_affair(language, family, subject.who),
        where=templates.where.format(place=spot) if spot else "",
        when=templates.when.format(date=day) if day else "",
        detail=templates.details.get(subject.detail or "", ""),
    ).rstrip(" :")
    if "  " in text:
        text = " ".join(text.split())
    return text[:1].upper() + text[1:]


def _spot(language: str, subject: Subject) -> str | None:
    """The place's name; of a mere country only if it takes no part, since then its name stands there already."""
    place = subject.place
    if place is None or (place.name is None and place.country in {actor for actor, _name, _role in subject.who}):
        return None
    return place.name or _territory(language, place.country, place.country)


@lru_cache(maxsize=8192)
def _name_affair(language: str, family: str, who: Who) -> str:
    """What the thread is called, with the names of those who take part."""
    affair = load()[language].affairs[family]

    def names(role: str) -> str:
        found = [_territory(language, name, label) or label for name, label, part in who if part == role]
        return format_list(found[:MOST_NAMES], locale=_locale(language)) if found else ""

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


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=4096)
def _territory(language: str, code: str | None, otherwise: str | None) -> str | None:
    """A state's name in a language, from its alpha-3 code."""
    if code is None:
        return otherwise
    aliases: Mapping[str, Any] = get_global("territory_aliases")
    short = _SPECIAL.get(code) or next(iter(aliases.get(code, ())), None) if len(code) == 3 else None  # noqa: PLR2004
    return _locale(language).territories.get(short, otherwise) if short else otherwise


@lru_cache(maxsize=4096)
def _date(language: str, day: str | None) -> str:
    if day is None:
        return ""
    try:
        return format_date(date.fromisoformat(day[:10]), format="long", locale=_locale(language))
    except ValueError:
        return ""
