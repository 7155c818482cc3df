"""Who does what: the groups around a trigger become slots, and slots become roles.

A trigger sees its own stretch of the sentence: back to the last clause boundary or the verb before it, on
to the next one. What it lacks there it may share with the verb before ("attacked … and threatened"), take
from the noun that a relative clause is about, or from whoever an anaphor stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.detect.clause import (
    BREAK,
    COMPLEMENT,
    CONJUNCTION,
    MARK,
    PASSIVE,
    PHRASE,
    RELATIVE,
    STOP,
    TRIGGER,
    Clause,
    Group,
)
from streams.detect.frames import Frame
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.stage import Operation, operation, progressive

_COMMAS = frozenset(",،，")
MODIFIER_REACH = 3
"""Most tokens between an event noun and its possessor or modifier ("US-Iran nuclear talks")."""


@dataclass(slots=True)
class Filled:
    """A trigger with what stands in its slots. `shaky` counts guesses: each lowers the confidence."""

    hit: Hit[Trigger]
    slots: dict[str, list[Group]] = field(default_factory=dict)
    operation: Operation = field(default_factory=Operation)
    passive: bool = False
    left: int = 0
    right: int = 0
    caller: Group | None = None
    source: Group | None = None
    shaky: int = 0

    @property
    def frame(self) -> Frame:
        """The frame that the trigger evokes."""
        return self.hit.item.entry.frame

    def add(self, slot: str, group: Group) -> None:
        """Puts a group into a slot once."""
        held = self.slots.setdefault(slot, [])
        if group not in held:
            held.append(group)


def fill(clause: Clause, grammar: Grammar) -> list[Filled]:
    """Every trigger of the clause with its slots filled, in order of the text."""
    done: list[Filled] = []
    for hit in clause.triggers:
        filled = Filled(hit, passive=_passive(hit, clause, grammar))
        filled.left, filled.right = _bounds(hit, clause)
        filled.operation = operation(hit, filled.left, filled.right, clause, grammar)
        if hit.item.voice == "noun":
            _fill_noun(filled, clause, grammar, done)
        else:
            _fill_verb(filled, clause, grammar, done)
        _inside(filled, clause)
        _operator_subject(filled, clause)
        filled.source = _source(filled, clause)
        done.append(filled)
    return done


_VERBAL = frozenset({"refuse", "offer", "call", "seek", "deny", "cancel", "agree", "plan"})
"""Operators that are verbs with a subject of their own: "Iran rejected an American offer of talks"."""


def _operator_subject(filled: Filled, clause: Clause) -> None:
    """The subject of an operator's verb takes part too, or is who calls for it."""
    names = filled.operation.names
    if not names or names[0] not in _VERBAL or not 0 <= filled.operation.start < filled.hit.start:
        return
    subject = _nearest(clause, filled.left if filled.left <= filled.operation.start else 0, filled.operation.start)
    if subject is None:
        return
    if names[0] in ("call", "offer") and filled.frame.caller is not None:
        for slot in ("subj", "obj"):
            held = filled.slots.get(slot, [])
            if subject in held:
                held.remove(subject)
        filled.caller = subject
    elif filled.frame.kind == "symmetric":
        filled.add("subj", subject)


