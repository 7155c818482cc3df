"""How long a tracker with many threads takes to start, and a standby to take over: `python -m tests.chaos.failover`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
from aiokafka import TopicPartition

from streams.commands.bench_tracking import first_report
from streams.kafka import topics
from streams.kafka.producer import Sender, new_producer
from streams.settings import Settings
from streams.track.fold import step
from streams.track.state import State
from tests.apache_kafka import apache_kafka
from tests.chaos.faults import tracks
from tests.ports import unused_port
from tests.workers import WorkerProcess, workers

BATCH_BYTES = 500_000
LIMIT = 300.0
SETTLING_SECONDS = 40.0
"""Until two workers have joined, and one of them has restored the state."""


def batches(count: int) -> Iterator[list[tuple[bytes, bytes]]]:
    """The records of so many threads."""
    dice, state = random.Random(1), State.empty()
    for number in range(count):
        reading = first_report(number, dice)
        state.absorb(step(state, reading, reading.article.received).state)
    batch: list[tuple[bytes, bytes]] = []
    size = 0
    for key, value in state.records():
        batch.append((key, value))
        size += len(key) + len(value)
        if size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield [*batch, (topics.POSITION_KEY, orjson.dumps({"offset": 0}))]


async def fill(settings: Settings, count: int) -> int:
    """Write the threads, and return their bytes."""
    await topics.create(settings)
    partition = TopicPartition(settings.topic(topics.THREADS), 0)
    sender = Sender(new_producer(settings))
    await sender.start()
    size = 0
    for batch in batches(count):
        await sender.append(partition, batch, int(time.time() * 1000))
        size += sum(len(key) + len(value) for key, value in batch)
    await sender.stop()
    return size


def opened(port: int) -> float:
    """Seconds until the worker with this health port tracks."""
    began = time.monotonic()
    while not tracks(port):
        if time.monotonic() - began > LIMIT:
            raise TimeoutError(f"no tracker after {LIMIT:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def resident(worker: WorkerProcess) -> int:
    """Megabytes of a worker."""
    status = Path(f"/proc/{worker.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def main(given: Sequence[str]) -> int:
    """Measure and print; the exit code is 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.failover", description=__doc__)
    parser.add_argument("--threads", type=int, default=100_000)
    options = parser.parse_args(given)
    with apache_kafka() as node, tempfile.TemporaryDirectory() as name:
        settings = Settings(broker=node.bootstrap, topic_prefix="failover.")
        size = asyncio.run(fill(settings, options.threads))
        sys.stdout.write(
            f"{options.threads} threads, {size / 1e6:.0f} MB on {settings.topic(topics.THREADS)}\n"
        )
        ports = [unused_port(), unused_port()]
        with workers(2, node.bootstrap, settings.topic_prefix, Path(name), agents="track") as both:
            for worker, port in zip(both, ports, strict=True):
                worker.kill()
                worker.set(health_port=port)
            both[0].start()
            sys.stdout.write(
                f"a tracker is ready {opened(ports[0]):.1f} s after its start, {resident(both[0])} MB\n"
            )
            both[1].start()
            time.sleep(SETTLING_SECONDS)  # the group may give the partition to either
            active = [tracks(port) for port in ports].index(True)
            both[active].kill()
            taken = opened(ports[1 - active])
            sys.stdout.write(
                f"a standby tracks {taken:.1f} s after kill -9, {resident(both[1 - active])} MB\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
