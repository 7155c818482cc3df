"""What the agents ask of the pure code: a function that reads an article, and a tracker with its fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self, TypeVar

from streams import events
from streams.article import Read
from streams.errors import Rejection
from streams.kafka.delivery import Change
from streams.reading import Reading


class ReadFunction(Protocol):
    """`Pipeline.read`: pure, but may be buggy or slow on a text that nobody has thought of."""

    def __call__(
        self, raw: bytes | None, *, key: bytes | None, received: datetime, headers: Mapping[str, bytes]
    ) -> Read | Rejection:
        """What an article says, or why it is none."""


class Tracker(Protocol):
    """A tracker's state, or a layer of changes on top of it: `track.state.State`."""

    now: datetime | None

    def overlay(self) -> Self:
        """A layer on top of this state, to be absorbed or thrown away."""

    def changes(self) -> Sequence[Change]:
        """What the layer changed, as records for `threads`."""

    def absorb(self, layer: Self) -> None:
        """Take over what a layer on top of this state changed."""


T = TypeVar("T", bound=Tracker)

Fold = Callable[[T, Reading], Sequence[events.Update]]
"""Takes a reading into a layer, and gives the updates that follow from it."""
