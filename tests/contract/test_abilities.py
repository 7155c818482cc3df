"""The table of abilities is true: each cell is probed on the broker itself."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from streams.kafka.scan import scan
from tests.contract.abilities import ABILITIES, can
from tests.contract.conftest import may_skip

STAMP = 1_700_000_000_000
LARGE = 1024 * 1024 - 2048


async def create(bootstrap, name, **config):
    """A topic with one partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    answer = await admin.create_topics([NewTopic(name, 1, 1, topic_configs=config)])
    await admin.close()
    assert [code for _, code, *_ in answer.topic_errors] == [0]


async def sent(bootstrap, topic, *, value=b"v", headers=(), producer=None):
    """The one record of the topic after sending it."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **(producer or {})) as out:
        await out.send_and_wait(topic, value, key=b"k", headers=list(headers), timestamp_ms=STAMP)
    records = [record async for record in scan(bootstrap, [topic])]
    assert len(records) == 1
    return records[0]


async def probe_headers(bootstrap, topic):
    """Repeated and empty headers come back in order."""
    headers = (("h", b"1"), ("h", b"2"), ("empty", b""), ("a", b"3"))
    return (await sent(bootstrap, topic, headers=headers)).headers == headers


async def probe_timestamps(bootstrap, topic):
    """The producer's time comes back."""
    return (await sent(bootstrap, topic)).timestamp == STAMP


async def probe_time_index(bootstrap, topic):
    """A time after the record's own finds nothing, one before it finds the record's time."""
    await sent(bootstrap, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    partition = TopicPartition(topic, 0)
    consumer.assign([partition])
    before = (await consumer.offsets_for_times({partition: STAMP - 1}))[partition]
    after = (await consumer.offsets_for_times({partition: STAMP + 1}))[partition]
    await consumer.stop()
    return before is not None and before.timestamp == STAMP and after is None


async def probe_codec(bootstrap, topic, codec):
    """A compressed record comes back whole."""
    value = b"news " * 500
    return (await sent(bootstrap, topic, value=value, producer={"compression_type": codec})).value == value


async def probe_large(bootstrap, topic):
    """A record of nearly the largest size comes back whole."""
    producer = {"max_request_size": 2 * LARGE}
    return len((await sent(bootstrap, topic, value=b"x" * LARGE, producer=producer)).value) == LARGE


async def probe_producer(bootstrap, topic, **options):
    """A producer with these options can start and send."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, request_timeout_ms=3000, **options)
    try:
        async with asyncio.timeout(10):
            await producer.start()
            async with producer.transaction() if "transactional_id" in options else contextlib.nullcontext():
                await producer.send_and_wait(topic, b"v")
    except (KafkaError, TimeoutError):
        return False
    finally:
        await asyncio.wait_for(producer.stop(), 5)
    return True


async def probe_compaction(bootstrap, topic):
    """Of many records of one key, old ones go."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for rounds in range(1, 20):
            for number in range(10):
                await producer.send_and_wait(topic, str(number).encode(), key=b"k")
            await asyncio.sleep(0.15)
            if len([record async for record in scan(bootstrap, [topic])]) < rounds * 10:
                return True
    return False


PROBES = {
    "headers": probe_headers,
    "timestamps": probe_timestamps,
    "time-index": probe_time_index,
    "gzip": lambda bootstrap, topic: probe_codec(bootstrap, topic, "gzip"),
    "snappy": lambda bootstrap, topic: probe_codec(bootstrap, topic, "snappy"),
    "lz4": lambda bootstrap, topic: probe_codec(bootstrap, topic, "lz4"),
    "zstd": lambda bootstrap, topic: probe_codec(bootstrap, topic, "zstd"),
    "large-records": probe_large,
    "idempotence": lambda bootstrap, topic: probe_producer(bootstrap, topic, enable_idempotence=True),
    "transactions": lambda bootstrap, topic: probe_producer(bootstrap, topic, transactional_id=topic),
    "compaction": probe_compaction,
}


@pytest.mark.parametrize("ability", sorted(PROBES))
async def test_the_table_is_true(broker, prefix, ability):
    """What the table says of a broker is what it does."""
    topic = prefix + ability
    config = {"max.message.bytes": str(LARGE + 4096)}
    if ability == "compaction":
        config |= {"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.01"}
    await create(broker.bootstrap, topic, **config)
    assert await PROBES[ability](broker.bootstrap, topic) == can(broker.name, ability)


def test_every_ability_is_probed():
    """No cell stands unproven; `restart` is proven where a broker is ended."""
    assert set(ABILITIES) - set(PROBES) == {"restart"}


def test_only_listed_skips_are_allowed():
    """A skip needs the table, or a machine that cannot run Apache Kafka."""
    assert may_skip(listed=True, reason="tansu has no compaction")
    assert may_skip(
        listed=False, reason="Apache Kafka needs Java 17 and Maven: there is no `java` on the PATH"
    )
    assert not may_skip(listed=False, reason="flaky today")
