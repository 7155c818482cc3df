"""What is found in one place of a sentence, sorted by what it is good for.

An automaton finds items; most places have several of them. A `Sense` holds those of one place by kind, worked
out once when a language is compiled, so that reading a sentence asks no item what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from streams.detect.clause import (
    BREAK,
    COMPLEMENT,
    CONJUNCTION,
    DAY,
    FINITE,
    MARK,
    OPENER,
    OPERATOR,
    PASSIVE,
    PHRASE,
    PURPOSE,
    RELATIVE,
    SPEECH,
)
from streams.detect.grammar import PARTS, FunctionWord
from streams.detect.lexicon import Trigger
from streams.detect.match import Match
from streams.detect.names import Named

CONTENT: Final = frozenset({"quiet", "anaphor", "currency"})
"""Parts that are looked for in every sentence, beside the names."""

NAMES: Final = 1
TRIGGERS: Final = 2
WORDS: Final = 4
"""Kinds of items, as bits of `Sense.kinds`: names, triggers, and words of `CONTENT`."""

_BITS: Final = {
    "before": MARK,
    "relative": RELATIVE,
    "subordinate": BREAK,
    "complement": COMPLEMENT,
    "conjunction": CONJUNCTION,
    "phrase": PHRASE,
    "speech": SPEECH,
    "operator": OPERATOR,
    "passive": PASSIVE,
    "purpose": PURPOSE,
    "opener": OPENER,
    "finite": FINITE,
    "day": DAY,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A word that some entries want ("context") or exclude ("unless") in their sentence."""

    key: str


Item = Named | Trigger | FunctionWord | Condition


@dataclass(slots=True)
class Function:
    """A function word: its part and value, the bit that it sets on tokens, and one bit for each part."""

    part: str
    value: str
    bit: int
    flag: int


@dataclass(slots=True)
class Sense:
    """The items of one place by kind. `functions` build clauses; of the words of `CONTENT` there is how many
    are `quiet`, what its `anaphors` stand for, and whether one is a `currency`.
    """

    kinds: int
    names: tuple[Named, ...]
    triggers: tuple[Trigger, ...]
    functions: tuple[Function, ...]
    conditions: frozenset[str]
    anaphors: tuple[str, ...]
    quiet: int
    currency: bool


Found = Match[Sense]
"""A place where an automaton found something."""


def sense(items: list[Item]) -> Sense:
    """The items of one place, sorted."""
    names = tuple([item for item in items if isinstance(item, Named)])
    triggers = tuple([item for item in items if isinstance(item, Trigger)])
    words = [item for item in items if isinstance(item, FunctionWord)]
    content = [word for word in words if word.part in CONTENT]
    return Sense(
        kinds=NAMES * bool(names) | TRIGGERS * bool(triggers) | WORDS * bool(content),
        names=names,
        triggers=triggers,
        functions=tuple([_function(word) for word in words if word.part not in CONTENT]),
        conditions=frozenset([item.key for item in items if isinstance(item, Condition)]),
        anaphors=tuple([word.value for word in content if word.part == "anaphor"]),
        quiet=sum(word.part == "quiet" for word in content),
        currency=any(word.part == "currency" for word in content),
    )


def _function(word: FunctionWord) -> Function:
    return Function(word.part, word.value, _BITS.get(word.part, 0), 1 << PARTS.index(word.part))
