"""Words as code letters: one letter for each set of keys that some word matches.

What a word can be is worked out once and kept, so wildcards, clitics and inflection cost nothing at the second
sight of a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from streams.detect.patterns import Inflection, members

MAX_WORDS = 50_000
"""Distinct words kept per automaton; hostile text must not grow a worker without bound."""
MAX_LENGTH = 64
"""Longer words are none and are not kept."""

MAX_ROWS = 200_000
"""Most rows of code letters that one row of keys may stand for: short prefixes match very much."""

UNKNOWN, STOP = "\x01", "\x02"
STOPS = frozenset(';:!?()"\u201c\u201d\u00ab\u00bb')
"""Signs that a gap never crosses."""

_FIRST_CODE = 0x100
_SURROGATES = range(0xD800, 0xE000)
_ANY = "\0"
"""A letter that no word has: what goes on from a prefix."""
_REST = 2
"""Letters that a word has beside its clitic, at least one more than these."""


class Alphabet:
    """The code letters of all words, for the `keys` of an automaton's patterns. `letters` has for each key
    those of the words that match it.
    """

    def __init__(
        self, keys: Iterable[str], inflection: Inflection, prefixes: Iterable[str], suffixes: Iterable[str]
    ) -> None:
        self._prefixes = sorted(prefixes, key=len, reverse=True)
        self._suffixes = sorted(suffixes, key=len, reverse=True)
        self._known: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}
        self._prefix_keys: dict[str, list[str]] = {}
        self.letters: dict[str, str] = {}
        for key in sorted(keys):
            self.letters[key] = ""
            self._take(key, inflection)
        self._lengths = sorted({len(stem) for stem in self._prefix_keys})
        self._by_keys: dict[tuple[str, ...], str] = {}
        # A prefix stands for itself as a word, which may be a key too, and for words that go on from it.
        for word in (*self._words, *self._prefix_keys, *(f"{stem}{_ANY}" for stem in self._prefix_keys)):
            matched = self._keys_of(word)
            if matched not in self._by_keys:
                letter = self._by_keys[matched] = _letter(len(self._by_keys))
                for key in matched:
                    self.letters[key] += letter

    def codes(self, words: Iterable[str]) -> str:
        """The code letters of words."""
        return "".join([self._known.get(word) or self._learn(word) for word in words])

    def rows(self, piece: tuple[str, ...]) -> Iterator[str]:
        """The rows of code letters that a row of keys stands for. Raises `ValueError` for too many."""
        letters = [self.letters[key] for key in piece]
        count = prod(map(len, letters))
        if count > MAX_ROWS:
            raise ValueError(f"{' '.join(piece)!r} stands for {count} rows of words, {MAX_ROWS} are allowed")
        return map("".join, product(*letters))

    def _take(self, key: str, inflection: Inflection) -> None:
        """Notes which words a key matches."""
        for member in members(key):
            stem = member[:-1]
            if member.endswith("*") and stem:
                self._prefix_keys.setdefault(stem, []).append(key)
            elif member.endswith("~") and stem:
                for form in inflection.forms(stem):
                    self._words.setdefault(form, []).append(key)
            else:
                self._words.setdefault(member, []).append(key)

    def _learn(self, word: str) -> str:
        code = self._code(word)
        if len(word) <= MAX_LENGTH:
            if len(self._known) >= MAX_WORDS:
                self._known.clear()
            self._known[word] = code
        return code

    def _code(self, word: str) -> str:
        if word in STOPS:
            return self._by_keys.get((word,), STOP)
        keys = self._keys_of(word) or self._without_clitics(word)
        return self._by_keys.get(keys, UNKNOWN) if keys else UNKNOWN

    def _keys_of(self, word: str) -> tuple[str, ...]:
        """The keys that a word matches: as itself or an inflected form, and by the prefixes it begins with."""
        found = self._words.get(word, [])
        for length in self._lengths:
            if length > len(word):
                break
            more = self._prefix_keys.get(word[:length])
            if more:
                found = [*found, *more]
        return tuple(dict.fromkeys(found))

    def _without_clitics(self, word: str) -> tuple[str, ...]:
        """The keys that a word matches without what the language writes on it."""
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) > len(prefix) + _REST:
                rest = word[len(prefix) :]
                found = self._keys_of(rest) or self._without_suffix(rest)
                if found:
                    return found
        return self._without_suffix(word)

    def _without_suffix(self, word: str) -> tuple[str, ...]:
        for suffix in self._suffixes:
            if word.endswith(suffix) and len(word) > len(suffix) + _REST:
                found = self._keys_of(word[: -len(suffix)])
                if found:
                    return found
        return ()


def _letter(number: int) -> str:
    """The code letter of the nth set of keys; surrogates are no letters."""
    code = _FIRST_CODE + number
    return chr(code if code < _SURROGATES.start else code + len(_SURROGATES))
