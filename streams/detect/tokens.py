"""Cuts sentences into tokens by way of what stands between spaces, which is looked into only once.

Cutting every sentence with an expression, and asking for every token what it may be, would cost more than all
of matching. Texts repeat themselves: "minister", "talks," and "(UN)" come again and again. So a sentence is
split at its spaces, and what stands between them, a chunk, is cut once and remembered with its code letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streams.detect.alphabet import MAX_LENGTH
from streams.detect.grammar import Grammar
from streams.detect.match import Automaton, Match
from streams.detect.patterns import TOKEN
from streams.detect.senses import Item, Sense

MAX_CHUNKS = 25_000
"""Distinct chunks of a generation, of which two are kept per language."""

Span = tuple[int, int]


@dataclass(slots=True)
class Chunk:
    """What stands between two spaces: how long it is, its tokens, where they stand in it (empty when it is one
    token) and its code letters; those of function words only when a sentence needed them.
    """

    length: int
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    content: str
    functions: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)


class Tokens:
    """Cuts one language's folded texts, for the automata of content and function words.

    Chunks live in two generations: when the young one is full it becomes the old one, and what is met again
    there moves to the young one. So the words that texts are made of stay, and rare ones go.
    """

    def __init__(
        self, grammar: Grammar, content: Automaton[Item, Sense], functions: Automaton[Item, Sense]
    ) -> None:
        self._grammar = grammar
        self._content, self._functions = content, functions
        self._spaced = grammar.token is not TOKEN
        self._young: dict[str, Chunk] = {}
        self._old: dict[str, Chunk] = {}
        self._letters: dict[str, str] = {}  # code letters of the young: all that most sentences are asked for

    def parts(self, folded: str, start: int, end: int) -> list[str]:
        """What stands between spaces in `folded[start:end]`; single tokens where there are no spaces."""
        if self._spaced:
            return folded[start:end].split()
        found: list[str] = self._grammar.token.findall(folded, start, end)
        return found

    def content(self, sentences: list[list[str]]) -> list[list[Match[Sense]]]:
        """The names, triggers and words of content in each of an article's sentences, given as parts."""
        codes = [self._codes(parts) for parts in sentences]
        return self._content.find_each(codes, lambda number: words_of(self.chunks(sentences[number])))

    def _codes(self, parts: list[str]) -> str:
        try:
            return "".join(map(self._letters.__getitem__, parts))
        except KeyError:
            return "".join([chunk.content for chunk in self.chunks(parts)])

    def chunks(self, parts: list[str]) -> list[Chunk]:
        """The chunks of a sentence's parts."""
        known = self._young
        return [known.get(part) or self._chunk(part) for part in parts]

    def functions(self, chunks: list[Chunk], words: list[str]) -> list[Match[Sense]]:
        """The function words in a sentence of these chunks and words."""
        for chunk in chunks:
            if not chunk.functions:
                chunk.functions = self._functions.codes(chunk.words)
        return self._functions.find("".join([chunk.functions for chunk in chunks]), words)

    def spans(self, chunks: list[Chunk], folded: str, start: int, end: int) -> list[Span]:
        """Where the tokens of `folded[start:end]` stand, in code points."""
        length = len(chunks) - 1
        for chunk in chunks:
            length += chunk.length
        if not self._spaced or length != end - start:
            return [match.span() for match in self._grammar.token.finditer(folded, start, end)]
        # There is one space between each two chunks, as cleaned texts have it, so lengths tell positions.
        found: list[Span] = []
        for chunk in chunks:
            if chunk.spans:
                for first, last in chunk.spans:
                    found.append((start + first, start + last))
            else:
                found.append((start, start + chunk.length))
            start += chunk.length + 1
        return found

    def _chunk(self, part: str) -> Chunk:
        """A chunk that the young generation does not know."""
        found = self._old.get(part)
        if found is None:
            words = tuple(self._grammar.cut(part, 0, len(part)))
            spans = tuple([match.span() for match in self._grammar.token.finditer(part)])
            found = Chunk(len(part), words, spans if len(spans) > 1 else (), self._content.codes(words))
        if len(part) <= MAX_LENGTH:
            if len(self._young) >= MAX_CHUNKS:
                self._old, self._young, self._letters = self._young, {}, {}
            self._young[part] = found
            self._letters[part] = found.content
        return found


def words_of(chunks: list[Chunk]) -> list[str]:
    """The tokens of a sentence."""
    found: list[str] = []
    for chunk in chunks:
        found += chunk.words
    return found
