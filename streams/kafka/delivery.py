"""How the outputs of a chunk, the state it changed and its position reach the broker: one strategy a task.

A partition task calls, for its life, `open` → `restore`, and for each chunk `begin` → `send` → `commit`;
after any error `close`, and everything begins anew. `at_least_once` and `exactly_once` are the two strategies.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from aiokafka import TopicPartition

from streams.errors import ParleyError
from streams.kafka.producer import BATCH_OVERHEAD, RECORD_OVERHEAD, Headers, Outgoing
from streams.kafka.restoring import Restored, epoch_headers, read_state
from streams.kafka.topics import POSITION_KEY
from streams.settings import Settings

log = logging.getLogger(__name__)

Change = tuple[bytes, bytes | None]
"""Key and new value of one piece of state; None deletes it."""

SILENT_TO = "silent_to"
"""A fact of the position record while lost state is made again: the offset before which nothing is told."""


class StaleOwnerError(ParleyError):
    """Another process may own the partition, or does: nothing more may be written before it is opened anew."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a task's partition of state holds: the state by key (position record included) and the position, None when
    there is none. What comes before `silent_to` was told already. `stateless` is a task without such a partition.
    """

    state: dict[bytes, bytes] = field(default_factory=dict)
    position: int | None = None
    silent_to: int = 0
    stateless: bool = False

    @property
    def lost(self) -> bool:
        """Whether nothing is left of the state; so it is before the first chunk, too."""
        return not self.stateless and not self.state


class Delivery(Protocol):
    """What a partition task asks of a strategy; every method may raise, and then `close` follows."""

    async def open(self) -> None:
        """Connect, and shut out whoever had the partition before, where the broker can."""

    async def restore(self) -> Held:
        """What the partition of state holds."""

    async def begin(self) -> None:
        """Before a chunk is sent."""

    async def send(self, outputs: Sequence[Outgoing]) -> None:
        """Put a chunk's outputs on their topics."""

    async def commit(
        self, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        """Make the chunk count: its state and its position, and only after its outputs. `facts` go into the
        position record beside the offset. The group's offset never goes back: see `group_offset`.
        """

    async def close(self) -> None:
        """Give up what is under way, and disconnect. Never raises."""


class Ledger:
    """A task's state on its compacted partition, the position among it; None for a task without state.

    Whatever the strategy, each record carries its writer's epoch (see `restoring`), so that one may follow the
    other on the same topic.
    """

    def __init__(
        self,
        settings: Settings,
        partition: TopicPartition | None,
        read_state: Callable[[Settings, TopicPartition], Awaitable[Restored]] = read_state,
    ) -> None:
        self.partition = partition
        self._settings = settings
        self._read_state = read_state
        self._epoch = 0
        self._repairs: dict[bytes, bytes | None] = {}

    async def restore(self) -> Held:
        """Read the partition. A position record that nobody can read counts as none; an error in the log says so."""
        if self.partition is None:
            return Held(stateless=True)
        restored = await self._read_state(self._settings, self.partition)
        self._epoch = restored.epoch + 1
        self._repairs = restored.repairs
        record = restored.state.get(POSITION_KEY)
        if record is None:
            return Held(restored.state)
        try:
            facts = orjson.loads(record)
            return Held(restored.state, int(facts["offset"]), int(facts.get(SILENT_TO, 0)))
        except (ValueError, TypeError, KeyError, AttributeError):
            log.error(  # noqa: TRY400 - the record is the whole story
                "%s: the position record is damaged: %r; going on at the group's offset",
                self.partition.topic, record[:200],
            )  # fmt: skip
            return Held(restored.state)

    @property
    def headers(self) -> Headers:
        """Of every record of state."""
        return epoch_headers(self._epoch)

    def repairs(self) -> list[Change]:
        """What is to be written once more, once."""
        repairs, self._repairs = self._repairs, {}
        return list(repairs.items())

    def entries(self, changes: Sequence[Change], end: int, facts: Mapping[str, Any]) -> list[Change]:
        """The changes and the position record."""
        return [*changes, (POSITION_KEY, orjson.dumps({"offset": end, **facts}))]


def group_offset(end: int, facts: Mapping[str, Any]) -> int:
    """What the group commits after a chunk that ends at `end`: while lost state is made again, what it has already."""
    return max(end, int(facts.get(SILENT_TO, 0)))


def state_size(changes: Iterable[Change]) -> int:
    """Bytes that the changes and a position take in a batch, rather too many than too few."""
    return BATCH_OVERHEAD + sum(len(key) + len(value or b"") + RECORD_OVERHEAD for key, value in changes)
