"""Who belongs together in a sentence, and which slot they stand in.

Names joined by conjunctions share one group and its marker; a name in apposition ("US President Trump")
belongs to the one before it. A marker governs the noun phrase behind it over articles, titles and a few
unknown words; a postposition or case ending the name before it.
"""

from __future__ import annotations

from streams.detect import headed
from streams.detect.clause import (
    BREAK,
    COMMAS,
    COMPLEMENT,
    CONJUNCTION,
    DAY,
    FINITE,
    MARK,
    NAME,
    OPENER,
    OPERATOR,
    PASSIVE,
    PHRASE,
    PURPOSE,
    QUOTES,
    RELATIVE,
    SPEECH,
    STOP,
    TRIGGER,
    Clause,
    Group,
    Marks,
    Spot,
)
from streams.detect.grammar import Grammar

MAX_REACH = 7
"""Most tokens between a marker and the name it governs ("with the visiting foreign minister of France")."""
MAX_UNKNOWN = 2
"""Most of them that are neither capitalised nor known to stand in a noun phrase."""
OUTER_REACH = 4
"""Most tokens between "of" and the marker before it that governs both ("talks with the government of France")."""

_ACTED = frozenset({"obj", "to", "against", "on"})
"""Slots of case endings by which whole lists are acted on."""
_WALLS = BREAK | RELATIVE | COMPLEMENT | SPEECH | TRIGGER | STOP


def group(names: list[Spot], marks: Marks, clause: Clause, grammar: Grammar) -> None:
    """Puts the sentence's names and anaphors into groups, in order of the text."""
    groups: list[Group] = []
    for spot in names:
        slot, mark = _marker(spot.start, marks, clause)
        clitic = spot.meanings[0].clitic
        if clitic not in ("", "and"):
            slot, mark = clitic, spot.start
        behind = _behind(spot.end, marks, clause, titles=grammar.order == "sov")
        previous = groups[-1] if groups else None
        beside = previous is not None and (not previous.slot or behind == "between")
        joining = mark < 0 or bool(beside and clause.bits[mark] & CONJUNCTION)
        if (
            previous is not None
            and (joining or mark < previous.end)
            and _one_group(previous, spot, marks, clause, grammar)
        ):
            previous.mentions.append(spot)
            previous.end = spot.end
            previous.slot = behind or previous.slot
        else:
            if not behind and mark < 0:
                slot = _case(clause.words[spot.end - 1], grammar)
            groups.append(Group(spot.start, spot.end, [spot], behind or slot, mark=mark))
    anaphors = [anaphor for anaphor in clause.groups if not _named_behind(anaphor, groups, marks, clause)]
    for anaphor in anaphors:
        anaphor.slot, anaphor.mark = _marker(anaphor.start, marks, clause)
        anaphor.slot = _behind(anaphor.end, marks, clause) or anaphor.slot
    clause.groups = sorted([*groups, *anaphors], key=lambda one: one.start)
    headed.plan(clause)


def _named_behind(anaphor: Group, groups: list[Group], marks: Marks, clause: Clause) -> bool:
    """Whether an anaphor's somebody is named right behind it, so that it stands for nobody else: "the
    government of France", "his Tanzanian counterpart".
    """
    following = next((one for one in groups if one.start >= anaphor.end), None)
    if following is None or following.start - anaphor.end > OUTER_REACH:
        return any(one.start <= anaphor.start < one.end for one in groups)
    between = range(anaphor.end, following.start)
    return all(
        index in marks.before or clause.bits[index] & PHRASE or clause.capitals[index] for index in between
    )


def _case(word: str, grammar: Grammar) -> str:
    """The slot that a name's own ending gives."""
    return next((slot for slot, endings in grammar.cases if word.endswith(endings)), "")


def _one_group(previous: Group, spot: Spot, marks: Marks, clause: Clause, grammar: Grammar) -> bool:
    """Whether a name belongs to the group before it: joined to it, or the same actor said again in apposition
    ("US President Trump"). Where the verb comes first, its subject and object may touch.
    """
    last = previous.mentions[-1]
    same = last.actor is not None and spot.actor is not None and last.actor.name.id == spot.actor.name.id
    if spot.meanings[0].clitic == "and" and _titles(last.end, spot.start, clause):
        return True
    if grammar.order == "vso" and spot.start == previous.end and not same:
        return spot.actor is None or last.actor is None
    if grammar.order == "v2" and not same and not clause.any(CONJUNCTION, last.end, spot.start):
        return False  # "dass Israel Beirut angriff": subject and object touch
    if grammar.order == "sov" and _apart(last, spot, marks, clause, same=same):
        return False
    if same and previous.slot == "in" and last.town and not spot.town and spot.start > last.end:
        return _joined(last, spot, clause)  # "met in Ankara his Turkish counterpart"
    return _joined(last, spot, clause) or (same and _apposed(previous.end, spot.start, clause))


def _titles(start: int, end: int, clause: Clause) -> bool:
    return all(clause.bits[index] & PHRASE for index in range(start, end))


def _apart(last: Spot, spot: Spot, marks: Marks, clause: Clause, *, same: bool) -> bool:
    """Whether two names stand apart where markers come behind: nothing joins them, a comma only sets the
    subject off from its object, or the second one is where it happens ("with the US in Muscat").
    """
    if spot.meanings[0].name.part:
        return False  # the second of a pair
    if _behind(spot.end, marks, clause, titles=True) == "in":
        return True
    if same or not clause.comma(last.end, spot.start):
        return not same and not clause.any(CONJUNCTION, last.end, spot.start)
    if _marked_list(spot.end, marks, clause):
        return True
    return spot.end in marks.behind or not clause.any(CONJUNCTION, spot.end, spot.end + 1)


