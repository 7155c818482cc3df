"""One pass over a sentence's tokens finds every name, trigger and function word of the language.

The automaton is a trie over keys (words, prefixes, gaps). What a word can be is worked out once and kept, so
wildcards, clitics and inflection cost nothing at the second sight of a word. A learner of this module should
read `Automaton.add`, then `Automaton.scan`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A pattern found: tokens `start` to `end` (exclusive); `tokens` are those it matched, gaps left out."""

    start: int
    end: int
    item: T
    tokens: tuple[int, ...]


class Automaton(Generic[T]):
    """A set of patterns, each with an item, matched against tokens.

    `prefixes` and `suffixes` are clitics that the language writes on the word ("wa-", "-nya"): a word that
    nothing knows is tried again without them.
    """

    def __init__(self, prefixes: Iterable[str] = (), suffixes: Iterable[str] = ()) -> None:
        self._root: _Node[T] = _Node()
        self._vocabulary: set[str] = set()
        self._lengths: set[int] = set()
        self._prefixes = tuple(sorted(prefixes, key=len, reverse=True))
        self._suffixes = tuple(sorted(suffixes, key=len, reverse=True))
        self._known: dict[str, tuple[str, ...]] = {}

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
        self._known.clear()

    def keys(self, word: str) -> tuple[str, ...]:
        """The keys of the vocabulary that `word` (folded) can stand for; most words have none."""
        found = self._known.get(word)
        if found is None:
            found = self._keys_of(word) or self._without_clitics(word)
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

    def scan(self, words: list[str]) -> list[Hit[T]]:
        """All hits in `words` (folded tokens), by start; longer and shorter ones alike."""
        keys = self.keys
        known = self._known
        word_keys = [known[word] if word in known else keys(word) for word in words]
        hits: list[Hit[T]] = []
        children = self._root.next
        for start, first in enumerate(word_keys):
            for key in first:
                node = children.get(key)
                if node is not None:
                    self._follow(node, start, words, word_keys, hits)
        return hits

    def _follow(
        self, node: _Node[T], start: int, words: list[str], word_keys: list[tuple[str, ...]], hits: list[Hit[T]]
    ) -> None:
        if not node.next:
            hits.extend([Hit(start, start + 1, item, (start,)) for item in node.items])
            return
        stack: list[tuple[_Node[T], int, tuple[int, ...]]] = [(node, start + 1, (start,))]
        count = len(words)
        while stack:
            node, at, path = stack.pop()
            if node.items:
                hits.extend([Hit(start, at, item, path) for item in node.items])
            if at >= count or not node.next:
                continue
            for key in word_keys[at]:
                follower = node.next.get(key)
                if follower is not None:
                    stack.append((follower, at + 1, (*path, at)))
            gap = node.next.get(GAP)
            if gap is not None:
                self._leap(gap, at, path, words, word_keys, stack)

    @staticmethod
    def _leap(
        gap: _Node[T],
        at: int,
        path: tuple[int, ...],
        words: list[str],
        word_keys: list[tuple[str, ...]],
        stack: list[tuple[_Node[T], int, tuple[int, ...]]],
    ) -> None:
        """Goes on behind a gap with the nearest token for each pattern, so that a gap is as short as it can be."""
        leapt: set[str] = set()
        for position in range(at, min(at + MAX_GAP + 1, len(words))):
            for key in word_keys[position]:
                follower = gap.next.get(key)
                if follower is not None and key not in leapt:
                    leapt.add(key)
                    stack.append((follower, position + 1, (*path, position)))
            if words[position] in _STOPS:
                return
