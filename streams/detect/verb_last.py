"""Languages whose verb closes its clause: Turkish always, German in all but the main clause's finite verb.

There the object stands before the verb like the subject, so "the nearest name before the verb" is no subject:
the first bare name of the stretch is, and the last one is what is acted on. `v2` (German) has one part of the
verb in second place, often with the subject behind it; in `sov` (Turkish) case endings say the rest, and a
genitive is the subject of a nominalised verb ("that Russia attacked") or belongs to the object.
"""

from __future__ import annotations

from streams.detect.clause import (
    BREAK,
    COMMAS,
    COMPLEMENT,
    CONJUNCTION,
    MARK,
    NAME,
    OPENER,
    OPERATOR,
    PASSIVE,
    PHRASE,
    RELATIVE,
    SPEECH,
    TRIGGER,
    Clause,
    Group,
)
from streams.detect.filled import Filled
from streams.detect.grammar import Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.subjects import subject_before

ORDERS = frozenset({"sov", "v2"})
"""The orders of words that this module reads."""
_TWO = 2
_ADJACENT = 5
"""Most tokens between an event noun and the adjective or genitive that is its own."""


def fill(  # noqa: C901 - where each name stands to the verb is one question after the other
    filled: Filled, clause: Clause, grammar: Grammar, done: list[Filled], bound: dict[int, Hit[Trigger]]
) -> None:
    """Slots of a verb that closes its clause, or stands second in it."""
    hit = filled.hit
    second = grammar.order == "v2"
    verbs = [
        other
        for other in done
        if other.hit.item.voice != "noun" and filled.left <= other.hit.start < hit.start
    ]
    previous = verbs[-1] if verbs else None
    left = _stretch(hit, filled.left, clause, previous.hit if previous is not None else None)
    limit = _limit(hit, filled.right, clause) if second else hit.end
    within = [
        group for group in clause.groups if left <= group.start < limit and group.start not in hit.tokens
    ]
    if (
        not within and not second
    ):  # the verb before is but the object's: "accused him of violating the border"
        within = [group for group in clause.groups if filled.left <= group.start < limit]
    own = [group for group in within if group.start not in bound]
    bare = _without_speaker(_bare(own, left, hit, clause), own, filled, clause, grammar)
    owner = next((group for group in reversed(own) if group.slot == "mod" and group.end <= hit.start), None)
    if len(bare) <= 1 and (_joined(hit, previous, clause) or _converb(previous, clause, grammar)):
        subject = _first(previous, "obj" if previous is not None and previous.passive else "subj")
    elif owner is not None and (not bare or _governed(hit, clause, filled.right)):
        subject, owner = owner, None
        bare = [group for group in bare if group.start > subject.start]
    elif bare:
        subject = bare.pop(0)
    else:
        subject = subject_before(filled, clause, done)
        filled.shaky += subject is not None
    if subject is not None:
        filled.add("obj" if filled.passive else "subj", subject)
    bare = [group for group in bare if subject is None or not _same(group, subject)]
    if not filled.passive:
        for group in _acted(
            filled, owner, bare, [g for g in within if not second or g.start > hit.start or g.start in bound]
        ):
            if group is not subject:
                filled.add("obj", group)
    for group in own:
        if group.slot not in ("", "mod", "subj"):
            filled.add(group.slot, group)


def _without_speaker(
    bare: list[Group], own: list[Group], filled: Filled, clause: Clause, grammar: Grammar
) -> list[Group]:
    """The bare names without the one who only reports what the others do ("the UN, Russia attacked Kyiv, said"):
    where the second one is marked as subject, something else as object, or a comma parts the two.
    """
    if grammar.order != "sov" or len(bare) < _TWO or filled.frame.family == "statements":
        return bare
    if not _spoken(filled.hit, clause, filled.right):
        return bare
    two = bare[1].slot == "subj" or any(group.slot == "obj" for group in own)
    return bare[1:] if two or clause.comma(bare[0].end, bare[1].start) else bare


def _same(group: Group, subject: Group) -> bool:
    """Whether a name is but the subject's own again ("Norway offered Oslo as a venue")."""
    ours = {spot.actor.name.id for spot in subject.actors if spot.actor is not None}
    return bool(group.actors) and all(
        spot.actor is not None and spot.actor.name.id in ours for spot in group.actors
    )


def _acted(filled: Filled, owner: Group | None, bare: list[Group], deeds: list[Group]) -> list[Group]:
    """Who is acted on: the last bare name, and who owns it ("Russia's Berlin ambassador"); for a statement
    that names nobody, whose deed it is about ("verurteilte die israelischen Angriffe").
    """
    if not bare and owner is None:
        deeds = [group for group in deeds if not filled.holds(group)]
        return deeds[:1] if filled.frame.family == "statements" else []
    return [group for group in (owner, *bare[-1:]) if group is not None]


def own(clause: Clause) -> dict[int, Hit[Trigger]]:
    """Event nouns' first parts ("US-Angriffe") and genitives ("Angriffe der Hisbollah"), by their start."""
    bound: dict[int, Hit[Trigger]] = {}
    for hit in clause.triggers:
        if hit.item.voice != "noun":
            continue
        for group in clause.groups:
            before = hit.start - group.end == 1 and clause.words[group.end] == "-"
            behind = (
                0 <= group.start - hit.end <= _ADJACENT
                and not group.slot
                and _plain(hit.end, group.start, clause)
            )
            if group.mentions and (before or behind):
                bound.setdefault(group.start, hit)
    return bound


