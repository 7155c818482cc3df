"""From filled slots to actors with roles: anaphors resolved, gaps filled, everyone once."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.detect.clause import Clause, Group, Spot
from streams.detect.frames import Frame
from streams.detect.roles import Filled
from streams.enrich.actors import Actors
from streams.reading import CORE_ROLES, Actor, Place

_ORDER = {"party": 0, "actor": 0, "recipient": 1, "mediator": 2, "host": 3, "subject": 4}
_REGIONAL = frozenset({"obj", "to", "for", "against", "on", "of", "from"})
"""Slots in which a place stands for its country ("food for Gaza")."""
_PAIR = 2


@dataclass(slots=True)
class Memory:
    """Who was named so far in the article: what anaphors stand for."""

    subject: list[Spot] = field(default_factory=list)
    pair: list[Spot] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def begin_text(self) -> None:
        """Forgets the headline's pair: "both sides" in the text are the text's."""
        self.pair = []

    def skim(self, names: list[Spot]) -> None:
        """Remembers whom a sentence without events names first, and its pair if none is known."""
        different = _different(names)
        self._count(different)
        if different:
            self.subject = [next(iter(different.values()))]
        if len(different) == _PAIR and (not self.pair or _side_by_side(names)):
            self.pair = list(different.values())

    def _count(self, different: dict[str, Spot]) -> None:
        for actor in different:
            self.seen[actor] = self.seen.get(actor, 0) + 1

    def note(self, clause: Clause, filled: list[Filled]) -> None:
        """Remembers the sentence's subject, and the parties of its event as the pair."""
        names = [spot for group in clause.groups for spot in group.actors]
        different = _different(names)
        self._count(different)
        first = next((group for group in clause.groups if not group.slot and group.actors), None)
        if first is not None:
            self.subject = first.actors
        elif names and not self.subject:
            self.subject = names[:1]
        for trigger in filled:
            parties = _parties(trigger)
            if len(parties) >= _PAIR:
                self.pair = parties
                return
        if len(different) == _PAIR and not self.pair:
            self.pair = list(different.values())


def _side_by_side(names: list[Spot]) -> bool:
    """Whether the first two names have but one word between them ("Guyana and Venezuela have long …")."""
    return names[1].start - names[0].end == 1


def _different(names: list[Spot]) -> dict[str, Spot]:
    return {spot.actor.name.id: spot for spot in reversed(names) if spot.actor is not None}


def _parties(trigger: Filled) -> list[Spot]:
    """Those who stand on both sides of an event, as far as a statement about somebody does not make a pair."""
    if trigger.frame.kind == "sole" or trigger.frame.family == "statements":
        return []
    entry = trigger.hit.item.entry
    spots = [
        spot
        for slot, held in trigger.slots.items()
        if entry.role(slot) in CORE_ROLES
        for group in held
        for spot in group.actors
    ]
    return list(_different(spots).values())


class Cast:
    """Collects the actors of one event; the first role of an actor stays unless a core one comes."""

    def __init__(self, registry: Actors, text: str, clause: Clause, frame: Frame) -> None:
        self._registry = registry
        self._text = text
        self._frame = frame
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
        if named.name.id in self._frame.mediators:
            role = "mediator"
        self.add(named.name.id, role, mention, person=named.name.person, sector=named.name.sector)

    def add(
        self,
        actor: str,
        role: str,
        mention: str | None,
        *,
        person: str | None = None,
        sector: str | None = None,
    ) -> None:
        """Adds an actor by id, known to the registry or not."""
        held = self.found.get(actor)
        if held is not None and (held.role in CORE_ROLES or role not in CORE_ROLES):
            if person and not held.person and held.role == role:
                self.found[actor] = Actor(
                    actor, held.name, held.role, sector or held.sector, person, held.mention
                )
            return
        info = self._registry.get(actor)
        name = info.name if info else actor
        sector = sector or (info.sector if info else None)
        self.found[actor] = Actor(actor, name, role, sector, person, mention)  # type: ignore[arg-type]  # roles were checked when frames were loaded

    @property
    def core(self) -> int:
        """How many core actors there are."""
        return sum(actor.role in CORE_ROLES for actor in self.found.values())

    @property
    def roles(self) -> set[str]:
        """The roles that somebody has."""
        return {actor.role for actor in self.found.values()}

    def actors(self) -> list[Actor]:
        """Everyone, core roles first, in the order of the text."""
        return sorted(self.found.values(), key=lambda actor: _ORDER[actor.role])


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
                _take(group, role, result, memory, regional=slot in _REGIONAL)
    needs = entry.needs if entry.needs is not None else frame.needs
    if frame.kind == "directed" and result.core < max(needs, len(frame.fill) + 1):
        _complete(filled, result, place, memory)
    elif frame.fill and not result.core:
        _fill_sole(filled, result, place)
    if result.core < needs and frame.kind == "symmetric":
        _from_memory(result, memory, needs)
    if result.core < needs:
        _from_source(filled, result, memory)
    if result.core < needs and frame.kind == "directed":
        _from_article(filled, result, memory)
    return result


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


def _take(group: Group, role: str, result: Cast, memory: Memory, *, regional: bool = False) -> None:
    if group.anaphor:
        _take_anaphor(group, role, result, memory)
        return
    for spot in group.mentions:
        if spot.actor is not None:
            result.put(spot, role)
        elif regional and role in CORE_ROLES and spot.place is not None and spot.place.place is not None:
            country = spot.place.place.country
            if country and country not in result.found:
                result.add(country, role, None)


def _take_anaphor(group: Group, role: str, result: Cast, memory: Memory) -> None:
    """Whom the anaphor stands for, in the sentence before it or earlier; nobody changes his role by it."""
    if group.anaphor == "both":
        spots = _pair_before(group, result.clause) or memory.pair
    else:
        spots = _before(group, result.clause)
        if all(spot.actor is None or spot.actor.name.id in result.found for spot in spots):
            spots = memory.subject  # "France lashed out at the government": not its own
    if group.anaphor == "they" and len(memory.pair) >= _PAIR > len(memory.subject) and role == "party":
        spots = memory.pair
    for spot in spots:
        if spot.actor is not None and spot.actor.name.id not in result.found:
            result.put(spot, role, foreign=True)
    result.shaky += 1


def _pair_before(group: Group, clause: Clause) -> list[Spot]:
    """The last group of several before "both" in its own sentence, or the two whom it names in all."""
    before = [other for other in clause.groups if other.end <= group.start]
    for other in reversed(before):
        if len(_different(other.actors)) >= _PAIR:
            return other.actors
    different = _different([spot for other in before for spot in other.actors])
    return list(different.values()) if len(different) == _PAIR else []


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
        for spot in memory.subject:
            if spot.actor is not None and spot.actor.name.id not in result.found:
                result.put(spot, "actor", foreign=True)
                result.shaky += 2


def _fill_sole(filled: Filled, result: Cast, place: Place | None) -> None:
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


def _from_memory(result: Cast, memory: Memory, needs: int) -> None:
    """The pair named before, if the one party there is belongs to it."""
    present = {actor.id for actor in result.found.values() if actor.role in CORE_ROLES}
    remembered = [spot for spot in memory.pair if spot.actor is not None]
    if not present or present & _different(remembered).keys():
        for spot in remembered[: max(needs, _PAIR)]:
            result.put(spot, "party", foreign=True)
        result.shaky += 2


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