def _passive(hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> bool:
    """Passive by its form, or by the auxiliary just before it."""
    if hit.item.voice == "passive":
        return True
    if hit.item.voice == "noun":
        return False
    for index in range(hit.start - 1, max(-1, hit.start - 4), -1):
        if clause.bits[index] & PASSIVE:
            return not progressive(hit, clause, grammar)
        if clause.bits[index] & (TRIGGER | MARK | CONJUNCTION | STOP):
            break
    return _by_follows(hit, clause)


def _by_follows(hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether a "by" right behind the form makes it a participle ("a car hit by a drone")."""
    return any(group.slot == "by" and group.mark == hit.end for group in clause.groups)


def _bounds(hit: Hit[Trigger], clause: Clause) -> tuple[int, int]:
    """The trigger's stretch: tokens `left` to `right` between the nearest clause boundaries."""
    left = 0
    for index in range(hit.start - 1, -1, -1):
        if clause.bits[index] & (BREAK | COMPLEMENT | STOP):
            left = index + 1
            break
    for start, end in clause.speech:
        if left <= start and end <= hit.start and not _inner_speech(start, end, clause):
            left = end
    right = len(clause.words)
    for index in range(hit.end, right):
        if clause.bits[index] & (BREAK | RELATIVE | STOP):
            right = index
            break
    for start, _end in clause.speech:
        if hit.end <= start < right:
            right = start
    return left, right


def _inner_speech(start: int, end: int, clause: Clause) -> bool:
    """Whether the speech stands between commas (", Mirzoyan added, …") and so opens no clause."""
    return any(clause.words[index] in _COMMAS for index in range(end, min(end + 2, len(clause.words)))) and any(
        clause.words[index] in _COMMAS for index in range(max(0, start - 6), start)
    )


def _fill_verb(filled: Filled, clause: Clause, grammar: Grammar, done: list[Filled]) -> None:
    hit = filled.hit
    limit = _next_verb(hit, clause, filled.right)
    behind = [group for group in clause.groups if hit.end <= group.start < limit]
    bare = [group for group in behind if not group.slot]
    subject = _subject_behind(filled, bare, clause, grammar)
    if subject is not None:
        bare.remove(subject)
    else:
        subject = _subject(filled, clause, done)
    if subject is not None:
        filled.add(_subject_slot(filled), subject)
    for group in behind:
        if group.slot:
            filled.add(group.slot, group)
    if bare and not filled.passive:
        filled.add("obj", bare[0])
    elif bare and grammar.bare_agent and bare[0].start - hit.end <= MODIFIER_REACH + 2:
        filled.add("obj" if grammar.cases and subject is None else "subj", bare[0])
    before = ("between", "with", "by", "about", "mediator", "host", "against", "for", "obj")
    for group in clause.groups:
        if filled.left <= group.start < hit.start and group.slot in before:
            filled.add(group.slot, group)


def _subject_behind(filled: Filled, bare: list[Group], clause: Clause, grammar: Grammar) -> Group | None:
    """The subject where it follows its verb: in a language that begins with the verb, unless somebody stands
    before it; and behind an object that its case tells ("him hit she")."""
    if not bare or filled.passive:
        return None
    before = _nearest(clause, filled.left, filled.hit.start)
    if grammar.order == "vso":
        return bare[0] if before is None or _verb_first(filled, before, bare, clause) else None
    told = any(g.slot == "obj" and filled.left <= g.start < filled.hit.start for g in clause.groups)
    return bare[0] if told and before is None else None


def _verb_first(filled: Filled, before: Group, bare: list[Group], clause: Clause) -> bool:
    """Whether the verb has its subject behind it though somebody is named before: another verb stands
    between them, or it has an object too and they are far apart."""
    if any(clause.bits[index] & TRIGGER for index in range(before.end, filled.hit.start)):
        return True
    return len(bare) > 1 and filled.hit.start - before.end > MODIFIER_REACH


def _subject_slot(filled: Filled) -> str:
    """In the passive the grammatical subject is what the verb acts on."""
    return "obj" if filled.passive else "subj"


def _subject(filled: Filled, clause: Clause, done: list[Filled]) -> Group | None:
    hit = filled.hit
    relative = _last(RELATIVE, filled.left, hit.start, clause)
    before = [other for other in done if other.hit.item.voice != "noun" and filled.left <= other.hit.start < hit.start]
    previous = before[-1] if before else None
    if relative >= 0:
        inside = _nearest(clause, relative + 1, hit.start)
        enclosed = previous is not None and previous.hit.start > relative and _comma(previous.hit.end, hit.start, clause)
        if enclosed or inside is None:
            return _nearest(clause, 0, relative, any_slot=True)
        return inside
    if previous is not None:
        nearest = _nearest(clause, previous.hit.end, hit.start)
        shared = _first(previous.slots.get(_subject_slot(previous)) or previous.slots.get("subj"))
        if shared is not None and (nearest is None or _follows_conjunction(hit, clause)):
            return shared
        if nearest is not None:
            return nearest
    found = _nearest(clause, filled.left, hit.start)
    if found is None:
        found = _nearest(clause, filled.left, hit.start, any_slot=True)
        filled.shaky += found is not None
    if found is None and filled.left > 0:
        filled.shaky += 1
        found = _speaker(filled, clause)
    return found


def _speaker(filled: Filled, clause: Clause) -> Group | None:
    """Who says it, when the clause behind "said" names nobody before its verb; else the main clause's subject."""
    return _nearest(clause, 0, filled.left)


def _nearest(clause: Clause, left: int, right: int, *, any_slot: bool = False) -> Group | None:
    for group in reversed(clause.groups):
        if group.end <= right and group.start >= left:
            if not group.slot or (any_slot and group.slot in ("of", "from", "to", "for", "on")):
                return group
    return None


def _last(bit: int, left: int, right: int, clause: Clause) -> int:
    for index in range(right - 1, left - 1, -1):
        if clause.bits[index] & bit:
            return index
    return -1


def _comma(left: int, right: int, clause: Clause) -> bool:
    return any(clause.words[index] in _COMMAS for index in range(left, right))


def _follows_conjunction(hit: Hit[Trigger], clause: Clause) -> bool:
    for index in range(hit.start - 1, max(-1, hit.start - 4), -1):
        if clause.bits[index] & CONJUNCTION:
            return True
    return False


def _next_verb(hit: Hit[Trigger], clause: Clause, right: int) -> int:
    """Where the next verb's stretch begins: names behind it are not this trigger's."""
    for other in clause.triggers:
        if other.start >= hit.end and other.item.voice != "noun" and other.start < right:
            return other.start
    return right


def _fill_noun(filled: Filled, clause: Clause, grammar: Grammar, done: list[Filled]) -> None:
    hit = filled.hit
    limit = _next_verb(hit, clause, filled.right)
    for group in clause.groups:
        if group.end <= hit.start and group.start >= filled.left:
            close = hit.start - group.end <= MODIFIER_REACH and not group.slot
            if grammar.modifier in ("before", "both") and close and _possessive(group, hit, clause):
                filled.add("mod", group)
            elif group.slot in ("between", "with", "by", "about", "mediator", "host"):
                filled.add(group.slot, group)
        elif hit.end <= group.start < limit:
            bare = not group.slot
            if bare and grammar.modifier in ("after", "both") and _attached(hit.end, group.start, clause):
                if not filled.slots.get("mod"):
                    filled.add("mod", group)
            elif group.slot:
                filled.add(group.slot, group)
    inner = sum(
        len(group.mentions) or 1
        for slot in ("mod", "between", "of", "by")
        if filled.frame.kind != "directed" or hit.item.entry.role(slot) != "recipient"
        for group in filled.slots.get(slot, [])
    )
    if inner and (filled.frame.kind != "symmetric" or inner >= filled.frame.needs):
        return
    subject = _subject(filled, clause, done)
    if subject is not None and not any(subject in held for held in filled.slots.values()):
        filled.add("subj", subject)


def _attached(end: int, start: int, clause: Clause) -> bool:
    """Whether a name belongs to the event noun before it: close to it, or with only titles and articles between
    ("reunión de los ministros de Relaciones Exteriores de Chile")."""
    return start - end <= MODIFIER_REACH or (
        start - end <= 3 * MODIFIER_REACH and all(clause.bits[index] & PHRASE for index in range(end, start))
    )


def _possessive(group: Group, hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether nothing but adjectives stands between a name and the event noun behind it."""
    return not any(
        clause.bits[index] & (CONJUNCTION | MARK | STOP | BREAK | RELATIVE) or clause.words[index] in _COMMAS
        for index in range(group.end, hit.start)
    )


def _inside(filled: Filled, clause: Clause) -> None:
    """Names inside a trigger's gap ("sent Ukraine three howitzers") are its objects unless marked."""
    hit = filled.hit
    for group in clause.groups:
        if hit.start < group.start and group.end < hit.end:
            if hit.item.voice == "noun":
                filled.add(group.slot or "mod", group)
            else:
                filled.add(group.slot or ("subj" if filled.passive else "obj"), group)


def _source(filled: Filled, clause: Clause) -> Group | None:
    """Who says so: the group marked as a source, or the subject of the speech verb around the clause."""
    for group in clause.groups:
        if group.slot == "source":
            return group
    for start, end in clause.speech:
        if end <= filled.left or start >= filled.right:
            before = _nearest(clause, max(0, start - 12), start)
            after = next((g for g in clause.groups if g.start >= end and g.start - end <= 4 and not g.slot), None)
            found = before if end <= filled.left else (after or before)
            if found is not None:
                return found
    return None


def _first(groups: list[Group] | None) -> Group | None:
    return groups[0] if groups else None
