"""One pass over a sentence's tokens finds every name, trigger and function word of the language.

The automaton is a trie over keys (words, prefixes, gaps). What a word can be is worked out once and kept, so
wildcards, clitics and inflection cost nothing at the second sight of a word. A learner of this module should
read `Automaton.add`, then `Automaton.scan`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from streams.detect.patterns import GAP, MAX_GAP

T = TypeVar("T")

MAX_WORDS = 200_000
"""Distinct words kept per language; hostile text must not grow a worker without bound."""

_STOPS = frozenset(".;:!?()\"“”«»")
"""Signs that a gap never crosses."""


@dataclass(slots=True)
class _Node(Generic[T]):
    next: dict[str, _Node[T]] = field(default_factory=dict)
    items: list[T] = field(default_factory=list)


class Hit(NamedTuple, Generic[T]):
    """A pattern found: tokens `start` to `end` (exclusive); `tokens` are those it matched, gaps left out."""

    start: int
    end: int
    item: T
    tokens: tuple[int, ...]


_STOP: tuple[str, ...] = ("",)
"""What the keys of a stop are: no pattern has them, and a gap ends there."""


class Automaton(Generic[T]):
    """A set of patterns, each with an item, matched against tokens.

    `prefixes` and `suffixes` are clitics that the language writes on the word ("wa-", "-nya"): a word that
    nothing knows is tried again without them. `common` are the language's frequent words: a sentence that has
    nothing else of a pattern is not worth a scan.
    """

    def __init__(
        self, prefixes: Iterable[str] = (), suffixes: Iterable[str] = (), common: frozenset[str] = frozenset()
    ) -> None:
        self._root: _Node[T] = _Node()
        self._vocabulary: set[str] = set()
        self._lengths: set[int] = set()
        self._prefixes = tuple(sorted(prefixes, key=len, reverse=True))
        self._suffixes = tuple(sorted(suffixes, key=len, reverse=True))
        self._known: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, tuple[_Node[T], ...]] = {}
        self._common = common
        self._anchors: set[str] = set()
        self._met: set[str] = set()
        self._touching: set[str] = set()

    def add(self, keys: tuple[str, ...], item: T) -> None:
        """Makes the sequence `keys` stand for `item`; several items may share a sequence."""
        node = self._root
        for key in keys:
            if key.endswith("*"):
                self._lengths.add(len(key) - 1)
            self._vocabulary.add(key)
            node = node.next.setdefault(key, _Node())
        if item not in node.items:
            node.items.append(item)
        self._anchors.add(max([key for key in keys if key not in self._common] or keys, key=len))
        for learned in (self._known, self._heads, self._met, self._touching):
            learned.clear()

    def touches(self, words: set[str]) -> bool:
        """Whether anything may be found among `words`: a sentence without an anchor, the longest word of a
        pattern that is not common, needs no scan.
        """
        new = words - self._met
        if new:
            if len(self._met) >= MAX_WORDS:
                self._met.clear()
                self._touching.clear()
                new = words
            self._met |= new
            self._touching.update(word for word in new if not self._anchors.isdisjoint(self.keys(word)))
        return not self._touching.isdisjoint(words)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every key that a pattern has."""
        return frozenset(self._vocabulary)

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys of the vocabulary that `word` (folded) can stand for; most words have none."""
        found = self._known.get(word)
        if found is None:
            found = _STOP if word in _STOPS else self._keys_of(word) or self._without_clitics(word)
            if len(self._known) >= MAX_WORDS:
                self._known.clear()
            self._known[word] = found
        return found

    def _keys_of(self, word: str) -> tuple[str, ...]:
        found = [word] if word in self._vocabulary else []
        found += [
            prefix for n in self._lengths if n <= len(word) and (prefix := f"{word[:n]}*") in self._vocabulary
        ]
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

    def _head(self, word: str) -> tuple[_Node[T], ...]:
        """The nodes that `word` leads to from the root: where patterns begin with it."""
        found = tuple(node for key in self.keys(word) if (node := self._root.next.get(key)) is not None)
        if len(self._heads) >= MAX_WORDS:
            self._heads.clear()
        self._heads[word] = found
        return found

    def scan(self, words: list[str]) -> list[Hit[T]]:
        """All hits in `words` (folded tokens), by start; longer and shorter ones alike."""
        heads, known = self._heads, self._known
        hits: list[Hit[T]] = []
        word_keys: list[tuple[str, ...]] | None = None
        last = len(words) - 1
        for start, nodes in enumerate(map(heads.get, words)):
            if nodes is None:
                nodes = self._head(words[start])  # noqa: PLW2901 - looked up for the first time
            for node in nodes:
                if node.items:
                    path = (start,)
                    hits += [Hit(start, start + 1, item, path) for item in node.items]
                following = node.next
                if not following or start == last:
                    continue
                if GAP not in following:  # most phrases end at their second word
                    word = words[start + 1]
                    keys = known[word] if word in known else self.keys(word)
                    if not any([key in following for key in keys]):
                        continue
                if word_keys is None:
                    word_keys = [known[w] if w in known else self.keys(w) for w in words]
                self._follow(node, start, word_keys, hits)
        return hits

    @staticmethod
    def _follow(node: _Node[T], start: int, word_keys: list[tuple[str, ...]], hits: list[Hit[T]]) -> None:
        """Everything that goes on from `node`, which `start` led to."""
        count = len(word_keys)
        at = start + 1
        path: tuple[int, ...] = (start,)
        stack: list[tuple[_Node[T], int, tuple[int, ...]]] = []
        while True:
            following = node.next
            if following and at < count:
                for key in word_keys[at]:
                    follower = following.get(key)
                    if follower is not None:
                        stack.append((follower, at + 1, (*path, at)))
                gap = following.get(GAP)
                if gap is not None:
                    _leap(gap.next, at, path, word_keys, stack)
            if not stack:
                return
            node, at, path = stack.pop()
            if node.items:
                hits += [Hit(start, at, item, path) for item in node.items]


def _leap(
    behind: dict[str, _Node[T]],
    at: int,
    path: tuple[int, ...],
    word_keys: list[tuple[str, ...]],
    stack: list[tuple[_Node[T], int, tuple[int, ...]]],
) -> None:
    """Goes on behind a gap with the nearest token for each pattern, so that a gap is as short as it can be."""
    leapt: set[str] | None = None
    for position in range(at, min(at + MAX_GAP + 1, len(word_keys))):
        keys = word_keys[position]
        if keys is _STOP:
            return
        for key in keys:
            if key in behind and (leapt is None or key not in leapt):
                leapt = {key} if leapt is None else leapt | {key}
                stack.append((behind[key], position + 1, (*path, position)))
