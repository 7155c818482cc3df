"""The small pattern language of knowledge files, as sequences of keys.

    hold .. talks        tokens in order; `..` is a gap of at most six tokens
    (peace|truce) talks  alternatives, which may be empty: `(the|) talks`
    negotiat*            any word that begins so
    sign~                the word with the endings that the grammar's `inflection` gives

A key is a folded word, a prefix that ends in `*`, a word to inflect that ends in `~`, several of these as
one class (`peace|truce`), or `GAP`. Scripts without spaces have one key for each character, as the tokenizer
gives one token for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

GAP = ".."
MAX_GAP = 6
"""Most tokens that a gap may skip: a light verb and its noun are seldom further apart."""

MAX_EXPANSIONS = 4000
"""Most sequences one pattern may stand for; more is a mistake in the pattern."""

MAX_DEPTH = 30
"""Most brackets inside each other."""

MAX_SPELLINGS = 30_000
"""Most rows of words between two gaps that one sequence may stand for: each is a string of its own in the
automaton, and some words match several keys."""

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{_UNSPACED}]|\d+(?:[.,]\d+)+|(?:(?![{_UNSPACED}])[^\W_])+|[^\w\s]|_")
"""One token: a letter of an unspaced script, a number, a run of letters and digits, or one other sign."""

SPACED_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+|[^\w\s]|_")
"""The same for languages that put spaces between words, which is faster."""

_PIECE = re.compile(rf"\.\.|\([^()\s]+\)|[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+[*~]?|[^\w\s]")
_MEMBER = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+[*~]?")


@dataclass(frozen=True, slots=True)
class Inflection:
    """How `word~` expands: irregular words first, else the longest ending that fits."""

    irregular: dict[str, tuple[str, ...]] = field(default_factory=dict)
    endings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def forms(self, word: str) -> tuple[str, ...]:
        """All forms of `word`, itself among them only where a rule says so."""
        known = self.irregular.get(word)
        if known:
            return known
        for ending, replacements in self.endings:
            if word.endswith(ending):
                stem = word[: len(word) - len(ending)] if ending else word
                return tuple(stem + new for new in replacements)
        return (word,)


def lower(text: str) -> str:
    """`text` in lower case with the same length, so that offsets stay true (the Turkish dotted capital I
    would otherwise become two characters).
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(character.lower()[:1] or character for character in text)


def expand(pattern: str, fold: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The key sequences that `pattern` stands for, without repeats, in order.

    Raises `ValueError` with what is wrong: unbalanced brackets, an empty pattern, too many expansions.
    """
    sequences = [""]
    for alternatives in _parts(fold(pattern)):
        sequences = [left + right for left in sequences for right in alternatives]
        if len(sequences) > MAX_EXPANSIONS:
            raise ValueError(f"expands to more than {MAX_EXPANSIONS} sequences: {pattern!r}")
    seen = dict.fromkeys(_keys(sequence) for sequence in sequences)
    seen.pop((), None)
    for keys in seen:
        if keys[0] == GAP or keys[-1] == GAP:
            raise ValueError(f"begins or ends with a gap: {pattern!r}")
        if (count := _spellings(keys)) > MAX_SPELLINGS:
            raise ValueError(
                f"stands for {count} rows of words, {MAX_SPELLINGS} are allowed; put a gap ( .. ) in the place of "
                f"small words: {pattern!r}"
            )
    if not seen:
        raise ValueError(f"matches nothing: {pattern!r}")
    return list(seen)


def members(key: str) -> list[str]:
    """The plain keys of a class; a plain key is its own only member."""
    return key.split("|") if len(key) > 1 else [key]


def _spellings(keys: tuple[str, ...]) -> int:
    """The most rows of words that stand for what is between two gaps."""
    most = count = 1
    for key in keys:
        count = 1 if key == GAP else count * len(members(key))
        most = max(most, count)
    return most


def _keys(sequence: str) -> tuple[str, ...]:
    """The keys of a sequence; where an optional word between two gaps is left out, one gap stands for both."""
    keys = [_key(piece) for piece in _PIECE.findall(sequence)]
    return tuple([key for at, key in enumerate(keys) if key != GAP or at == 0 or keys[at - 1] != GAP])


def _key(piece: str) -> str:
    return piece[1:-1] if len(piece) > 1 and piece[0] == "(" else piece


def _parts(pattern: str) -> Iterator[list[str]]:
    """The pattern cut at its outer brackets: each part is a list of alternatives, brackets resolved."""
    depth, start = 0, 0
    for index, character in enumerate(pattern):
        if character == "(":
            if depth == 0:
                yield [pattern[start:index]]
                start = index + 1
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"nests more than {MAX_DEPTH} brackets: {pattern[:80]!r}")
        elif character == ")":
            depth -= 1
            if depth < 0:
                raise ValueError(f"closes a bracket that is not open: {pattern!r}")
            if depth == 0:
                yield _bracket(pattern, start, index)
                start = index + 1
    if depth:
        raise ValueError(f"leaves a bracket open: {pattern!r}")
    yield [pattern[start:]]


def _bracket(pattern: str, start: int, end: int) -> list[str]:
    """A bracket's alternatives; single words that stand alone make one class instead."""
    body = pattern[start:end]
    alone = (start < 2 or not pattern[start - 2].isalnum()) and not pattern[end + 1 : end + 2].isalnum()  # noqa: PLR2004 - the sign before the bracket
    found = dict.fromkeys(_alternatives(body))
    single = [one for one in found if alone and _MEMBER.fullmatch(one)]
    if len(single) < 2 or pattern[end + 1 : end + 2] in ("*", "~"):  # noqa: PLR2004 - one is no class
        return list(found)
    return [f"({'|'.join(single)})", *(one for one in found if one not in single)]


def _alternatives(body: str) -> list[str]:
    """The alternatives of a bracket's inside, each fully resolved."""
    found: list[str] = []
    depth, start = 0, 0
    for index, character in enumerate(f"{body}|"):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "|" and depth == 0:
            options = [""]
            for alternatives in _parts(body[start:index]):
                options = [left + right for left in options for right in alternatives]
                if len(found) + len(options) > MAX_EXPANSIONS:
                    raise ValueError(f"expands to more than {MAX_EXPANSIONS} sequences: ({body[:80]!r})")
            found.extend(options)
            start = index + 1
    return found
