"""kill -9 in the middle of 5,000 articles: nothing is lost, nothing is told twice in two ways."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime

import orjson
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from streams import events, wire
from streams.detect.frames import families
from streams.errors import Rejection
from streams.kafka import topics
from streams.kafka.produce import produce
from streams.kafka.rejected import from_record
from streams.kafka.scan import partitions_of, scan
from streams.pipeline import Pipeline
from streams.reading import Reading
from streams.settings import Settings
from streams.track.fold import fold
from streams.track.state import State
from tests.generated import articles
from tests.workers import workers

pytestmark = pytest.mark.kafka

ARTICLES = 5000
KILLS = 5
SETTINGS = {
    "languages": "en",
    "session_timeout_seconds": 3,
    "chunk_size": 100,
    "commit_interval_seconds": 0.5,
}


async def feed(bootstrap, prefix, documents):
    """Produce over some twelve seconds, so that every kill meets work under way."""
    for begin in range(0, len(documents), 250):
        await produce(documents[begin : begin + 250], bootstrap=bootstrap, topic_prefix=prefix)
        await asyncio.sleep(0.6)


async def chaos(running, dice):
    """Kill one worker after the other, at no particular time, and start it again a little later."""
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(1.5, 3.5))
        victim = dice.choice(running)
        await asyncio.to_thread(victim.kill)
        await asyncio.sleep(dice.uniform(0, 1.5))
        victim.start()


async def caught_up(bootstrap, settings, running):
    """Return when both groups have committed all of their input."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await consumer.start()
    try:
        async with asyncio.timeout(90):
            for agent, topic in (("read", topics.ARTICLES), ("track", topics.SIGNALS)):
                partitions = await partitions_of(consumer, [settings.topic(topic)])
                while True:
                    assert all(worker.running for worker in running), "a worker ended by itself"
                    committed = await admin.list_consumer_group_offsets(settings.group(agent))
                    done = {key: committed[key].offset for key in partitions if key in committed}
                    if done == {
                        key: end for key, end in (await consumer.end_offsets(partitions)).items() if end
                    }:
                        break
                    await asyncio.sleep(0.2)
    finally:
        await consumer.stop()
        await admin.close()


async def records_of(settings, name):
    """All records of a topic of this world."""
    return [record async for record in scan(settings.broker, [settings.topic(name)])]


async def expected_readings(settings):
    """What the pipeline reads from the very records of `articles`, without Kafka: outcome by position."""
    pipeline = Pipeline.load()
    return {
        (record.partition, record.offset): pipeline.read(
            record.value,
            key=record.key,
            received=datetime.fromtimestamp(record.timestamp / 1000, UTC),
            headers=dict(record.headers),
        )
        for record in await records_of(settings, topics.ARTICLES)
    }


def check_rejected(expected, rejected):
    """Each bad record, and no other, is on the rejected topic, with its code."""
    found = {(one.source_partition, one.source_offset): one.code for one in map(from_record, rejected)}
    assert found == {key: str(one.code) for key, one in expected.items() if isinstance(one, Rejection)}


def check_signals(expected, signals):
    """Exactly the readings that the pipeline gives, by bytes; so the set of signal ids is the same."""
    wanted = [
        one.reading for one in expected.values() if not isinstance(one, Rejection) and one.reading is not None
    ]
    logged = [wire.decode(record.value, Reading) for record in signals]
    assert {record.value for record in signals} == {wire.encode(reading) for reading in wanted}
    assert {signal.id for reading in logged for signal in reading.signals} == {
        signal.id for reading in wanted for signal in reading.signals
    }


def folded(signals):
    """The updates that the log of readings gives offline, in offset order: bytes by id."""
    state, found = State.empty(), {}
    for record in signals:
        reading = wire.decode(record.value, Reading)
        state, updates = folded_one(state, reading)
        for update in updates:
            found[update.id] = events.to_record(update, "")[2]
    return found


def folded_one(state, reading):
    """One step of the fold, kept."""
    layer, updates = fold(state, reading, reading.article.received)
    state.absorb(layer)
    return state, updates


def check_updates(signals, updates):
    """The updates on the topics are those of the log, each id with one body, each thread without a hole."""
    bodies, seqs = defaultdict(set), defaultdict(list)
    for record in updates:
        update = orjson.loads(record.value)
        bodies[update["id"]].add(record.value)
        seqs[update["thread"]].append(update["seq"])
    assert [name for name, values in bodies.items() if len(values) > 1] == []
    assert {name: values.pop() for name, values in bodies.items()} == folded(signals)
    for thread, numbers in seqs.items():
        assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1)), f"{thread}: {numbers}"


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
async def test_killed_workers_lose_nothing_and_contradict_nothing(kafka, prefix, tmp_path, delivery):
    """Five times kill -9 on two workers: the topics hold what reading and folding the input offline gives."""
    settings = Settings(broker=kafka.bootstrap, topic_prefix=prefix, partitions=4)
    await topics.create(settings)
    documents = list(articles(ARTICLES, datetime.now(UTC)))
    with workers(2, kafka.bootstrap, prefix, tmp_path, delivery=delivery, **SETTINGS) as running:
        await asyncio.gather(feed(kafka.bootstrap, prefix, documents), chaos(running, random.Random(11)))
        await caught_up(kafka.bootstrap, settings, running)
    expected = await expected_readings(settings)
    assert len(expected) == ARTICLES
    enriched = await records_of(settings, topics.ENRICHED)
    read = [one for one in expected.values() if not isinstance(one, Rejection)]
    digests = {orjson.loads(record.value)["knowledge"] for record in enriched}
    assert digests == {read[0].enriched.knowledge}, "the knowledge files were edited while the test ran"
    assert {record.value for record in enriched} == {wire.encode(one.enriched) for one in read}
    check_rejected(expected, await records_of(settings, topics.ARTICLES + topics.REJECTED))
    signals = await records_of(settings, topics.SIGNALS)
    check_signals(expected, signals)
    updates = [
        record for family in families() for record in await records_of(settings, topics.events_topic(family))
    ]
    assert len(updates) > 500
    check_updates(signals, updates)
