"""What exactly once costs: `python -m tests.chaos.cost`, with one node of Apache Kafka and two workers, of which one
reads and the other tracks.

Rate: articles that lie on the topic, read and tracked to the end, each kind of delivery in turn. Latency: articles at
half of that rate, from the article's arrival on Kafka until a subscriber that reads committed records has the update.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaConsumer

from streams.detect.frames import families
from streams.kafka import topics
from streams.kafka.produce import produce
from streams.settings import Settings
from tests.apache_kafka import SERVER, apache_kafka
from tests.generated import articles
from tests.ports import unused_port
from tests.workers import WorkerProcess

DELIVERIES = ("at-least-once", "exactly-once")
SPAN = 0.02
"""Seconds between two handfuls of articles at half load."""
LOOK = 0.05
LIMIT = 300.0
QUIET_SECONDS = 1.0
"""Without anything new or waiting: then all is done."""
LAG = r"parley_lag_records\{.*\}"
WARM = 0.1
"""The share of the articles after which the clock of the rate starts: before it the workers fill their caches."""
WARM_SECONDS = 20
"""The same for latency."""
WARM_ROUNDS = 2
"""Runs of the rate in each delivery that do not count: the broker's Java machine compiles meanwhile what is hot, on
the cores that it shares with the workers.
"""


async def rate(settings: Settings, count: int, folder: Path) -> float:
    """Articles a second, from the first tenth until all are read and tracked."""
    await topics.create(settings)
    await produce(
        articles(count, datetime.now(UTC)), bootstrap=settings.broker, topic_prefix=settings.topic_prefix
    )
    with _workers(settings, folder) as ports:
        before = 0
        while before < count * WARM:
            await asyncio.sleep(LOOK)
            before = await _done(ports, "read")
        began = time.monotonic()
        return (count - before) / (await _until_done(ports, count) - began)


async def latencies(settings: Settings, count: int, pace: float, folder: Path) -> list[float]:
    """Milliseconds from an article's arrival to its update, for `count` articles at `pace` a second, after some
    for warming up.
    """
    await topics.create(settings)
    found: list[tuple[float, float]] = []
    with _workers(settings, folder) as ports:
        consumer = AIOKafkaConsumer(
            *[settings.topic(topics.events_topic(family)) for family in families()],
            bootstrap_servers=settings.broker,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            fetch_max_wait_ms=20,
        )
        await consumer.start()
        hearing = asyncio.create_task(_hear(consumer, found))
        warm = round(pace * WARM_SECONDS)
        started: list[float] = []
        paced = _paced(list(articles(count + warm, datetime.now(UTC), seed=11)), pace, warm, started)
        await produce(paced, bootstrap=settings.broker, topic_prefix=settings.topic_prefix)
        await _until_done(ports, count + warm)
        await asyncio.sleep(1)
        hearing.cancel()
        await consumer.stop()
    return [took for received, took in found if received >= started[0]]


async def _paced(
    source: Sequence[bytes], pace: float, warm: int, started: list[float]
) -> AsyncIterator[bytes]:
    """The articles in handfuls, so many a second; `started` gets the time at which those that count begin."""
    due = time.monotonic()
    size = max(1, round(pace * SPAN))
    for number, article in enumerate(source):
        if number == warm:
            started.append(time.time())
        yield article
        if number % size == 0:
            due += size / pace
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _hear(consumer: AIOKafkaConsumer, found: list[tuple[float, float]]) -> None:
    async for record in consumer:
        received = datetime.fromisoformat(orjson.loads(record.value)["as_of"]).timestamp()
        found.append((received, (time.time() - received) * 1000))


@contextmanager
def _workers(settings: Settings, folder: Path) -> Iterator[list[int]]:
    """A worker that reads and one that tracks, ready; their health ports."""
    ports, workers = [], []
    try:
        for agent in ("read", "track"):
            ports.append(unused_port())
            given = {"delivery": settings.delivery, "languages": "en", "health_port": ports[-1]}
            log = folder / f"{settings.topic_prefix}{agent}.log"
            workers.append(WorkerProcess(settings.broker, settings.topic_prefix, log, given, agent))
            workers[-1].start()
        for port in ports:
            _wait_ready(port)
        yield ports
    finally:
        for worker in workers:
            worker.kill()


def _wait_ready(port: int) -> None:
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
            return
        time.sleep(LOOK)
    raise TimeoutError(f"the worker was not ready after {LIMIT:.0f} s")


async def _until_done(ports: Sequence[int], count: int) -> float:
    """Return when every article is read and no reading is left to track; the time at which that was so."""
    until = time.monotonic() + LIMIT
    seen, since = (0, 0), time.monotonic()
    while time.monotonic() < until:
        done = await _done(ports, "read"), await _done(ports, "track")
        if done != seen or await _figure(ports, LAG):
            seen, since = done, time.monotonic()
        elif done[0] >= count and time.monotonic() - since > QUIET_SECONDS:
            return since
        await asyncio.sleep(LOOK)
    raise TimeoutError(f"the workers had read {seen[0]} of {count} articles after {LIMIT:.0f} s")


async def _done(ports: Sequence[int], agent: str) -> int:
    """Records that an agent has done."""
    return await _figure(ports, rf'parley_records_read_total\{{agent="{agent}"\}}')


async def _figure(ports: Sequence[int], name: str) -> int:
    """The sum of a figure over all workers and labels."""

    def text(port: int) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
            return str(page.read().decode())

    pages = [await asyncio.to_thread(text, port) for port in ports]
    found = [value for page in pages for value in re.findall(rf"^{name} (\S+)", page, re.MULTILINE)]
    return sum(int(float(value)) for value in found)


async def main(given: Sequence[str]) -> int:
    """Measure and print; the exit code is 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.cost", description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=20_000, help="in each run of the rate")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20, help="of half load")
    options = parser.parse_args(given)
    rates: dict[str, list[float]] = {delivery: [] for delivery in DELIVERIES}
    with apache_kafka(SERVER) as node, tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def settings(delivery: str) -> Settings:
            return Settings(broker=node.bootstrap, topic_prefix=f"c{uuid4().hex[:8]}.", delivery=delivery)

        _say(f"{os.cpu_count()} cores for broker, worker and clients; {options.articles} articles a run")
        for number in range(WARM_ROUNDS + options.rounds):
            for delivery in DELIVERIES if number % 2 == 0 else reversed(DELIVERIES):
                found = await rate(settings(delivery), options.articles, folder)
                counts = number >= WARM_ROUNDS
                rates[delivery] += [found] if counts else []
                _say(f"{delivery:14s} {found:7.0f} articles/s{'' if counts else ', warming up'}")
        medians = {delivery: statistics.median(found) for delivery, found in rates.items()}
        ratio = medians["exactly-once"] / medians["at-least-once"]
        _say(f"ratio of the medians of {options.rounds} runs each: {ratio:.2f}")
        pace = medians["exactly-once"] / 2
        late: dict[str, list[float]] = {delivery: [] for delivery in DELIVERIES}
        for number in range(options.rounds):
            for delivery in DELIVERIES if number % 2 == 0 else reversed(DELIVERIES):
                count = round(pace * options.seconds)
                waits = sorted(await latencies(settings(delivery), count, pace, folder))
                p50, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.99))
                late[delivery].append(p99)
                _say(
                    f"{delivery:14s} at {pace:.0f} articles/s: {len(waits)} updates, p50 {p50:.0f} ms, p99 {p99:.0f} ms"
                )
        _say(
            f"medians of p99, {options.rounds} runs each: "
            + ", ".join(f"{delivery} {statistics.median(worst):.0f} ms" for delivery, worst in late.items())
        )
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
