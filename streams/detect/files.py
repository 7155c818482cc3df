"""The files of a knowledge folder as they are written: a lexicon's entries with their lines, and a hash of all."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from streams.enrich import shapes
from streams.enrich.naming import KNOWLEDGE
from streams.errors import KnowledgeError

_ENTRY = re.compile(r"\s*\[\[\s*entry\s*\]\]")


def lexicon_tables(
    code: str, overlays: tuple[Path, ...]
) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, str]]:
    """The tables of a lexicon's entries with file and line, and its lists. An overlay's entries are added,
    replace ours of the same id, or disable them. Raises `KnowledgeError` with the file.
    """
    entries: dict[str, tuple[str, dict[str, Any]]] = {}
    lists: dict[str, str] = {}
    for number, base in enumerate((KNOWLEDGE, *overlays)):
        path = base / code / "lexicon.toml"
        if not path.is_file():
            continue
        data = shapes.read(path)
        text = path.read_text(encoding="utf-8")
        if number:
            shapes.check(data, path.name, str(path))
        lists |= data.get("lists", {})
        lines = [line for line, row in enumerate(text.split("\n"), 1) if _ENTRY.match(row)]
        if len(lines) != len(data.get("entry", [])):
            raise KnowledgeError(f"{path}: write each entry below a line [[entry]]")
        for line, entry in zip(lines, data.get("entry", []), strict=True):
            key = entry.get("id") or f"{number}.{line}"
            if number == 0 and key in entries:
                key = f"{key} (again)"
            entries[key] = (f"{path}, line {line}", entry)
    return list(entries.values()), lists


def digest_of(folders: tuple[Path, ...]) -> str:
    """Which knowledge it is: the hash of all its files, so that an update tells by what it was made."""
    digest = hashlib.blake2b(digest_size=8)
    for base in (KNOWLEDGE, *folders):
        for path in sorted((*base.rglob("*.toml"), *base.rglob("*.tsv"))):
            digest.update(str(path.relative_to(base)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
