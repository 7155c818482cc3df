"""One regular expression for a list of words, shared prefixes first: it fails on the first wrong letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from streams.errors import KnowledgeError

_END = ""
_LONGEST = 200
_DIGITS = "".join(chr(zero + digit) for zero in (0x30, 0x660, 0x6F0, 0x966) for digit in range(10))


def pattern(words: Iterable[str]) -> str:
    """An expression (without groups) that matches the longest of the words; nothing when there are none.

    A straight apostrophe in a word matches the curly ones too.
    """
    root = _trie(words)
    return _expression(root) if root else "(?!)"


def finder(words: Iterable[str], *, glued: bool) -> re.Pattern[str]:
    """Finds the words where they begin a word (anywhere when `glued`, by their first letter), and numbers.

    Every branch begins with a plain letter: this lets the regular expression engine skip ahead to the
    letters in question. The words may go on in letters, as where endings are attached.
    """
    root = _trie(word for word in words if not word.isdigit())
    branches = [f"{digit}(?<!\\d{digit})" if glued else f"{digit}(?<!\\w{digit})" for digit in _DIGITS]
    for first, rest in root.items():
        letter = re.escape(first)
        if glued or first == "(":
            branches.append(letter)
        else:
            branches.append(f"{letter}(?<!\\w{letter})(?:{_expression(rest)})")
    return re.compile("|".join(branches))


def _trie(words: Iterable[str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for word in words:
        if len(word) > _LONGEST:
            raise KnowledgeError(f"{word[:80]!r}…: has {len(word)} characters, {_LONGEST} are allowed")
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[_END] = {}
    return root


def _expression(node: dict[str, Any]) -> str:
    branches = [_char(char) + _expression(child) for char, child in node.items() if char != _END]
    if not branches:
        return ""
    if len(branches) == 1 and _END not in node:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if _END in node else ''}"


def _char(char: str) -> str:
    return "['\u2019\u02bc]" if char == "'" else re.escape(char)
