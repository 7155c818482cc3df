"""Sums of money in a sentence: "14 million euros", "Rp2 triliun", "5 миллионов долларов", "1亿美元".

    money = Money(table, "en")
    money.find("It pledged $1.5 billion.", 0, 24)      # [Sum(1500000000, "USD", 11, 23)]

What is common to all languages, the signs of currencies, stands in `knowledge/money.toml`, the words of a language in
its `text.toml` under `[money]`. ISO 4217 codes are known as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Final, Generic, TypeVar

from babel.core import get_global

from streams.enrich import naming
from streams.enrich.tables import TextTable
from streams.errors import KnowledgeError

FILE: Final = "money.toml"
LARGEST: Final = 1e15
"""A greater sum is none: nobody pays it."""

_DIGITS = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_THOUSANDS = re.compile(r"[.,'\u00a0\u202f ](?=\d{3}(?!\d))")
_GAP = r"[\s-]{0,2}"
_CODE = r"(?-i:[A-Z]{3})"
_SCALES = 3
"""Most words of scale in a row ("mil millones")."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in an ISO 4217 currency, and where it stands (code points)."""

    value: int
    currency: str
    start: int
    end: int


class _Words(Generic[T]):
    """Words and what each stands for, the longest first; a star at a word's end is any ending."""

    def __init__(self, words: Mapping[str, T]) -> None:
        ordered = sorted(words.items(), key=lambda item: (-len(item[0]), item[0]))
        written = [
            re.escape(word[:-1]) + r"\w*" if word[-1] == "*" else re.escape(word) for word, _ in ordered
        ]
        self._known = [
            (re.compile(word, re.IGNORECASE), value)
            for word, (_, value) in zip(written, ordered, strict=True)
        ]
        self.pattern = "|".join(written) or "(?!)"

    def read(self, text: str) -> list[T]:
        """What the words in a text stand for, one after the other."""
        found, at = [], 0
        while at < len(text):
            matches = ((word.match(text, at), value) for word, value in self._known)
            match, value = next(((one, value) for one, value in matches if one), (None, None))
            if match is None or value is None:
                at += 1
            else:
                found.append(value)
                at = match.end()
        return found


class Money:
    """Finds sums in one language. Raises `KnowledgeError` for a currency that is none."""

    def __init__(self, table: TextTable, code: str) -> None:
        money = table.money
        unknown = money.currencies.keys() - _codes()
        if unknown:
            raise KnowledgeError(f"{code}/text.toml: money: {min(unknown)} is no ISO 4217 code")
        words = {word: currency for currency, known in money.currencies.items() for word in known}
        self._numbers = table.numbers
        self._scales = _Words(money.scales)
        self._currencies = _Words(words | _signs())
        edge, before = ("", "") if table.dates.glued else (r"(?!\w)", r"(?<![\w.,])")
        number = "|".join(
            (_DIGITS, *(re.escape(one) + edge for one in sorted(table.numbers, key=len, reverse=True)))
        )
        scale = rf"(?:(?:{self._scales.pattern}){edge}{_GAP})"
        of = "".join(f"(?:{re.escape(word)}{_GAP})?" for word in money.of)
        unit = rf"{_CODE}|{self._currencies.pattern}"
        self._found = re.compile(
            rf"{before}(?:"
            rf"(?P<sign>{_CODE}|{_Words(_signs()).pattern}){_GAP}(?P<first>{_DIGITS})(?:{_GAP}(?P<times>{scale}{{1,{_SCALES}}}))?"
            rf"|(?:(?P<number>{number}){_GAP})?(?P<scale>{scale}{{0,{_SCALES}}}){of}(?P<unit>{unit}){edge})",
            re.IGNORECASE,
        )

    def find(self, text: str, start: int, end: int) -> list[Sum]:
        """The sums between two places of a text."""
        found = (self._sum(match) for match in self._found.finditer(text, start, end))
        return [one for one in found if one is not None]

    def _sum(self, match: re.Match[str]) -> Sum | None:
        currency = self._currency(match["sign"] or match["unit"])
        written = match["first"] or match["number"]
        scales = self._scales.read(match["times"] or match["scale"] or "")
        if currency is None or not (written or scales):
            return None
        value = (self._number(written) if written else 1.0) * prod(scales)
        if not 1 <= value <= LARGEST:
            return None
        end = match.start() + len(match[0].rstrip(" \u00a0-"))
        return Sum(round(value), currency, match.start(), end)

    def _currency(self, written: str) -> str | None:
        if written in _codes():
            return written
        return next(iter(self._currencies.read(written)), None)

    def _number(self, written: str) -> float:
        word = self._numbers.get(written.lower())
        return word if word is not None else float(_THOUSANDS.sub("", written).replace(",", "."))


@cache
def _codes() -> frozenset[str]:
    """ISO 4217 codes of all currencies that the CLDR knows."""
    return frozenset(dict(get_global("all_currencies")))


@cache
def _signs() -> dict[str, str]:
    signs = naming.table(FILE).get("signs")
    if not isinstance(signs, dict) or not _codes().issuperset(signs.values()):
        raise KnowledgeError(f"{FILE}: signs: must be signs of money with their ISO 4217 codes")
    return signs
