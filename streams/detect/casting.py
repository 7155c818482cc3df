"""Who takes part in one event: everyone once, with the role that counts most."""

from __future__ import annotations

from streams.detect.clause import Clause, Spot
from streams.detect.frames import Frame
from streams.enrich.actors import Actors
from streams.reading import CORE_ROLES, Actor

_ORDER = {"party": 0, "actor": 0, "recipient": 1, "mediator": 2, "host": 3, "subject": 4}


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

    def state(self, actor: str) -> bool:
        """Whether an actor is a state."""
        info = self._registry.get(actor)
        return info is not None and info.kind == "state"

    def side(self, actor: str) -> bool:
        """Whether an actor may be a side of a conflict: a state or an armed group."""
        info = self._registry.get(actor)
        return info is not None and info.kind != "organisation"

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
