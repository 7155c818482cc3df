"""From filled slots to actors with roles: anaphors resolved, gaps filled, everyone once."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.detect.clause import Clause, Group, Spot
from streams.detect.roles import Filled
from streams.enrich.actors import Actors
from streams.reading import CORE_ROLES, Actor, Place

_ORDER = {"party": 0, "actor": 0, "recipient": 1, "mediator": 2, "host": 3, "subject": 4}
_REGIONAL = frozenset({"obj", "to", "for", "against", "on", "of", "from"})


@dataclass(slots=True)
class Memory:
    """Who was named so far in the article: what anaphors stand for. Actor ids with the words that said so."""

    subject: list[Spot] = field(default_factory=list)
    pair: list[Spot] = field(default_factory=list)

    def skim(self, names: list[Spot]) -> None:
        """Remembers whom a sentence without events names first, and its pair."""
        different = {spot.actor.name.id: spot for spot in names if spot.actor is not None}
        if different:
            self.subject = [next(iter(different.values()))]
        if len(different) == 2 or (len(different) > 2 and not self.pair):
            self.pair = list(different.values())[:2]

    def note(self, clause: Clause, filled: list[Filled]) -> None:
        """Remembers the sentence's subject and its last two or more parties."""
        spots = [spot for group in clause.groups for spot in group.mentions if spot.actor is not None]
        first = next((group for group in clause.groups if group.mentions and not group.slot and _actors(group)), None)
        if first is not None:
            self.subject = _actors(first)
        elif spots and not self.subject:
            self.subject = spots[:1]
        for trigger in filled:
            role = trigger.hit.item.entry.role
            named = {
                spot.actor.name.id: spot
                for slot, held in trigger.slots.items()
                if role(slot) == "party"
                for group in held
                for spot in _actors(group)
                if spot.actor
            }
            if len(named) >= 2 and trigger.frame.kind == "symmetric":
                self.pair = list(named.values())
                return
        different = {spot.actor.name.id: spot for spot in spots if spot.actor}
        if len(different) == 2 or (len(different) > 2 and not self.pair):
            self.pair = list(different.values())[:2]


def _actors(group: Group) -> list[Spot]:
    return [spot for spot in group.mentions if spot.actor is not None]


class Cast:
    """Collects the actors of one event; the first role of an actor stays unless a core one comes."""

    def __init__(self, registry: Actors, text: str, clause: Clause) -> None:
        self._registry = registry
        self._text = text
        self.clause = clause
        self.found: dict[str, Actor] = {}
        self.shaky = 0

    def put(self, spot: Spot, role: str, *, foreign: bool = False) -> None:
        """Adds who `spot` names in `role`. `foreign`: the spot is of another sentence, without its words."""
        named = spot.actor
        if named is None:
            return
        spans = self.clause.spans
        mention = None if foreign else self._text[spans[spot.start][0] : spans[spot.end - 1][1]]
        self.add(named.name.id, role, mention, person=named.name.person, sector=named.name.sector)

    def add(
        self, actor: str, role: str, mention: str | None, *, person: str | None = None, sector: str | None = None
    ) -> None:
        """Adds an actor by id, known to the registry or not."""
        held = self.found.get(actor)
        if held is not None and (held.role in CORE_ROLES or role not in CORE_ROLES):
            if person and not held.person and held.role == role:
                self.found[actor] = Actor(actor, held.name, held.role, sector or held.sector, person, held.mention)
            return
        info = self._registry.get(actor)
        self.found[actor] = Actor(actor, info.name if info else actor, role, sector or (info.sector if info else None), person, mention)  # type: ignore[arg-type]  # roles were checked when frames were loaded

    @property
    def core(self) -> int:
        """How many core actors there are."""
        return sum(actor.role in CORE_ROLES for actor in self.found.values())

    def actors(self) -> list[Actor]:
        """Everyone, core roles first, in the order of the text."""
        return sorted(self.found.values(), key=lambda actor: _ORDER[actor.role])


