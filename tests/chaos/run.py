"""One run: a world of its own on the cluster, articles without a pause, one kind of fault again and again."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.kafka import topics
from streams.kafka.scan import partitions_of
from streams.pipeline import Pipeline
from streams.settings import Settings
from tests.chaos.cluster import Cluster, Node
from tests.chaos.faults import SESSION_SECONDS, STOP_LIMIT, Fault, Field
from tests.chaos.oracle import Verdict, judge
from tests.generated import articles
from tests.ports import unused_port
from tests.workers import WorkerProcess

RECOVERY_LIMIT = 90.0
"""Seconds in which all that was there at a fault must be done, or the run has failed."""

FEED_LIMIT = 300.0
"""Seconds in which the brokers must take articles again, or the run has failed."""

BATCH = 50

PARTITIONS = 6
"""Of the topic of articles, two for each worker, unless a run asks for more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run does. `articles` are published at least, `rate` a second while there are faults. `static`: workers
    are static members of their groups, so that one which comes back in time keeps its partitions.
    """

    fault: Fault
    times: int
    delivery: str
    articles: int
    rate: float
    seed: int
    partitions: int = PARTITIONS
    static: bool = False
    program: tuple[str, ...] = ("streams.cli",)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run found: the verdict, seconds from each fault's end until all before it was done, seconds that
    workers took to end, and what went wrong besides.
    """

    plan: Plan
    prefix: str
    verdict: Verdict
    recoveries: tuple[float, ...]
    stops: tuple[float, ...]
    seconds: float
    trouble: tuple[str, ...]


async def run(
    cluster: Cluster, plan: Plan, folder: Path, pipelines: Iterable[Pipeline], overlay: Path
) -> Outcome:
    """Carry the plan out on a running cluster. `folder` gets the workers' logs."""
    began = time.monotonic()
    dice = random.Random(f"{plan.seed} {plan.fault.name} {plan.delivery}")
    settings = Settings(
        delivery=plan.delivery,
        broker=cluster.bootstrap,
        topic_prefix=f"c{uuid4().hex[:8]}.",
        partitions=plan.partitions,
        replication=3,
    )
    await topics.create(settings)
    recoveries: list[float] = []
    trouble: list[str] = []
    count = len(cluster.nodes[0].wires)
    with _fleet(cluster, settings, plan, count, folder) as (workers, ports):
        field = Field(cluster, workers, ports, settings, overlay, dice)
        begun, ended = asyncio.Event(), asyncio.Event()
        feeding = asyncio.create_task(_feed(cluster, settings, plan, begun, ended))
        try:
            await begun.wait()
            await _settled(cluster, settings, field)
            for number in range(plan.times):
                await field.pause(0.2, 1.0)
                await plan.fault.strike(field)
                recoveries.append(await _settled(cluster, settings, field))
                _say(f"    {plan.fault.name} {number + 1}/{plan.times}: {recoveries[-1]:.1f} s")
        except (TimeoutError, OSError, RuntimeError, KafkaError, subprocess.SubprocessError) as error:
            trouble.append(f"{type(error).__name__}: {error}")
        ended.set()
        try:
            await feeding
            await _settled(cluster, settings, field)
        except (TimeoutError, RuntimeError) as error:
            trouble.append(f"the rest: {error}")
        trouble += [f"{worker.log.name} has ended by itself" for worker in workers if not worker.running]
    trouble += [f"SIGTERM took {stop:.1f} s" for stop in field.slow_stops if stop > STOP_LIMIT]
    verdict = await judge(settings, list(pipelines))
    await _clear(cluster, settings)
    return Outcome(
        plan,
        settings.topic_prefix,
        verdict,
        tuple(recoveries),
        tuple(field.slow_stops),
        time.monotonic() - began,
        tuple(trouble),
    )


@contextmanager
def _fleet(
    cluster: Cluster, settings: Settings, plan: Plan, count: int, folder: Path
) -> Iterator[tuple[list[WorkerProcess], list[int]]]:
    """Running workers, each on its own wires, and the ports of their health servers."""
    workers, ports = [], [unused_port() for _ in range(count)]
    for number in range(count):
        given = {
            "delivery": plan.delivery,
            "languages": "en",
            "session_timeout_seconds": SESSION_SECONDS,
            "chunk_size": 200,
            "health_port": ports[number],
            "instance_id": f"worker-{number}" if plan.static else "",
        }
        log = folder / f"{settings.topic_prefix}worker-{number}.log"
        worker = WorkerProcess(cluster.wired(number), settings.topic_prefix, log, given, "read,track")
        worker.program = list(plan.program)
        workers.append(worker)
    try:
        for worker in workers:
            worker.start()
        yield workers, ports
    finally:
        for worker in workers:
            worker.kill()


