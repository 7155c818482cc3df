"""What a partition task works with: the records, the computing, the consumer, the pace.

The computing is pure steps over records, behind two small protocols.

`Work` is what a partition keeps between chunks (its state), a `Draft` what one chunk makes of it: nothing of
a draft is seen outside until it is merged, so that a chunk that fails leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import TopicPartition

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

    def facts(self) -> Mapping[str, Any]:
        """What else of the state is to be written, into the position record: JSON."""

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


class Source(Protocol):
    """What a task asks of the consumer."""

    async def committed(self, partition: TopicPartition) -> int | None:
        """The group's committed offset."""

    async def bounds(self, partition: TopicPartition) -> tuple[int, int]:
        """The first offset that is kept, and the one after the last."""

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        """Fetch from here on."""

    def fetch(self, partition: TopicPartition, wanted: bool) -> None:
        """Whether to fetch for this partition."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at once, and how long to wait; seconds."""

    chunk: int = 2000
    batch_bytes: int = 1024 * 1024
    slice: float = 0.001
    backoff: float = 0.25
    longest_backoff: float = 5.0
    stale_backoff: float = 4.0
    finish: float = 2.0
