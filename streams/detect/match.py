"""One pass over a sentence's tokens finds every pattern of the language.

A pattern is a sequence of keys: words, prefixes (`negotiat*`) and gaps. Each word of a text becomes one code
letter (`alphabet`), which stands for the set of keys that the word matches, so a sentence becomes a short
string and its patterns substrings of it: daachorse's double-array Aho-Corasick finds them all in some
microseconds. Pieces of a pattern on both sides of a gap are found apart and joined here.

`Automaton.find` gives for each place the sense of all that is found there; `scan` gives each item by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from daachorse import CharwiseDoubleArrayAhoCorasick

from streams.detect.alphabet import STOPS, Alphabet
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


class Payload(Generic[T, M]):
    """What a found piece means: the items of patterns that it ends, and the pieces that may follow it behind
    a gap, with what they mean there. `sense` is what the automaton's user makes of the items; None without any.
    """

    __slots__ = ("ahead", "items", "sense", "settled")

    def __init__(self) -> None:
        self.items: list[T] = []
        self.ahead: dict[int, Payload[T, M]] = {}
        self.sense: M | None = None
        self.settled = False

    def put(self, items: Iterable[T]) -> None:
        """Adds items that are not there yet."""
        self.items += [item for item in items if all(item is not held for held in self.items)]

    def absorb(self, other: Payload[T, M]) -> None:
        """Takes over what another piece means."""
        self.put(other.items)
        for piece, behind in other.ahead.items():
            self.ahead.setdefault(piece, Payload()).absorb(behind)

    def settle(self, sense: Callable[[list[T]], M], known: dict[tuple[int, ...], M]) -> None:
        """Works out the sense of the items, here and behind gaps, once; `known` are those of the same items
        elsewhere, for a pattern has many spellings that mean the same.
        """
        if self.settled:
            return
        self.settled = True
        if self.items:
            key = tuple([id(item) for item in self.items])
            found = known.get(key)
            if found is None:
                found = known[key] = sense(self.items)
            self.sense = found
            self.items = []
        for behind in self.ahead.values():
            behind.settle(sense, known)


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
        """Makes the sequence `keys` stand for `item`; several items may share a sequence."""
        items = self._patterns.setdefault(keys, [])
        if all(item is not held for held in items):
            items.append(item)
        self._built = False

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
        found = self._search(_BETWEEN.join(sentences))
        matches: list[list[Match[M]]] = []
        at = base = 0
        for number, codes in enumerate(sentences):
            first, limit = at, base + len(codes)
            while at < len(found) and found[at][1] <= limit:
                at += 1
            here: list[Match[M]] = []
            if at > first:
                self._take(found[first:at], base, here, number, words)
            matches.append(here)
            base = limit + 1
        return matches

    def _take(
        self,
        found: list[tuple[int, int, int]],
        base: int,
        matches: list[Match[M]],
        sentence: int,
        words: Callable[[int], list[str]],
    ) -> None:
        """Adds what the pieces `found` in a sentence that begins at `base` mean."""
        behind: list[tuple[int, int, int]] | None = None  # what may follow, once somebody asks
        pieces: set[int] = set()
        flat: list[str] = []
        for start, end, number in found:
            payload = self._payloads[number]
            if payload is None:
                continue
            if payload.sense is not None:
                matches.append((start - base, end - base, (), payload.sense))
            if payload.ahead:
                if behind is None:
                    behind = [(one - base, two - base, by) for one, two, by in found if self._behind[by]]
                    for _start, _end, by in behind:
                        pieces.update(self._behind[by])
                if not payload.ahead.keys().isdisjoint(pieces):
                    flat = flat or words(sentence)
                    self._follow(payload, tuple(range(start - base, end - base)), behind, flat, matches)

    def scan(self: Automaton[T, list[T]], words: list[str]) -> list[Hit[T]]:
        """The same, each item by itself, of an automaton whose sense are the items themselves."""
        return [
            Hit(start, end, item, tokens or tuple(range(start, end)))
            for start, end, tokens, items in self.find(self.codes(words), words)
            for item in items
        ]

    def _follow(
        self,
        payload: Payload[T, M],
        tokens: tuple[int, ...],
        behind: list[tuple[int, int, int]],
        words: list[str],
        matches: list[Match[M]],
    ) -> None:
        """Goes on behind a gap to the nearest of each piece that may follow `tokens`."""
        at = tokens[-1] + 1
        limit = self._limit(at, words)
        leapt: set[int] = set()
        for start, end, number in behind:
            if not at <= start <= limit:
                continue
            for piece in self._behind[number]:
                if piece in payload.ahead and piece not in leapt:
                    leapt.add(piece)
                    path = tokens + tuple(range(start, end))
                    following = payload.ahead[piece]
                    if following.sense is not None:
                        matches.append((path[0], end, path, following.sense))
                    if following.ahead:
                        self._follow(following, path, behind, words, matches)

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
        """Codes for all sets of keys that a word can match, and all patterns' pieces in these codes.

        For each code string that is searched for, `_payloads` has what it means where it begins a pattern, and
        `_behind` the pieces that it is behind a gap.
        """
        every = {key for sequence in self._patterns for key in sequence if key != GAP}
        self._alphabet = Alphabet(every, self._inflection, self._prefixes, self._suffixes)
        payloads: dict[int, Payload[T, M]] = {}
        pieces: dict[tuple[str, ...], int] = {}
        later: set[int] = set()
        for keys, items in self._patterns.items():
            first, *rest = [pieces.setdefault(piece, len(pieces)) for piece in _pieces(keys)]
            payload = payloads.setdefault(first, Payload())
            for piece in rest:
                payload = payload.ahead.setdefault(piece, Payload())
            payload.put(items)
            later.update(rest)
        numbers: dict[str, int] = {}
        meant: list[list[int]] = []
        for keys, piece in pieces.items():
            for code in product(*[self._alphabet.letters[key] for key in keys]):
                number = numbers.setdefault("".join(code), len(numbers))
                if number == len(meant):
                    meant.append([])
                meant[number].append(piece)
        self._payloads = [_merged([payloads[p] for p in found if p in payloads]) for found in meant]
        self._behind = [tuple([piece for piece in found if piece in later]) for found in meant]
        known: dict[tuple[int, ...], M] = {}
        for payload in filter(None, self._payloads):
            payload.settle(self._sense, known)
        self._search = CharwiseDoubleArrayAhoCorasick(list(numbers) or [_NEVER]).find_overlapping
        self._built = True


def _merged(payloads: list[Payload[T, M]]) -> Payload[T, M] | None:
    """What a code string means that is several pieces; None when it begins no pattern."""
    if len(payloads) < 2:  # noqa: PLR2004 - nothing to merge
        return payloads[0] if payloads else None
    found: Payload[T, M] = Payload()
    for payload in payloads:
        found.absorb(payload)
    return found


def _pieces(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A pattern cut at its gaps."""
    pieces: list[list[str]] = [[]]
    for key in keys:
        if key == GAP:
            pieces.append([])
        else:
            pieces[-1].append(key)
    return [tuple(piece) for piece in pieces]
