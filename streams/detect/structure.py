"""From what the automata found in a sentence to its structure: names that stand, triggers, function words."""

from __future__ import annotations

from typing import Final

from streams.detect.clause import (
    COMMAS,
    COMPLEMENT,
    CONJUNCTION,
    NAME,
    OPERATOR,
    RELATIVE,
    STOP,
    TRIGGER,
    VERB,
    Clause,
    Group,
    Marks,
    Spot,
)
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.names import Named
from streams.detect.senses import NAMES, TRIGGERS, Found, Function

_SIGNS: Final = {
    **dict.fromkeys((",", "-", "/", "\u2013", "\u3001", "\u060c", "\uff0c"), CONJUNCTION),
    **dict.fromkeys((";", ":", "\u2014", "\uff1b", "\uff1a", "\u061b"), STOP),
}
"""What signs are: those that may join names, and those that end a stretch."""


def spots(
    matches: list[Found], spans: list[tuple[int, int]], text: str, day: str, *, cased: bool
) -> list[Spot]:
    """The names that stand in a sentence, longest first from the left. Names that stand for somebody only
    for a time do so on `day` (ISO date of publication); a currency's country ("US dollars") takes no part.
    """
    named = [match for match in matches if match[3].kinds & NAMES]
    if not named:
        return []
    money = _beside_currencies(matches)
    named.sort(key=_from_left)
    found: list[Spot] = []
    first, last = -1, 0
    meanings: list[Named] = []
    for start, end, _tokens, sense in named:
        again = start == first and end == last
        if (start < last and not again) or start in money or end - 1 in money:
            continue
        if not again and _across(start, end, named, matches):
            continue
        written = text[spans[start][0] : spans[end - 1][1]]
        standing = [name for name in sense.names if name.stands(written, day, cased=cased)]
        if not standing:
            continue
        if again:
            meanings += standing
            continue
        found += _spots(first, last, meanings)
        first, last, meanings = start, end, standing
    return found + _spots(first, last, meanings)


def _across(start: int, end: int, named: list[Found], matches: list[Found]) -> bool:
    """Whether a name only seems to stand where a verb's end meets the beginning of another name, in a script
    without spaces ("抵达曼谷" has Bangkok in it, and no Dammam).
    """
    if not any(start < match[0] < end < match[1] for match in named):
        return False
    for first, last, tokens, sense in matches:
        taken = tokens or range(first, last)
        if sense.kinds & TRIGGERS and start - 1 in taken and start in taken and end - 1 not in taken:
            return True
    return False


def _spots(first: int, last: int, meanings: list[Named]) -> list[Spot]:
    """The names of one place: one with all its meanings, or those of a pair, a token each."""
    parts = [named for named in meanings if named.name.part is not None]
    if parts:
        return [
            Spot(first + (named.name.part or 0), first + (named.name.part or 0) + 1, (named,))
            for named in parts
        ]
    return [Spot(first, last, tuple(meanings))] if meanings else []


def _from_left(match: Found) -> tuple[int, int]:
    return match[0], -match[1]


def _beside_currencies(matches: list[Found]) -> set[int]:
    """The tokens right before and behind a word for money."""
    return {token for start, end, _tokens, sense in matches if sense.currency for token in (start - 1, end)}


def parse(
    words: list[str],
    spans: list[tuple[int, int]],
    names: list[Spot],
    content: list[Found],
    functions: list[Found],
    text: str,
    grammar: Grammar,
) -> tuple[Clause, Marks]:
    """The structure of one sentence of `text` but for its groups, from names and what the automata found."""
    capitals = [text[start].isupper() for start, _end in spans] if grammar.cased else [False] * len(words)
    clause = Clause(words, spans, [_SIGNS.get(word, 0) for word in words], capitals, grammar.word_length)
    for spot in names:
        for index in range(spot.start, spot.end):
            clause.bits[index] = NAME
    _take_triggers(_fitting(content, functions), clause)
    _take_anaphors(content, clause)
    marks = _take_functions(functions, clause)
    for index, bits in enumerate(clause.bits):
        if bits & RELATIVE and bits & (COMPLEMENT | OPERATOR):
            clause.bits[index] = bits & ~RELATIVE
        elif bits & RELATIVE and _lists(index, clause):
            clause.bits[index] &= ~RELATIVE
            clause.bits[index + 1] &= ~RELATIVE
    return clause, marks


