"""Rejected records: what their headers say, when there are too many, and how they are sent again.

A bad record goes to `<topic>.rejected` whole: its value, key and headers, and these headers of ours, which
are those of Kafka Streams (KIP-1034), so that tools that know them work here too:

    __streams.errors.exception   the error's class           __streams.errors.topic       where it came from
    __streams.errors.message     what is wrong, in words     __streams.errors.partition
    __streams.errors.code        our stable code             __streams.errors.offset
    __streams.errors.stage       parse, detect, track, encode
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from streams.errors import ParleyError, Rejection, SettingsError
from streams.kafka.scan import Client, partitions_of, read_until, reader, scan

PREFIX = "__streams.errors."
SUFFIX = ".rejected"

Headers = Sequence[tuple[str, bytes]]

_MESSAGE_LIMIT = 1000
"""Characters of the message in a header: an error may quote its input."""


def headers_for(
    rejection: Rejection, topic: str, partition: int, offset: int, headers: Headers = ()
) -> list[tuple[str, bytes]]:
    """The headers of the record on `<topic>.rejected`: the original `headers`, then what, where and why.

    What an earlier rejection of the same record left in its headers is replaced.
    """
    facts = {
        "exception": f"streams.errors.Rejected: {rejection.code}",
        "message": rejection.message[:_MESSAGE_LIMIT],
        "topic": topic,
        "partition": str(partition),
        "offset": str(offset),
        "code": str(rejection.code),
        "stage": rejection.stage,
    }
    ours = [(PREFIX + name, value.encode("utf-8", "replace")) for name, value in facts.items()]
    return original_headers(headers) + ours


def original_headers(headers: Headers) -> list[tuple[str, bytes]]:
    """The headers as they came, without ours."""
    return [(name, value) for name, value in headers if not name.startswith(PREFIX)]


class RejectionLimit:
    """Says when a partition's feed is broken: more than half of at least 200 records in five minutes.

    Time is an argument, in seconds of any clock that does not go back. One bucket a second keeps the
    window's memory constant.
    """

    def __init__(self, *, share: float = 0.5, least: int = 200, window: float = 300.0) -> None:
        self.share, self.least, self.window = share, least, window
        self._buckets: deque[tuple[float, int, int]] = deque()
        self._records = 0
        self._rejected = 0

    def observe(self, records: int, rejected: int, now: float) -> bool:
        """Count a step of `records`, `rejected` among them; whether the limit is passed at `now`."""
        second = float(int(now))
        if self._buckets and self._buckets[-1][0] >= second:
            last = self._buckets.pop()
            self._buckets.append((last[0], last[1] + records, last[2] + rejected))
        else:
            self._buckets.append((second, records, rejected))
        self._records += records
        self._rejected += rejected
        return self.passed(now)

    def passed(self, now: float) -> bool:
        """Whether the window that ends at `now` holds too many rejections."""
        while self._buckets and self._buckets[0][0] <= now - self.window:
            _, records, rejected = self._buckets.popleft()
            self._records -= records
            self._rejected -= rejected
        return self._records >= self.least and self._rejected > self.share * self._records

    def reset(self) -> None:
        """Forget the window: an operator says that the feed is mended."""
        self._buckets.clear()
        self._records = self._rejected = 0


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record on a rejected topic. `headers` are the original ones, `source` is where it came from.

    `position` (`topic:partition:offset` on the rejected topic) names it for `find`.
    """

    position: str
    timestamp: datetime
    code: str
    stage: str
    message: str
    source_topic: str
    source_partition: int
    source_offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


def from_record(record: ConsumerRecord) -> RejectedRecord:
    """The rejected record as read; a header that is missing (written by other tools) reads as empty."""
    facts = {
        name.removeprefix(PREFIX): (value or b"").decode("utf-8", "replace")
        for name, value in record.headers
        if name.startswith(PREFIX)
    }
    return RejectedRecord(
        position=f"{record.topic}:{record.partition}:{record.offset}",
        timestamp=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        code=facts.get("code", ""),
        stage=facts.get("stage", ""),
        message=facts.get("message", ""),
        source_topic=facts.get("topic") or record.topic.removesuffix(SUFFIX),
        source_partition=int(facts.get("partition") or -1),
        source_offset=int(facts.get("offset") or -1),
        key=record.key,
        value=record.value,
        headers=tuple(original_headers(record.headers)),
    )


async def list_rejected(
    bootstrap: str,
    topics: Iterable[str],
    *,
    code: str | None = None,
    since: datetime | None = None,
    client: Client | None = None,
) -> AsyncIterator[RejectedRecord]:
    """What the rejected topics hold at present, oldest first within a partition.

    `topics` are full names (`articles.rejected`); `code` and `since` narrow.
    """
    async for record in scan(bootstrap, topics, since=since, client=client):
        rejected = from_record(record)
        if code is None or rejected.code == code:
            yield rejected


async def find_rejected(bootstrap: str, position: str, *, client: Client | None = None) -> RejectedRecord:
    """The record at `position` (`topic:partition:offset`, as listed).

    Raises `ParleyError` when there is none: retention may have removed it.
    """
    topic, number, offset = _parts(position)
    async with reader(bootstrap, client) as consumer:
        partition = TopicPartition(topic, number)
        if partition in await partitions_of(consumer, [topic]):
            consumer.assign([partition])
            begin, end = await _bounds(consumer, partition)
            if begin <= offset < end:
                consumer.seek(partition, offset)
                async for record in read_until(consumer, {partition: offset + 1}):
                    return from_record(record)
    raise ParleyError(f"there is no rejected record at {position}: see `parley rejected list`")


def _parts(position: str) -> tuple[str, int, int]:
    topic, _, rest = position.partition(":")
    number, _, offset = rest.partition(":")
    if not (topic and number.isdecimal() and offset.isdecimal()):
        raise SettingsError(f"{position!r} is no position: write topic:partition:offset, as listed")
    return topic, int(number), int(offset)


async def _bounds(consumer: AIOKafkaConsumer, partition: TopicPartition) -> tuple[int, int]:
    begins = await consumer.beginning_offsets([partition])
    ends = await consumer.end_offsets([partition])
    return begins[partition], ends[partition]


async def send_again(
    bootstrap: str,
    records: Iterable[RejectedRecord],
    *,
    progress: Callable[[int], None] | None = None,
    client: Client | None = None,
) -> int:
    """Send the records to the topics they came from, as they were, and return how many are delivered.

    Key, value and headers are the original ones. The timestamp is new: it is when the article is
    received, so an old one counts as late, as it should. `progress` hears the number delivered so far.
    """
    count = 0
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", **(client or {}))
    try:
        await producer.start()
        for record in records:
            await producer.send_and_wait(
                record.source_topic, record.value, key=record.key, headers=list(record.headers)
            )
            count += 1
            if progress is not None:
                progress(count)
    finally:
        await producer.stop()
    return count
