"""A sentence taken apart: who is named in it, what may happen in it, and where its clauses begin.

`structure` turns what the automata found into a `Clause`: triggers, operators and boundaries by token
position; `groups` adds coordinated names with the slot that the word before or behind them gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.names import Named

MARK: Final = 1 << 0
BREAK: Final = 1 << 1
RELATIVE: Final = 1 << 2
COMPLEMENT: Final = 1 << 3
CONJUNCTION: Final = 1 << 4
PHRASE: Final = 1 << 5
SPEECH: Final = 1 << 6
TRIGGER: Final = 1 << 7
OPERATOR: Final = 1 << 8
NAME: Final = 1 << 9
PASSIVE: Final = 1 << 10
STOP: Final = 1 << 11
PURPOSE: Final = 1 << 12
VERB: Final = 1 << 13
OPENER: Final = 1 << 14
FINITE: Final = 1 << 15
DAY: Final = 1 << 16
"""What a token is, as bits, so that walks over a sentence are cheap."""

COMMAS: Final = frozenset(",\u060c\uff0c")
"""Commas: Latin, Arabic, full width."""
QUOTES: Final = frozenset('"\u201c\u201d\u201e\u00ab\u00bb')
"""Quotation marks, which some languages put around the names of movements."""
CLOSING: Final = "\uff0c"
"""The comma of a script that has another one for lists: what is behind it is a clause of its own."""


@dataclass(slots=True)
class Spot:
    """A name in the sentence, tokens `start` to `end`, with all that it may mean: an actor, a place, both."""

    start: int
    end: int
    meanings: tuple[Named, ...]
    actor: Named | None = field(init=False)
    place: Named | None = field(init=False)

    def __post_init__(self) -> None:
        self.actor = self.place = None
        for named in self.meanings:
            if self.actor is None and named.is_actor:
                self.actor = named
            if self.place is None and named.place is not None:
                self.place = named

    @property
    def town(self) -> bool:
        """Whether it may be a place with a name of its own, and not only a country."""
        return self.place is not None and self.place.place is not None and bool(self.place.place.name)


@dataclass(slots=True)
class Group:
    """Coordinated names ("Britain and France"): tokens `start` to `end`, the slot their marker gives ("" when
    bare) and where that stands. `anaphor` is set for words that stand for somebody named before.
    """

    start: int
    end: int
    mentions: list[Spot]
    slot: str = ""
    anaphor: str = ""
    mark: int = -1

    @property
    def actors(self) -> list[Spot]:
        """The names that can take part in an event."""
        return [spot for spot in self.mentions if spot.actor is not None]


@dataclass(slots=True)
class Clause:
    """A sentence's structure. Positions are token indexes; `spans` give code points in the field, `bits` what
    each token is, `capitals` whether it begins with a capital letter. `scale`: tokens that a word has, where
    they are letters; reaches are in words.
    """

    words: list[str]
    spans: list[tuple[int, int]]
    bits: list[int]
    capitals: list[bool]
    scale: int = 1
    groups: list[Group] = field(default_factory=list)
    triggers: list[Hit[Trigger]] = field(default_factory=list)
    operators: list[tuple[int, int, str]] = field(default_factory=list)
    speech: list[tuple[int, int]] = field(default_factory=list)
    past: bool = False
    anaphoric: list[tuple[int, int]] = field(default_factory=list)
    definite: list[tuple[int, int]] = field(default_factory=list)
    counts: list[tuple[int, int, str]] = field(default_factory=list)

    def any(self, bits: int, left: int, right: int) -> bool:
        """Whether a token from `left` to `right` (exclusive) is one of `bits`."""
        for token in self.bits[max(0, left) : right]:  # noqa: SIM110 - asked for every name; any() takes twice as long
            if token & bits:
                return True
        return False

    def last(self, bits: int, left: int, right: int) -> int:
        """The last token between `left` and `right` (exclusive) that is one of `bits`, or -1."""
        for index in range(right - 1, max(left, 0) - 1, -1):
            if self.bits[index] & bits:
                return index
        return -1

    def comma(self, left: int, right: int) -> bool:
        """Whether a comma stands between `left` and `right` (exclusive)."""
        return not COMMAS.isdisjoint(self.words[max(0, left) : right])

    def closing(self, left: int, right: int) -> int:
        """Where a comma between `left` and `right` (exclusive) closes a clause, or `right`."""
        return next((index for index in range(max(0, left), right) if self.words[index] == CLOSING), right)


@dataclass(slots=True)
class Marks:
    """The words that give a noun phrase its slot: `before` by their last token (with their first), `behind`
    by their first token.
    """

    before: dict[int, tuple[int, str]] = field(default_factory=dict)
    behind: dict[int, str] = field(default_factory=dict)
