"""Planned or held, offered or refused: what a clause does to an event's stage."""

from __future__ import annotations

from dataclasses import dataclass

from streams.detect.clause import BREAK, COMPLEMENT, PASSIVE, RELATIVE, STOP, TRIGGER, Clause
from streams.detect.frames import OPERATORS
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Entry, Trigger
from streams.detect.match import Hit

REACH = 14
"""Most tokens between an operator and the trigger behind it."""
REACH_BACK = 14
"""Most tokens between an event noun and the operator behind it ("the talks in Geneva were postponed")."""

_AFTER = {"v2": 2, "sov": 5}
"""Most tokens between a verb that closes its clause and the operator behind it ("angreifen wolle")."""

_CLITIC = 2
"""Most letters of a clitic that is written apart from its verb ("se")."""
_OPENING = 2
"""Most tokens before a clause that opens its sentence."""

_STRENGTH = {name: rank for rank, name in enumerate(OPERATORS)}
_BEHIND = frozenset({"deny", "cancel", "refuse", "agree", "plan", "future", "end", "begin", "ongoing"})
"""What a verb behind an event noun says of the event; a negation or a wish there is about something else."""
_WILL = frozenset({"future", "plan", "modal", "agree"})
_OVER_CLAUSES = frozenset({"conditional", "deny", "cancel", "call", "offer"})
"""What reaches over a comma that closes a clause."""
_UNDONE = frozenset({"cancel", "refuse", "deny", "end"})
"""What an operator says of the past when a particle makes it an attribute of the event noun."""
_ENDED = frozenset({"called-off", "refused", "denied"})
"""Stages of an entry's own that no plan undoes: "the talks planned for Friday were put off"."""


@dataclass(slots=True)
class Operation:
    """The operators over a trigger, strongest first, and where the deciding one stands."""

    names: tuple[str, ...] = ()
    start: int = -1
    end: int = -1


def operation(hit: Hit[Trigger], left: int, right: int, clause: Clause, grammar: Grammar) -> Operation:
    """The operators that reach `hit` inside its stretch of the clause."""
    inside = set(hit.tokens)
    reach = 2 * REACH if grammar.order == "v2" else REACH
    found: list[tuple[int, int, str]] = []
    for start, end, name in clause.operators:
        if name not in _OVER_CLAUSES and clause.closing(end, hit.start) < hit.start:
            continue
        if any(
            token in inside and not clause.bits[token] & PASSIVE for token in range(start, end)
        ) or _attribute(hit, end, clause, grammar):
            continue
        if (
            name == "negation"
            and clause.last(RELATIVE, hit.start - reach, start) >= 0
            and clause.comma(end, hit.start)
        ):
            continue  # "the fleets, which had not met for years, will exercise"
        if name in _UNDONE and _of_before(end, hit, clause, grammar):
            continue
        if (
            (end <= hit.end and start >= _reach_left(hit, left, clause, reach) and hit.start - end <= reach)
            or (
                hit.item.voice == "noun"
                and name in _BEHIND
                and hit.end <= start
                and _reaches_back(hit, start, right, clause)
            )
            or (start < hit.start and hit.end < end and start >= left)
            or (
                grammar.order in _AFTER
                and hit.end <= start
                and _follows(hit, start, left, right, clause, grammar.order)
            )
        ):
            found.append((start, end, name))
    if progressive(hit, clause, grammar):
        found.append((hit.start, hit.start, "ongoing"))
    found += [(hit.start, hit.start, name) for name in _tenses(hit, clause, grammar)]
    if not found:
        return Operation()
    found.sort(key=lambda item: (_STRENGTH[item[2]], abs(item[0] - hit.start)))
    names = tuple(dict.fromkeys(name for _start, _end, name in found))
    if "negation" in names and _WILL & set(names) and "refuse" not in names:
        names = ("refuse", *names)
    return Operation(names, found[0][0], found[0][1])


def _attribute(hit: Hit[Trigger], end: int, clause: Clause, grammar: Grammar) -> bool:
    """Whether an operator is but a participle before a German verb's noun ("die geplanten Gespräche abgesagt")."""
    if (
        grammar.order != "v2"
        or hit.item.voice != "active"
        or end != hit.start
        or not clause.capitals[hit.start]
    ):
        return False
    return clause.words[end - 1].endswith(grammar.participles)


