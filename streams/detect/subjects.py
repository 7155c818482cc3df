"""Whose doing it is: the subject of a trigger, in front of it or behind, its own or shared."""

from __future__ import annotations

from streams.detect.clause import (
    COMPLEMENT,
    CONJUNCTION,
    DAY,
    MARK,
    NAME,
    PURPOSE,
    RELATIVE,
    TRIGGER,
    Clause,
    Group,
)
from streams.detect.filled import Filled
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit

MODIFIER_REACH = 3
"""Most tokens between an event noun and its possessor or modifier ("US-Iran nuclear talks")."""
ANTECEDENT = 9
"""Most tokens between a name and the relative pronoun that stands for it ("France's minister for Europe, who …")."""
_PREPOSITIONAL = frozenset({"of", "from", "to", "for"})
"""Slots whose group may be the subject's own ("the president of France"), where nobody bare is."""


def subject_before(filled: Filled, clause: Clause, done: list[Filled]) -> Group | None:
    """The subject of a trigger that follows it: the antecedent of its relative clause, the subject it shares
    with the verb before, the nearest bare group, or who speaks.
    """
    hit = filled.hit
    verbs = [
        other
        for other in done
        if other.hit.item.voice != "noun" and filled.left <= other.hit.start < hit.start
    ]
    previous = verbs[-1] if verbs else None
    relative = clause.last(RELATIVE, filled.left, hit.start)
    if relative >= 0:
        return _of_relative(hit, relative, previous, clause)
    if previous is not None:
        found = _shared(hit, previous, clause)
        if found is not None:
            return found
    found = nearest(clause, filled.left, hit.start)
    if found is not None and clause.closing(found.end, hit.start) < hit.start:
        found = _topic(filled.left, clause)  # who was spoken of before the comma goes on
    if found is None:
        found = nearest(clause, filled.left, hit.start, prepositional=True)
        filled.shaky += found is not None
    if found is None and filled.left > 0:
        filled.stranger = _stranger(filled, clause)
        if not filled.stranger:
            filled.shaky += 1
            found = nearest(clause, 0, filled.left)
    return found


def subject_behind(filled: Filled, bare: list[Group], clause: Clause, grammar: Grammar) -> Group | None:
    """The subject where it follows its verb: in a language that begins with the verb, unless somebody stands
    before it; and behind an object that its case tells ("him hit she").
    """
    if not bare or filled.passive:
        return None
    before = nearest(clause, filled.left, filled.hit.start)
    if grammar.order == "vso":
        return bare[0] if before is None or _verb_first(filled, before, bare, clause) else None
    told = any(g.slot == "obj" and filled.left <= g.start < filled.hit.start for g in clause.groups)
    return bare[0] if told and before is None else None


def nearest(clause: Clause, left: int, right: int, *, prepositional: bool = False) -> Group | None:
    """The last bare group between `left` and `right`, or one behind a preposition that the subject may have."""
    for group in reversed(clause.groups):
        inside = group.end <= right and group.start >= left and (group.actors or group.anaphor)
        if inside and (not group.slot or (prepositional and group.slot in _PREPOSITIONAL)):
            return group
    return None


def _topic(left: int, clause: Clause) -> Group | None:
    """The first bare group from `left` on."""
    return next((group for group in clause.groups if group.start >= left and not group.slot), None)


def is_purpose(hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether the verb says what something is done for ("to meet …")."""
    return hit.item.voice != "noun" and hit.start > 0 and bool(clause.bits[hit.start - 1] & PURPOSE)


def _of_relative(hit: Hit[Trigger], relative: int, previous: Filled | None, clause: Clause) -> Group | None:
    """Inside a relative clause the antecedent, behind it the main clause's subject, else who is named in it."""
    inside = nearest(clause, relative + 1, hit.start)
    behind = (
        previous is not None and previous.hit.start > relative and clause.comma(previous.hit.end, hit.start)
    )
    if behind:
        return nearest(clause, 0, relative, prepositional=True)
    if inside is None:
        found = nearest(clause, 0, relative, prepositional=True)
        # "judges who jailed Tatars": not whoever was named at the sentence's beginning
        near = found is not None and relative - found.end <= ANTECEDENT * clause.scale
        same = previous is not None and previous.frame.family == hit.item.entry.frame.family
        return found if near or same else None
    return inside


def _shared(hit: Hit[Trigger], previous: Filled, clause: Clause) -> Group | None:
    """The subject that a verb has in common with the one before it, or the nearest group between them."""
    between = nearest(clause, previous.hit.end, hit.start)
    if between is not None and clause.closing(between.end, hit.start) < hit.start:
        between = None
    held = previous.slots.get("obj" if previous.passive else "subj") or previous.slots.get("subj")
    shared = held[0] if held else None
    called = any(name in ("call", "offer") for name in previous.operation.names)
    if shared is not None and (
        between is None or _coordinated(hit, clause) or (is_purpose(hit, clause) and not called)
    ):
        return shared
    return between


def _coordinated(hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether a conjunction right before the verb, no name between them, joins it to the verb before."""
    for index in range(hit.start - 1, max(-1, hit.start - 4), -1):
        bits = clause.bits[index]
        if bits & NAME:
            return False
        if bits & CONJUNCTION:
            return True
    return False


def _stranger(filled: Filled, clause: Clause) -> bool:
    """Whether the clause has a subject of its own whom nobody knows: a capitalised word before the verb."""
    return any(
        clause.capitals[index] and not clause.bits[index] & (NAME | MARK | COMPLEMENT | DAY)
        for index in range(filled.left, filled.hit.start)
    )


def _verb_first(filled: Filled, before: Group, bare: list[Group], clause: Clause) -> bool:
    """Whether the verb has its subject behind it though somebody is named before: another verb stands
    between them, or it has an object too and they are far apart.
    """
    if clause.any(TRIGGER, before.end, filled.hit.start):
        return True
    return len(bare) > 1 and filled.hit.start - before.end > MODIFIER_REACH
