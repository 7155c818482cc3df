"""Sentences with offsets.

One pass finds quotations and places where a sentence may end; the language's `text.toml` says which periods belong to abbreviations. A quotation of ordinary length stays in one piece
with the words that introduce it. A line break always ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from streams.article import Sentence
from streams.enrich.tables import SentenceTable, TextTable

_QUOTE = 400  # longer quotations are split like any text
_QUOTES = {'"': '"', "\u201e": "\u201c\u201d", "\u201c": "\u201d", "\u00ab": "\u00bb", "\u300c": "\u300d"}
_WIDE_ENDS = "\u3002\uff01\uff1f\uff61"
_NARROW_ENDS = ".!?\u2026\u061f\u06d4\u0964\u0965"
_ENDS = _NARROW_ENDS + _WIDE_ENDS
_CLOSERS = "\"'\u2019\u201d\u00bb)]\uff09\u300d\u300f"
_STOP = re.compile(
    "[" + re.escape(_ENDS + "\n" + "".join(_QUOTES)) + r"](?<!\.(?=\w))"
)  # not 100.000 and U.S.
_END = re.compile(f"[{re.escape(_ENDS)}]+[{re.escape(_CLOSERS)}]*")
_MARKS = frozenset(_ENDS + _CLOSERS)
_OPENERS = "\"'\u201c\u201e\u00ab\u2018([\u2013\u2014-\u300c"
_DOTTED = re.compile(r"(?:\w\.)+\w")
_MAX_ORDINAL = 2
_PLATFORM = "X"
"""A letter that is a name: "wrote on X." ends a sentence, "J. Smith" does not."""
_LONGEST_WORD = 64
"""Characters before a period in which its word is looked for."""
_LONGEST = 1200
"""Most characters of a sentence: no writer's is longer, and what a machine wrote must not take minutes."""
_LONGEST_UNSPACED = 240
"""The same where words are not spaced and have one or two characters."""


class Sentences:
    """Splits texts into sentences, by the language's abbreviations."""

    def __init__(self, tables: Mapping[str, TextTable]) -> None:
        self._tables = {code: table.sentences for code, table in tables.items()}
        self._unspaced = {code for code, table in tables.items() if table.dates.glued}

    def split(self, title: str, text: str, language: str) -> tuple[Sentence, ...]:
        """The title's sentences, then the text's; spans without surrounding space, in order, no overlap."""
        return (*self._field(title, language, "title"), *self._field(text, language, "text"))

    def _field(self, text: str, language: str, field: Literal["title", "text"]) -> list[Sentence]:
        table = self._tables.get(language, _NONE)
        longest = _LONGEST_UNSPACED if language in self._unspaced else _LONGEST
        sentences: list[Sentence] = []
        start = position = 0
        while stop := _STOP.search(text, position):
            at = stop.start()
            char = text[at]
            if char == "\n":
                ends, position = True, at + 1
            elif char in _QUOTES:
                position = _quoted(text, at)
                ends = position > at + 1 and _quote_ends(text, at, position)
            else:
                ends, position = _ends(text, at, table, start)
            if ends:
                _add(sentences, text, start, position, field, longest)
                start = position
        _add(sentences, text, start, len(text), field, longest)
        return sentences


_NONE = SentenceTable()


def _add(
    sentences: list[Sentence],
    text: str,
    start: int,
    end: int,
    field: Literal["title", "text"],
    longest: int,
) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > longest:
        cut = text.rfind(" ", start + 1, start + longest)
        cut = cut if cut > start else start + longest
        sentences.append(Sentence(start, cut, field))
        start = cut + (text[cut] == " ")
    if start < end:
        sentences.append(Sentence(start, end, field))


def _quoted(text: str, at: int) -> int:
    """Where the quotation that opens here ends; just behind the mark when it is none, or a very long one."""
    mark = text[at]
    if mark == '"' and (text[at + 1 : at + 2].isspace() or (at and text[at - 1].isalnum())):
        return at + 1
    limit = text.find("\n", at, at + _QUOTE)
    limit = limit if limit >= 0 else at + _QUOTE
    ends = [end for closer in _QUOTES[mark] if (end := text.find(closer, at + 1, limit)) >= 0]
    return min(ends) + 1 if ends else at + 1


def _ends(text: str, at: int, table: SentenceTable, start: int) -> tuple[bool, int]:
    """Whether a sentence ends with the mark here, and where to go on."""
    char = text[at]
    length = len(text)
    if char == "." and at + 1 < length and text[at + 1].isalnum():
        return False, at + 1  # 100.000 and U.S.
    end = at + 1
    if text[end : end + 1] in _MARKS:  # more marks, or what closes
        match = _END.match(text, at)
        end = match.end() if match else end
    if char in _WIDE_ENDS:
        return True, end
    if end < length and text[end] not in " \n":
        return False, end
    following = _next(text, end)
    if following == "":
        return True, end
    if following.islower():
        return False, end
    bare = char == "." and (end == at + 1 or text[at + 1] == ")")  # "Purn.)" as well as "Purn."
    return not (bare and _abbreviated(text, start, at, end, table)), end


def _next(text: str, position: int) -> str:
    """The first letter or digit after a possible end, behind spaces and opening quotes; "" at a line's end."""
    length = len(text)
    while position < length and (text[position] == " " or text[position] in _OPENERS):
        position += 1
    return text[position] if position < length and text[position] != "\n" else ""


def _quote_ends(text: str, start: int, end: int) -> bool:
    """A quotation that ends with a full stop ends the sentence, unless its speaker follows."""
    last = text[end - 2]
    if last not in _ENDS:
        return False
    if last in _WIDE_ENDS and end < len(text) and text[end] != " ":
        return start > 0 and text[start - 1] in "\uff1a:\uff0c"
    following = text[end + 1 : end + 2] if text[end : end + 1] == " " else ""
    return bool(following) and not following.islower() and following not in "\u2013\u2014-,("


def _abbreviated(text: str, start: int, period: int, end: int, table: SentenceTable) -> bool:
    """Whether the period belongs to the word before it and the sentence goes on."""
    low = max(start, period - _LONGEST_WORD)  # a line may have a hundred thousand periods
    first = max(text.rfind(" ", low, period), text.rfind("(", low, period), low - 1) + 1
    word = text[first:period].lstrip("\"'\u201c\u00ab\u201e")
    if not word:
        return False
    lower = word.lower()
    if lower in table.abbreviations:
        return True
    if word.isdigit():
        return table.ordinals and len(word) <= _MAX_ORDINAL
    if len(word) == 1:
        return word != _PLATFORM and word.isalpha() and (word.isupper() or word.lower() == word.upper())
    if lower in table.maybe or ("." in word and _DOTTED.fullmatch(word)):
        following = text[end + 1 : end + 40].split(" ", 1)[0]
        return following.strip("\"'\u201c\u00ab,.").lower() not in table.starters
    return False