def _lists(comma: int, clause: Clause) -> bool:
    """Whether an article behind a comma opens no relative clause but names one of a list (", die USA und") or
    a day (", dem 3. April").
    """
    words, bits = clause.words, clause.bits
    start = comma + 2
    if words[comma] not in COMMAS or start >= len(words):
        return False
    if words[start][0].isdigit() or not bits[start] & NAME:
        return words[start][0].isdigit()
    end = next((n for n in range(start, len(words)) if not bits[n] & NAME), len(words))
    return end < len(words) and bool(bits[end] & CONJUNCTION) and words[end] != "-"


def _fitting(content: list[Found], functions: list[Found]) -> list[Hit[Trigger]]:
    """The triggers whose entries may fire in this sentence."""
    conditions: set[str] = set()
    for match in functions:
        conditions |= match[3].conditions
    return [
        Hit(start, end, trigger, tokens or tuple(range(start, end)))
        for start, end, tokens, sense in content
        for trigger in sense.triggers
        if trigger.entry.fits(conditions)
    ]


def _take_triggers(hits: list[Hit[Trigger]], clause: Clause) -> None:
    """Of triggers that share a token only the longest stay, verbs before nouns; a name triggers nothing. A noun in
    the gap of another trigger of its family is what that one speaks of ("offered to host a new round of talks").
    """
    hits.sort(key=lambda hit: (-len(hit.tokens), hit.item.voice == "noun", hit.end - hit.start, hit.start))
    taken: dict[int, Hit[Trigger]] = {}
    for hit in hits:
        if all(clause.bits[token] & NAME for token in hit.tokens):
            continue
        holders = [taken[token] for token in hit.tokens if token in taken]
        if any(holder.tokens != hit.tokens for holder in holders) or _in_gap(hit, clause.triggers):
            continue
        clause.triggers.append(hit)
        bit = TRIGGER | VERB if hit.item.voice == "active" else TRIGGER
        for token in hit.tokens:
            taken[token] = hit
            clause.bits[token] |= bit
    clause.triggers.sort(key=lambda hit: (hit.start, hit.end))


def _in_gap(hit: Hit[Trigger], taken: list[Hit[Trigger]]) -> bool:
    if hit.item.voice != "noun":
        return False
    family = hit.item.entry.frame.family
    return any(
        other.start < hit.start and hit.end < other.end and other.item.entry.frame.family == family
        for other in taken
    )


def _take_anaphors(matches: list[Found], clause: Clause) -> None:
    """Words that stand for somebody, longest first, each a group of its own."""
    standing = [match for match in matches if match[3].anaphors]
    for start, end, _tokens, sense in sorted(standing, key=_longest):
        if not clause.any(NAME, start, end):
            clause.groups += [Group(start, end, [], anaphor=value) for value in sense.anaphors]


def _longest(match: Found) -> int:
    return match[0] - match[1]


def _take_functions(matches: list[Found], clause: Clause) -> Marks:
    """Marks function words on the tokens; of those of one part that share a token the longest stays. A marker
    that ends a verb's trigger is the verb's own.
    """
    marks = Marks()
    taken = [0] * len(clause.words)  # the parts that each token is used for, as their flags
    for start, end, tokens, sense in sorted(matches, key=_longest):
        functions = sense.functions
        own = tokens or range(start, end)
        before = bits = 0
        for token in own:
            before |= taken[token]
            bits |= clause.bits[token]
        if bits & NAME:
            continue
        for function in functions:
            if not before & function.flag:
                before |= function.flag
                _note(start, end, function, clause, marks)
                for token in own:
                    taken[token] |= function.flag
                    clause.bits[token] |= function.bit
    clause.operators.sort()
    clause.speech.sort()
    return marks


def _note(start: int, end: int, function: Function, clause: Clause, marks: Marks) -> None:
    part, value = function.part, function.value
    if part == "before":
        if not clause.bits[end - 1] & VERB:
            marks.before[end - 1] = (start, value)
    elif part == "after":
        marks.behind[start] = value
    elif part == "operator":
        clause.operators.append((start, end, value))
    elif part == "speech":
        clause.speech.append((start, end))
    elif part == "past":
        clause.past = True
    elif part == "anaphoric":
        (clause.definite if value == "definite" else clause.anaphoric).append((start, end))
    elif part == "count":
        clause.counts.append((start, end, value))
