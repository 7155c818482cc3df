"""Towns: some fifty thousand, too many and too like other words to be looked for in every word of a text.

`knowledge/towns.tsv` (GeoNames) is asked only for capitalised words behind a preposition, and answers only with
a town in a country that the text speaks of: "at Adazi" is in Latvia where Latvians are at work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from streams.enrich import naming
from streams.enrich.places import PlaceInfo
from streams.errors import KnowledgeError

FILE = "towns.tsv"
MAX_WORDS = 5
"""Most words of a town's name, hyphens and apostrophes not counted."""
_COLUMNS = 6
_STEM = 4
"""Letters that every form of an inflected name begins with."""
_ENDING = 3
"""Most letters that such a form adds to what it shares with the name, of which it may lack the last two."""

_Row = tuple[str, ...]


class Towns:
    """The towns by the words of their names; `Towns.load()` reads them once."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = rows
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[tuple[str, int]]] = {}
        for number, row in enumerate(rows):
            for name in (row[0], *filter(None, row[5].split("|"))):
                key = key_of(name)
                self._exact.setdefault(key, []).append(number)
                if not key.isascii():
                    self._stems.setdefault(key[:_STEM], []).append((key, number))

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Towns:
        """The towns of our table. Raises `KnowledgeError` when a line has not all columns."""
        rows: list[_Row] = []
        lines = (naming.KNOWLEDGE / FILE).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            row = tuple(line.split("\t"))
            if len(row) != _COLUMNS:
                raise KnowledgeError(f"{FILE}: line {number}: must have {_COLUMNS} columns, has {len(row)}")
            rows.append(row)
        return Towns(rows)

    def find(self, words: str, countries: Collection[str]) -> PlaceInfo | None:
        """The town that `words` name, in the first of `countries` (ISO 3166-1 alpha-3) that has one."""
        key = key_of(words)
        numbers = self._exact.get(key) or ([] if key.isascii() else self._inflected(key))
        found = {self._rows[number][1]: number for number in reversed(numbers)}
        for country in countries:
            if country in found:
                name, _, geonames, lat, lon, _ = self._rows[found[country]]
                return PlaceInfo(name, country, int(geonames), float(lat), float(lon))
        return None

    def _inflected(self, key: str) -> list[int]:
        """The towns of which `key` may be a case: it shares all of the name but its ending."""
        return [
            number
            for name, number in self._stems.get(key[:_STEM], ())
            if key.startswith(name[: max(_STEM, len(name) - 2)]) and len(key) <= len(name) + _ENDING
        ]


def key_of(name: str) -> str:
    """A name as it is compared: letters and digits in lower case without accents, one space between words."""
    bare = (name if name.isascii() else naming.fold(name)).casefold().replace("'", "").replace("\u2019", "")
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())
