"""A task's state as its compacted partition holds it, without what a stale owner wrote.

Every record of state carries the epoch of its writer, one more than the highest that it found when it opened.
Without fencing, a worker that was suspended in the middle of a write may finish it after a successor has
written: such a record has a lower epoch than one before it. It is passed over, and the successor's value is
written again before compaction can remove it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.kafka.producer import Headers
from streams.kafka.security import client_options
from streams.settings import Settings

EPOCH_HEADER = "parley-epoch"
STALL_SECONDS = 30.0

LOOK_SECONDS = 0.3
"""How long to look for records behind the end that the embedded broker told, at least."""


@dataclass(slots=True)
class Restored:
    """State by key, the highest epoch among its writers, and what is to be written again."""

    state: dict[bytes, bytes] = field(default_factory=dict)
    epoch: int = 0
    repairs: dict[bytes, bytes | None] = field(default_factory=dict)

    def add(self, key: bytes, value: bytes | None, headers: Headers = ()) -> None:
        """The next record of the partition."""
        epoch = epoch_of(headers)
        if epoch < self.epoch:
            self.repairs[key] = self.state.get(key)
            return
        self.epoch = epoch
        self.repairs.pop(key, None)
        if value is None:
            self.state.pop(key, None)
        else:
            self.state[key] = value


def epoch_headers(epoch: int) -> list[tuple[str, bytes]]:
    """The headers of a record of state."""
    return [(EPOCH_HEADER, b"%d" % epoch)]


def epoch_of(headers: Headers) -> int:
    """The epoch of a record's writer; 0 for one that says nothing."""
    return next((int(value) for name, value in headers if name == EPOCH_HEADER), 0)


async def read_state(settings: Settings, partition: TopicPartition) -> Restored:
    """All that a partition of state holds, from its beginning to its present end.

    The embedded broker may tell an end that is behind what it holds, so there the end is looked behind. Raises TimeoutError when the broker gives nothing for half a minute.
    """
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=5000,  # the embedded broker needs time for a long topic; others answer at once
        max_partition_fetch_bytes=max(4 * 1024 * 1024, settings.max_message_bytes),
    )
    restored = Restored()
    try:
        await consumer.start()
        # Before there is a fetch: the embedded broker answers nothing else while one waits.
        end = (await consumer.end_offsets([partition]))[partition]
        if end == 0 and settings.idempotence:
            return restored
        consumer.assign([partition])
        consumer.seek(partition, 0)
        await _read(consumer, partition, end, restored, beyond=not settings.idempotence)
    finally:
        await consumer.stop()
    return restored


async def _read(
    consumer: Any, partition: TopicPartition, end: int, restored: Restored, *, beyond: bool
) -> None:
    """Add the records up to `end`; with `beyond`, up to where nothing comes in the time that a fetch takes."""
    clock = asyncio.get_running_loop().time
    look = LOOK_SECONDS
    async with asyncio.timeout(STALL_SECONDS) as stall:
        while (behind := await consumer.position(partition) < end) or beyond:
            began = clock()
            wait = 0.2 if behind else look
            found = await consumer.getmany(partition, timeout_ms=int(wait * 1000))
            records: Sequence[Any] = found.get(partition, [])
            for record in records:
                restored.add(record.key, record.value, record.headers)
            if beyond:
                end = max(end, consumer.highwater(partition) or 0)  # a fetch's word for the end is right
            if records:
                look = max(look, 2 * (clock() - began))
                stall.reschedule(clock() + STALL_SECONDS)
            elif not behind:
                return
