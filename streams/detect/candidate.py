"""A candidate: an event that a clause seems to report, before it is judged and merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from streams.detect.lexicon import Entry
from streams.reading import CORE_ROLES, Actor, Evidence, Place, Time


@dataclass(slots=True)
class Candidate:
    """One event of one clause. `why` says in words what fired, for `parley explain`. `telling` is the time
    expression's range when it is no single day, which only decides whether the event is background.
    """

    entry: Entry
    stage: str
    actors: list[Actor]
    place: Place | None
    time: Time | None
    background: bool
    evidence: Evidence
    sentence: int
    confidence: float
    asserted_by: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    anaphoric: bool = False
    operator: str | None = None
    why: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The family of the entry's frame."""
        return self.entry.frame.family

    @property
    def core(self) -> frozenset[str]:
        """Ids of the actors that make the event what it is."""
        return frozenset(actor.id for actor in self.actors if actor.role in CORE_ROLES)

    def of_role(self, role: str) -> frozenset[str]:
        """Ids of the actors in one role."""
        return frozenset(actor.id for actor in self.actors if actor.role == role)
