"""How texts are written, language by language: `text.toml` files, loaded and checked.

The head of the Indonesian file documents the format. Loading is the only input this module does; the
tables are immutable afterwards and shared by cleaning, language, sentences and dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from streams.enrich import shapes
from streams.errors import KnowledgeError

BUILTIN = Path(__file__).parent.parent / "knowledge"
"""The knowledge that ships with Parley."""

Unit = Literal["minute", "hour", "day", "week", "month", "year"]


class LanguageTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to tell this language from its rivals."""

    name: str
    rivals: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    letters: str = ""


class CleanTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a text but is not the article."""

    teasers: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    datelines: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


class SentenceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a period does not end a sentence."""

    abbreviations: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    ordinals: bool = False


class DateTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of time, and the forms in which they combine."""

    weekdays: tuple[tuple[str, ...], ...] = ()
    months: tuple[tuple[str, ...], ...] = ()
    short: frozenset[str] = frozenset()
    relative: dict[str, int] = {}
    previous: dict[str, int] = {}
    fixed: dict[str, str] = {}
    spans: dict[str, str] = {}
    last: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    this: tuple[str, ...] = ()
    ago: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    units: dict[Unit, tuple[str, ...]] = {}
    dayparts: tuple[str, ...] = ()
    parts: dict[Literal["early", "mid", "late"], tuple[str, ...]] = {}
    fill: dict[str, str] = {}
    forms: tuple[str, ...] = ()
    durations: tuple[str, ...] = ("{num}[ -]?{unit}", "{span}")
    capital: bool = False
    glued: bool = False
    prefixes: tuple[str, ...] = ()
    suffix: str = ""
    ordinal: str = ""


class MoneyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of scale with what they multiply by, words between a number and its currency, and currencies."""

    scales: dict[str, float] = {}
    of: tuple[str, ...] = ()
    currencies: dict[str, tuple[str, ...]] = {}


class TextTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's `text.toml`."""

    language: LanguageTable
    clean: CleanTable = CleanTable()
    sentences: SentenceTable = SentenceTable()
    numbers: dict[str, float] = {}
    dates: DateTable = DateTable()
    money: MoneyTable = MoneyTable()


def load(folders: Iterable[Path] = ()) -> dict[str, TextTable]:
    """The text tables by language code: ours, with `folders` laid over them in their order.

    In a folder laid over, a list adds to ours (an entry `"-word"` takes `word` away), everything else
    replaces. Raises KnowledgeError with file and entry.
    """
    raw: dict[str, dict[str, Any]] = {}
    files: dict[str, Path] = {}
    for folder in (BUILTIN, *folders):
        for path in sorted(folder.glob("*/text.toml")):
            code = path.parent.name
            raw[code] = _merge(raw.get(code, {}), shapes.read(path))
            files[code] = path
    return {code: _convert(table, files[code]) for code, table in raw.items()}


@cache
def builtin() -> dict[str, TextTable]:
    """The tables that ship with Parley, loaded once."""
    return load()


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merge(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            gone = {entry[1:] for entry in value if isinstance(entry, str) and entry.startswith("-")}
            merged[key] = [entry for entry in known if not isinstance(entry, str) or entry not in gone] + [
                entry for entry in value if not isinstance(entry, str) or not entry.startswith("-")
            ]
        else:
            merged[key] = value
    return merged


def _convert(table: dict[str, Any], path: Path) -> TextTable:
    try:
        return msgspec.convert(table, TextTable)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{path}: {error}; the head of id/text.toml documents the format") from error
