"""A trigger with what stands in its slots: what `roles` makes of a clause and all later steps look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.detect.clause import Group
from streams.detect.frames import Frame
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.stage import Operation


@dataclass(slots=True)
class Filled:
    """A trigger with what stands in its slots. `stranger`: its subject is somebody whom nobody knows. `shaky`
    counts guesses: each lowers the confidence.
    """

    hit: Hit[Trigger]
    slots: dict[str, list[Group]] = field(default_factory=dict)
    operation: Operation = field(default_factory=Operation)
    passive: bool = False
    left: int = 0
    right: int = 0
    caller: Group | None = None
    source: Group | None = None
    stranger: bool = False
    shaky: int = 0

    @property
    def frame(self) -> Frame:
        """The frame that the trigger evokes."""
        return self.hit.item.entry.frame

    def add(self, slot: str, group: Group) -> None:
        """Puts a group into a slot once."""
        held = self.slots.setdefault(slot, [])
        if group not in held:
            held.append(group)

    def holds(self, group: Group) -> bool:
        """Whether the group stands in any slot."""
        return any(group in held for held in self.slots.values())
