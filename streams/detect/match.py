"""One pass over a sentence's tokens finds every pattern of the language.

A pattern is a sequence of keys: words, prefixes (`negotiat*`) and gaps. Each word of a text becomes one code
letter, which stands for the set of keys that the word matches, so a sentence becomes a short string and its
patterns substrings of it: daachorse's double-array Aho-Corasick finds them all in some microseconds. What a
word can be is worked out once and kept, so wildcards, clitics and inflection cost nothing at the second
sight of a word. Pieces of a pattern on both sides of a gap are found apart and joined here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from daachorse import CharwiseDoubleArrayAhoCorasick

from streams.detect.patterns import GAP, MAX_GAP

T = TypeVar("T")

MAX_WORDS = 200_000
"""Distinct words kept per language; hostile text must not grow a worker without bound."""

UNKNOWN, STOP = "\x01", "\x02"
_FIRST_CODE = 0x100
_SURROGATES = range(0xD800, 0xE000)
_STOPS = frozenset(";:!?()\"“”«»")
"""Signs that a gap never crosses."""
_APOSTROPHES = frozenset("'’")
"""They and the elided word before them ("d'un") are no length of a gap."""


class Hit(NamedTuple, Generic[T]):
    """A pattern found: tokens `start` to `end` (exclusive); `tokens` are those it matched, gaps left out."""

    start: int
    end: int
    item: T
    tokens: tuple[int, ...]


_ANY = "\0"
"""A letter that no word has: what goes on from a prefix."""


class _Payload(Generic[T]):
    """What a found piece means: the items of patterns that it ends, and by their number the pieces that may
    follow it behind a gap, with what they mean there.
    """

    __slots__ = ("ahead", "items")

    def __init__(self) -> None:
        self.items: list[T] = []
        self.ahead: dict[int, _Payload[T]] = {}


class _Codes(dict[str, str]):
    """Code letters by word; a word not met before is looked into once."""

    def __init__(self, automaton: Automaton[T]) -> None:
        super().__init__()
        self._automaton = automaton

    def __missing__(self, word: str) -> str:
        if len(self) >= MAX_WORDS:
            self.clear()
        code = self[word] = self._automaton.code(word)
        return code


class Automaton(Generic[T]):
    """A set of patterns, each with an item, matched against tokens.

    `prefixes` and `suffixes` are clitics that the language writes on the word ("wa-", "-nya"): a word that
    nothing knows is tried again without them.
    """

    def __init__(self, prefixes: Iterable[str] = (), suffixes: Iterable[str] = ()) -> None:
        self._prefixes = tuple(sorted(prefixes, key=len, reverse=True))
        self._suffixes = tuple(sorted(suffixes, key=len, reverse=True))
        self._patterns: dict[tuple[str, ...], list[T]] = {}
        self._built = False

    def add(self, keys: tuple[str, ...], item: T) -> None:
        """Makes the sequence `keys` stand for `item`; several items may share a sequence."""
        items = self._patterns.setdefault(keys, [])
        if item not in items:
            items.append(item)
        self._built = False

    def scan(self, words: list[str]) -> list[Hit[T]]:
        """All hits in `words` (folded tokens), by end; longer and shorter ones alike."""
        if not self._built:
            self._build()
        found = self._search("".join(map(self._codes.__getitem__, words)))
        return self._hits(found, words) if found else []

    def code(self, word: str) -> str:
        """The code letter of a word: it stands for the keys that the word matches."""
        if word in _STOPS:
            return self._letters.get((word,), STOP)
        keys = self._keys_of(word) or self._without_clitics(word)
        return self._letters.get(keys, UNKNOWN) if keys else UNKNOWN

    def _hits(self, found: list[tuple[int, int, int]], words: list[str]) -> list[Hit[T]]:
        hits: list[Hit[T]] = []
        for start, end, number in found:
            payload = self._payloads[number]
            if payload.items:
                tokens = (start,) if end == start + 1 else tuple(range(start, end))
                hits += [Hit(start, end, item, tokens) for item in payload.items]
            if payload.ahead:
                self._follow(payload, tuple(range(start, end)), found, words, hits)
        return hits

    def _follow(
        self,
        payload: _Payload[T],
        tokens: tuple[int, ...],
        found: list[tuple[int, int, int]],
        words: list[str],
        hits: list[Hit[T]],
    ) -> None:
        """Goes on behind a gap to the nearest of each piece that may follow `tokens`."""
        at = tokens[-1] + 1
        limit = at + MAX_GAP
        index = at
        while index < min(limit, len(words)):
            if words[index] in _STOPS:
                limit = index
            elif words[index] in _APOSTROPHES:
                limit += 2
            index += 1
        leapt: set[int] = set()
        for start, end, number in found:
            if at <= start <= limit and number in payload.ahead and number not in leapt:
                leapt.add(number)
                path = tokens + tuple(range(start, end))
                behind = payload.ahead[number]
                hits += [Hit(path[0], end, item, path) for item in behind.items]
                if behind.ahead:
                    self._follow(behind, path, found, words, hits)

    def _build(self) -> None:
        """Codes for all sets of keys that a word can match, and the pieces of all patterns in them."""
        self._vocabulary = {key for keys in self._patterns for key in keys if key != GAP}
        self._lengths = sorted({len(key) - 1 for key in self._vocabulary if key.endswith("*")})
        self._letters: dict[tuple[str, ...], str] = {}
        by_key: dict[str, str] = {}
        for key in sorted(self._vocabulary):
            # A prefix stands for itself as a word, which may be a key too, and for words that go on from it.
            for word in (key[:-1], f"{key[:-1]}{_ANY}") if len(key) > 1 and key.endswith("*") else (key,):
                matched = self._keys_of(word)
                if matched not in self._letters:
                    letter = self._letters[matched] = _letter(len(self._letters))
                    for one in matched:
                        by_key[one] = by_key.get(one, "") + letter
        self._codes = _Codes(self)
        self._payloads: list[_Payload[T]] = []
        numbers: dict[str, int] = {}
        pieces_of: dict[tuple[str, ...], list[int]] = {}
        for keys, items in self._patterns.items():
            split = _pieces(keys)
            for piece in split:
                if piece not in pieces_of:
                    pieces_of[piece] = [self._number("".join(code), numbers) for code in product(*map(by_key.__getitem__, piece))]
            for path in product(*(pieces_of[piece] for piece in split)):
                payload = self._payloads[path[0]]
                for number in path[1:]:
                    payload = payload.ahead.setdefault(number, _Payload())
                payload.items += [item for item in items if item not in payload.items]
        searcher = CharwiseDoubleArrayAhoCorasick(list(numbers) or [STOP])
        self._search = searcher.find_overlapping
        self._built = True

    def _number(self, code: str, numbers: dict[str, int]) -> int:
        number = numbers.get(code)
        if number is None:
            number = numbers[code] = len(self._payloads)
            self._payloads.append(_Payload())
        return number

    def _keys_of(self, word: str) -> tuple[str, ...]:
        """The keys of the vocabulary that a word matches: itself, and the prefixes it begins with."""
        found = [word] if word in self._vocabulary else []
        found += [key for n in self._lengths if n <= len(word) and (key := f"{word[:n]}*") in self._vocabulary]
        return tuple(found)

    def _without_clitics(self, word: str) -> tuple[str, ...]:
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) > len(prefix) + 2:
                found = self._keys_of(word[len(prefix) :])
                if found:
                    return found
        for suffix in self._suffixes:
            if word.endswith(suffix) and len(word) > len(suffix) + 2:
                found = self._keys_of(word[: -len(suffix)])
                if found:
                    return found
        return ()


def _letter(number: int) -> str:
    """The code letter of the nth set of keys; surrogates are no letters."""
    code = _FIRST_CODE + number
    return chr(code if code < _SURROGATES.start else code + len(_SURROGATES))


def _pieces(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A pattern cut at its gaps."""
    pieces: list[list[str]] = [[]]
    for key in keys:
        if key == GAP:
            pieces.append([])
        else:
            pieces[-1].append(key)
    return [tuple(piece) for piece in pieces]
