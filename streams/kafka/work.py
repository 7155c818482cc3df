"""What a partition task computes: pure steps over records, behind two small protocols.

`Work` is what a partition keeps between chunks (its state), a `Draft` what one chunk makes of it: nothing of
a draft is seen outside until it is merged, so that a chunk that fails leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.kafka.delivery import Change
from streams.kafka.producer import Headers, Outgoing


class Record(Protocol):
    """An input record as the Kafka client gives it; `timestamp` in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(slots=True)
class Chunk:
    """What one fetch gave of a partition: all records between the fetch positions `start` and `end`.

    Positions are no record offsets: transaction markers, compaction and aborted records leave gaps that
    are no loss, and a chunk may have no record at all.
    """

    topic: str
    partition: int
    start: int
    end: int
    records: Sequence[Record]
    highwater: int | None = None


class Draft(Protocol):
    """The outcome of a chunk so far."""

    def step(self, record: Record) -> Iterable[Outgoing]:
        """The outputs of one record. Must not raise for bad input, and must not wait."""

    def changes(self) -> Sequence[Change]:
        """The state that the chunk changed, ready to be written."""

    def merge(self) -> None:
        """The chunk is committed: let the work's state be what this draft made of it."""


class Work(Protocol):
    """An agent's computing for one partition."""

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Begin with this state, and forget any other."""

    def draft(self) -> Draft:
        """A new draft on the present state."""

    @property
    def halted(self) -> bool:
        """Whether it must not go on until an operator says so."""

    def resume(self) -> None:
        """The operator says so."""
