"""How the outputs of a chunk, the state it changed and its position reach the broker: one strategy a task.

A partition task calls, for its life, `open` → `restore`, and for each chunk `begin` → `send` → `commit`;
after any error `close`, and everything begins anew. `AtLeastOnce` is what there is; a strategy with
transactions fits the same seams: `open` fences, `begin` and `commit` frame the transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.errors import ParleyError
from streams.kafka.producer import (
    BATCH_OVERHEAD,
    RECORD_OVERHEAD,
    Outgoing,
    Sender,
    client_options,
    new_producer,
)
from streams.kafka.pulse import Pulse
from streams.kafka.topics import POSITION_KEY
from streams.settings import Settings

Change = tuple[bytes, bytes | None]
"""Key and new value of one piece of state; None deletes it."""

RESTORE_STALL_SECONDS = 30.0


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
    have a new owner.
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
    ) -> None:
        self._settings = settings
        self._source = source
        self._state = state
        self._commit_offset = commit_offset
        self._pulse = pulse
        self._mark = pulse.mark()
        self._new_sender = new_sender or (lambda: Sender(new_producer(settings)))
        self._sender: Sender | None = None

    async def open(self) -> None:
        """Connect a new producer."""
        self._mark = self._pulse.mark()
        self._sender = self._new_sender()
        await self._sender.start()

    async def restore(self) -> tuple[dict[bytes, bytes], int | None]:
        """Read the state's partition to its end."""
        if self._state is None:
            return {}, None
        records = await read_state(self._settings, self._state)
        return records, self._position(records)

    @staticmethod
    def _position(records: Mapping[bytes, bytes]) -> int | None:
        record = records.get(POSITION_KEY)
        return None if record is None else int(orjson.loads(record)["offset"])

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
            position = (POSITION_KEY, orjson.dumps({"offset": end, **facts}))
            await self._open_sender.append(
                self._state.topic, self._state.partition, [*changes, position], timestamp
            )
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


async def read_state(settings: Settings, partition: TopicPartition) -> dict[bytes, bytes]:
    """All that a compacted partition holds, from its beginning to its present end, by key.

    Raises TimeoutError when the broker gives nothing for half a minute.
    """
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=50,
        max_partition_fetch_bytes=max(4 * 1024 * 1024, settings.max_message_bytes),
    )
    await consumer.start()
    state: dict[bytes, bytes] = {}
    try:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        async with asyncio.timeout(RESTORE_STALL_SECONDS) as stall:
            while await consumer.position(partition) < end:
                chunk = (await consumer.getmany(partition, timeout_ms=200)).get(partition, [])
                for record in chunk:
                    if record.value is None:
                        state.pop(record.key, None)
                    else:
                        state[record.key] = record.value
                if chunk:
                    stall.reschedule(asyncio.get_running_loop().time() + RESTORE_STALL_SECONDS)
    finally:
        await consumer.stop()
    return state
