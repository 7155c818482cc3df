"""How knowledge files about names are read: merged with a user's folders, checked, spelled as patterns.

A name in a file is what people write, or a pattern of it: `word*` is any word that begins so, `(a|b)`
an alternation inside a word or instead of one, `(a|)` an optional one. `spell` turns it into what the
matcher compares: tokens with one space between them, where punctuation and each Chinese or Japanese
character are tokens of their own. Each language may have endings and prefixes (`[inflection]` in its
`names.toml`) that are put on every name that has no pattern of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from streams.enrich import shapes
from streams.errors import KnowledgeError

KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"

Kind = Literal[
    "state",
    "adjective",
    "people",
    "capital",
    "seat",
    "organisation",
    "person",
    "group",
    "unit",
    "place",
]


MAX_FORMS = 100
"""Most forms that endings give to one name of several words; the words beyond stay as they are."""


@dataclass(frozen=True, slots=True)
class Name:
    """One way in which texts of a language name an actor or a place.

    `pattern` is space-separated tokens. `id` is the actor's id, or the place's for kind "place". `exact`:
    upper and lower case must be as in `pattern` (acronyms). Otherwise case is folded, and in scripts that
    have case the text's first letter must be a capital unless `lower`. `since` and `until` (both
    inclusive, ISO dates) bound the time in which the name stands for the actor. `part`: the token that names
    it, where the pattern names two ("Russo-Ukrainian" in two letters of Chinese).
    """

    pattern: str
    kind: Kind
    id: str
    exact: bool = False
    person: str | None = None
    sector: str | None = None
    since: str | None = None
    until: str | None = None
    lower: bool = False
    part: int | None = None


def table(relative: str, overlays: tuple[Path, ...] = (), *, extend: bool = False) -> dict[str, Any]:
    """The file `relative` of our knowledge with each overlay folder's file of that name laid over it.

    Keys replace keys of the same path; with `extend`, lists are appended instead (aliases). An overlay's
    `disable = [ids]` removes entries. A missing file is an empty one; `KnowledgeError` when any is no TOML
    or has values of another kind than ours.
    """
    merged: dict[str, Any] = _read(KNOWLEDGE / relative)
    for folder in overlays:
        path = folder / relative
        if path.is_file():
            over = _read(path)
            disabled = texts(f"{path}: disable", over.pop("disable", []))
            shapes.check(over, path.name, str(path))
            _merge(merged, over, extend=extend)
            for part in [merged, *(part for part in merged.values() if isinstance(part, dict))]:
                for key in disabled:
                    part.pop(key, None)
    return merged


def exists(relative: str, overlays: tuple[Path, ...] = ()) -> bool:
    """Whether any folder has this file."""
    return any((folder / relative).is_file() for folder in (KNOWLEDGE, *overlays))


def _read(path: Path) -> dict[str, Any]:
    try:
        return shapes.read(path)
    except FileNotFoundError:
        return {}


def _merge(base: dict[str, Any], over: Mapping[str, Any], *, extend: bool) -> None:
    for key, value in over.items():
        mine = base.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            _merge(mine, value, extend=extend)
        elif extend and isinstance(mine, list) and isinstance(value, list):
            base[key] = [*mine, *value]
        else:
            base[key] = value


def texts(where: str, value: Any) -> list[str]:
    """`value` as a list of strings. Raises `KnowledgeError` saying `where` when it is anything else."""
    if isinstance(value, list) and all(isinstance(text, str) and text for text in value):
        return value
    raise KnowledgeError(f"{where}: must be a list of non-empty strings, not {value!r}")


def spell(pattern: str) -> str:
    """`pattern` as tokens with single spaces: NFC, straight apostrophes, punctuation and CJK apart."""
    text = unicodedata.normalize("NFC", pattern).translate(_APOSTROPHES)
    if text.isascii() and text.replace(" ", "").isalnum():
        return " ".join(text.split())
    return " ".join("".join(_spaced(text)).split())


def _spaced(text: str) -> Iterator[str]:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        word = char.isalnum() or char in "()|* " or unicodedata.category(char)[0] == "M"
        yield char if word and (depth or not _own_token(char)) else f" {char} "


def _own_token(char: str) -> bool:
    return "\u3005" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


_APOSTROPHES = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'"},
)


def check(where: str, pattern: str) -> None:
    """Raises `KnowledgeError` when `pattern` is no pattern: brackets that do not match, a `*` in a word."""
    if pattern.count("(") != pattern.count(")") or "((" in pattern or ("|" in pattern and "(" not in pattern):
        raise KnowledgeError(f"{where}: {pattern!r}: alternations are (a|b), closed and not nested")
    if any("*" in token[:-1] for token in pattern.split()):
        raise KnowledgeError(f"{where}: {pattern!r}: * stands only at the end of a word")
    if not any(char.isalnum() for char in pattern):
        raise KnowledgeError(f"{where}: {pattern!r}: has no letter")


def is_exact(pattern: str) -> bool:
    """Whether this is an acronym: at least two letters or digits, all its cased letters capitals."""
    signs = [char for char in pattern if char.isalnum()]
    return len(signs) > 1 and all(not char.islower() for char in signs) and any(c.isupper() for c in signs)


def fold(text: str) -> str:
    """`text` in bare Latin letters, where it is Latin: as texts without diacritics write it."""
    bare = unicodedata.normalize("NFKD", text.translate(_BARE))
    return "".join(char for char in bare if not unicodedata.combining(char))


_BARE = str.maketrans("\u0131łŁđĐøØ", "ilLdDoO")
"""Letters that Unicode does not take apart; the first is the dotless i."""


def slug(name: str) -> str:
    """A name as an id: `Recep Tayyip Erdoğan` is `recep-tayyip-erdogan`."""
    bare = fold(name).lower()
    return "-".join("".join(char if char.isalnum() else " " for char in bare).split())


class Speller:
    """Spells the names of one language: applies its prefixes and endings and makes `Name`s.

    `inflection` is the table of that name: `prefixes` and `endings` are pairs of what a word has and the
    pattern that stands instead; `suffix` goes on the last word; `bare` maps letters to those that careless
    writers put instead. A kind of name may have rules of its own in `[inflection.<kind>]`.
    """

    def __init__(self, where: str, inflection: Mapping[str, Any], dropped: Iterable[str]) -> None:
        self.where = where
        self._rules = {"": _Rules.read(f"{where}: inflection", inflection)}
        for kind, own in inflection.items():
            if isinstance(own, dict) and kind != "bare":
                self._rules[kind] = _Rules.read(f"{where}: inflection.{kind}", own)
        self._bare = shapes.letters(inflection.get("bare", {}), f"{where}: inflection.bare")
        self._dropped = frozenset(spell(name).casefold() for name in dropped)

    def names(self, entry: str, written: str, kind: Kind, actor: str, **more: Any) -> Iterator[Name]:
        """The `Name`s of what a file has as `written` under `entry`; none when it is dropped."""
        text = spell(written.removeprefix("="))
        if text.casefold() in self._dropped:
            return
        check(f"{self.where}: {entry}", text)
        exact = written.startswith("=") or is_exact(text)
        first = next((char for char in text if char.isalpha()), "")
        lower = not exact and first.islower()
        plain = exact or "(" in text or "*" in text
        rules = self._rules.get(kind, self._rules[""])
        for form in dict.fromkeys((text, text.translate(self._bare))):
            yield Name(form if plain else rules.inflect(form), kind, actor, exact, lower=lower, **more)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Prefixes, endings and suffix of one kind of name, longest first."""

    prefixes: list[tuple[str, str]]
    endings: list[tuple[str, str]]
    suffix: str

    @classmethod
    def read(cls, where: str, table: Mapping[str, Any]) -> _Rules:
        prefixes = _rules(f"{where}.prefixes", table.get("prefixes", []))
        return cls(
            prefixes, _rules(f"{where}.endings", table.get("endings", [])), str(table.get("suffix", ""))
        )

    def inflect(self, text: str) -> str:
        """`text` with the prefixes on its first word, the endings on every word, the suffix on the last."""
        if not (self.endings or self.prefixes or self.suffix):
            return text
        words = []
        forms = 1
        for word in text.split(" "):
            pattern = self._ending(word)
            forms *= pattern.count("|") + 1
            words.append(pattern if forms <= MAX_FORMS else word)
        for start, pattern in self.prefixes:
            if words[0].startswith(start):
                words[0] = pattern + words[0][len(start) :]
                break
        words[-1] += self.suffix
        return " ".join(words)

    def _ending(self, word: str) -> str:
        shortest = 3
        if len(word) >= shortest and not (word.isupper() and word.isalpha()):
            for end, pattern in self.endings:
                if word.endswith(end):
                    return word[: len(word) - len(end)] + pattern
        return word


def _rules(where: str, rules: Any) -> list[tuple[str, str]]:
    pair = 2
    for rule in rules:
        if not (isinstance(rule, list) and len(rule) == pair and all(isinstance(text, str) for text in rule)):
            raise KnowledgeError(
                f'{where}: each rule is ["what a word has", "pattern instead"], not {rule!r}'
            )
    return sorted(((end, pattern) for end, pattern in rules), key=lambda rule: -len(rule[0]))
