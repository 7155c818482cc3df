"""From filled slots to actors with roles: anaphors resolved, gaps filled, everyone once."""

from __future__ import annotations

from dataclasses import replace

from streams.detect.casting import Cast
from streams.detect.clause import Clause, Group, Spot
from streams.detect.filled import Filled
from streams.detect.memory import PAIR, Memory, different_of
from streams.enrich.actors import Actors
from streams.reading import CORE_ROLES, Place

_REGIONAL = frozenset({"obj", "to", "for", "against", "on", "of", "from"})
"""Slots in which a place stands for its country ("food for Gaza")."""


def cast(  # noqa: C901 - one step for each source of actors, in order of trust
    filled: Filled, clause: Clause, memory: Memory, place: Place | None, registry: Actors, text: str
) -> Cast:
    """The actors of a trigger's event."""
    entry, frame = filled.hit.item.entry, filled.frame
    result = Cast(registry, text, clause, frame)
    if filled.caller is not None and frame.caller is not None:
        _take(filled.caller, frame.caller, result, memory)
    for slot, groups in sorted(filled.slots.items(), key=lambda item: item[0] != "subj"):
        role = entry.role(slot)
        if role == "none":
            continue
        for group in groups:
            if slot == "mod" and _is_venue(group, filled):
                continue
            if group is not filled.source or slot == "subj":
                _take(group, role, result, memory, slot)
    needs = entry.needs if entry.needs is not None else frame.needs
    if frame.kind == "symmetric":
        _stand_between(filled, result, needs)
    if frame.kind == "directed" and result.core < max(needs, len(frame.fill) + 1):
        _complete(filled, result, place, memory)
    elif frame.fill and not result.core:
        _fill_sole(filled, result, place, memory)
    if result.core < needs and frame.kind == "symmetric":
        _from_memory(result, memory, needs)
    _proposer(filled, result)
    if result.core < needs:
        _from_source(filled, result, memory)
    if result.core < needs and frame.kind == "directed":
        _from_article(filled, result, memory)
    return result


def _stand_between(filled: Filled, result: Cast, needs: int) -> None:
    """Who is said to mediate is no party as well ("with Georgia mediating … Georgia's minister said")."""
    between = {
        spot.actor.name.id
        for group in filled.slots.get("mediator", [])
        for spot in group.actors
        if spot.actor
    }
    for actor in between & result.found.keys():
        if result.found[actor].role == "party" and result.core > needs:
            result.found[actor] = replace(result.found[actor], role="mediator")


def _is_venue(group: Group, filled: Filled) -> bool:
    """Whether a lone capital before an event noun is where it is held ("withdrew from the Doha talks with the
    rebels"), since others stand on both sides.
    """
    if filled.frame.kind != "symmetric" or len(group.mentions) != 1:
        return False
    actor = group.mentions[0].actor
    if actor is None or actor.name.kind != "capital":
        return False
    others = {
        spot.actor.name.id
        for held in filled.slots.values()
        for g in held
        if g is not group
        for spot in g.actors
        if spot.actor
    }
    return len(others - {actor.name.id}) >= filled.frame.needs


def _take(group: Group, role: str, result: Cast, memory: Memory, slot: str = "") -> None:
    if group.anaphor:
        _take_anaphor(group, role, result, memory)
        return
    for spot in group.mentions:
        actor, country = spot.actor, _country(spot)
        venue = slot == "in" and actor is not None and actor.name.kind == "capital" and country is not None
        if actor is not None and not venue:
            result.put(spot, role)
        elif country and country not in result.found and _stands_for(slot, role, venue=venue):
            result.add(country, role, None)  # "in Brussels" is Belgium, though Brussels acts for the EU


def _stands_for(slot: str, role: str, *, venue: bool) -> bool:
    """Whether a place stands for its country there; "sur Kharkiv" does where it is what is hit."""
    return role in CORE_ROLES and (venue or slot in _REGIONAL or (slot == "about" and role == "recipient"))


def _country(spot: Spot) -> str | None:
    named = spot.place
    return named.place.country if named is not None and named.place is not None else None


def _take_anaphor(group: Group, role: str, result: Cast, memory: Memory) -> None:
    """Whom the anaphor stands for, in the sentence before it or earlier; nobody changes his role by it."""
    if group.anaphor == "both":
        spots = _pair_before(group, result.clause) or memory.pair
    else:
        spots = _before(group, result.clause)
        if all(spot.actor is None or spot.actor.name.id in result.found for spot in spots):
            spots = memory.subject  # "France lashed out at the government": not its own
    if group.anaphor == "they" and len(memory.pair) >= PAIR > len(memory.subject) and role == "party":
        spots = memory.pair
    for spot in spots:
        if spot.actor is not None and spot.actor.name.id not in result.found:
            result.put(spot, role, foreign=True)
    result.shaky += 1


