"""The faults: each does something bad to workers or brokers and puts it right again; what follows is not its matter."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import subprocess
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.kafka import topics
from streams.settings import Settings
from tests.chaos.broken import GO
from tests.chaos.cluster import Cluster
from tests.chaos.crashing import AT_LEAST_ONCE, EXACTLY_ONCE
from tests.workers import WorkerProcess

SESSION_SECONDS = 3.0
REFUSED_BYTES = "200"
"""Batches of this size pass: a transaction's end mark has 78, and without it no transaction ends at all."""

STOP_LIMIT = 10.0
"""Seconds in which a worker must end after SIGTERM."""


@dataclass(slots=True)
class Field:
    """What faults work on: the cluster, the workers (number n is wired by wire n), and the dice."""

    cluster: Cluster
    workers: list[WorkerProcess]
    ports: list[int]
    settings: Settings
    overlay: Path
    dice: random.Random
    slow_stops: list[float] = field(default_factory=list)
    generation: int = 0
    left: list[Callable[[Field], Awaitable[None]]] = field(default_factory=list)

    def any_worker(self) -> WorkerProcess:
        """One of the workers."""
        return self.dice.choice(self.workers)

    async def tracker(self) -> WorkerProcess:
        """The worker that tracks; any other while nobody does."""
        for worker, port in zip(self.workers, self.ports, strict=True):
            if await asyncio.to_thread(tracks, port):
                return worker
        return self.any_worker()

    async def pause(self, least: float, most: float) -> None:
        """Wait for some time."""
        await asyncio.sleep(self.dice.uniform(least, most))

    async def stop(self, worker: WorkerProcess) -> None:
        """SIGTERM, timed."""
        self.slow_stops.append(await asyncio.to_thread(worker.terminate, STOP_LIMIT * 3))


def tracks(port: int) -> bool:
    """Whether the worker with this health port has a tracker that is open."""
    with contextlib.suppress(OSError):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=1) as page:
            text = page.read().decode()
        return re.search(r'^parley_partitions_open\{agent="track"\} 1', text, re.MULTILINE) is not None
    return False


async def kill_worker(field: Field) -> None:
    """Kill -9 of a worker, which is started again."""
    await _kill(field, field.any_worker())


async def kill_tracker(field: Field) -> None:
    """Kill -9 of the worker that tracks: a standby takes over."""
    await _kill(field, await field.tracker())


async def _kill(field: Field, worker: WorkerProcess) -> None:
    await asyncio.to_thread(worker.kill)
    await field.pause(0, 2)
    worker.start()


async def stop_worker(field: Field) -> None:
    """SIGTERM to a worker, which must end in time; it is started again."""
    worker = field.any_worker()
    await field.stop(worker)
    await field.pause(0, 1)
    worker.start()


async def crash_in_commit(field: Field) -> None:
    """A worker that dies at one step of a commit, of opening or of restoring; then it is started again."""
    worker = await field.tracker() if field.dice.random() < 0.5 else field.any_worker()
    steps = EXACTLY_ONCE if field.settings.delivery == "exactly-once" else AT_LEAST_ONCE
    step = f"{field.dice.choice(['before', 'after'])} {field.dice.choice(steps)}"
    opening = step.split()[1].startswith(("start", "restore"))
    await asyncio.to_thread(worker.kill)
    worker.start("tests.chaos.crashing", step, str(1 if opening else field.dice.randrange(1, 20)))
    # A standby may never come to the step.
    with contextlib.suppress(subprocess.TimeoutExpired):
        await asyncio.to_thread(worker.wait, 20)
    await asyncio.to_thread(worker.kill)
    worker.start()


async def suspend_worker(field: Field) -> None:
    """SIGSTOP for longer than a session lasts: somebody else takes its partitions, then it wakes up."""
    worker = await field.tracker() if field.dice.random() < 0.5 else field.any_worker()
    await _suspend(worker, field.dice.uniform(SESSION_SECONDS * 1.5, SESSION_SECONDS * 2.5))


async def wake_at_the_worst_moment(field: Field) -> None:
    """The control's: the tracker sleeps until the others have read where to go on, and wakes up just before they
    shut it out. In the right order they shut it out first.
    """
    worker, go = await field.tracker(), Path(os.environ[GO])
    await asyncio.to_thread(go.unlink)
    await _suspend(worker, SESSION_SECONDS * 3)
    await asyncio.sleep(0.3)
    await asyncio.to_thread(go.touch)


async def _suspend(worker: WorkerProcess, seconds: float) -> None:
    worker.signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    worker.signal(signal.SIGCONT)


async def restart_with_other_knowledge(field: Field) -> None:
    """One worker after the other ends and comes back with other knowledge than before."""
    field.generation += 1
    folders = str(field.overlay) if field.generation % 2 else ""
    for worker in field.workers:
        await field.stop(worker)
        worker.set(knowledge_dirs=folders)
        worker.start()
        await field.pause(1, 3)