def _of_before(end: int, hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> bool:
    """Whether an operator is but an attribute of the event noun (talks that had been broken off are what now
    begins), or a converb that tells of another deed ("rejecting the charges it summoned the envoy").
    """
    attribute = any(word in grammar.attributive for word in clause.words[end : hit.start])
    return attribute or clause.words[end - 1].endswith(grammar.converbs)


def _follows(hit: Hit[Trigger], start: int, left: int, right: int, clause: Clause, order: str) -> bool:
    """Whether an operator behind the verb is over it, where verbs close their clauses."""
    if _verb_between(hit.end, start, clause):
        return False
    fronted = (
        order == "v2" and 0 < left <= _OPENING and clause.bits[left - 1] & COMPLEMENT
    )  # "Dass …, stellte er in Abrede"
    return bool(fronted) or (start - hit.end <= _AFTER[order] and start <= right)


def progressive(hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> bool:
    """Whether a verb is going on: an auxiliary with a progressive ending ("are holding talks")."""
    if not grammar.progressive or hit.item.voice == "noun":
        return False
    verb = next((token for token in hit.tokens if clause.words[token].endswith(grammar.progressive)), -1)
    return verb >= 0 and clause.any(PASSIVE, verb - 3, verb)


def _tenses(hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> list[str]:
    """What the verb's own ending says ("firmarán"), a clitic before it or not ("se reunirán")."""
    if not grammar.tenses or hit.item.voice == "noun":
        return []
    tokens = hit.tokens[::-1] if grammar.order == "sov" else hit.tokens
    verb = clause.words[next((token for token in tokens if len(clause.words[token]) > _CLITIC), hit.start)]
    # "kabul etmedi" (did not accept) is a refusal already, no negated one.
    own = "negation" if "refused" in (hit.item.entry.stage, hit.item.entry.frame.stage) else ""
    return [name for name, endings in grammar.tenses if name != own and verb.endswith(endings)]


def _reach_left(hit: Hit[Trigger], left: int, clause: Clause, reach: int) -> int:
    """Operators reach over "to" and "that", not over another clause or, from outside, into a relative one."""
    for index in range(hit.start - 1, max(-1, hit.start - reach - 4), -1):
        bits = clause.bits[index]
        if bits & (STOP | BREAK) or (bits & RELATIVE and not bits & COMPLEMENT):
            return index
        if bits & TRIGGER and index not in hit.tokens and _is_verb(index, clause):
            return index
    return max(0, left - reach)


def _is_verb(token: int, clause: Clause) -> bool:
    return any(
        token in other.tokens and other.item.voice != "noun" and other.item.entry.frame.family != "statements"
        for other in clause.triggers
    )


def _reaches_back(hit: Hit[Trigger], start: int, right: int, clause: Clause) -> bool:
    """Whether a verb behind an event noun is the noun's own: near it, or behind a relative clause about it
    ("the meeting, which was to open on Monday, was postponed").
    """
    if _verb_between(hit.end, start, clause):
        return False
    if clause.comma(hit.end, start) and any(g.anaphor and hit.end <= g.start < start for g in clause.groups):
        return False  # behind the comma somebody else agrees or refuses
    named = sum(g.end - g.start for g in clause.groups if hit.end <= g.start and g.end <= start)
    away = start - hit.end - named  # who takes part and where does not come between
    if start < right:
        return away <= REACH_BACK
    between = clause.bits[hit.end : start]
    return away <= 2 * REACH_BACK and not any(bits & (BREAK | STOP) for bits in between)


def _verb_between(start: int, end: int, clause: Clause) -> bool:
    return any(clause.bits[index] & TRIGGER and _is_verb(index, clause) for index in range(start, end))


def stage_of(entry: Entry, operators: tuple[str, ...]) -> tuple[str, str | None]:
    """The stage of an event of `entry` under `operators`, and the operator that decided. An entry with a
    stage of its own bows only to denial, refusal, cancelling and negation. "drop": not to be reported.
    """
    for name in operators:
        stage = entry.frame.on.get(name)
        if stage is None or (entry.stage in _ENDED and name in _WILL):
            continue
        if entry.stage is not None and name not in (
            "deny",
            "cancel",
            "refuse",
            "negation",
            "conditional",
            "modal",
            "future",
            "plan",
            "call",
            "offer",
        ):
            continue
        return stage, name
    return entry.stage or entry.frame.stage, None