async def _feed(
    cluster: Cluster, settings: Settings, plan: Plan, begun: asyncio.Event, ended: asyncio.Event
) -> None:
    """Publish at the plan's rate until the faults have ended, and then what is missing to its number; say when
    the first is there. A batch that may not have arrived does not count: the input is what the topic holds.
    """
    source = articles(1_000_000, datetime.now(UTC), seed=plan.seed)
    done, last = 0, time.monotonic()
    while not ended.is_set() or done < plan.articles:
        # A new producer after an error: one whose batch has expired may refuse all that follow.
        producer = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap, acks="all", enable_idempotence=True)
        try:
            await producer.start()
            while not ended.is_set() or done < plan.articles:
                batch = [next(source) for _ in range(BATCH)]
                sent = [await producer.send(settings.topic(topics.ARTICLES), value) for value in batch]
                await asyncio.gather(*sent)
                begun.set()
                done, last = done + len(batch), time.monotonic()
                if not ended.is_set():
                    await asyncio.sleep(BATCH / plan.rate)
        except KafkaError as error:
            if time.monotonic() - last > FEED_LIMIT:
                raise TimeoutError(f"no article was taken for {FEED_LIMIT:.0f} s: {error!r}") from error
            await asyncio.sleep(0.2)
        finally:
            await producer.stop()


async def _settled(cluster: Cluster, settings: Settings, field: Field) -> float:
    """Seconds until both groups have done all that their input topics hold now. Raises `TimeoutError` with what
    is left, and RuntimeError when a worker has ended by itself.
    """
    began = time.monotonic()
    wanted: dict[str, dict[TopicPartition, int]] = {}
    missing = ""
    while time.monotonic() - began < RECOVERY_LIMIT:
        if not all(worker.running for worker in field.workers):
            raise RuntimeError("a worker ended by itself")
        try:
            async with asyncio.timeout(10):
                missing = await _missing(cluster, settings, wanted)
        except (KafkaError, TimeoutError, OSError) as error:
            missing = repr(error)
        if not missing:
            return time.monotonic() - began
        await asyncio.sleep(0.2)
    raise TimeoutError(f"not done after {RECOVERY_LIMIT:.0f} s: {missing}")


async def _missing(cluster: Cluster, settings: Settings, wanted: dict[str, dict[TopicPartition, int]]) -> str:
    """What is not done yet; empty when all is. The ends of `articles` are taken at the first call, those of
    `signals` when all articles are read.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=cluster.bootstrap, isolation_level="read_committed")
    try:
        await admin.start()
        await consumer.start()
        for agent, topic in (("read", topics.ARTICLES), ("track", topics.SIGNALS)):
            if topic not in wanted:
                wanted[topic] = await consumer.end_offsets(
                    await partitions_of(consumer, [settings.topic(topic)])
                )
            committed = await admin.list_consumer_group_offsets(settings.group(agent))
            for key, end in wanted[topic].items():
                done = committed[key].offset if key in committed else 0
                if done < end:
                    return f"{agent} has done {done} of {end} of {key.topic}[{key.partition}]"
        return ""
    finally:
        await consumer.stop()
        await admin.close()


async def _clear(cluster: Cluster, settings: Settings) -> None:
    """Delete the run's topics: brokers that keep all of them take minutes to come back from a crash."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    try:
        ours = [name for name in await admin.list_topics() if name.startswith(settings.topic_prefix)]
        await admin.delete_topics(ours)
    finally:
        await admin.close()


def keep_logs(folder: Path, nodes: Iterable[Node], to: Path, prefix: str) -> None:
    """Save the workers' and the brokers' logs of a run that failed."""
    to.mkdir(parents=True, exist_ok=True)
    for log in folder.glob(f"{prefix}*.log"):
        shutil.copy(log, to)
    for node in nodes:
        shutil.copy(node.log, to / f"{prefix}node-{node.number}.log")


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
