"""Beginnings and ends that a broker tells wrong, as the embedded one does under load: all is read nevertheless."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.kafka import topics
from streams.kafka.restoring import read_state
from streams.kafka.scan import scan
from streams.kafka.subscribe import subscribe
from streams.testing import story
from tests.contract.test_subscribe import publish
from tests.contract.test_worker import LONG, World, article, working

PARTITIONS = 3


@pytest.fixture
def wrong(monkeypatch):
    """Every consumer is told a beginning two records late and an end two records early."""
    told = AIOKafkaConsumer.end_offsets

    async def end_offsets(self, partitions):
        return {key: max(0, end - 2) for key, end in (await told(self, partitions)).items()}

    async def beginning_offsets(self, partitions):
        return {key: min(2, end) for key, end in (await told(self, partitions)).items()}

    async def seek_to_beginning(self, *partitions):
        for key, offset in (await beginning_offsets(self, partitions)).items():
            self.seek(key, offset)

    monkeypatch.setattr(AIOKafkaConsumer, "end_offsets", end_offsets)
    monkeypatch.setattr(AIOKafkaConsumer, "beginning_offsets", beginning_offsets)
    monkeypatch.setattr(AIOKafkaConsumer, "seek_to_beginning", seek_to_beginning)


async def test_a_scan_reads_first_and_last_records(broker, prefix, wrong):
    """All records of all partitions, once."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    name = settings.topic(topics.ARTICLES)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for number in range(4 * PARTITIONS):
            await producer.send_and_wait(name, b"%d" % number, partition=number % PARTITIONS)
    found = [int(record.value) async for record in scan(broker.bootstrap, [name])]
    assert sorted(found) == list(range(4 * PARTITIONS))


async def test_an_empty_topic_is_scanned(broker, prefix, wrong):
    """There is nothing, and the scan ends."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    assert [one async for one in scan(broker.bootstrap, [settings.topic(topics.ARTICLES)])] == []


@pytest.mark.parametrize("broker", ["tansu"], indirect=True)
@pytest.mark.parametrize("records", [1, 5])
async def test_state_is_restored_to_its_last_record(broker, prefix, wrong, records):
    """On the embedded broker alone: elsewhere the told end is right, and a busy partition has one."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    partition = TopicPartition(settings.topic(topics.THREADS), 0)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for number in range(records):
            await producer.send_and_wait(partition.topic, b"state", key=b"%d" % number, partition=0)
    restored = await read_state(settings, partition)
    assert len(restored.state) == records


async def test_a_subscriber_from_the_beginning_gets_the_first_update(broker, prefix, wrong):
    """A new group that starts with the earliest starts there."""
    await topics.create(broker.settings(prefix))
    await publish(broker, prefix, *story())
    updates = subscribe(
        "ceasefires", group="desk", start="earliest", bootstrap=broker.bootstrap, topic_prefix=prefix,
        session_timeout_seconds=broker.session,
    )  # fmt: skip
    async with updates, asyncio.timeout(LONG):
        async for update in updates:
            assert update.seq == 1
            break


@pytest.mark.parametrize("broker", ["tansu"], indirect=True)
async def test_a_new_worker_reads_the_first_article(broker, prefix, wrong):
    """What was published before the worker ever ran is read; the embedded broker deletes nothing of it."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    world = World(broker, settings)
    await world.tell(article("a1"))
    async with working(settings):
        [record] = await world.wait(topics.ENRICHED, 1)
    assert record.key == b"a1"
