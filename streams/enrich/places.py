"""Where: places by their English name, and what a language's texts call them.

Three layers, the first that has a name wins: `knowledge/places.toml` (places of conflict and diplomacy)
with `[places]` of `<language>/names.toml`; capitals; `knowledge/cities.tsv` (GeoNames). Names are matched
with their capitals, so that what is a word in lower case is no place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from streams.enrich import naming
from streams.enrich.actors import Actors, names
from streams.enrich.naming import Name, Speller
from streams.errors import KnowledgeError

FILE = "places.toml"
CITIES = "cities.tsv"
_COLUMNS = 9
_NATIVE = 5
_SCRIPTS = {"cyrillic": (6, 3), "arabic": (7, 4), "han": (8, 1)}
"""Column of CITIES (several names with | between), and the length that a name must exceed."""
_KANJI = {"CHN", "JPN", "KOR", "TWN", "HKG", "MAC"}


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place: English name, ISO 3166-1 alpha-3 of its country (None for a sea or a region of several),
    GeoNames id and coordinates in degrees where known.
    """

    name: str
    country: str | None
    geonames: int | None = None
    lat: float | None = None
    lon: float | None = None
    names: tuple[str, ...] = ()


class Places:
    """All places by id: the English name, with ", Country" where two places share one."""

    def __init__(self, infos: dict[str, PlaceInfo]) -> None:
        self._infos = infos

    @classmethod
    def load(cls, overlays: tuple[Path, ...] = ()) -> Places:
        """The places of our tables with those of `overlays` laid over them; cached."""
        return _places(tuple(overlays))

    def get(self, place: str) -> PlaceInfo | None:
        """The place with this id, or None."""
        return self._infos.get(place)

    def capital(self, state: str) -> str | None:
        """The id of the place that is the capital of `state`."""
        info = Actors.load().get(state)
        return info.capital if info and info.capital in self._infos else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)


@lru_cache(maxsize=8)
def _places(overlays: tuple[Path, ...]) -> Places:
    infos = {place: _info(f"{FILE}: {place!r}", place, entry) for place, entry in _curated(overlays).items()}
    for row in _cities():
        infos.setdefault(row[0], PlaceInfo(row[0], row[1], int(row[2]), float(row[3]), float(row[4])))
    return Places(infos)


def _curated(overlays: tuple[Path, ...]) -> dict[str, Any]:
    places: dict[str, Any] = naming.table(FILE, overlays).get("places", {})
    return places


def _info(where: str, place: str, entry: Any) -> PlaceInfo:
    match entry:
        case {"at": [int() | float() as lat, int() | float() as lon]}:
            at: tuple[float | None, float | None] = (float(lat), float(lon))
        case {"at": other}:
            raise KnowledgeError(f"{where}.at: must be [latitude, longitude], not {other!r}")
        case dict():
            at = (None, None)
        case _:
            raise KnowledgeError(f'{where}: must be {{ country = "ISO", at = [lat, lon], names = ["…"] }}')
    unknown = set(entry) - {"country", "geonames", "at", "names"}
    if unknown:
        raise KnowledgeError(f"{where}: no such field: {', '.join(sorted(unknown))}")
    listed = tuple(naming.texts(f"{where}.names", entry.get("names", [])))
    return PlaceInfo(
        place.split(",", maxsplit=1)[0], entry.get("country"), entry.get("geonames"), *at, listed
    )


@lru_cache(maxsize=1)
def _cities() -> tuple[tuple[str, ...], ...]:
    lines = (naming.KNOWLEDGE / CITIES).read_text(encoding="utf-8").splitlines()
    rows = [
        (number, tuple(line.split("\t"))) for number, line in enumerate(lines, 1) if not line.startswith("#")
    ]
    for number, row in rows:
        if len(row) != _COLUMNS:
            raise KnowledgeError(f"{CITIES}: line {number}: must have {_COLUMNS} columns, has {len(row)}")
    return tuple(row for _, row in rows)


def place_names(language: str, *, overlays: tuple[Path, ...] = ()) -> list[Name]:
    """Every name of a place in `language`: kind "place", `id` for `Places.get`; each pattern once.

    Capitals are among them (as names of actors they are in `actors.names` too). A city whose name is
    also that of an actor is left out. An empty `id` is no place: newspapers, treaties and idioms (`other`
    in the language's file) that only keep the names inside them from being found. Raises `KnowledgeError`
    when a file is wrong.
    """
    return list(_names(language, tuple(overlays)))


@lru_cache(maxsize=32)
def _names(language: str, overlays: tuple[Path, ...]) -> tuple[Name, ...]:
    file = f"{language}/names.toml"
    actors = names(language, overlays=overlays)
    data = naming.table(file, overlays, extend=True)
    dropped = naming.texts(f"{file}: place_drop", data.get("place_drop", []))
    speller = Speller(file, data.get("inflection", {}), dropped)
    found: dict[str, Name] = {}
    for text in naming.texts(f"{file}: other", data.get("other", [])):
        for name in speller.names("other", text, "place", ""):
            found.setdefault(name.pattern.casefold(), name)
    for name in _own(data, speller, overlays):
        found.setdefault(name.pattern.casefold(), name)
    for name in actors:
        place = Places.load(overlays).capital(name.id) if name.kind == "capital" else None
        if place is not None:
            found.setdefault(name.pattern.casefold(), Name(name.pattern, "place", place, name.exact))
    taken = {name.pattern.casefold() for name in actors if name.kind != "capital"}
    for name in _city_names(data.get("script", "latin"), speller):
        if name.pattern.casefold() not in taken:
            found.setdefault(name.pattern.casefold(), name)
    return tuple(found.values())


def _own(data: dict[str, Any], speller: Speller, overlays: tuple[Path, ...]) -> Iterator[Name]:
    """What the language's file and the table of places say."""
    places = Places.load(overlays)
    for place, written in data.get("places", {}).items():
        if places.get(place) is None:
            raise KnowledgeError(f"{speller.where}: places.{place!r}: neither {FILE} nor {CITIES} has it")
        for text in naming.texts(f"{speller.where}: places.{place!r}", written):
            yield from speller.names(f"places.{place!r}", text, "place", place)
    if data.get("script", "latin") == "latin":
        for place in _curated(overlays):
            info = places.get(place)
            written = [info.name, *info.names] if info else []
            for text in dict.fromkeys([*written, *map(naming.fold, written)]):
                yield from speller.names(f"{FILE}.{place!r}", text, "place", place)


def _city_names(script: str, speller: Speller) -> Iterator[Name]:
    """Cities as their rows spell them in the language's script; none in other scripts.

    Short names are left to the tables: most are words too, as are many of East Asia written in Chinese.
    """
    column, shortest = _SCRIPTS.get(script, (0, 0))
    for row in _cities():
        written = [row[0], row[_NATIVE]] if script == "latin" else row[column].split("|") if column else []
        at_least = shortest + 1 if script == "han" and row[1] in _KANJI else shortest
        for text in written:
            if len(text) > max(at_least, 1):
                yield from speller.names(f"{CITIES}.{row[0]!r}", text, "place", row[0])
