"""One pass over a sentence's tokens finds every pattern of the language.

A pattern is a sequence of keys: words, prefixes (`negotiat*`) and gaps. Each word of a text becomes one code
letter (`alphabet`), which stands for the set of keys that the word matches, so a sentence becomes a short
string and its patterns substrings of it: daachorse's double-array Aho-Corasick finds them all in some
microseconds. Of a pattern with gaps only its anchor is looked for, the piece that is met most seldom; the others
are asked for around it.

`Automaton.find` gives for each place the sense of all that is found there; `scan` gives each item by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from sys import intern
from typing import Generic, NamedTuple, TypeVar

from daachorse import CharwiseDoubleArrayAhoCorasick

from streams.detect.alphabet import STOPS, Alphabet
from streams.detect.gapped import Gapped, Payload, fits, pieces_of, rarity
from streams.detect.patterns import GAP, MAX_GAP, Inflection

T = TypeVar("T")
M = TypeVar("M")

_BETWEEN, _NEVER = "\U0010fffe", "\U0010ffff"
"""No word's code letters: what stands between sentences, and what an automaton without patterns looks for."""
_ELIDED = 2
"""Most letters of an elided word ("l", "qu"); a possessive's apostrophe stands behind longer ones."""
_WEIGHTLESS = {"'": 2, "\u2019": 2, ",": 1, "-": 2}
"""Signs that are no length of a gap, most with the word they bind: "d'un", "quarta-feira, 2 de abril,"."""


class Hit(NamedTuple, Generic[T]):
    """A pattern found: tokens `start` to `end` (exclusive); `tokens` are those it matched, gaps left out."""

    start: int
    end: int
    item: T
    tokens: tuple[int, ...]


Match = tuple[int, int, tuple[int, ...], M]
"""A place where patterns were found: tokens `start` to `end` (exclusive), those of them that were matched where
a gap is between them (else an empty tuple: all), and the sense. A plain tuple, as there are many."""


