"""Who does what: the groups around a trigger become slots.

A trigger sees its own stretch of the sentence: back to the last clause boundary or the verb before it, on
to the next one. Who stands where in it, `fill` says; what role a slot gives, the entry and its frame.
"""

from __future__ import annotations

from streams.detect import verb_last
from streams.detect.cities import settle, towards
from streams.detect.clause import (
    BREAK,
    COMPLEMENT,
    CONJUNCTION,
    MARK,
    PASSIVE,
    PURPOSE,
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
from streams.detect.nouns import fill_noun, modifiers, next_verb
from streams.detect.stage import operation, progressive
from streams.detect.subjects import MODIFIER_REACH, nearest, subject_before, subject_behind

SPEECH_REACH = 6
"""Most tokens between who speaks and the speech verb."""
_BEFORE_VERB = frozenset(
    {"between", "with", "by", "about", "mediator", "host", "against", "for", "obj", "on"}
)
_THIRD = frozenset({"mediator", "host"})
_DONE_THERE = frozenset({"attacks", "protests", "peace-talks", "defence-cooperation"})
"""Families of what is done in a place, whoever rules there: "in Minsk they met" is no deed of Belarus."""
_VERBAL = frozenset({"refuse", "offer", "call", "seek", "deny", "cancel", "agree", "plan"})
"""Operators that are verbs with a subject of their own: "Iran rejected an American offer of talks"."""


def fill(clause: Clause, grammar: Grammar) -> list[Filled]:
    """Every trigger of the clause with its slots filled, in order of the text."""
    bound = modifiers(clause, grammar)
    places = settle(clause)
    done: list[Filled] = []
    for hit in clause.triggers:
        if grammar.order == "v2" and verb_last.attributive(hit, clause, grammar):
            continue
        filled = Filled(hit, passive=_passive(hit, clause, grammar))
        filled.left, filled.right = _bounds(hit, clause)
        if grammar.order == "v2" and hit.item.voice == "active":
            filled.passive = verb_last.passive(hit, filled.left, filled.right, clause)
        filled.operation = operation(hit, filled.left, filled.right, clause, grammar)
        if hit.item.voice == "noun":
            fill_noun(filled, clause, grammar, done, bound)
        elif grammar.order in verb_last.ORDERS:
            verb_last.fill(filled, clause, grammar, done, bound)
        else:
            _fill_verb(filled, clause, grammar, done, bound)
        if hit.item.voice == "noun" or grammar.order not in verb_last.ORDERS:
            _inside(filled, clause, grammar)
        towards(filled, places)
        _operator_subject(filled, clause)
        for group in clause.groups:
            if group.slot in _THIRD:
                filled.add(group.slot, group)
        filled.source = _source(filled, clause)
        done.append(filled)
    return done


def _passive(hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> bool:
    """Passive by its form, by the auxiliary just before it, or by a "by" right behind ("hit by a drone"); or by
    an auxiliary that marks the agent too and stands before it, as in Chinese.
    """
    if hit.item.voice != "active":
        return hit.item.voice == "passive"
    for index in range(hit.start - 1, max(-1, hit.start - 4), -1):
        if clause.bits[index] & PASSIVE:
            return not progressive(hit, clause, grammar)
        if clause.bits[index] & (TRIGGER | MARK | CONJUNCTION | STOP):
            break
    return any(
        group.slot == "by" and (group.mark == hit.end or _suffers(group, hit, clause))
        for group in clause.groups
    )


def _suffers(agent: Group, hit: Hit[Trigger], clause: Clause) -> bool:
    if agent.end > hit.start or not clause.bits[agent.mark] & PASSIVE:
        return False
    return not clause.any(TRIGGER | CONJUNCTION | STOP, agent.end, hit.start)


def _bounds(hit: Hit[Trigger], clause: Clause) -> tuple[int, int]:
    """The trigger's stretch: tokens `left` to `right` between the nearest clause boundaries."""
    left = clause.last(BREAK | COMPLEMENT | STOP, 0, hit.start) + 1
    right = next(
        (
            index
            for index in range(hit.end, len(clause.words))
            if clause.bits[index] & (BREAK | RELATIVE | STOP)
        ),
        len(clause.words),
    )
    for start, end in clause.speech:
        if left <= start and end <= hit.start and not _inner_speech(start, end, clause):
            left = end
        elif hit.end <= start < right:
            right = start
    return left, right


def _inner_speech(start: int, end: int, clause: Clause) -> bool:
    """Whether the speech stands between commas (", Mirzoyan added, …") and so opens no clause."""
    return clause.comma(end, end + 2) and clause.comma(start - SPEECH_REACH * clause.scale, start)


def _fill_verb(  # noqa: C901, PLR0912 - where each name stands to the verb is one question after the other
    filled: Filled, clause: Clause, grammar: Grammar, done: list[Filled], bound: dict[int, Hit[Trigger]]
) -> None:
    hit = filled.hit
    limit = next_verb(hit, clause, filled.right)
    first = (
        hit.start if grammar.order == "vso" else hit.end
    )  # there the subject may stand in the trigger's gap
    behind = [
        g for g in clause.groups if g.end > first and g.start < limit and not (g.slot and g.start in bound)
    ]
    bare = [group for group in behind if not group.slot and not _says(group, hit, clause)]
    subject = subject_behind(filled, bare, clause, grammar)
    if subject is not None:
        bare.remove(subject)
    else:
        subject = subject_before(filled, clause, done)
    if subject is None and grammar.within and not filled.passive:
        subject = _within(filled, clause)
    if subject is not None:
        filled.add("obj" if filled.passive else "subj", subject)
    for group in behind:
        if group.slot and not _says(group, hit, clause):
            # "condemned strikes by Israel": behind an active verb the agent is that of its object.
            filled.add("of" if group.slot == "by" and not filled.passive else group.slot, group)
    if limit < filled.right and clause.bits[limit - 1] & PURPOSE:  # "met to discuss Ukraine and …"
        for group in clause.groups:
            if group.slot == "about" and limit <= group.start < filled.right:
                filled.add("about", group)
    if bare and not filled.passive:
        filled.add("obj", bare[0])
    elif bare and grammar.bare_agent and bare[0].start - hit.end <= MODIFIER_REACH + 2:
        filled.add("obj" if grammar.cases and subject is None else "subj", bare[0])
    for group in clause.groups:
        if filled.left <= group.start < hit.start and group.slot in _BEFORE_VERB and group.start not in bound:
            filled.add(group.slot, group)
    within = any(hit.start < group.start and group.end < hit.end for group in clause.groups)
    if filled.frame.kind == "directed" and not (behind or within or filled.passive):
        _victims(filled, clause)


def _says(group: Group, hit: Hit[Trigger], clause: Clause) -> bool:
    """Whether a name behind the verb and a comma only says so ("bombed the airport, Houthi media said"; "…, the
    foreign minister of Malaysia said").
    """
    if group.slot not in ("", "of") or not clause.comma(hit.end, group.start):
        return False
    end = group.end + SPEECH_REACH * clause.scale
    said = next((start for start, _ in clause.speech if group.end <= start < end), None)
    return said is not None and not clause.any(TRIGGER | CONJUNCTION | STOP, group.end, said)


def _within(filled: Filled, clause: Clause) -> Group | None:
    """Who speaks or decides where a verb without a subject follows "in" and a seat of power ("in the Kremlin
    they rejected").
    """
    if filled.frame.family in _DONE_THERE:
        return None
    first = next((group for group in clause.groups if group.start >= filled.left), None)
    if first is None or first.slot != "in" or first.start > filled.left + 2 or first.end > filled.hit.start:
        return None
    return first if all(spot.actor is not None for spot in first.mentions) else None


def _victims(filled: Filled, clause: Clause) -> None:
    """Whom a relative clause names is acted on where the verb's own object is nobody known ("struck a boat
    that carried six Venezuelans").
    """
    right = filled.right
    if (
        right < len(clause.words)
        and clause.bits[right] & RELATIVE
        and right - filled.hit.end <= 2 * MODIFIER_REACH
    ):
        end = next((other.start for other in clause.triggers if other.start > right), len(clause.words))
        found = next((group for group in clause.groups if right < group.start < end and group.mentions), None)
        if found is not None and not clause.comma(right, found.start):
            filled.add("obj", found)
            filled.shaky += 1


def _inside(filled: Filled, clause: Clause, grammar: Grammar) -> None:
    """Names inside a trigger's gap ("sent Ukraine three howitzers") are its objects unless marked."""
    hit = filled.hit
    # "visas of Brazilian judges revoked by Washington": where somebody stands behind, it is he who acts.
    agent = filled.passive and grammar.bare_agent and "subj" not in filled.slots and "by" not in filled.slots
    bare = "mod" if hit.item.voice == "noun" else "subj" if agent else "obj"
    for group in clause.groups:
        if (
            hit.start < group.start
            and group.end < hit.end
            and not any(group in held for held in filled.slots.values())
        ):
            filled.add(group.slot or bare, group)


def _operator_subject(filled: Filled, clause: Clause) -> None:
    """The subject of an operator's verb takes part too, or is who calls for it."""
    names = filled.operation.names
    if not names or names[0] not in _VERBAL or not 0 <= filled.operation.start < filled.hit.start:
        return
    subject = nearest(
        clause, filled.left if filled.left <= filled.operation.start else 0, filled.operation.start
    )
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


def _source(filled: Filled, clause: Clause) -> Group | None:
    """Who says so: the group marked as a source, or the subject of the speech verb around the clause."""
    for group in clause.groups:
        if group.slot == "source":
            return group
    for start, end in clause.speech:
        if filled.left < end and start < filled.right:
            continue
        before = nearest(clause, start - SPEECH_REACH * clause.scale, start)
        after = next(
            (
                g
                for g in clause.groups
                if 0 <= g.start - end <= MODIFIER_REACH * clause.scale + 1 and not g.slot
            ),
            None,
        )
        found = before if end <= filled.left else (after or before)
        if found is not None and not (filled.holds(found) and end > filled.left):
            return found
    return None
