"""Patterns with gaps: which of their pieces is looked for, and where the others must stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from streams.detect.patterns import GAP, members

M = TypeVar("M")


class Gapped(Generic[M]):
    """A pattern with gaps: for each token of each of its pieces the code letters that it may have, and the sense
    of what it stands for. Its anchor is the piece that is looked for; the others are only asked for around it.
    """

    __slots__ = ("anchor", "pieces", "sense")

    def __init__(self, pieces: list[list[str]], anchor: int, sense: M) -> None:
        self.pieces, self.anchor, self.sense = pieces, anchor, sense


class Payload(Generic[M]):
    """What a found piece means: `sense` is what the automaton's user makes of the items of the patterns that it
    is alone, None without any. Where it is the anchor of patterns with gaps, these stand under each code letter
    that may begin the piece to look for next: the first, `before` the anchor, or the second, `behind` it. `near`
    says whether one of these letters stands in a sentence; None without any.
    """

    __slots__ = ("before", "behind", "near", "sense")

    def __init__(self) -> None:
        self.sense: M | None = None
        self.before: dict[str, list[Gapped[M]]] = {}
        self.behind: dict[str, list[Gapped[M]]] = {}
        self.near: Callable[[str], object] | None = None

    def seek(self) -> None:
        """Notes what to seek, once all patterns are there."""
        if self.before or self.behind:
            self.near = self._first

    def _first(self, codes: str) -> object:
        """Compiles the expression when it is needed: most never are."""
        letters = "".join(sorted({*self.before, *self.behind}))
        self.near = re.compile(f"[{re.escape(letters)}]").search
        return self.near(codes)


def fits(piece: list[str], codes: str, at: int) -> bool:
    """Whether the piece stands in the sentence at token `at`."""
    if at + len(piece) > len(codes):
        return False
    for letters in piece:
        if codes[at] not in letters:
            return False
        at += 1
    return True


def rarity(piece: tuple[str, ...]) -> int:
    """How seldom a piece is met, in no unit: the longer words are the rarer ones (Zipf's law of abbreviation)."""
    return sum([min([len(member) for member in members(key)]) for key in piece])


def pieces_of(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A pattern cut at its gaps."""
    pieces: list[list[str]] = [[]]
    for key in keys:
        if key == GAP:
            pieces.append([])
        else:
            pieces[-1].append(key)
    return [tuple(piece) for piece in pieces]
