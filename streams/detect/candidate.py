"""A candidate: an event that a clause seems to report, before it is judged and merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from streams.detect.lexicon import Entry
from streams.reading import CORE_ROLES, Actor, Evidence, Place, Time


@dataclass(frozen=True, slots=True)
class How:
    """How a clause tells a candidate: by a noun or a verb, of so many `words`, so many words from the nearest of its
    actors (`far`), after so many `guesses`; with `spare` groups of names that have no part in it and `rivals`, other
    triggers, in a sentence of so many words (`length`).
    """

    noun: bool = False
    words: float = 1.0
    guesses: int = 0
    far: float = 0.0
    spare: int = 0
    rivals: int = 0
    length: float = 1.0


@dataclass(slots=True)
class Candidate:
    """One event of one clause. `why` says in words what fired, for `parley explain`. `whole`: another telling of it
    has everyone whom it needs. `told` counts how often the article tells it, `headed` says that its headline does. `confidence` and `kept` are the judge's, who comes last.
    """

    entry: Entry
    stage: str
    actors: list[Actor]
    place: Place | None
    time: Time | None
    background: bool
    evidence: Evidence
    sentence: int
    confidence: float = 0.0
    kept: bool = False
    asserted_by: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    anaphoric: bool = False
    operator: str | None = None
    why: tuple[str, ...] = ()
    how: How = field(default_factory=How)
    whole: bool = False
    told: int = 1
    headed: bool = False

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