def cast(filled: Filled, clause: Clause, memory: Memory, place: Place | None, registry: Actors, text: str) -> Cast:
    """The actors of a trigger's event."""
    entry, frame = filled.hit.item.entry, filled.frame
    result = Cast(registry, text, clause)
    if filled.caller is not None and frame.caller is not None:
        _take(filled.caller, frame.caller, result, memory)
    for slot, groups in sorted(filled.slots.items(), key=lambda item: item[0] != "subj"):
        role = entry.role(slot)
        if role == "none":
            continue
        for group in groups:
            if group is filled.source and slot != "subj":
                continue
            _take(group, role, result, memory, regional=slot in _REGIONAL)
    needs = entry.needs if entry.needs is not None else frame.needs
    if frame.kind == "directed" and result.core < max(needs, len(frame.fill) + 1):
        _complete(filled, result, place, memory)
    if result.core < needs and frame.kind == "symmetric":
        _from_memory(result, memory, needs)
    if result.core < needs:
        _from_source(filled, result, memory)
    if not result.core and "recipient" in frame.fill and place is not None and place.country:
        result.add(place.country, "recipient", None)
    return result


def _take(group: Group, role: str, result: Cast, memory: Memory, *, regional: bool = False) -> None:
    if group.anaphor:
        spots = memory.pair if group.anaphor == "both" else _before(group, result) or memory.subject
        if group.anaphor == "they" and len(memory.pair) >= 2 and len(memory.subject) < 2 and role == "party":
            spots = memory.pair
        for spot in spots:
            result.put(spot, role, foreign=True)
        result.shaky += 1
        return
    for spot in group.mentions:
        if spot.actor is not None:
            result.put(spot, role)
        elif regional and role in CORE_ROLES and spot.place is not None and spot.place.place is not None:
            country = spot.place.place.country
            if country and country not in result.found:
                result.add(country, role, None)


def _before(group: Group, result: Cast) -> list[Spot]:
    """The subject before a pronoun in its own sentence."""
    for other in result.clause.groups:
        if other.end <= group.start and not other.slot and _actors(other):
            return _actors(other)
    return []


def _complete(filled: Filled, result: Cast, place: Place | None, memory: Memory) -> None:
    """Gives a directed event what its clause leaves out: the place's country, or the subject before."""
    roles = {actor.role for actor in result.found.values()}
    entry = filled.hit.item.entry
    wanted = set(entry.frame.slots.values())
    if "recipient" not in roles and "recipient" in wanted and "recipient" in filled.frame.fill and place and place.country:
        if place.country not in result.found:
            result.add(place.country, "recipient", None)
            result.shaky += 1
    if "actor" not in roles and "actor" in wanted and not filled.passive and filled.hit.item.voice != "noun":
        for spot in memory.subject:
            if spot.actor is not None and spot.actor.name.id not in result.found:
                result.put(spot, "actor", foreign=True)
                result.shaky += 2
    if "actor" not in roles and "actor" in filled.frame.fill and place and place.country and place.country not in result.found:
        result.add(place.country, "actor", None)
        result.shaky += 1


def _from_memory(result: Cast, memory: Memory, needs: int) -> None:
    present = {actor.id for actor in result.found.values() if actor.role in CORE_ROLES}
    remembered = [spot for spot in memory.pair if spot.actor is not None]
    if not present or present & {spot.actor.name.id for spot in remembered if spot.actor}:
        for spot in remembered[: max(needs, 2)]:
            result.put(spot, "party", foreign=True)
        result.shaky += 2


def _from_source(filled: Filled, result: Cast, memory: Memory) -> None:
    """Who says so is the actor of what nobody else is said to do."""
    roles = {actor.role for actor in result.found.values()}
    role = "party" if filled.frame.kind == "symmetric" else "actor"
    if filled.source is None or role not in filled.frame.slots.values() or (role == "actor" and "actor" in roles):
        return
    before = result.core
    _take(filled.source, role, result, memory)
    result.shaky += 2 if result.core > before else 0
