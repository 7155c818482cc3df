"""News agencies under one name each (`knowledge/publishers.toml`), however an article credits them.

publishers = Publishers.load(overlays)
publishers.name("路透社")                    # "Reuters"
publishers.names("Sputnik-OANA")            # ("Sputnik",)
publishers.of_host("www.antaranews.com")    # "ANTARA"
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from streams.enrich import naming
from streams.errors import KnowledgeError

FILE = "publishers.toml"

_BETWEEN = re.compile(r"\s*[-/,;&|+=\u2013\u2014\u3001\u30fb\uff0f]\s*")
"""Signs between the agencies of one credit ("dpa/AFP", "Sputnik-OANA")."""


class Publishers:
    """All names of agencies and all hosts. `Publishers.load(overlays)` reads them."""

    def __init__(self, by_name: dict[str, str], by_host: dict[str, str]) -> None:
        self._by_name = by_name
        self._by_host = by_host

    @classmethod
    def load(cls, overlays: tuple[Path, ...] = ()) -> Publishers:
        """The agencies of our table with those of `overlays` laid over them; cached. Raises `KnowledgeError` with
        the entry.
        """
        return _load(tuple(overlays))

    def name(self, written: str) -> str:
        """The agency's one name; a name that nobody lists is itself, its spaces made single."""
        plain = " ".join(written.split())
        return self._by_name.get(plain.casefold(), plain)

    def names(self, credit: str) -> tuple[str, ...]:
        """The agencies that a credit names: those of its parts that are known; else the credit as it is."""
        whole = self.name(credit)
        if whole.casefold() in self._by_name:
            return (whole,)
        parts = [self.name(part) for part in _BETWEEN.split(whole)]
        known = [part for part in parts if part.casefold() in self._by_name]
        return tuple(dict.fromkeys(known)) or (whole,)

    def of_host(self, host: str) -> str:
        """The agency whose site it is, else the host without "www."."""
        bare = host.lower().removeprefix("www.")
        labels = bare.split(".")
        tails = (".".join(labels[first:]) for first in range(len(labels)))
        return next((self._by_host[tail] for tail in tails if tail in self._by_host), bare)


@lru_cache(maxsize=8)
def _load(overlays: tuple[Path, ...]) -> Publishers:
    by_name: dict[str, str] = {}
    by_host: dict[str, str] = {}
    for key, entry in naming.table(FILE, overlays).items():
        where = f"{FILE}: {key}"
        name, names, hosts = _entry(where, entry)
        for known, written in ((by_name, (name, *names)), (by_host, hosts)):
            for one in written:
                if known.setdefault(one.casefold(), name) != name:
                    raise KnowledgeError(f"{where}: {one!r} is a name of {known[one.casefold()]} already")
    return Publishers(by_name, by_host)


def _entry(where: str, entry: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
        raise KnowledgeError(f"{where}: needs a name")
    unknown = set(entry) - {"name", "names", "hosts"}
    if unknown:
        raise KnowledgeError(f"{where}: no such field: {', '.join(sorted(unknown))}")
    names, hosts = (
        tuple(naming.texts(f"{where}.{part}", entry.get(part, []))) for part in ("names", "hosts")
    )
    return entry["name"], names, hosts
