"""Our own watchdog: whether what is there gets done.

Faust's measures what we have taken away from it. This one asks the broker, by a connection of its own, how far each
partition goes, and looks whether its task moves. While the broker does not answer, nobody is to blame.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import ParleyError
from streams.kafka.security import client_options
from streams.metrics import Metrics
from streams.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""Between two looks."""

ANSWER_SECONDS = 5.0
"""How long a look may wait for the broker."""

READER = "read"
"""The agent that sees every article."""

OPENING = 8
"""Opening may take so many times longer than a chunk: a large state is restored meanwhile."""


JOINING = 1.5
"""The same for joining a group, which waits for its slowest member."""


class StalledError(ParleyError):
    """The worker makes no progress though there is work, and ends so that its supervisor starts it again."""


class Task(Protocol):
    """What is looked at of a partition's task."""

    opened: bool
    halted: bool
    position: int | None
    progressed: float


class Agent(Protocol):
    """What is looked at of an agent: its name, whether it is in its group, its tasks by partition."""

    agent: str
    joined: bool
    tasks: Any


@dataclass(slots=True)
class _Look:
    """What was seen of a task that has work to do, and since when it has not changed."""

    seen: tuple[object, ...]
    since: float
    limit: float


class Watch:
    """Looks at agents every few seconds; `stalled` says who makes no progress."""

    def __init__(
        self,
        settings: Settings,
        agents: Iterable[Agent],
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._agents = list(agents)
        self._clock = clock
        self._looks: dict[str, _Look] = {}
        self._heard: dict[str, tuple[object, float]] = {}
        self._silent: set[str] = set()
        self._consumer: AIOKafkaConsumer | None = None

    def stalled(self) -> list[str]:
        """Who has had work for longer than `stall_seconds`, and done nothing."""
        now = self._clock()
        return [
            f"{name}: no progress for {now - look.since:.0f} s"
            for name, look in self._looks.items()
            if now - look.since > look.limit
        ]

    async def run(self) -> None:
        """Look for ever."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                await self._once()
        finally:
            await self._disconnect()

    async def _once(self) -> None:
        partitions = [one for agent in self._agents for one in agent.tasks]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                ends = await self._ends(partitions)
        except (KafkaError, TimeoutError, OSError) as error:
            log.warning("the broker does not answer the watchdog: %r", error)
            self._looks.clear()
            await self._disconnect()
            return
        self.look(ends)

    def look(self, ends: dict[TopicPartition, int]) -> None:
        """Note what each agent and task does, `ends` being how far the partitions go."""
        limit = self._settings.stall_seconds
        looks: dict[str, tuple[tuple[object, ...], float]] = {}
        for agent in self._agents:
            if not agent.joined:
                looks[f"{agent.agent}: not in its group"] = ((), limit * JOINING)
            for partition, task in dict(agent.tasks).items():
                name = f"{agent.agent} {partition.topic}[{partition.partition}]"
                if not task.opened:
                    looks[name] = ((task.progressed,), limit * OPENING)
                elif not task.halted and (task.position or 0) < ends.get(partition, 0):
                    looks[name] = ((task.position, task.progressed), limit)
        self._looks = {name: self._next(name, seen, limit) for name, (seen, limit) in looks.items()}
        self._listen(ends)

    def _listen(self, ends: dict[TopicPartition, int]) -> None:
        """Raise the alarms of inputs and of sources that are silent."""
        for agent in self._agents:
            mine = {one: end for one, end in ends.items() if one in agent.tasks}
            limit = self._settings.silence_seconds if mine else 0.0
            silent = self._is_silent(f"{agent.agent}: no new record", mine, limit)
            self._metrics.silent.labels(agent.agent).set(silent)
        if any(agent.agent == READER and agent.tasks for agent in self._agents):
            for source, limit in self._settings.sources.items():
                count = self._metrics.articles_of(source)
                silent = self._is_silent(f"no article of {source} in this worker", count, limit)
                self._metrics.source_silent.labels(source).set(silent)

    def _is_silent(self, what: str, seen: object, limit: float) -> bool:
        """Whether `seen` has been the same for `limit` seconds (0: for ever is fine); the log tells it once."""
        now = self._clock()
        held, since = self._heard.get(what, (None, now))
        if held != seen:
            self._heard[what] = seen, now
        silent = bool(limit) and held == seen and now - since > limit
        if silent and what not in self._silent:
            log.error("%s for %.0f s; is the source still there?", what, now - since)
        (self._silent.add if silent else self._silent.discard)(what)
        return silent

    def _next(self, name: str, seen: tuple[object, ...], limit: float) -> _Look:
        held = self._looks.get(name)
        return held if held is not None and held.seen == seen else _Look(seen, self._clock(), limit)

    async def _ends(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        if self._consumer is None:
            self._consumer = AIOKafkaConsumer(
                **client_options(self._settings), enable_auto_commit=False, isolation_level="read_committed"
            )
            await self._consumer.start()
        return dict(await self._consumer.end_offsets(partitions)) if partitions else {}

    async def _disconnect(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()
