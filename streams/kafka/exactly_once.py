"""Exactly once: a chunk's outputs, its state and its offset are one transaction of Kafka.

The order in which a partition is opened makes it so: first the transactional producer starts, which shuts out
the partition's last owner and settles what that one left open; only then are state and offset read.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    InvalidTxnState,
    ProducerFenced,
)
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.delivery import Change, Held, Ledger, StaleOwnerError, group_offset
from streams.kafka.producer import Outgoing, Sender, finished, new_producer
from streams.kafka.pulse import Pulse
from streams.settings import Settings

FENCED = (ProducerFenced, InvalidProducerEpoch, InvalidProducerIdMapping, InvalidTxnState)
"""What the broker says to a producer whose transactional id another one has taken over, or whose transaction
it has given up for its age."""

OPEN_SECONDS = 60.0
"""How long the producer may take to start: its predecessor's transaction is settled meanwhile."""

CHUNK_SECONDS = 45.0
"""How long a transaction may take from its beginning: the broker itself gives it up before that."""

ABORT_SECONDS = 1.0


class ExactlyOnce:
    """One transactional producer for each input partition, and one transaction for each chunk.

    `source` is the input partition and `group` the consumer group, whose offset is part of the transaction.
    Any error leaves the transaction open or its end unknown: `close` and a new `open` settle it, and the
    offset that is read then says which it was.
    """

    def __init__(
        self,
        settings: Settings,
        source: TopicPartition,
        ledger: Ledger,
        *,
        group: str,
        pulse: Pulse,
        new_sender: Callable[[str], Sender] | None = None,
    ) -> None:
        self._source = source
        self._ledger = ledger
        self._group = group
        self._pulse = pulse
        self._mark = pulse.mark()
        self._new_sender = new_sender or (lambda name: Sender(new_producer(settings, name)))
        self._sender: Sender | None = None
        self._outputs: asyncio.Task[None] | None = None
        self._open_transaction = False

    async def open(self) -> None:
        """Shut out the partition's last owner and settle its transaction."""
        self._mark = self._pulse.mark()
        self._sender = self._new_sender(transactional_id(self._group, self._source))
        async with asyncio.timeout(OPEN_SECONDS):
            await self._sender.start()

    async def restore(self) -> Held:
        """Read the state's partition to its last settled transaction."""
        return await self._ledger.restore()

    async def begin(self) -> None:
        """Begin a transaction. Raises `StaleOwnerError` in a process that was suspended for long: it would only
        shut out its successor.
        """
        if not self._pulse.fresh(self._mark):
            raise StaleOwnerError("this process was suspended for longer than its session lasts")
        await self._open_sender.begin()
        self._open_transaction = True

    async def send(self, outputs: Sequence[Outgoing]) -> None:
        """Start to send; `commit` waits for every output."""
        if outputs:
            self._outputs = asyncio.create_task(self._open_sender.send(outputs))

    async def commit(
        self, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        """Write state and offset, wait until the broker has everything, and end the transaction."""
        sender = self._open_sender
        offsets = {self._source: OffsetAndMetadata(group_offset(end, facts), "")}
        waiting: list[Awaitable[Any]] = []
        if self._outputs is not None:
            waiting.append(self._outputs)
        if self._ledger.partition is not None:
            waiting.append(self._write_state(sender, changes, end, timestamp, facts))
        try:
            async with asyncio.timeout(CHUNK_SECONDS):
                await finished(waiting)
                # Only now: while the coordinator takes the group in, brokers turn down what is being sent.
                await sender.send_offsets(offsets, self._group)
                await sender.commit()
        except FENCED as error:
            raise StaleOwnerError(f"the broker has given {self._source} to another producer") from error
        self._outputs = None
        self._open_transaction = False

    async def close(self) -> None:
        """Give up an open transaction, if the broker still listens, and disconnect the producer."""
        sender, self._sender = self._sender, None
        outputs, self._outputs = self._outputs, None
        unfinished, self._open_transaction = self._open_transaction, False
        if outputs is not None:
            outputs.cancel()
            await asyncio.gather(outputs, return_exceptions=True)
        if sender is None:
            return
        if unfinished:
            # Where it cannot be given up (aiokafka asserts that), the next owner settles it.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(ABORT_SECONDS):
                    await sender.abort()
        await sender.stop()

    async def _write_state(
        self, sender: Sender, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        ledger = self._ledger
        assert ledger.partition is not None
        entries = (ledger.repairs(), ledger.entries(changes, end, facts))
        for each in filter(None, entries):
            await sender.append(ledger.partition, each, timestamp, ledger.headers)

    @property
    def _open_sender(self) -> Sender:
        assert self._sender is not None, "deliver only after open"
        return self._sender


def transactional_id(group: str, partition: TopicPartition) -> str:
    """The name under which whoever owns a partition writes: the same for every owner, so that a new one shuts
    out the last.
    """
    return f"{group}-{partition.partition}"
