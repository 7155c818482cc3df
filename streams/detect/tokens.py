"""Cuts sentences into tokens by way of what stands between spaces, which is looked into only once.

Cutting every sentence with an expression, and asking for every token what it may be, would cost more than all
of matching. Texts repeat themselves: "minister", "talks," and "(UN)" come again and again. So a sentence is
split at its spaces, and what stands between them, a chunk, is cut once and remembered.
"""

from __future__ import annotations

from itertools import chain
from typing import TypeVar

from streams.detect.grammar import Grammar
from streams.detect.match import MAX_CHUNKS, MAX_LENGTH
from streams.detect.patterns import TOKEN

Span = tuple[int, int]
T = TypeVar("T")


class Tokens:
    """Cuts one language's folded texts."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._spaced = grammar.token is not TOKEN
        self._words: dict[str, tuple[str, ...]] = {}
        self._spans: dict[str, tuple[Span, ...]] = {}

    def chunks(self, folded: str, start: int, end: int) -> list[str]:
        """What stands between spaces in `folded[start:end]`; single tokens where there are no spaces."""
        return folded[start:end].split() if self._spaced else self._grammar.token.findall(folded, start, end)

    def words(self, chunk: str) -> tuple[str, ...]:
        """The tokens of a chunk, without the signs that the language may write or leave out."""
        found = self._words.get(chunk)
        if found is None:
            found = tuple(self._grammar.cut(chunk, 0, len(chunk)))
            if len(chunk) <= MAX_LENGTH:
                _keep(self._words, chunk, found)
        return found

    def all_words(self, chunks: list[str]) -> list[str]:
        """The tokens of a sentence."""
        return list(chain.from_iterable(map(self.words, chunks)))

    def spans(self, chunks: list[str], folded: str, start: int, end: int) -> list[Span]:
        """Where the tokens of `folded[start:end]` stand, in code points."""
        gaps = len(chunks) - 1
        if not self._spaced or sum(map(len, chunks)) + gaps != end - start:
            return [match.span() for match in self._grammar.token.finditer(folded, start, end)]
        # There is one space between each two chunks, as cleaned texts have it, so lengths tell positions.
        found: list[Span] = []
        for chunk in chunks:
            inside = self._inside(chunk)
            if len(inside) == 1:
                first, last = inside[0]
                found.append((start + first, start + last))
            else:
                found += [(start + first, start + last) for first, last in inside]
            start += len(chunk) + 1
        return found

    def _inside(self, chunk: str) -> tuple[Span, ...]:
        found = self._spans.get(chunk)
        if found is None:
            found = tuple([match.span() for match in self._grammar.token.finditer(chunk)])
            if len(chunk) <= MAX_LENGTH:
                _keep(self._spans, chunk, found)
        return found


def _keep(known: dict[str, T], chunk: str, found: T) -> None:
    if len(known) >= MAX_CHUNKS:
        known.clear()
    known[chunk] = found
