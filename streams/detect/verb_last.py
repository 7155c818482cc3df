"""Languages whose verb closes its clause: Turkish always, German in all but the main clause's finite verb.

There the object stands before the verb like the subject, so "the nearest name before the verb" is no subject:
the first bare name of the stretch is, and the last one is what is acted on. `v2` (German) has one part of the
verb in second place, often with the subject behind it; in `sov` (Turkish) case endings say the rest, and a
genitive is the subject of a nominalised verb ("Rusya'nın saldırdığını") or belongs to the object.
"""

from __future__ import annotations

from streams.detect.clause import BREAK, COMPLEMENT, CONJUNCTION, OPERATOR, PASSIVE, PHRASE, RELATIVE, SPEECH, TRIGGER, Clause, Group
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit

_COMMAS = frozenset(",،，")
_ADJACENT = 3
"""Most tokens between an event noun and the adjective or genitive that is its own."""


def own_modifiers(clause: Clause, order: str) -> None:
    """Gives event nouns the names that are theirs whatever marker stands before ("nach russischen Angriffen"),
    and their genitives ("Angriffe der Hisbollah"), so that no verb takes them."""
    for hit in clause.triggers:
        if hit.item.voice != "noun":
            continue
        for group in clause.groups:
            if group.anaphor or not group.mentions:
                continue
            between = range(group.end, hit.start) if group.end <= hit.start else range(hit.end, group.start)
            if len(between) > _ADJACENT:
                continue
            before = group.end <= hit.start
            if before:
                if _own(group, between, clause, order):
                    group.slot = "mod"
            elif order == "v2" and not group.slot and group.start >= hit.end and _plain(between, clause, PHRASE):
                group.slot = "mod"


def _own(group: Group, between: range, clause: Clause, order: str) -> bool:
    """Whether a name before an event noun is the noun's: an adjective, the first part of a compound
    ("US-Angriffe"), or, where all modifiers stand before ("İsrail saldırısı"), any bare name right there."""
    if order == "sov":
        return not group.slot and _plain(between, clause, PHRASE)
    return _hyphen(between, clause) or (_adjective(group) and _plain(between, clause, 0))


def _adjective(group: Group) -> bool:
    """Whether all names of a group are adjectives."""
    return all(any(meaning.name.kind == "adjective" for meaning in spot.meanings) for spot in group.mentions)


def _hyphen(between: range, clause: Clause) -> bool:
    return len(between) == 1 and clause.words[between.start] == "-"


def _plain(between: range, clause: Clause, wanted: int) -> bool:
    """Whether nothing but the inside of a noun phrase stands there, every token with the bit `wanted`."""
    barred = CONJUNCTION | OPERATOR | SPEECH | TRIGGER | BREAK | RELATIVE | COMPLEMENT
    return all(not clause.bits[n] & barred and (not wanted or clause.bits[n] & wanted) for n in between)


def passive(hit: Hit[Trigger], left: int, right: int, clause: Clause) -> bool:
    """Whether a passive auxiliary of the stretch makes a German participle passive. One that also builds the
    future ("wird") does so only with a form in -t, or right behind the form ("soll abgezogen werden")."""
    last = hit.tokens[-1]
    if hit.end < len(clause.words) and clause.bits[hit.end] & PASSIVE:
        return True
    for index in range(left, right):
        if index in hit.tokens or not clause.bits[index] & PASSIVE:
            continue
        if _verb_between(index, hit, clause):
            continue
        if not clause.bits[index] & OPERATOR or clause.words[last].endswith("t"):
            return True
    return False


def _verb_between(index: int, hit: Hit[Trigger], clause: Clause) -> bool:
    low, high = min(index, hit.start), max(index, hit.start)
    return any(other is not hit and other.item.voice != "noun" and low < other.start < high for other in clause.triggers)


def stretch(hit: Hit[Trigger], left: int, clause: Clause, previous: Hit[Trigger] | None) -> int:
    """Where the verb's own names begin: behind the verb before it, and, when the verb comes right behind a
    comma, behind the subordinate clause that the comma closes."""
    comma = hit.start > 0 and clause.words[hit.start - 1] in _COMMAS
    if comma and left > 0 and clause.bits[left - 1] & (BREAK | COMPLEMENT):
        return hit.start
    if previous is not None and previous.end > left and previous.end <= hit.start:
        return previous.end
    return left


def row(left: int, limit: int, hit: Hit[Trigger], clause: Clause, *, behind: bool) -> list[Group]:
    """The bare names of a verb in order of the text. A relative clause that a comma closed before the verb is
    left out, its antecedent stays."""
    relative = next((n for n in range(hit.start - 1, left - 1, -1) if clause.bits[n] & RELATIVE), -1)
    closed = relative >= 0 and any(clause.words[n] in _COMMAS for n in range(relative + 1, hit.start))
    opened = relative >= 0 and not closed
    found: list[Group] = []
    for group in clause.groups:
        if group.slot or group.start < left or group.start >= (limit if behind else hit.end):
            continue
        if closed and relative < group.start < hit.start and not _after_comma(relative, group.start, clause):
            continue
        if opened and group.start < relative:
            continue
        found.append(group)
    return found


def _after_comma(relative: int, start: int, clause: Clause) -> bool:
    return any(clause.words[n] in _COMMAS for n in range(relative + 1, start))


def joined(hit: Hit[Trigger], previous: Hit[Trigger] | None, clause: Clause) -> bool:
    """Whether a verb goes on with the subject of the one before ("griff an und zerstörte")."""
    if previous is None:
        return False
    between = range(previous.end, hit.start)
    return any(clause.bits[n] & CONJUNCTION and clause.words[n] not in _COMMAS for n in between if n < previous.end + 2)


def genitive(left: int, hit: Hit[Trigger], clause: Clause) -> Group | None:
    """The last possessor before a verb: its subject when the verb is nominalised, else its object's owner."""
    found = [group for group in clause.groups if group.slot == "mod" and left <= group.start and group.end <= hit.start]
    return found[-1] if found else None


def governed(hit: Hit[Trigger], clause: Clause, right: int) -> bool:
    """Whether somebody says or does something about the verb's clause: speech or an operator right behind it."""
    return any(clause.bits[n] & (SPEECH | OPERATOR) for n in range(hit.end, min(right + 1, hit.end + 4, len(clause.words))))