def _marked_list(end: int, marks: Marks, clause: Clause) -> bool:
    """Whether the name that ends here is joined to one that is acted on: in "A, B and C-obj" A is the subject."""
    if not clause.any(CONJUNCTION, end, end + 1):
        return False
    index = end + 1
    while index < len(clause.words) and clause.bits[index] & NAME:
        index += 1
    return index > end + 1 and _behind(index, marks, clause) in _ACTED


def _apposed(end: int, start: int, clause: Clause) -> bool:
    """Whether nothing but titles and a few unknown words stands between two names of the same actor."""
    if start - end > MAX_REACH * clause.scale or clause.any(
        _WALLS | MARK | OPERATOR | CONJUNCTION, end, start
    ):
        return False
    unknown = sum(not (clause.bits[n] & PHRASE or clause.capitals[n]) for n in range(end, start))
    return unknown <= MAX_UNKNOWN * clause.scale


def _marker(start: int, marks: Marks, clause: Clause) -> tuple[str, int]:
    """The slot of the marker that governs a noun phrase whose name begins at `start`, and where it stands."""
    found = _marker_before(start, marks, clause, MAX_REACH * clause.scale, MAX_UNKNOWN * clause.scale)
    if found[0] == "of":
        outer = _marker_before(found[1], marks, clause, OUTER_REACH * clause.scale, clause.scale)
        if outer[1] >= 0 and outer[0] != "of":
            return outer
    return found


def _marker_before(start: int, marks: Marks, clause: Clause, reach: int, unknowns: int) -> tuple[str, int]:
    unknown = 0
    opened = False
    for index in range(start - 1, max(-1, start - 1 - reach), -1):
        mark = marks.before.get(index)
        if mark is not None:
            return mark[1], mark[0]
        bits = clause.bits[index]
        if bits & (_WALLS | NAME | CONJUNCTION | PASSIVE | FINITE | DAY):
            break
        if opened and not bits & (OPENER | PHRASE):
            break
        opened = opened or bool(bits & OPENER)
        if bits & PHRASE or clause.capitals[index] or clause.words[index][0].isdigit():
            continue
        unknown += 1
        if unknown > unknowns:
            break
    return "", -1


def _behind(end: int, marks: Marks, clause: Clause, *, titles: bool = False) -> str:
    """The slot of a postposition or case ending right behind a name, an apostrophe between them or not; with
    `titles` also behind the titles that follow the name ("Rusya ordusuna").
    """
    if not marks.behind:
        return ""
    for index in range(end, min(end + (MAX_REACH if titles else 2), len(clause.words))):
        if index in marks.behind:
            return marks.behind[index]
        if clause.words[index] in "'\u2019":
            continue
        if not titles or clause.bits[index] & (NAME | TRIGGER | CONJUNCTION | STOP):
            return ""
        if not (clause.bits[index] & PHRASE or clause.capitals[index]):
            return ""
    return ""


def _joined(last: Spot, spot: Spot, clause: Clause) -> bool:
    """Whether only a conjunction and the inside of a noun phrase stand between two names. Behind a purpose
    clause ("to support Ukraine, France and Britain …") a comma begins the main clause.
    """
    end, start = last.end, spot.start
    if start - end > MAX_REACH + 1 or clause.any(_WALLS | OPERATOR, end, start):
        return False
    joins = comma = False
    for index in range(end, start):
        if clause.bits[index] & (CONJUNCTION | MARK) == MARK:
            return False
        if clause.bits[index] & CONJUNCTION:
            comma = comma or clause.words[index] in COMMAS
            joins = True
        elif not (clause.bits[index] & PHRASE or clause.capitals[index] or clause.words[index] in QUOTES):
            return False
    if comma and _elsewhere(last, spot):
        return False
    if joins and comma and (clause.any(PURPOSE, 0, last.start) or not _listed(last, spot, clause)):
        return False
    return joins or start == end or all(clause.capitals[end:start])


def _elsewhere(last: Spot, spot: Spot) -> bool:
    """Whether a comma parts a town from somebody who is not its country ("On Tuesday, in Oslo, Danes and …")."""
    place = last.place.place if last.place is not None else None
    if place is None or not place.name or spot.actor is None or last.actor is not None:
        return False
    return spot.actor.name.id != place.country


def _listed(last: Spot, spot: Spot, clause: Clause) -> bool:
    """Whether a comma between two names joins them: a conjunction stands with it, or ends the list soon, or a
    place's country is behind the comma ("Riyadh, Saudi Arabia").
    """
    if any(
        clause.bits[n] & CONJUNCTION and clause.words[n] not in COMMAS for n in range(last.end, spot.start)
    ):
        return True
    if headed.lists(last, spot, clause):
        return True
    if spot.start == last.end + 1 and (
        _country(last) == _actor(spot) is not None or _actor(last) == _country(spot) is not None
    ):
        return True
    for index in range(spot.end, min(spot.end + MAX_REACH, len(clause.words))):
        bits = clause.bits[index]
        if bits & CONJUNCTION and clause.words[index] not in COMMAS:
            return True
        if bits & (_WALLS | MARK | OPERATOR | PASSIVE):
            return False
    return False


def _country(spot: Spot) -> str | None:
    return spot.place.place.country if spot.place is not None and spot.place.place is not None else None


def _actor(spot: Spot) -> str | None:
    return spot.actor.name.id if spot.actor is not None else None