def _pair_before(group: Group, clause: Clause) -> list[Spot]:
    """The last group of several before "both" in its own sentence, or the two whom it names in all."""
    before = [other for other in clause.groups if other.end <= group.start]
    for other in reversed(before):
        if len(different_of(other.actors)) >= PAIR:
            return other.actors
    different = different_of([spot for other in before for spot in other.actors])
    return list(different.values()) if len(different) == PAIR else []


def _before(group: Group, clause: Clause) -> list[Spot]:
    """The subject before a pronoun in its own sentence."""
    for other in clause.groups:
        if other.end <= group.start and not other.slot and other.actors:
            return other.actors
    return []


def _complete(filled: Filled, result: Cast, place: Place | None, memory: Memory) -> None:
    """Gives a directed event what its clause leaves out: the place's country, or the subject before."""
    frame = filled.frame
    wanted = set(frame.slots.values())
    country = place.country if place is not None else None
    if (
        country
        and country not in result.found
        and "recipient" in frame.fill
        and "recipient" not in result.roles
    ):
        result.add(country, "recipient", None)
        result.shaky += 1
    enough = filled.hit.item.entry.needs == 1 and "recipient" in frame.fill and "recipient" in result.roles
    if country and country not in result.found and "actor" in frame.fill and "actor" not in result.roles:
        result.add(country, "actor", None)  # "Police in Belgrade arrested two reporters": whose place it is
        result.shaky += 1
    open_verb = filled.hit.item.voice != "noun" and not filled.passive and not filled.stranger and not enough
    if open_verb and "actor" in wanted and "actor" not in result.roles:
        at_home = "actor" in frame.fill and not any(
            result.state(spot.actor.name.id) for spot in memory.subject if spot.actor
        )
        for spot in () if at_home else memory.subject:
            if spot.actor is not None and spot.actor.name.id not in result.found:
                result.put(spot, "actor", foreign=True)
                result.shaky += 2
        if at_home:
            _at_home("actor", result, memory)


def _fill_sole(filled: Filled, result: Cast, place: Place | None, memory: Memory) -> None:
    """Against whom people protest who name nobody: the state of the place, else their own."""
    if place is not None and place.country:
        result.add(place.country, filled.frame.fill[0], None)
        return
    own = [
        spot
        for slot in ("mod", "subj", "of")
        for group in filled.slots.get(slot, [])
        for spot in group.actors
    ]
    if own:
        result.put(own[0], filled.frame.fill[0])
        result.shaky += 1
    elif filled.operation.names:
        _at_home(filled.frame.fill[0], result, memory)


def _at_home(role: str, result: Cast, memory: Memory) -> None:
    """Gives the state whom the article names most a role: "The police arrested nine" is of its police."""
    states = [actor for actor in memory.seen if result.state(actor)]
    if states:
        result.add(max(states, key=memory.seen.__getitem__), role, None)
        result.shaky += 2


def _from_memory(result: Cast, memory: Memory, needs: int) -> None:
    """The pair named before, if the one party there is belongs to it."""
    present = {actor.id for actor in result.found.values() if actor.role in CORE_ROLES}
    remembered = [spot for spot in memory.pair if spot.actor is not None]
    if not present or present & different_of(remembered).keys():
        for spot in remembered[: max(needs, PAIR)]:
            result.put(spot, "party", foreign=True)
        result.shaky += 2


def _proposer(filled: Filled, result: Cast) -> None:
    """Who proposes something to the only other side is a side himself ("Kyiv proposed a truce to Moscow"); an
    organisation never is.
    """
    proposers = [actor for actor in result.found.values() if actor.role == "mediator"]
    if (
        filled.frame.caller == "mediator"
        and len(proposers) == 1 == result.core
        and result.side(proposers[0].id)
    ):
        result.found[proposers[0].id] = replace(proposers[0], role="party")


def _from_source(filled: Filled, result: Cast, memory: Memory) -> None:
    """Who says so is the actor of what nobody else is said to do."""
    role = "party" if filled.frame.kind == "symmetric" else "actor"
    if (
        filled.source is None
        or role not in filled.frame.slots.values()
        or (role == "actor" and "actor" in result.roles)
    ):
        return
    before = result.core
    _take(filled.source, role, result, memory)
    result.shaky += 2 if result.core > before else 0


def _from_article(filled: Filled, result: Cast, memory: Memory) -> None:
    """The missing side of a directed event is the one whom the article names most, if there is one."""
    missing = {"actor", "recipient"} - result.roles
    if len(missing) != 1 or not missing <= set(filled.frame.slots.values()) or not result.core:
        return
    others = [actor for actor in memory.seen if actor not in result.found]
    if others:
        result.add(max(others, key=memory.seen.__getitem__), missing.pop(), None)
        result.shaky += GUESSED_SIDE


GUESSED_SIDE = 5
"""What a side that only the article as a whole suggests costs in confidence, in guesses."""
