"""Forms: regular expressions with {names} for a language's words, tried where one of them can begin.

A language has some twenty forms; trying each at each word would cost more than the rest of reading. So every
form tells with which words it can begin, one fast expression finds such words, and only the forms that can
begin there are tried, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.enrich.wordlist import finder, pattern
from streams.errors import KnowledgeError

_NAME = re.compile(r"\{([a-z]+)\}")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_FOLLOWING = re.compile(r" ([^\W\d_]+)")
_DIGIT = "0"
_SMALL = 2  # digits: a year may stand before any word


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the names in forms stand for: `words` by name, `digits` names that begin with a digit,
    `expressions` the regular expression of each (one group each, none for those in `silent`).
    """

    words: Mapping[str, frozenset[str]]
    digits: frozenset[str]
    expressions: Mapping[str, str]
    silent: frozenset[str]
    fill: Mapping[str, str]
    glued: bool = False
    prefixes: tuple[str, ...] = ()
    suffix: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One compiled form and the names of its groups."""

    index: int
    expression: re.Pattern[str]
    names: tuple[str, ...]


class Forms:
    """The forms of one list, ready to search."""

    def __init__(self, forms: Sequence[str], vocabulary: Vocabulary) -> None:
        """Raises KnowledgeError naming the form that is no expression or uses an unknown name."""
        self._vocabulary = vocabulary
        by_start: dict[str, list[Form]] = {}
        for index, source in enumerate(forms):
            form, starts = self._compile(index, source)
            for start in starts:
                by_start.setdefault(start, []).append(form)
        self._by_start = {start: tuple(dict.fromkeys(entries)) for start, entries in by_start.items()}
        self._numeric = self._by_start.get(_DIGIT, ())
        self._bracketed = self._by_start.get("(", ())
        self._attached = vocabulary.glued or bool(vocabulary.suffix)
        self._finder = finder(self._by_start, glued=vocabulary.glued) if self._attached else _TOKEN
        self._after_number = _after_number(forms, vocabulary)

    def search(self, lower: str, start: int, end: int) -> list[tuple[Form, re.Match[str]]]:
        """Matches in `lower[start:end]` from left to right, without overlap."""
        get = self._by_start.get
        hits: list[tuple[Form, re.Match[str]]] = []
        position = start
        for found in self._finder.finditer(lower, start, end):
            word = found[0]
            forms = get(word)
            if forms is None:
                if not word[0].isdigit() or self._counts_something_else(lower, found):
                    continue
                forms = self._numeric
            at = found.start()
            if at < position:
                continue
            if forms is self._numeric and at > position and lower[at - 1] == "(" and self._bracketed:
                position = self._try(self._bracketed, lower, at - 1, end, hits) or position
            if at >= position:
                position = self._try(forms, lower, at, end, hits) or position
        return hits

    def _counts_something_else(self, lower: str, found: re.Match[str]) -> bool:
        """Whether the word after a small number shows that it is no time: "18 tons"."""
        if len(found[0]) > _SMALL or self._attached:
            return False
        following = _FOLLOWING.match(lower, found.end())
        return following is not None and following[1] not in self._after_number

    def _try(
        self, forms: tuple[Form, ...], lower: str, at: int, end: int, hits: list[tuple[Form, re.Match[str]]]
    ) -> int:
        """Add the first form that matches here to `hits`; where it ends, or 0."""
        for form in forms:
            match = form.expression.match(lower, at, end)
            if match is not None and match.end() > at:
                hits.append((form, match))
                return match.end()
        return 0

    def _compile(self, index: int, source: str) -> tuple[Form, set[str]]:
        vocabulary = self._vocabulary
        text = source.replace(" ", " ?") if vocabulary.glued else source
        for name, fill in vocabulary.fill.items():
            text = text.replace("{" + name + "}", f"(?:{fill})")
        names = _NAME.findall(text)
        unknown = [name for name in names if name not in vocabulary.expressions]
        if unknown:
            raise KnowledgeError(f"{vocabulary.where}: form {source!r}: no name {{{unknown[0]}}}")
        edge = "" if vocabulary.glued else r"(?!\w)"
        before = f"(?:{pattern(vocabulary.prefixes)})?" if vocabulary.prefixes else ""
        body = _NAME.sub(lambda match: vocabulary.expressions[match[1]], text)
        captured = tuple(name for name in names if name not in vocabulary.silent)
        try:
            expression = re.compile(f"{before}(?:{body}){vocabulary.suffix}{edge}")
        except (re.error, OverflowError, RecursionError) as error:
            raise KnowledgeError(f"{vocabulary.where}: form {source!r}: {error}") from error
        if expression.groups != len(captured):
            raise KnowledgeError(f"{vocabulary.where}: form {source!r}: write groups as (?:…)")
        starts, _ = self._starts(text, 0)
        return Form(index, expression, captured), {
            before + word for word in starts for before in self._before(word)
        }

    def _before(self, word: str) -> tuple[str, ...]:
        return ("",) if word in {_DIGIT, "("} else ("", *self._vocabulary.prefixes)

    def _starts(self, text: str, at: int) -> tuple[set[str], bool]:
        """The words with which `text[at:]` can begin, and whether it can be empty."""
        starts: set[str] = set()
        while at < len(text):
            found, after = self._item(text, at)
            starts |= found
            optional = text[after : after + 1] == "?"
            after += optional
            if found and not optional:
                return starts, False
            at = after
        return starts, True

    def _item(self, text: str, at: int) -> tuple[set[str], int]:
        """What the item at `at` can begin with (nothing for spaces and looks), and where it ends."""
        if text.startswith("(?", at):
            return self._group(text, at)
        if text[at] == "{":
            end = text.index("}", at) + 1
            return self._named(text[at + 1 : end - 1]), end
        if text[at] == "\\":
            return {"(": {"("}, "d": {_DIGIT}}.get(text[at + 1], set()), at + 2
        word = _WORD.match(text, at)
        if word is None:
            return set(), at + 1
        return {word[0][0] if self._vocabulary.glued else word[0]}, word.end()

    def _group(self, text: str, at: int) -> tuple[set[str], int]:
        end = _closing(text, at)
        if not text.startswith("(?:", at):  # a look ahead or behind
            return set(), end
        options = [self._starts(option, 0) for option in _split(text[at + 3 : end - 1])]
        return set().union(*(words for words, _ in options)), end

    def _named(self, name: str) -> set[str]:
        words = self._vocabulary.words.get(name, frozenset())
        starts = {_DIGIT} if name in self._vocabulary.digits else set()
        for word in words:
            found = _WORD.match(word)
            if found:
                starts.add(word[0] if self._vocabulary.glued else found[0])
        return starts


def _after_number(forms: Sequence[str], vocabulary: Vocabulary) -> frozenset[str]:
    """First words of all that may follow a number in a form."""
    literal = [_NAME.sub(" ", text) for text in (*forms, *vocabulary.fill.values())]
    words = [word for name, entries in vocabulary.words.items() if name != "num" for word in entries]
    found = {match[0] for word in words if (match := _WORD.match(word))}
    return frozenset(found.union(*map(_WORD.findall, literal))) if literal else frozenset(found)


def _closing(text: str, at: int) -> int:
    """The index behind the bracket that closes the one at `at`."""
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return at


def _split(text: str) -> list[str]:
    """The alternatives of a group, split at the bars that belong to it."""
    parts, depth, first, at = [], 0, 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in "()":
            depth += 1 if text[at] == "(" else -1
        elif text[at] == "|" and depth == 0:
            parts.append(text[first:at])
            first = at + 1
        at += 1
    return [*parts, text[first:]]
