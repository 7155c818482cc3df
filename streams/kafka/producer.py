"""Records on their way out: `Sender` packs them into batches by partition and waits for every one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2
from aiokafka.producer import sender as aiokafka_sender
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.security import client_options
from streams.settings import Settings

Headers = Sequence[tuple[str, bytes]]

RECORD_OVERHEAD = 64
"""Bytes that a record may take beside key, value and headers: lengths, offset and time as varints."""

BATCH_OVERHEAD = 1024
"""Bytes of a batch that are no records, with room to spare."""

STOP_SECONDS = 5.0

TRANSACTION_MS = 30_000
"""Age at which the broker gives up a transaction whose producer is silent: so long may readers wait for what
follows it, when no new owner settles it before."""

TRANSACTION_BACKOFF_MS = 8
"""Between two requests of a transaction that the broker is not ready for: the usual 50 would take longer than
the transaction itself."""

SETTLING_SECONDS = 0.002
"""Between two attempts to begin a transaction while the broker settles the one before, which takes it a few
milliseconds; aiokafka waits twenty, most of the time that a transaction takes."""

aiokafka_sender.BACKOFF_OVERRIDE = SETTLING_SECONDS


@dataclass(slots=True)
class Outgoing:
    """A record to send. `topic` is the full name, `timestamp` in milliseconds."""

    topic: str
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: Headers = ()

    @property
    def size(self) -> int:
        """Bytes on the wire, rather too many than too few."""
        size = RECORD_OVERHEAD + len(self.key or b"") + len(self.value or b"")
        for name, value in self.headers:
            size += len(name) * 4 + len(value or b"") + 10
        return size


def new_producer(settings: Settings, transactional_id: str | None = None) -> AIOKafkaProducer:
    """A producer for `Sender`; not started."""
    options = client_options(settings)
    if transactional_id is not None:
        options |= {
            "transactional_id": transactional_id,
            "transaction_timeout_ms": TRANSACTION_MS,
            "retry_backoff_ms": TRANSACTION_BACKOFF_MS,
        }
    return AIOKafkaProducer(
        **options,
        acks="all",
        enable_idempotence=settings.idempotence,
        max_batch_size=settings.max_message_bytes - BATCH_OVERHEAD,
        max_request_size=settings.max_message_bytes * 4,
        compression_type=None if settings.compression == "none" else settings.compression,
        linger_ms=0,
        request_timeout_ms=15_000,
    )


class Sender:
    """A producer seen as two verbs: `send` many records, `append` one batch. Both return when the broker
    has everything; both raise what the producer raises, and then nobody knows what has arrived. A transactional
    one has four more: `begin`, `send_offsets`, `commit` and `abort`.
    """

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitions: dict[str, int] = {}
        self._turn = 0

    async def start(self) -> None:
        """Connect."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect, whatever state the producer is in; what is still unsent is given up."""
        stopping = asyncio.ensure_future(self._producer.stop())
        _, pending = await asyncio.wait({stopping}, timeout=STOP_SECONDS)
        for task in pending:
            task.cancel()

    async def begin(self) -> None:
        """Begin a transaction; until `commit` or `abort` all that is sent belongs to it."""
        await self._producer.begin_transaction()

    async def send_offsets(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group: str) -> None:
        """Make a group's offsets part of the transaction."""
        await self._producer.send_offsets_to_transaction(dict(offsets), group)

    async def commit(self) -> None:
        """End the transaction; only when everything sent in it is known to be on the broker: aiokafka ends it
        after a failed batch as well.
        """
        await self._producer.commit_transaction()

    async def abort(self) -> None:
        """Give the transaction up."""
        await self._producer.abort_transaction()

    async def send(self, records: Iterable[Outgoing]) -> None:
        """Put records on their topics, by key; those of one key stay in order."""
        waiting = [
            await self._submit(batch, topic, partition)
            for topic, partition, batch in await self._pack(records)
        ]
        await finished(waiting)

    async def append(
        self,
        partition: TopicPartition,
        records: Iterable[tuple[bytes, bytes | None]],
        timestamp: int,
        headers: Headers = (),
    ) -> None:
        """Put keys and values on one partition as a single batch: it arrives whole or not at all.

        Each record gets the headers. Raises ValueError when they do not fit into one batch.
        """
        batch = self._producer.create_batch()
        for key, value in records:
            if not _append(batch, Outgoing(partition.topic, key, value, timestamp, headers)):
                raise ValueError(f"the records for {partition.topic} do not fit into one batch")
        await finished([await self._submit(batch, partition.topic, partition.partition)])

    async def _pack(self, records: Iterable[Outgoing]) -> list[tuple[str, int, Any]]:
        """Full batches and the open ones, in order of their beginning."""
        self._turn += 1
        packed: list[tuple[str, int, Any]] = []
        current: dict[tuple[str, int], Any] = {}
        for record in records:
            topic = record.topic
            count = self._partitions.get(topic) or await self._count(topic)
            partition = partition_of(record.key, count) if record.key is not None else self._keyless(count)
            batch = current.get((topic, partition))
            if batch is None or not _append(batch, record):
                batch = current[topic, partition] = self._producer.create_batch()
                packed.append((topic, partition, batch))
                _append(batch, record)
        return packed

    def _keyless(self, count: int) -> int:
        """Records without a key take turns, batch by batch of a call."""
        return self._turn % count

    async def _count(self, topic: str) -> int:
        count = self._partitions[topic] = len(await self._producer.partitions_for(topic))
        return count

    async def _submit(self, batch: Any, topic: str, partition: int) -> asyncio.Future[Any]:
        batch.close()
        future: asyncio.Future[Any] = await self._producer.send_batch(batch, topic, partition=partition)
        return future


@lru_cache(maxsize=1 << 16)
def partition_of(key: bytes, count: int) -> int:
    """Where Kafka's own clients put a key among `count` partitions."""
    return 0 if count == 1 else int(murmur2(key) & 0x7FFFFFFF) % count


def _append(batch: Any, record: Outgoing) -> bool:
    """Whether the record went into the batch. A batch's first record always does."""
    added = batch.append(
        key=record.key, value=record.value, timestamp=record.timestamp, headers=list(record.headers)
    )
    return added is not None


async def finished(waiting: Iterable[Awaitable[Any]]) -> None:
    """Wait for everything, then raise the first failure: none may be left behind unseen, or still on its way."""
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
