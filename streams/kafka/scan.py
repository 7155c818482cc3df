"""Read topics from a start to their present end, once: for snapshots, rejected records and comparisons."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from streams.errors import ParleyError

Client = Mapping[str, Any]
"""Options that every aiokafka client of ours takes besides the address: security, client id."""


LOOK_MS = 150
"""How long to look for records behind the end that the broker told."""


class UnknownTopicError(ParleyError):
    """A topic does not exist on the broker; the message says which and how it comes about."""


@asynccontextmanager
async def reader(bootstrap: str, client: Client | None = None) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group that sees committed records only."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        **(client or {}),
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def partitions_of(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> list[TopicPartition]:
    """All partitions of the topics, in order. Raises `UnknownTopicError` for a topic that does not exist."""
    # The public methods know the partitions of assigned topics only, and a consumer that is assigned for
    # a moment and stopped at once may hang in aiokafka's fetcher.
    cluster = await consumer._client.fetch_all_metadata()  # noqa: SLF001
    found = []
    for topic in topics:
        numbers = cluster.partitions_for_topic(topic)
        if not numbers:
            raise UnknownTopicError(
                f"there is no topic {topic} on the broker: start a worker or run `parley topics create`, "
                "and compare the topic prefix; a broker that gives rights hides what you may not read"
            )
        found += [TopicPartition(topic, number) for number in sorted(numbers)]
    return found


async def scan(
    bootstrap: str,
    topics: Iterable[str],
    *,
    since: datetime | None = None,
    client: Client | None = None,
) -> AsyncIterator[ConsumerRecord]:
    """Every committed record of the topics from `since` (default: the beginning) to their present end.

    Order holds within a partition. What came in the meantime may be among them: the embedded broker tells an end
    that is behind what it holds, and a beginning that is not the first record, when it was asked while somebody
    wrote, and keeps to both; so the end is looked behind, and the beginning is not asked for. Raises `UnknownTopicError` for a topic that does not exist.
    """
    async with reader(bootstrap, client) as consumer:
        partitions = await partitions_of(consumer, topics)
        consumer.assign(partitions)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        if since is None:
            for partition in partitions:
                consumer.seek(partition, 0)  # if that is not there any more, the client finds what is
        else:
            for partition, offset in (await offsets_at(consumer, ends, since)).items():
                consumer.seek(partition, offset)
        async for record in _read_beyond(consumer, ends):
            yield record


async def _read_beyond(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> AsyncIterator[ConsumerRecord]:
    """As `read_until`, with what is found behind the ends, but no longer than for a look at each partition."""
    looks = len(ends)
    while looks:
        behind = [one for one in ends if await consumer.position(one) < ends[one]]
        found = await consumer.getmany(*(behind or ends), timeout_ms=200 if behind else LOOK_MS)
        for records in found.values():
            for record in records:
                yield record
        if not behind:
            looks = looks - 1 if found else 0


async def read_until(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> AsyncIterator[ConsumerRecord]:
    """Records of an assigned consumer from where it stands up to the offsets in `ends`.

    The position decides, not the last record's offset: transaction markers, aborted and compacted records
    leave gaps that no record will ever fill.
    """
    open_ones = set(ends)
    while open_ones := {one for one in open_ones if await consumer.position(one) < ends[one]}:
        for partition, records in (await consumer.getmany(*open_ones, timeout_ms=200)).items():
            for record in records:
                if record.offset < ends[partition]:
                    yield record


async def offsets_at(
    consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int], when: datetime
) -> dict[TopicPartition, int]:
    """For each partition the first offset at `when` or later; its end, as in `ends`, when there is none.

    The embedded broker looks at when a record was appended, not at the record's timestamp.
    """
    stamp = max(0, int(when.timestamp() * 1000))
    found = await consumer.offsets_for_times(dict.fromkeys(ends, stamp)) if ends else {}
    # No timestamp means nothing was found, whatever the offset: the embedded broker says 0.
    hits = {key: hit.offset for key, hit in found.items() if hit is not None and hit.timestamp >= 0}
    return {**ends, **hits}
