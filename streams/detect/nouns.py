"""Event nouns: whose event it is, said by a modifier, a possessor, a marker or the verb's subject."""

from __future__ import annotations

from streams.detect import verb_last
from streams.detect.clause import (
    BREAK,
    COMPLEMENT,
    CONJUNCTION,
    FINITE,
    MARK,
    OPENER,
    PHRASE,
    RELATIVE,
    STOP,
    TRIGGER,
    Clause,
    Group,
)
from streams.detect.filled import Filled
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.memory import different_of
from streams.detect.subjects import MODIFIER_REACH, subject_before

_BEFORE_NOUN = frozenset({"between", "with", "by", "about", "mediator", "host"})


def modifiers(clause: Clause, grammar: Grammar) -> dict[int, Hit[Trigger]]:
    """Groups right before an event noun that they modify, by their start: "in Israeli strikes" is no place."""
    if grammar.modifier == "after":
        return {}
    bound: dict[int, Hit[Trigger]] = {}
    for hit in clause.triggers:
        if hit.item.voice == "noun":
            for group in clause.groups:
                near = group.mentions and 0 <= hit.start - group.end <= MODIFIER_REACH * clause.scale
                if near and _may_modify(group, grammar) and _possessive(group, hit, clause):
                    bound[group.start] = hit
    if grammar.order == "v2":
        bound |= verb_last.own(clause)
    return bound


def _may_modify(group: Group, grammar: Grammar) -> bool:
    """Whether a group may stand before an event noun as its modifier: behind a marker never where the verb comes
    last, and only an adjective ("in Israeli strikes") where nouns follow what they modify.
    """
    if not group.slot:
        return True
    if grammar.order == "sov":
        return False
    actor = group.mentions[-1].actor
    return grammar.modifier == "before" or (actor is not None and actor.name.kind == "adjective")


def fill_noun(
    filled: Filled, clause: Clause, grammar: Grammar, done: list[Filled], bound: dict[int, Hit[Trigger]]
) -> None:
    """Fills the slots of an event noun; `bound` are the groups that modify some noun, by their start."""
    hit = filled.hit
    limit = next_verb(hit, clause, filled.right)
    for group in clause.groups:
        if bound.get(group.start) == hit:
            filled.add("mod", group)
        elif group.end <= hit.start and group.start >= filled.left:
            if (
                group.slot in _BEFORE_NOUN or (group.slot and grammar.order == "sov")
            ) and group.start not in bound:
                filled.add(group.slot, group)
        elif hit.end <= group.start < limit and group.start not in bound:
            if group.slot:
                filled.add(group.slot, group)
            elif (
                grammar.modifier != "before"
                and not filled.slots.get("mod")
                and _attached(hit.end, group.start, clause)
            ):
                filled.add("mod", group)
    if _needs_subject(filled):
        subject = subject_before(filled, clause, done)
        if subject is not None and not filled.holds(subject):
            filled.add("subj", subject)


def _needs_subject(filled: Filled) -> bool:
    """Whether the event noun's own phrase leaves open who acts."""
    entry, frame = filled.hit.item.entry, filled.frame
    inner = sum(
        len(different_of(group.actors)) or 1
        for slot in ("mod", "between", "of", "by")
        if frame.kind != "directed" or entry.role(slot) != "recipient"
        for group in filled.slots.get(slot, [])
    )
    return not inner or (frame.kind == "symmetric" and inner < frame.needs)


def _attached(end: int, start: int, clause: Clause) -> bool:
    """Whether a name belongs to the event noun before it: close to it, or with only titles and articles between
    ("reunión de los ministros de Relaciones Exteriores de Chile").
    """
    if start - end <= MODIFIER_REACH * clause.scale:
        return True
    return start - end <= 3 * MODIFIER_REACH and all(
        clause.bits[index] & PHRASE or clause.words[index] == "-" for index in range(end, start)
    )


def _possessive(group: Group, hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether nothing but adjectives stands between a name and the event noun behind it."""
    walls = CONJUNCTION | MARK | STOP | BREAK | RELATIVE | COMPLEMENT | FINITE | OPENER
    return not clause.any(walls | TRIGGER, group.end, hit.start) and not clause.comma(group.end, hit.start)


def next_verb(hit: Hit[Trigger], clause: Clause, right: int) -> int:
    """Where the next verb's stretch or clause begins: names behind it are not this trigger's."""
    for other in clause.triggers:
        if other.start >= hit.end and other.item.voice != "noun" and other.start < right:
            return clause.closing(hit.end, other.start)
    return clause.closing(hit.end, right)
