"""Who: the registry of actors and the names by which a language's texts call them.

`knowledge/actors.toml` has the actors, `knowledge/people.toml` who holds office, `knowledge/<language>/
names.toml` the words. Names of states start from Unicode's own (Babel), corrected by those files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

from streams.enrich import naming
from streams.enrich.naming import Kind, Name, Speller
from streams.enrich.people import people
from streams.errors import KnowledgeError

__all__ = ["ActorInfo", "Actors", "Kind", "Name", "names"]

FILE = "actors.toml"
SECTIONS: dict[str, Kind] = {
    "states": "state",
    "adjectives": "adjective",
    "peoples": "people",
    "capitals": "capital",
    "seats": "seat",
    "units": "unit",
    "organisations": "organisation",
}
"""The tables of `names.toml` that name actors, and what kind of name they hold."""
_SETTINGS = {
    "pairs",
    "script",
    "drop",
    "inflection",
    "people",
    "places",
    "place_drop",
    "other",
    "territories",
}


@dataclass(frozen=True, slots=True)
class ActorInfo:
    """An actor: `name` in English, `kind` is state, organisation or group; codes where known."""

    id: str
    name: str
    kind: str
    iso2: str | None = None
    cameo: str | None = None
    cow: int | None = None
    wikidata: str | None = None
    capital: str | None = None
    sector: str | None = None
    names: tuple[str, ...] = ()


class Actors:
    """All actors by id. `Actors.load(overlays)` reads them; raises `KnowledgeError` with the entry."""

    def __init__(self, infos: dict[str, ActorInfo]) -> None:
        self._infos = infos

    @classmethod
    def load(cls, overlays: tuple[Path, ...] = ()) -> Actors:
        """The actors of our table with those of `overlays` laid over it; cached."""
        return _actors(tuple(overlays))

    def get(self, actor: str) -> ActorInfo | None:
        """The actor with this id, or None."""
        return self._infos.get(actor)

    def __iter__(self) -> Iterator[ActorInfo]:
        return iter(self._infos.values())

    def __len__(self) -> int:
        return len(self._infos)


@lru_cache(maxsize=8)
def _actors(overlays: tuple[Path, ...]) -> Actors:
    data = naming.table(FILE, overlays)
    infos: dict[str, ActorInfo] = {}
    for section, fixed in (("states", {"kind": "state", "sector": "GOV"}), ("actors", {})):
        for actor, entry in data.get(section, {}).items():
            if actor in infos:
                raise KnowledgeError(f"{FILE}: {section}.{actor}: this id is there already")
            infos[actor] = _info(f"{FILE}: {section}.{actor}", actor, {**fixed, **entry})
    return Actors(infos)


def _info(where: str, actor: str, entry: dict[str, Any]) -> ActorInfo:
    fields = {**entry, "names": tuple(naming.texts(f"{where}.names", entry.get("names", [])))}
    try:
        return ActorInfo(id=actor, **fields)
    except TypeError as error:
        raise KnowledgeError(f"{where}: {error}; needs name and kind, may have iso2, cameo, cow …") from error


def names(language: str, *, overlays: tuple[Path, ...] = ()) -> list[Name]:
    """Every name of an actor in `language` (two letters), each pattern once per actor and time.

    A person's name comes once for each span of office. Raises `KnowledgeError` when a file is wrong.
    """
    return list(_names(language, tuple(overlays)))


@lru_cache(maxsize=32)
def _names(language: str, overlays: tuple[Path, ...]) -> tuple[Name, ...]:
    file = f"{language}/names.toml"
    if not naming.exists(file, overlays):
        raise KnowledgeError(f"{file}: no such file, so there are no names in language {language!r}")
    data = naming.table(file, overlays, extend=True)
    actors = Actors.load(overlays)
    speller = Speller(file, data.get("inflection", {}), naming.texts(f"{file}: drop", data.get("drop", [])))
    unknown = set(data) - set(SECTIONS) - _SETTINGS
    if unknown:
        raise KnowledgeError(f"{file}: no such table: {', '.join(sorted(unknown))}")
    found: dict[tuple[str, str, str | None], Name] = {}
    for name in (
        *_states(language, data, actors, speller),
        *_written(data, actors, speller),
        *_pairs(data, actors, speller),
        *_capitals(data, actors, speller),
        *_acronyms(data, actors, speller),
        *_people(data, speller, overlays),
    ):
        found.setdefault((name.pattern, name.id, name.since), name)
    return tuple(found.values())


def _states(language: str, data: dict[str, Any], actors: Actors, speller: Speller) -> Iterator[Name]:
    """States as Unicode names them; "Myanmar (Burma)" is two names. What the file says otherwise wins."""
    territories = _territories(data.get("territories", language), speller.where)
    own = {text.casefold(): state for state, written in data.get("states", {}).items() for text in written}
    for info in actors:
        written = territories.get(info.iso2 or "", "") if info.kind == "state" else ""
        for part in written.replace("(", "\n").replace(")", "\n").split("\n"):
            text = part.strip()
            if text and own.get(text.casefold(), info.id) == info.id:
                yield from speller.names(f"Babel.{info.id}", text, "state", info.id, sector="GOV")


def _territories(locale: str, where: str) -> Any:
    try:
        return Locale.parse(locale).territories
    except (UnknownLocaleError, ValueError) as error:
        raise KnowledgeError(
            f"{where}: {error}; give the code of a language that Unicode knows as `territories`"
        ) from error


def _written(data: dict[str, Any], actors: Actors, speller: Speller) -> Iterator[Name]:
    """What the tables of `names.toml` say; `seats` and `units` are tables by sector."""
    for section, kind in SECTIONS.items():
        for key, value in data.get(section, {}).items():
            by_sector = isinstance(value, dict)
            for actor, written in (value if by_sector else {key: value}).items():
                entry = f"{section}.{key}.{actor}" if by_sector else f"{section}.{actor}"
                info = actors.get(actor)
                if info is None:
                    raise KnowledgeError(f"{speller.where}: {entry}: {FILE} has no actor {actor!r}")
                sector = key if by_sector else info.sector
                as_kind: Kind = "group" if kind == "organisation" and info.kind == "group" else kind
                for text in naming.texts(f"{speller.where}: {entry}", written):
                    yield from speller.names(entry, text, as_kind, actor, sector=sector)


def _pairs(data: dict[str, Any], actors: Actors, speller: Speller) -> Iterator[Name]:
    """Words that name two actors at once, one token each, in their order."""
    for written, pair in data.get("pairs", {}).items():
        for part, actor in enumerate(naming.texts(f"{speller.where}: pairs.{written}", pair)):
            info = actors.get(actor)
            if info is None:
                raise KnowledgeError(f"{speller.where}: pairs.{written}: {FILE} has no actor {actor!r}")
            for name in speller.names(f"pairs.{written}", written, "state", actor, sector=info.sector):
                yield replace(name, part=part)


def _capitals(data: dict[str, Any], actors: Actors, speller: Speller) -> Iterator[Name]:
    """The English names of capitals, which most languages in Latin letters know too.

    A city that is the capital of two stands for the later one: Brussels for the EU, not for Belgium.
    """
    if data.get("script", "latin") == "latin":
        for info in {info.capital: info for info in actors if info.capital}.values():
            yield from speller.names(
                f"{FILE}.{info.id}", info.capital or "", "capital", info.id, sector=info.sector
            )


def _acronyms(data: dict[str, Any], actors: Actors, speller: Speller) -> Iterator[Name]:
    """What every language in Latin letters calls an organisation; acronyms are used in all scripts."""
    latin = data.get("script", "latin") == "latin"
    for info in actors:
        kind: Kind = "group" if info.kind == "group" else "organisation"
        for text in info.names:
            if latin or naming.is_exact(text):
                yield from speller.names(f"{FILE}.{info.id}", text, kind, info.id, sector=info.sector)


def _people(data: dict[str, Any], speller: Speller, overlays: tuple[Path, ...]) -> Iterator[Name]:
    """Office holders: as the tables spell them in Latin letters, and as the language does."""
    own = dict(data.get("people", {}))
    latin = data.get("script", "latin") == "latin"
    holders = people(overlays)
    strangers = set(own) - {person.id for person in holders}
    if strangers:
        raise KnowledgeError(f"{speller.where}: people: people.toml has no {', '.join(sorted(strangers))}")
    for person in holders:
        entry = f"people.{person.id}"
        written = naming.texts(f"{speller.where}: {entry}", own.get(person.id, []))
        if latin:
            written = [person.name, *person.short, *written]
            written = [*written, *map(naming.fold, written)]
        for text in dict.fromkeys(written):
            for sector, since, until in person.spans():
                more = {"person": person.id, "sector": sector, "since": since, "until": until}
                yield from speller.names(entry, text, "person", person.actor, **more)