class Automaton(Generic[T, M]):
    """A set of patterns, each with an item, matched against tokens.

    `inflection` gives the forms of `word~`; `prefixes` and `suffixes` are clitics that the language writes on
    the word ("wa-", "-nya"): a word that nothing knows is tried again without them. `sense` turns the items
    found in one place into what the caller wants to have at hand.
    """

    def __init__(
        self,
        inflection: Inflection | None = None,
        prefixes: Iterable[str] = (),
        suffixes: Iterable[str] = (),
        gap: int = MAX_GAP,
        sense: Callable[[list[T]], M] = list,  # type: ignore[assignment]  # by default M is list[T]
    ) -> None:
        self._inflection = inflection or Inflection()
        self._gap = gap
        self._prefixes, self._suffixes = tuple(prefixes), tuple(suffixes)
        self._sense = sense
        self._patterns: dict[tuple[str, ...], list[T]] = {}
        self._built = False

    def add(self, keys: tuple[str, ...], item: T) -> None:
        """Makes the sequence `keys` stand for `item`; several items may share a sequence. Raises `RuntimeError`
        once it was built.
        """
        if self._built:
            raise RuntimeError("add: this automaton is built; add every pattern before the first search")
        items = self._patterns.setdefault(keys, [])
        if all(item is not held for held in items):
            items.append(item)

    def codes(self, words: Iterable[str]) -> str:
        """The code letters of words: each stands for the keys that its word matches."""
        if not self._built:
            self.build()
        return self._alphabet.codes(words)

    def find(self, codes: str, words: list[str]) -> list[Match[M]]:
        """All that stands in a sentence of these words, with these codes, by end; longer and shorter patterns
        alike.
        """
        return self.find_each([codes], lambda _number: words)[0]

    def find_each(self, sentences: list[str], words: Callable[[int], list[str]]) -> list[list[Match[M]]]:
        """What `find` gives, for the codes of each of an article's sentences, looked for in one go. `words` gives
        those of a sentence, and is only called where a pattern has a gap.
        """
        if not sentences:
            return []
        found: list[tuple[int, int, int]] = self._search(_BETWEEN.join(sentences))
        payloads, count = self._payloads, len(found)
        matches: list[list[Match[M]]] = []
        at = base = 0
        for number, codes in enumerate(sentences):
            limit = base + len(codes)
            here: list[Match[M]] = []
            flat: list[str] = []
            while at < count:
                start, end, piece = found[at]
                if end > limit:
                    break
                payload = payloads[piece]
                if payload.sense is not None:
                    here.append((start - base, end - base, (), payload.sense))
                if payload.near is not None and payload.near(codes):
                    flat = flat or words(number)
                    self._before(payload, start - base, codes, flat, here)
                    self._behind(payload, start - base, codes, flat, here)
                at += 1
            matches.append(here)
            base = limit + 1
        return matches

    def scan(self: Automaton[T, list[T]], words: list[str]) -> list[Hit[T]]:
        """The same, each item by itself, of an automaton whose sense are the items themselves."""
        return [
            Hit(start, end, item, tokens or tuple(range(start, end)))
            for start, end, tokens, items in self.find(self.codes(words), words)
            for item in items
        ]

    def _before(
        self, payload: Payload[M], anchor: int, codes: str, words: list[str], matches: list[Match[M]]
    ) -> None:
        """Adds the patterns that begin before the anchor at `anchor` and reach it."""
        if not payload.before:
            return
        for start in range(anchor):
            for pattern in payload.before.get(codes[start], ()):
                self._try(pattern, start, anchor, codes, words, matches)

    def _behind(
        self, payload: Payload[M], anchor: int, codes: str, words: list[str], matches: list[Match[M]]
    ) -> None:
        """Adds the patterns that begin with the anchor at `anchor`."""
        if not payload.behind:
            return
        tried: list[Gapped[M]] = []
        for at in range(anchor + 1, len(codes)):
            for pattern in payload.behind.get(codes[at], ()):
                if pattern not in tried:
                    tried.append(pattern)
                    self._try(pattern, anchor, anchor, codes, words, matches)

    def _try(
        self,
        pattern: Gapped[M],
        start: int,
        anchor: int,
        codes: str,
        words: list[str],
        matches: list[Match[M]],
    ) -> None:
        """Adds the pattern where it begins at `start`, if its anchor is at `anchor` then: behind each gap comes
        the nearest that fits.
        """
        first = pattern.pieces[0]
        if not fits(first, codes, start):
            return
        tokens = list(range(start, start + len(first)))
        for number in range(1, len(pattern.pieces)):
            piece = pattern.pieces[number]
            at = tokens[-1] + 1
            limit = self._limit(at, words)
            while at <= limit and not fits(piece, codes, at):
                at += 1
            if at > limit or (number == pattern.anchor and at != anchor):
                return
            tokens += range(at, at + len(piece))
        matches.append((start, tokens[-1] + 1, tuple(tokens), pattern.sense))

    def _limit(self, at: int, words: list[str]) -> int:
        """How far a gap that begins at `at` may reach."""
        near, limit, index = at + MAX_GAP, at + self._gap, at
        while index < min(limit, len(words)):
            word = words[index]
            if word in STOPS or (index >= near and word == ","):
                return index
            light = _WEIGHTLESS.get(word, 0)
            if light > 1 and word != "-" and len(words[index - 1]) > _ELIDED:
                light = 0
            near, limit, index = near + light, limit + light, index + 1
        return limit

    def build(self) -> None:
        """Codes for all sets of keys that a word can match, and in these codes all that is looked for: patterns
        without gaps, and the anchors of the others. What was added is forgotten: it is most of what was held.
        """
        every = {key for sequence in self._patterns for key in sequence if key != GAP}
        self._alphabet = Alphabet(every, self._inflection, self._prefixes, self._suffixes)
        whole: dict[tuple[str, ...], list[T]] = {}
        anchored: dict[tuple[str, ...], list[Gapped[M]]] = {}
        senses: dict[tuple[int, ...], M] = {}
        letters: dict[tuple[str, ...], list[str]] = {}  # many patterns share their pieces
        for keys, items in self._patterns.items():
            pieces = pieces_of(keys)
            if len(pieces) == 1:
                whole[pieces[0]] = items
                continue
            anchor = max(range(len(pieces)), key=lambda number: rarity(pieces[number]))
            for piece in pieces:
                if piece not in letters:
                    letters[piece] = [self._alphabet.letters[key] for key in piece]
            pattern = Gapped([letters[piece] for piece in pieces], anchor, self._sense_of(items, senses))
            anchored.setdefault(pieces[anchor], []).append(pattern)
        spelled: dict[str, list[tuple[str, ...]]] = {}
        for piece in {**whole, **anchored}:
            for code in self._alphabet.rows(piece):
                spelled.setdefault(code, []).append(piece)
        same: dict[tuple[tuple[str, ...], ...], Payload[M]] = {}
        self._payloads: list[Payload[M]] = []
        for found in spelled.values():
            key = tuple(found)
            if key not in same:
                items = [item for piece in found for item in whole.get(piece, ())]
                patterns = [pattern for piece in found for pattern in anchored.get(piece, ())]
                same[key] = self._payload(items, patterns, senses)
            self._payloads.append(same[key])
        self._search = CharwiseDoubleArrayAhoCorasick(list(spelled) or [_NEVER]).find_overlapping
        self._patterns = {}
        self._alphabet.letters = {}
        self._built = True

    def _payload(
        self, items: list[T], patterns: list[Gapped[M]], senses: dict[tuple[int, ...], M]
    ) -> Payload[M]:
        """What it means to find what is these items by itself, and the anchor of these patterns."""
        payload: Payload[M] = Payload()
        if items:
            distinct = {id(item): item for item in items}
            payload.sense = self._sense_of(list(distinct.values()), senses)
        _index(payload.before, [(one.pieces[0][0], one) for one in patterns if one.anchor])
        _index(payload.behind, [(one.pieces[1][0], one) for one in patterns if not one.anchor])
        payload.seek()
        return payload

    def _sense_of(self, items: list[T], known: dict[tuple[int, ...], M]) -> M:
        """The sense of items; `known` are those of the same items elsewhere, for a pattern has many spellings
        that mean the same.
        """
        key = tuple([id(item) for item in items])
        if key not in known:
            known[key] = self._sense(items)
        return known[key]


def _index(index: dict[str, list[Gapped[M]]], patterns: list[tuple[str, Gapped[M]]]) -> None:
    """Adds patterns under each of their letters. Letters of the same patterns share one list: a verb has dozens."""
    alike: dict[str, list[Gapped[M]]] = {}
    for letters, pattern in patterns:
        alike.setdefault(letters, []).append(pattern)
    for letters, those in alike.items():
        for letter in letters:
            index[intern(letter)] = [*index[letter], *those] if letter in index else those
