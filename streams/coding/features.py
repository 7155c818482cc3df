"""What a sentence shows of what its source does to its target: features, as plain strings."""

from __future__ import annotations

import re
from itertools import pairwise

from streams.coding.knowledge import Knowledge
from streams.coding.pairs import Pair
from streams.coding.phrases import Hit, hits

SOURCE = "<s>"
TARGET = "<t>"

_TOKEN = re.compile(r"[^\W\d_]+(?:[.'\u2019-][^\W\d_]+)*|\d[\d.,]*|[,:;\"\u201c\u201d()]")
_NEAR = 6
"""So many words beside the two stand close to them."""
_FAR = 4
"""Cues turn a phrase that begins so many words after them at most."""


def features(pair: Pair, knowledge: Knowledge) -> list[str]:
    """The features of a pair; the same for the same pair and knowledge."""
    text = pair.sentence
    for short, full in knowledge.contractions:
        text = text.replace(short, full)
    spans = _spans(text, pair.source, pair.target)
    tokens, low, high, inside = _tokens(text, spans, knowledge)
    found = ["bias"]
    if low < high and tokens[low] == TARGET:
        found.append("order:ts")
    found += _words(tokens, low, high)
    found += [f"t:{one}" for one in inside[1]]
    kinds = knowledge.kinds
    found += [f"kt:{kinds[one]}" for one in inside[1] if one in kinds]
    found += [f"ks:{kinds[one]}" for one in inside[0] if one in kinds]
    found += [f"km:{kinds[one]}" for one in tokens[low:high] if one in kinds]
    found += _hits(tokens, low, high, knowledge)
    return found


def _spans(text: str, source: str, target: str) -> list[tuple[int, int, str]]:
    """Where source and target stand, in order; what is not there, or only within the other, is left out."""
    spans: list[tuple[int, int, str]] = []
    first = _find(text, source, ())
    if first is None:
        second = _find(text, target, ())
    else:
        spans.append((*first, SOURCE))
        second = _find(text, target, first)
    if second is not None:
        spans.append((*second, TARGET))
    return sorted(spans)


def _find(text: str, part: str, taken: tuple[int, int] | tuple[()]) -> tuple[int, int] | None:
    size = len(part)
    at = text.find(part) if size else -1
    while at >= 0:
        end = at + size
        whole = not (at and text[at - 1].isalnum() and part[0].isalnum()) and not (
            end < len(text) and text[end].isalnum() and part[-1].isalnum()
        )
        if whole and not (taken and at < taken[1] and end > taken[0]):
            return at, end
        at = text.find(part, at + 1)
    return None


def _tokens(
    text: str, spans: list[tuple[int, int, str]], knowledge: Knowledge
) -> tuple[list[str], int, int, tuple[list[str], list[str]]]:
    """The stems with marks for source and target, the places of the first and the last mark, and the words inside
    the source and the target.
    """
    of = knowledge.stems.of
    tokens: list[str] = []
    marks: list[int] = []
    inside: tuple[list[str], list[str]] = ([], [])
    at = 0
    for start, end, mark in spans:
        tokens += map(of, _TOKEN.findall(text, at, start))
        marks.append(len(tokens))
        tokens.append(mark)
        inside[mark == TARGET].extend(map(of, _TOKEN.findall(text, start, end)))
        at = end
    tokens += map(of, _TOKEN.findall(text, at))
    low = marks[0] if marks else 0
    high = marks[-1] if marks else len(tokens)
    if len(marks) == 1:  # the other is not there: everything on the far side counts as between
        low, high = (low, len(tokens)) if spans[0][2] == SOURCE else (0, low)
    return tokens, low, high, inside


def _words(tokens: list[str], low: int, high: int) -> list[str]:
    """Words between and around the two, by where they stand, and pairs of words."""
    found = [f"m:{one}" for one in tokens[low : high + 1]]
    found += [f"v:{one}" for one in tokens[low + 1 : low + 1 + _NEAR]]
    found += [f"n:{one}" for one in tokens[high + 1 : high + 1 + _NEAR]]
    found += [f"b:{one}" for one in tokens[max(0, low - _NEAR) : low]]
    window = tokens[low : high + 1 + _NEAR]
    found += [f"{one} {two}" for one, two in pairwise(window)]
    return found


def _hits(tokens: list[str], low: int, high: int, knowledge: Knowledge) -> list[str]:
    """What the phrases between and around the two say, by where they stand and by what stands before them."""
    groups = knowledge.groups
    found: list[str] = []
    main: list[Hit] = []
    for hit in hits(knowledge.tree, tokens):
        group = groups[hit.group]
        if hit.start < low:
            place = "b"
        elif hit.start > high + _NEAR:
            place = "a"
        else:
            place = "m" if hit.start <= high else "n"
            main.append(hit)
        found.append(f"h{place}:{group.root}")
        found.append(f"g{place}:{group.root}/{group.name}")
        if hit.end - hit.start > 1:
            found.append(f"l{place}:{group.root}")
        if place in "mn":
            for token in tokens[max(0, hit.start - _FAR) : hit.start]:
                cue = knowledge.cues.get(token)
                if cue is not None:
                    found.append(f"{cue}:{group.root}")
    return found + (_order(main, knowledge) if main else ["no-hit"])


def _order(main: list[Hit], knowledge: Knowledge) -> list[str]:
    """Which of the phrases come first, second and last, and which are the longest."""
    groups = knowledge.groups
    starts = sorted({hit.start for hit in main})
    longest = max(hit.end - hit.start for hit in main)
    last = starts[-1]
    found: list[str] = []
    for hit in main:
        group = groups[hit.group]
        if hit.end - hit.start == longest:
            found.append(f"long:{group.root}")
        if hit.start == last:
            found.append(f"last:{group.root}")
        if hit.start == starts[0]:
            found.append(f"first:{group.root}")
            found.append(f"lead:{group.root}/{group.name}")
            found += [
                f"{group.root}>{groups[after.group].root}"
                for after in main
                if len(starts) > 1 and after.start == starts[1]
            ]
    return found
