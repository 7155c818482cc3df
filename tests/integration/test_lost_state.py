"""A tracker whose topic of state is gone, on one node of Apache Kafka."""

from __future__ import annotations

import asyncio
import functools
from datetime import UTC, datetime

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka import topics
from streams.kafka.agents import ReadWork, works
from streams.kafka.app import Worker
from streams.kafka.produce import produce
from streams.kafka.scan import partitions_of, reader
from streams.pipeline import Pipeline
from streams.settings import Settings
from tests.apache_kafka import UnavailableError, apache_kafka
from tests.chaos.oracle import judge, records_of
from tests.conftest import unavailable
from tests.generated import articles

pytestmark = pytest.mark.kafka

ARTICLES = 600
PATIENCE = 60


@pytest.fixture(scope="module")
def broker():
    """The node's address."""
    try:
        with apache_kafka() as node:
            yield node.bootstrap
    except UnavailableError as reason:
        unavailable(reason)


@functools.cache
def pipeline() -> Pipeline:
    """With our knowledge."""
    return Pipeline.load()


async def work_off(settings: Settings) -> None:
    """Run a worker until both topics are done."""
    agents = works(settings, ["track"]) | {
        "read": lambda metrics: ReadWork(pipeline().read, settings, metrics)
    }
    async with (
        Worker(settings, agents) as worker,
        asyncio.timeout(PATIENCE),
        reader(settings.broker) as consumer,
    ):
        await worker.ready()
        for agent, topic in (("read", topics.ARTICLES), ("track", topics.SIGNALS)):
            tasks = worker.partitions[agent].tasks
            ends = await consumer.end_offsets(await partitions_of(consumer, [settings.topic(topic)]))
            while any((tasks[one].position or 0) < end for one, end in ends.items()):  # noqa: ASYNC110 - positions have no event
                await asyncio.sleep(0.05)


async def lose_state(settings: Settings) -> None:
    """Delete the topic of threads and make it anew, empty."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        await admin.delete_topics([settings.topic(topics.THREADS)])
        async with asyncio.timeout(PATIENCE):
            while settings.topic(topics.THREADS) in await admin.list_topics():  # noqa: ASYNC110 - the broker tells nobody
                await asyncio.sleep(0.1)
    finally:
        await admin.close()
    await topics.create(settings)


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
async def test_lost_threads_come_back_from_the_signals(broker, delivery):
    """After the topic of threads was emptied, the tracker folds its input again and goes on: no update comes twice, no
    `seq` is missing, and the threads are what all signals give.
    """
    settings = Settings(
        broker=broker, topic_prefix=f"{delivery}.", delivery=delivery, health_port=-1, tick_seconds=0
    )
    await topics.create(settings)
    source = list(articles(ARTICLES, datetime.now(UTC)))
    await produce(source[: ARTICLES // 2], bootstrap=broker, topic_prefix=settings.topic_prefix)
    await work_off(settings)
    before = len(await records_of(settings, topics.THREADS))
    assert before > 0
    await lose_state(settings)
    assert await records_of(settings, topics.THREADS) == []
    await produce(source[ARTICLES // 2 :], bootstrap=broker, topic_prefix=settings.topic_prefix)
    await work_off(settings)
    verdict = await judge(settings, [pipeline()])
    assert verdict.broken("exactly-once") == []
    assert verdict.updates > before / 4
