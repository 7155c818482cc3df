"""How the outputs of a chunk, the state it changed and its position reach the broker: one strategy a task.

A partition task calls, for its life, `open` → `restore`, and for each chunk `begin` → `send` → `commit`;
after any error `close`, and everything begins anew. `AtLeastOnce` is what there is; a strategy with
transactions fits the same seams: `open` fences, `begin` and `commit` frame the transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson
from aiokafka import TopicPartition

from streams.errors import ParleyError
from streams.kafka.producer import (
    BATCH_OVERHEAD,
    RECORD_OVERHEAD,
    Outgoing,
    Sender,
    new_producer,
)
from streams.kafka.pulse import Pulse
from streams.kafka.restoring import Restored, epoch_headers, read_state
from streams.kafka.topics import POSITION_KEY
from streams.settings import Settings

Change = tuple[bytes, bytes | None]
"""Key and new value of one piece of state; None deletes it."""


class StaleOwnerError(ParleyError):
    """This process did not run for longer than its session lasts: another one may own the partition."""


class Delivery(Protocol):
    """What a partition task asks of a strategy; every method may raise, and then `close` follows."""

    async def open(self) -> None:
        """Connect, and shut out whoever had the partition before, where the broker can."""

    async def restore(self) -> tuple[dict[bytes, bytes], int | None]:
        """The state by key, position record included, and the position (None: there is none)."""

    async def begin(self) -> None:
        """Before a chunk is sent."""

    async def send(self, outputs: Sequence[Outgoing]) -> None:
        """Put a chunk's outputs on their topics."""

    async def commit(
        self, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        """Make the chunk count: its state and its position, and only after its outputs. `facts` go into the
        position record beside the offset.
        """

    async def close(self) -> None:
        """Give up what is under way, and disconnect. Never raises."""


class AtLeastOnce:
    """Outputs first, then state and position in one batch, then the offset: a repeat is possible, a loss
    is not, and state and position never disagree.

    `state` is the partition that holds the task's state, None for a task without any. `commit_offset` notes
    the offset for the group; `pulse` tells when this process was suspended for so long that the partition may
    have a new owner. What such a process writes all the same, having been suspended in the middle of it, is
    told by its epoch when the state is read again, and repaired.
    """

    def __init__(
        self,
        settings: Settings,
        source: TopicPartition,
        state: TopicPartition | None,
        *,
        commit_offset: Callable[[TopicPartition, int], None],
        pulse: Pulse,
        new_sender: Callable[[], Sender] | None = None,
        read_state: Callable[[Settings, TopicPartition], Awaitable[Restored]] = read_state,
    ) -> None:
        self._settings = settings
        self._source = source
        self._state = state
        self._commit_offset = commit_offset
        self._pulse = pulse
        self._mark = pulse.mark()
        self._new_sender = new_sender or (lambda: Sender(new_producer(settings)))
        self._read_state = read_state
        self._sender: Sender | None = None
        self._epoch = 0
        self._repairs: dict[bytes, bytes | None] = {}

    async def open(self) -> None:
        """Connect a new producer."""
        self._mark = self._pulse.mark()
        self._sender = self._new_sender()
        await self._sender.start()

    async def restore(self) -> tuple[dict[bytes, bytes], int | None]:
        """Read the state's partition to its end."""
        if self._state is None:
            return {}, None
        restored = await self._read_state(self._settings, self._state)
        self._epoch = restored.epoch + 1
        self._repairs = restored.repairs
        position = restored.state.get(POSITION_KEY)
        return restored.state, None if position is None else int(orjson.loads(position)["offset"])

    async def begin(self) -> None:
        """Raise `StaleOwnerError` rather than write what another owner may have written already."""
        self._check_fresh()

    async def send(self, outputs: Sequence[Outgoing]) -> None:
        """Return when the broker has every output."""
        if outputs:
            await self._open_sender.send(outputs)

    async def commit(
        self, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        """Write state and position, then note the offset."""
        self._check_fresh()
        if self._state is not None:
            headers, send = epoch_headers(self._epoch), self._open_sender.append
            if self._repairs:
                await send(self._state, self._repairs.items(), timestamp, headers)
                self._repairs = {}
            position = (POSITION_KEY, orjson.dumps({"offset": end, **facts}))
            await send(self._state, [*changes, position], timestamp, headers)
        self._commit_offset(self._source, end)

    async def close(self) -> None:
        """Disconnect the producer."""
        sender, self._sender = self._sender, None
        if sender is not None:
            await sender.stop()

    @property
    def _open_sender(self) -> Sender:
        assert self._sender is not None, "deliver only after open"
        return self._sender

    def _check_fresh(self) -> None:
        if not self._pulse.fresh(self._mark):
            raise StaleOwnerError("this process was suspended for longer than its session lasts")


def state_size(changes: Iterable[Change]) -> int:
    """Bytes that the changes and a position take in a batch, rather too many than too few."""
    return BATCH_OVERHEAD + sum(len(key) + len(value or b"") + RECORD_OVERHEAD for key, value in changes)
