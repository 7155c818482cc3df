"""Which language an article is written in, from its first few hundred characters.

CLD2 decides between scripts and families of languages; where it is known to confuse neighbours (Indonesian
and Malay, Russian and Ukrainian) words and letters from their `text.toml` settle it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pycld2

from streams.enrich.tables import TextTable

_SAMPLE = 600
_HALF = 300
_CLEAR = 95  # percent of a text in one language: names and quotations make up for the rest
_DOUBT = 600.0  # CLD2's score of a text that fits its language ill; clear ones have about 1000
_SHORT = 60  # fewer characters than this say too little
_LITTLE = 300  # fewer characters than this say too little of close neighbours
_TRUST = 2  # words of another that a declared language outweighs then
_UNKNOWN = "un"
_SYNONYMS = {"iw": "he", "jw": "jv", "in": "id", "nb": "no", "zh-Hant": "zh"}
_LETTER_WEIGHT = 3


class Languages:
    """Tells languages apart; supported are those with a `text.toml`."""

    def __init__(self, tables: Mapping[str, TextTable]) -> None:
        self.supported = frozenset(tables)
        self._words = {code: table.language.words for code, table in tables.items()}
        self._letters = {
            code: re.compile(f"[{re.escape(table.language.letters)}]")
            for code, table in tables.items()
            if table.language.letters
        }
        self._groups = {
            rival: tuple(sorted({code, *table.language.rivals} & self.supported))
            for code, table in tables.items()
            if table.language.rivals
            for rival in (code, *table.language.rivals)
        }

    def detect(self, text: str, declared: str | None = None) -> str | None:
        """The ISO 639-1 code, supported or not, or None when nobody can tell.

        Long texts speak for themselves; a declared language counts where the text is short or undecided.
        """
        sample = text[:_SAMPLE]
        trusted = declared if declared in self.supported else None
        if len(sample) < _SHORT and trusted:
            return trusted
        found, score = _cld2(sample)
        if trusted and len(sample) < _LITTLE and score < _DOUBT:
            return trusted
        if found is None:
            return trusted or self._by_letters(sample)
        return self._settle(found, sample, trusted)

    def _settle(self, found: str, sample: str, declared: str | None) -> str:
        """The best of `found` and the languages it is confused with."""
        group = self._groups.get(found)
        if group is None:
            return found
        if len(group) == 1:
            return group[0]
        lower = sample.lower()
        words = frozenset(lower.split()) if " " in lower else frozenset()
        scores = {code: len(self._words[code] & words) for code in group}
        for code in group:
            if code in self._letters:
                scores[code] += _LETTER_WEIGHT * len(self._letters[code].findall(lower))
        if declared in scores and len(sample) < _LITTLE:
            scores[declared] += _TRUST
        best = max(scores.values())
        tied = [code for code in group if scores[code] == best]
        for choice in (declared, found):
            if choice in tied:
                return choice
        return tied[0]

    def _by_letters(self, sample: str) -> str | None:
        counts = {code: len(letters.findall(sample)) for code, letters in self._letters.items()}
        best = max(counts, key=counts.__getitem__, default=None)
        return best if best is not None and counts[best] > 1 else None


def _cld2(sample: str) -> tuple[str | None, float]:
    """What CLD2 says, by half of the sample where that is all in one language, and how well the language fits."""
    try:
        _, _, details = pycld2.detect(sample[:_HALF])
        if details[0][2] < _CLEAR and len(sample) > _HALF:
            _, _, details = pycld2.detect(sample)
    except (pycld2.error, ValueError):  # control characters and surrogates; cleaned text has none
        return None, 0.0
    code, score = details[0][1], details[0][3]
    return None if code == _UNKNOWN else _SYNONYMS.get(code, code), score
