"""A language's knowledge for coding: `knowledge/<language>/coding.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.coding.phrases import Node, tree
from streams.coding.stems import Stems, stems
from streams.errors import KnowledgeError

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
"""The knowledge that ships with Parley."""


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that say one kind of thing: a root and a name."""

    root: str
    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a coder knows of a language before it learns: roots with their quad classes, phrases, small words."""

    quads: Mapping[str, int]
    groups: tuple[Group, ...]
    tree: Node
    stems: Stems
    cues: Mapping[str, str]
    kinds: Mapping[str, str]
    contractions: tuple[tuple[str, str], ...]

    @property
    def roots(self) -> tuple[str, ...]:
        """The roots in the order of the file."""
        return tuple(self.quads)


def load(language: str = "en") -> Knowledge:
    """The knowledge of a language. Raises `KnowledgeError` for a file that is wrong."""
    path = KNOWLEDGE / language / "coding.toml"
    try:
        return knowledge(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path}: {error}") from error


def knowledge(table: Mapping[str, Any]) -> Knowledge:
    """The knowledge that a `coding.toml` says. Raises `KnowledgeError` for a root or table that is not there."""
    try:
        roots: dict[str, int] = dict(table["roots"])
        rules = table["stems"]
        words = stems(rules["endings"], rules["keep"], rules["double"], rules["irregular"])
        groups = tuple(Group(one["root"], one["name"], tuple(one["phrases"])) for one in table["group"])
        cues = {words.base(word): kind for kind, some in table["cues"].items() for word in some}
        kinds = {words.base(word): kind for kind, some in table["kinds"].items() for word in some}
        contractions = tuple(dict(rules["contractions"]).items())
    except KeyError as error:
        raise KnowledgeError(f"coding.toml: {error.args[0]!r} is missing") from error
    for group in groups:
        if group.root not in roots:
            raise KnowledgeError(
                f"coding.toml: group {group.name!r}: {group.root!r} is none of {', '.join(roots)}"
            )
    return Knowledge(
        roots, groups, tree((group.phrases for group in groups), words), words, cues, kinds, contractions
    )