async def kill_broker(field: Field) -> None:
    """A broker dies and comes back."""
    node = field.dice.choice(field.cluster.nodes)
    await field.cluster.kill(node)
    await field.pause(1, 5)
    await field.cluster.start(node)


async def kill_controller(field: Field) -> None:
    """The broker that is the active controller dies and comes back."""
    node = await field.cluster.controller()
    await field.cluster.kill(node)
    await field.pause(1, 5)
    await field.cluster.start(node)


async def kill_all_brokers(field: Field) -> None:
    """No broker for half a minute."""
    await field.cluster.kill()
    await asyncio.sleep(30)
    await field.cluster.start()


async def cut_worker_off(field: Field) -> None:
    """The network between a worker and all brokers lets nothing through for longer than a session lasts."""
    number = field.dice.randrange(len(field.workers))
    wires = [node.wires[number] for node in field.cluster.nodes]
    for wire in wires:
        wire.cut()
    await field.pause(SESSION_SECONDS, SESSION_SECONDS * 2.5)
    for wire in wires:
        wire.mend()


async def slow_broker(field: Field) -> None:
    """One broker answers late."""
    node = field.dice.choice(field.cluster.nodes)
    for wire in node.wires:
        wire.delay = field.dice.uniform(0.02, 0.3)
    await field.pause(2, 6)
    for wire in node.wires:
        wire.delay = 0


async def freeze_broker(field: Field) -> None:
    """One broker stands still for longer than the controller waits for it."""
    node = field.dice.choice(field.cluster.nodes)
    pid = node.pid
    os.kill(pid, signal.SIGSTOP)
    await field.pause(2, 6)
    os.kill(pid, signal.SIGCONT)


async def refuse_writes(field: Field) -> None:
    """A topic of outputs takes no batch for some seconds: what is sent fails for good."""
    name = field.settings.topic(field.dice.choice([topics.ENRICHED, topics.SIGNALS, topics.THREADS]))
    before = str(field.settings.max_message_bytes)
    await _limit(field, name, REFUSED_BYTES)
    await field.pause(1, 3)
    await _limit(field, name, before)


async def _limit(field: Field, topic: str, size: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=field.cluster.bootstrap)
    await admin.start()
    try:
        kept = {
            "cleanup.policy": "compact" if topic.endswith(topics.THREADS) else "delete",
            "retention.ms": "-1",
        }
        resource = ConfigResource(
            ConfigResourceType.TOPIC,
            topic,
            configs=kept | {"max.message.bytes": size, "min.insync.replicas": "2"},
        )
        await admin.alter_configs([resource])
    finally:
        await admin.close()


async def poison(field: Field) -> None:
    """Articles that are none, among them empty, deep and nearly too large ones."""
    dice = field.dice
    values: list[bytes | None] = [
        None,
        b"",
        b"null",
        dice.randbytes(200),
        b"[" * 5000,
        b'{"text": ' + b'{"a": ' * 2000 + b"1" + b"}" * 2000 + b"}",
        b'{"id": "big", "text": "' + b"peace talks " * 60_000 + b'"}',
        b'{"text": "\\ud800 lone"}',
        b'{"id": 7, "text": ["x"]}',
    ]
    producer = AIOKafkaProducer(
        bootstrap_servers=field.cluster.bootstrap, acks="all", max_request_size=4 * 1024 * 1024
    )
    await producer.start()
    try:
        for _ in range(3):
            dice.shuffle(values)
            for value in values:
                key = dice.choice([None, b"k", dice.randbytes(8)])
                headers = [("backfill", dice.choice([b"1", b"\xff"]))]
                if value is not None or key is not None:
                    await producer.send_and_wait(
                        field.settings.topic(topics.ARTICLES), value, key, headers=headers
                    )
    finally:
        await producer.stop()


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault; `share` says how often of ten times that the others come it does."""

    name: str
    strike: Callable[[Field], Awaitable[None]]
    share: int = 10


FAULTS = (
    Fault("worker killed (kill -9)", kill_worker),
    Fault("tracker killed (kill -9)", kill_tracker),
    Fault("worker killed in a commit", crash_in_commit),
    Fault("worker ended (SIGTERM)", stop_worker),
    Fault("worker suspended (SIGSTOP)", suspend_worker),
    Fault("worker cut off", cut_worker_off),
    Fault("broker killed", kill_broker),
    Fault("controller killed", kill_controller),
    Fault("broker frozen", freeze_broker),
    Fault("broker slow", slow_broker),
    Fault("writes refused", refuse_writes),
    Fault("poison articles", poison),
    Fault("other knowledge, rolling", restart_with_other_knowledge, share=3),
    Fault("all brokers down 30 s", kill_all_brokers, share=2),
)

MIXED = (kill_worker, kill_tracker, crash_in_commit, stop_worker, suspend_worker, kill_broker, refuse_writes)
"""The quicker ones, for a run that meets several."""


async def one_of_several(field: Field) -> None:
    """Another kind each time, in an order that the dice give."""
    order = field.dice.sample(MIXED, len(MIXED)) if not field.left else field.left
    field.left = order[1:]
    await order[0](field)
