"""What exactly once costs: `python -m tests.chaos.cost`, on one node of Apache Kafka and one worker, side by side.

Rate: articles that lie on the topic, read and tracked to the end, each kind of delivery in turn. Latency: articles at
half of that rate, from the article's arrival on Kafka until a subscriber that reads committed records has the update.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaConsumer

from streams.detect.frames import families
from streams.kafka import topics
from streams.kafka.agents import ReadWork, works
from streams.kafka.app import Worker
from streams.kafka.produce import produce
from streams.kafka.scan import partitions_of, reader
from streams.pipeline import Pipeline
from streams.settings import Settings
from tests.apache_kafka import apache_kafka
from tests.generated import articles

DELIVERIES = ("at-least-once", "exactly-once")
SPAN = 0.05
"""Seconds between two handfuls of articles at half load."""


async def rate(settings: Settings, pipeline: Pipeline, count: int) -> float:
    """Articles a second, from a worker's being ready until all is committed."""
    await topics.create(settings)
    await produce(
        articles(count, datetime.now(UTC)), bootstrap=settings.broker, topic_prefix=settings.topic_prefix
    )
    async with _working(settings, pipeline) as worker:
        began = time.monotonic()
        await _done(worker, settings)
        return count / (time.monotonic() - began)


async def latencies(settings: Settings, pipeline: Pipeline, count: int, pace: float) -> list[float]:
    """Milliseconds from an article's arrival to its update, for `count` articles at `pace` a second."""
    await topics.create(settings)
    found: list[float] = []
    async with _working(settings, pipeline) as worker:
        consumer = AIOKafkaConsumer(
            *[settings.topic(topics.events_topic(family)) for family in families()],
            bootstrap_servers=settings.broker,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            fetch_max_wait_ms=20,
        )
        await consumer.start()
        hearing = asyncio.create_task(_hear(consumer, found))
        source = list(articles(count, datetime.now(UTC), seed=11))
        size = max(1, round(pace * SPAN))
        due = time.monotonic()
        for start in range(0, count, size):
            await produce(
                source[start : start + size], bootstrap=settings.broker, topic_prefix=settings.topic_prefix
            )
            due += size / pace
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await _done(worker, settings)
        await asyncio.sleep(1)
        hearing.cancel()
        await consumer.stop()
    return found


async def _hear(consumer: AIOKafkaConsumer, found: list[float]) -> None:
    async for record in consumer:
        received = datetime.fromisoformat(orjson.loads(record.value)["as_of"])
        found.append((time.time() - received.timestamp()) * 1000)


@asynccontextmanager
async def _working(settings: Settings, pipeline: Pipeline) -> AsyncIterator[Worker]:
    agents = works(settings, ["track"]) | {"read": lambda metrics: ReadWork(pipeline.read, settings, metrics)}
    async with Worker(settings, agents) as worker:
        await worker.ready()
        yield worker


async def _done(worker: Worker, settings: Settings) -> None:
    """Return when both agents have done all that their topics hold."""
    async with reader(settings.broker) as consumer:
        for agent, topic in (("read", topics.ARTICLES), ("track", topics.SIGNALS)):
            tasks = worker.partitions[agent].tasks
            ends = await consumer.end_offsets(await partitions_of(consumer, [settings.topic(topic)]))
            while any((tasks[one].position or 0) < end for one, end in ends.items()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def main(given: Sequence[str]) -> int:
    """Measure and print; the exit code is 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.cost", description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000, help="in each run of the rate")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(given)
    pipeline = Pipeline.load()
    pipeline.knowledge.warm(["en"])
    rates: dict[str, list[float]] = {delivery: [] for delivery in DELIVERIES}
    with apache_kafka() as node:

        def settings(delivery: str) -> Settings:
            prefix = f"c{uuid4().hex[:8]}."
            return Settings(
                broker=node.bootstrap, topic_prefix=prefix, delivery=delivery, health_port=-1, tick_seconds=0
            )

        _say(f"{os.cpu_count()} cores for broker, worker and clients; {options.articles} articles a run")
        for number in range(options.rounds):
            for delivery in DELIVERIES if number % 2 == 0 else reversed(DELIVERIES):
                rates[delivery].append(await rate(settings(delivery), pipeline, options.articles))
                _say(f"{delivery:14s} {rates[delivery][-1]:7.0f} articles/s")
        medians = {delivery: statistics.median(found) for delivery, found in rates.items()}
        ratio = medians["exactly-once"] / medians["at-least-once"]
        _say(f"ratio of the medians of {options.rounds} runs each: {ratio:.2f}")
        pace = medians["exactly-once"] / 2
        for delivery in DELIVERIES:
            found = sorted(await latencies(settings(delivery), pipeline, round(pace * 20), pace))
            p50, p99 = (found[int(len(found) * share)] for share in (0.5, 0.99))
            _say(
                f"{delivery:14s} at {pace:.0f} articles/s: {len(found)} updates, p50 {p50:.0f} ms, p99 {p99:.0f} ms"
            )
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
