"""What kind of value each field of a knowledge file is: a user's file is compared with it before it is read.

Only kinds are checked here; what values mean is for whoever reads the file. Fields that are not listed are
left to that too.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypedDict

import msgspec

from streams.errors import KnowledgeError

MAX_PATTERN = 20_000
"""Characters of a pattern, also with its lists put in: each of the rows it stands for may be as long."""

_Pattern = Annotated[str, msgspec.Meta(max_length=MAX_PATTERN)]
_Words = list[_Pattern]
_ByName = dict[str, _Words]
_Part = _Words | _ByName
_Gap = Annotated[int, msgspec.Meta(ge=0, le=100)]


_Endings = list[tuple[str, str]] | str


class _Inflection(TypedDict, total=False):
    irregular: dict[str, list[str]]
    endings: list[tuple[str, list[str]]]


class Grammar(TypedDict, total=False):
    """`grammar.toml`."""

    language: str
    order: str
    modifier: str
    fold: dict[str, str]
    inflection: _Inflection
    gap: _Gap
    attributive: _Words
    converbs: _Words
    prefixes: _Words
    suffixes: _Words
    progressive: _Words
    participles: _Words
    tense: _ByName
    case: _ByName
    clitic: _ByName
    silent: str
    before: _Part
    after: _Part
    operator: _Part
    relative: _Part
    subordinate: _Part
    complement: _Part
    conjunction: _Part
    opener: _Part
    finite: _Part
    day: _Part
    phrase: _Part
    speech: _Part
    passive: _Part
    anaphor: _Part
    past: _Part
    anaphoric: _Part
    purpose: _Part
    currency: _Part
    count: _Part
    quiet: _Part


class Entry(TypedDict, total=False):
    """An entry of `lexicon.toml`."""

    id: str
    frame: str
    verbs: _Words
    passive: _Words
    nouns: _Words
    stage: str
    detail: str
    slots: dict[str, str]
    needs: int
    context: _Words
    unless: _Words
    weight: float
    examples: list[str]
    counterexamples: list[str]
    disabled: bool


class Lexicon(TypedDict, total=False):
    """`lexicon.toml`."""

    lists: dict[str, _Pattern]
    entry: list[Entry]


class _Kind(TypedDict):
    slots: dict[str, str]
    on: dict[str, str]
    needs: int


class _Frame(TypedDict, total=False):
    family: str
    kind: str
    stage: str
    detail: str
    needs: int
    slots: dict[str, str]
    on: dict[str, str]
    codes: dict[str, tuple[str, str, str]]
    caller: str
    fill: list[str]
    place: str
    at: str
    members: bool
    mediators: list[str]
    among: str


class Frames(TypedDict, total=False):
    """`frames.toml`."""

    families: dict[str, str]
    kinds: dict[str, _Kind]
    frames: dict[str, _Frame]


class Names(TypedDict, total=False):
    """A language's `names.toml`."""

    script: str
    territories: str
    drop: _Words
    place_drop: _Words
    other: _Words
    inflection: dict[str, _Endings | dict[str, _Endings]]
    states: _ByName
    adjectives: _ByName
    peoples: _ByName
    capitals: _ByName
    seats: dict[str, _ByName]
    units: dict[str, _ByName]
    organisations: _ByName
    places: _ByName
    people: _ByName
    pairs: _ByName


class _Actor(TypedDict, total=False):
    name: str
    kind: str
    iso2: str
    cameo: str
    cow: int
    wikidata: str
    capital: str
    sector: str
    names: _Words


class Actors(TypedDict, total=False):
    """`actors.toml`."""

    states: dict[str, _Actor]
    actors: dict[str, _Actor]


class Places(TypedDict, total=False):
    """`places.toml`."""

    places: dict[str, dict[str, Any]]


_Tables = dict[str, dict[str, Any]]
_SHAPES: dict[str, Any] = {
    "grammar.toml": Grammar,
    "lexicon.toml": Lexicon,
    "frames.toml": Frames,
    "names.toml": Names,
    "actors.toml": Actors,
    "places.toml": Places,
    "people.toml": _Tables,
    "processes.toml": _Tables,
    "publishers.toml": _Tables,
    "codes.toml": _Tables,
}


def read(path: Path) -> dict[str, Any]:
    """The table in a TOML file. Raises `KnowledgeError` for what is none, `FileNotFoundError` where there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (ValueError, RecursionError) as error:
        raise KnowledgeError(f"{path}: no valid TOML: {error}") from error
    except OSError as error:
        raise KnowledgeError(f"{path}: cannot be read: {error.strerror}") from error


def letters(table: Any, where: str) -> dict[int, str]:
    """A table of letters and what stands for each, to translate by. Raises `KnowledgeError` for anything else."""
    if isinstance(table, dict) and all(len(key) == 1 and isinstance(to, str) for key, to in table.items()):
        return str.maketrans(table)
    raise KnowledgeError(f"{where}: must be letters and what stands for each, not {table!r}")


def check(data: dict[str, Any], name: str, where: str) -> None:
    """Whether `data` can be the file of this name. Raises `KnowledgeError` with `where` and the field."""
    shape = _SHAPES.get(name)
    if shape is None:
        return
    try:
        msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{where}: {error}") from error