def _plain(start: int, end: int, clause: Clause) -> bool:
    """Whether nothing but the inside of a noun phrase stands there ("Festnahme zweier Agenten des …")."""
    barred = CONJUNCTION | OPERATOR | SPEECH | TRIGGER | BREAK | RELATIVE | COMPLEMENT
    return all(
        not clause.bits[n] & barred and (clause.bits[n] & PHRASE or clause.capitals[n])
        for n in range(start, end)
    )


def passive(hit: Hit[Trigger], left: int, right: int, clause: Clause) -> bool:
    """Whether a passive auxiliary of the stretch makes a German participle passive. One that also builds the
    future ("wird") does so only with a form in -t, or right behind the form ("soll abgezogen werden").
    """
    last = hit.tokens[-1]
    if hit.end < len(clause.words) and clause.bits[hit.end] & PASSIVE:
        return True
    if any(clause.bits[index] & PASSIVE and not clause.bits[index] & OPERATOR for index in hit.tokens):
        return True
    for index in range(left, right):
        if index in hit.tokens or not clause.bits[index] & PASSIVE:
            continue
        if _verb_between(index, hit, clause):
            continue
        if not clause.bits[index] & OPERATOR or clause.words[last].endswith("t"):
            return True
    return False


def attributive(hit: Hit[Trigger], clause: Clause, grammar: Grammar) -> bool:
    """Whether a German participle is but an adjective between an article and its noun ("die besetzte Stadt")."""
    if hit.item.voice == "noun" or hit.end - hit.start != 1 or hit.start == 0 or hit.end >= len(clause.words):
        return False
    before = hit.start - 1
    opened = bool(clause.bits[before] & (PHRASE | OPENER | MARK)) and not clause.bits[before] & NAME
    participle = clause.words[hit.start].endswith(grammar.participles)
    return participle and opened and not clause.capitals[before] and clause.capitals[hit.end]


def _verb_between(index: int, hit: Hit[Trigger], clause: Clause) -> bool:
    low, high = min(index, hit.start), max(index, hit.start)
    return any(
        other is not hit and other.item.voice != "noun" and low < other.start < high
        for other in clause.triggers
    )


def _stretch(hit: Hit[Trigger], left: int, clause: Clause, previous: Hit[Trigger] | None) -> int:
    """Where the verb's own names begin: behind the verb before it, and, when the verb comes right behind a
    comma, behind the subordinate clause that the comma closes.
    """
    comma = hit.start > 0 and clause.words[hit.start - 1] in COMMAS
    if comma and left > 0 and clause.bits[left - 1] & (BREAK | COMPLEMENT):
        return hit.start
    if previous is not None and left < previous.end <= hit.start:
        return previous.end
    return left


def _limit(hit: Hit[Trigger], right: int, clause: Clause) -> int:
    """Where the next verb's stretch begins, or the comma behind the particle that closes the verb's own ("warf der
    EU vor, sie …").
    """
    parted = hit.end - hit.start > len(hit.tokens) > 1 and not clause.capitals[hit.end - 1]
    if parted and hit.end < len(clause.words) and clause.words[hit.end] in COMMAS:
        return hit.end
    return next(
        (
            other.start
            for other in clause.triggers
            if hit.end <= other.start < right and other.item.voice != "noun"
        ),
        right,
    )


def _bare(groups: list[Group], left: int, hit: Hit[Trigger], clause: Clause) -> list[Group]:
    """The unmarked names of a verb in order of the text. A relative clause that a comma closed before the verb
    is left out, its antecedent stays; inside one the antecedent is outside.
    """
    relative = clause.last(RELATIVE, left, hit.start)
    closed = relative >= 0 and clause.comma(relative + 1, hit.start)
    found: list[Group] = []
    for group in groups:
        inside = relative < group.start < hit.start
        if group.slot not in ("", "subj") or (
            closed and inside and not clause.comma(relative + 1, group.start)
        ):
            continue
        if relative >= 0 and not closed and group.start < relative:
            continue
        found.append(group)
    return found


def _joined(hit: Hit[Trigger], previous: Filled | None, clause: Clause) -> bool:
    """Whether a verb goes on with the subject of the one before ("griff an und zerstörte")."""
    if previous is None:
        return False
    near = range(previous.hit.end, min(previous.hit.end + 2, hit.start))
    return any(clause.bits[n] & CONJUNCTION and clause.words[n] not in COMMAS for n in near)


def _converb(previous: Filled | None, clause: Clause, grammar: Grammar) -> bool:
    """Whether the verb before is a converb, which has its subject in common with the one that follows."""
    return previous is not None and clause.words[previous.hit.tokens[-1]].endswith(grammar.converbs)


def _first(filled: Filled | None, slot: str) -> Group | None:
    if filled is None:
        return None
    held = filled.slots.get(slot) or filled.slots.get("subj")
    return held[0] if held else None


def _spoken(hit: Hit[Trigger], clause: Clause, right: int) -> bool:
    """Whether a word of speech stands right behind the verb."""
    return clause.any(SPEECH, hit.end, min(right + 1, hit.end + 4 * clause.scale))


def _governed(hit: Hit[Trigger], clause: Clause, right: int) -> bool:
    """Whether somebody says or does something about the verb's clause: speech or an operator right behind it."""
    return any(
        clause.bits[n] & (SPEECH | OPERATOR)
        for n in range(hit.end, min(right + 1, hit.end + 4, len(clause.words)))
    )
