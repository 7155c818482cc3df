"""Phrases of the knowledge and where they stand among the stems of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from streams.coding.stems import Stems
from streams.errors import KnowledgeError

GAP = ".."
_REACH = 4
"""A gap stands for so many words at most."""


class Hit(NamedTuple):
    """A group's phrase from `start` to before `end`."""

    start: int
    end: int
    group: int


@dataclass(slots=True)
class Node:
    """A place in the tree of phrases: what may follow, at once or after a gap, and whose phrases end here."""

    next: dict[str, Node] = field(default_factory=dict)
    gap: Node | None = None
    groups: tuple[int, ...] = ()


def expand(phrase: str) -> list[tuple[str, ...]]:
    """Every sequence of words that a phrase stands for. Raises `KnowledgeError` for brackets that do not close."""
    found: list[tuple[str, ...]] = [()]
    rest = phrase.strip()
    while rest:
        choices, rest = _head(rest, phrase)
        found = [(*before, *choice) for before in found for choice in choices]
    return [words for words in found if words]


def _head(text: str, phrase: str) -> tuple[list[tuple[str, ...]], str]:
    """What the first element of a phrase may be, and the phrase after it."""
    if not text.startswith("("):
        word, _, rest = text.partition(" ")
        cut = word.find("(")
        if cut < 0:
            return [(word,)], rest.lstrip()
        close = text.find(")")
        ends = text[cut + 1 : close].split("|")
        after, _, rest = text[close + 1 :].partition(" ")
        return [(word[:cut] + end + after,) for end in ends], rest.lstrip()
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            inside = [expand(choice) if choice.strip() else [()] for choice in _choices(text[1:at])]
            return [words for choice in inside for words in choice], text[at + 1 :].lstrip()
    raise KnowledgeError(f"coding.toml: phrase {phrase!r}: a bracket does not close")


def _choices(text: str) -> list[str]:
    parts = [""]
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def tree(groups: Iterable[Iterable[str]], stems: Stems) -> Node:
    """All phrases of all groups, by stems."""
    root = Node()
    known: dict[str, str] = {}
    for number, phrases in enumerate(groups):
        for words in (words for phrase in phrases for words in expand(phrase)):
            node = root
            for word in words:
                if word == GAP:
                    node.gap = node = node.gap or Node()
                    continue
                stem = known.get(word)
                if stem is None:
                    stem = known[word] = stems.base(word)
                following = node.next.get(stem)
                if following is None:
                    following = node.next[stem] = Node()
                node = following
            if number not in node.groups:
                node.groups = (*node.groups, number)
    return root


def hits(root: Node, tokens: list[str]) -> list[Hit]:
    """Where phrases stand, in order of their starts; of one group's at one start the longest."""
    found: list[Hit] = []
    first = root.next
    for start, token in enumerate(tokens):
        node = first.get(token)
        if node is not None:
            best: dict[int, int] = {}
            _walk(node, tokens, start + 1, best)
            found += [Hit(start, end, group) for group, end in best.items()]
    return found


def _walk(node: Node, tokens: list[str], at: int, best: dict[int, int]) -> None:
    for group in node.groups:
        if at > best.get(group, 0):
            best[group] = at
    if at >= len(tokens):
        return
    following = node.next.get(tokens[at])
    if following is not None:
        _walk(following, tokens, at + 1, best)
    if node.gap is not None:
        after = node.gap.next
        for place in range(at, min(at + _REACH + 1, len(tokens))):
            following = after.get(tokens[place])
            if following is not None:
                _walk(following, tokens, place + 1, best)
