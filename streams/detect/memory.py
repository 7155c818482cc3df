"""Who was named so far in an article: what anaphors stand for, and who is missing where one side is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.detect.clause import Clause, Spot
from streams.detect.filled import Filled
from streams.reading import CORE_ROLES

PAIR = 2
"""As many as "both sides" are."""


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
        different = different_of(names)
        self._count(different)
        if different:
            self.subject = [next(iter(different.values()))]
        if len(different) == PAIR and (not self.pair or _side_by_side(names)):
            self.pair = list(different.values())

    def _count(self, different: dict[str, Spot]) -> None:
        for actor in different:
            self.seen[actor] = self.seen.get(actor, 0) + 1

    def note(self, clause: Clause, filled: list[Filled]) -> None:
        """Remembers the sentence's subject, and the parties of its event as the pair."""
        names = [spot for group in clause.groups for spot in group.actors]
        different = different_of(names)
        self._count(different)
        first = next((group for group in clause.groups if not group.slot and group.actors), None)
        if first is not None:
            self.subject = first.actors
        elif names and (not self.subject or len(different) == 1):
            self.subject = names[:1]
        for trigger in filled:
            parties = parties_of(trigger)
            if len(parties) >= PAIR:
                self.pair = parties
                return
        if len(different) == PAIR and not self.pair:
            self.pair = list(different.values())


def _side_by_side(names: list[Spot]) -> bool:
    """Whether the first two names have but one word between them ("Guyana and Venezuela have long …")."""
    return names[1].start - names[0].end == 1


def different_of(names: list[Spot]) -> dict[str, Spot]:
    """The actors that the names stand for, by id, each by its first name."""
    return {spot.actor.name.id: spot for spot in reversed(names) if spot.actor is not None}


def parties_of(trigger: Filled) -> list[Spot]:
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
    return list(different_of(spots).values())
