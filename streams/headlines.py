"""One sentence about a thread in each language that has a template, made from its fields alone.

Templates are data: `knowledge/headlines.toml` says for each language and family what the affair is called
and for each stage how it stands. States' names, lists and dates are the language's own, from CLDR.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

Who = tuple[tuple[str, str], ...]

_SPECIAL = {"XKX": "XK", "TWN": "TW", "PSE": "PS", "UN": "UN", "EU": "EU"}
"""What CLDR knows under another code than the alpha-3 code's alias: disputed states, two organisations."""


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
    """One language: affairs by family, how they stand by stage (or by `family.stage`), where, when, what; and for
    `streams.summaries` the steps of a course and what is counted.

    With `own_script` only names that CLDR has in the language are written.
    """

    affairs: dict[str, Affair]
    stages: dict[str, str]
    where: str
    when: str
    what: str
    details: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)
    course: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    own_script: bool = False


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
    """What a headline is about: the affair, who takes part by role (ids with English names), place and
    country, which day.
    """

    family: str
    stage: str
    detail: str | None
    doers: Who
    targets: Who
    parties: Who
    place: str | None
    country: str | None
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
    """The headline in every language that has templates for the family, and names for all, by language."""

    def who(role: str) -> Who:
        return tuple((actor.id, actor.name) for actor in actors if actor.role == role)

    day = time.start if time and time.precision == "day" else None
    spot = (place.name, place.country) if place else (None, None)
    return dict(
        _all(Subject(family, stage, detail, who("actor"), who("recipient"), who("party"), *spot, day))
    )


@lru_cache(maxsize=4096)
def _all(subject: Subject) -> tuple[tuple[str, str], ...]:
    """The headlines of one set of fields: confirmations and snapshots ask for the same again."""
    found = (
        (language, _headline(language, templates, subject))
        for language, templates in load().items()
        if subject.family in templates.affairs
    )
    return tuple((language, text) for language, text in found if text)


def _headline(language: str, templates: Templates, subject: Subject) -> str:
    """The sentence; empty when the language has no name for somebody."""
    affair = _name_affair(language, templates, subject)
    if affair is None:
        return ""
    stages = templates.stages
    state = stages.get(f"{subject.family}.{subject.stage}") or stages.get(subject.stage, "{affair}")
    spot = _new_spot(language, templates, subject)
    day = _date(language, subject.day)
    word = templates.details.get(subject.detail or "")
    text = state.format(
        affair=affair,
        where=_part(templates.where, spot),
        when=_part(templates.when, day),
        what=_part(templates.what, word),
    )
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=16_384)
def _part(template: str, value: str | None) -> str:
    """What a template says of a place, a date or a detail; nothing of what is not known."""
    return template.format(place=value, date=value, detail=value) if value else ""


def _new_spot(language: str, templates: Templates, subject: Subject) -> str | None:
    """The place's name; of a mere country only if the affair does not name it already."""
    named = subject.place and not templates.own_script
    if not named and any(
        subject.country == name
        for who in (subject.doers, subject.targets, subject.parties)
        for name, _ in who
    ):
        return None
    return spot_of(language, templates, subject.place, subject.country)


def spot_of(language: str, templates: Templates, place: str | None, country: str | None) -> str | None:
    """A place as the language may write it: its name, else the country's."""
    if place and not templates.own_script:
        return place
    return _territory(language, country, None if templates.own_script else country)


def _name_affair(language: str, templates: Templates, subject: Subject) -> str | None:
    """What the thread is called, with the names of those who take part; None when a name is not known."""
    affair = templates.affairs[subject.family]
    doers, targets = _names(language, subject.doers), _names(language, subject.targets)
    parties = _names(language, subject.parties)
    if doers is None or targets is None or parties is None:
        return None
    if (doers or parties) and targets:
        return affair.directed.format(actor=doers or parties, recipient=targets)
    if doers and parties:
        return affair.directed.format(actor=doers, recipient=parties)
    if parties:
        kind = affair.both if len(subject.parties) > 1 else affair.by
        return kind.format(parties=parties, actor=parties)
    if doers:
        return affair.by.format(actor=doers)
    return affair.on.format(recipient=targets) if targets else affair.none


@lru_cache(maxsize=32_768)
def _names(language: str, who: Who) -> str | None:
    """The names as the language lists them, empty for nobody; None when it may not write one of them."""
    own_script = load()[language].own_script
    names = [_territory(language, name, None if own_script else label) for name, label in who]
    known = [name for name in names[:MOST_NAMES] if name is not None]
    if len(known) < min(len(names), MOST_NAMES):
        return None
    return format_list(known, locale=locale_of(language)) if len(known) > 1 else "".join(known)


@cache
def locale_of(language: str) -> Locale:
    """The conventions of a language."""
    return Locale.parse(language)


@lru_cache(maxsize=4096)
def _territory(language: str, code: str | None, otherwise: str | None) -> str | None:
    """A state's name in a language, from its alpha-3 code."""
    if code is None:
        return otherwise
    own = load()[language].names.get(code)
    if own is not None:
        return own
    aliases: Mapping[str, Any] = get_global("territory_aliases")
    short = _SPECIAL.get(code)
    if short is None and len(code) == 3:  # noqa: PLR2004
        short = next(iter(aliases.get(code, ())), None)
    return locale_of(language).territories.get(short, otherwise) if short else otherwise


@lru_cache(maxsize=4096)
def _date(language: str, day: str | None) -> str:
    if day is None:
        return ""
    try:
        return format_date(date.fromisoformat(day[:10]), format="long", locale=locale_of(language))
    except ValueError:
        return ""
