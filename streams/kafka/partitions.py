"""The partition tasks of one agent, as partitions come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from aiokafka import TopicPartition

from streams.kafka import topics
from streams.kafka.at_least_once import AtLeastOnce
from streams.kafka.delivery import Delivery, Ledger
from streams.kafka.exactly_once import ExactlyOnce
from streams.kafka.partition import PartitionTask
from streams.kafka.producer import BATCH_OVERHEAD
from streams.kafka.pulse import Pulse
from streams.kafka.turns import Turns
from streams.kafka.work import Chunk, Pace, Work
from streams.metrics import Metrics
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.kafka.transport import Consumer

STATE = {"track": topics.THREADS}
"""Where an agent's state lies; an agent that is not here has none."""

WorkFactory = Callable[[Metrics], Work]
"""Makes the work of one partition, which counts on the worker's metrics."""


class Partitions:
    """The partition tasks of one agent: opened at an assignment, closed at a revocation."""

    def __init__(
        self, agent: str, settings: Settings, work: WorkFactory, metrics: Metrics, pulse: Pulse
    ) -> None:
        self.agent = agent
        self.settings = settings
        self.tasks: dict[TopicPartition, PartitionTask] = {}
        self.joined = False
        self.consumer: Consumer | None = None
        self._work = work
        self._metrics = metrics
        self._pulse = pulse
        self._between = True
        self._ended = False
        self._closing: set[asyncio.Task[None]] = set()
        self._turns = Turns()
        self._pace = Pace(
            chunk=settings.chunk_size,
            batch_bytes=settings.max_message_bytes - BATCH_OVERHEAD,
            slice=settings.slice_ms / 1000,
            stale_backoff=settings.session_timeout_seconds / 2,
        )

    def assigning(self) -> None:
        """A new assignment is there; `assigned` follows."""
        self._between = False

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Open a task for each partition, and close all others; returns at once.

        Between a revocation and the next assignment it does nothing: Faust may still be resuming the last one,
        whose partitions are somebody else's by now.
        """
        if self._ended or self._between:
            return
        assert self.consumer is not None
        ours = set(partitions)
        for partition in self.tasks.keys() - ours:
            closing = asyncio.create_task(self.tasks.pop(partition).close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        for partition in ours - self.tasks.keys():
            task = self.tasks[partition] = self._new_task(partition, self.consumer)
            task.start()

    async def revoked(self) -> None:
        """Close all tasks; afterwards none of them writes."""
        self.joined = False
        self._between = True
        tasks, self.tasks = self.tasks, {}
        await asyncio.gather(*(task.close() for task in tasks.values()), *self._closing)

    async def end(self) -> None:
        """Close all tasks for good and commit what they did."""
        self._ended = True
        await self.revoked()
        if self.consumer is not None:
            await self.consumer.flush()

    def out_of_range(self, partitions: Iterable[TopicPartition]) -> None:
        """Let the tasks find out what the broker still has."""
        for partition in partitions:
            if partition in self.tasks:
                self.tasks[partition].out_of_range()

    def put(self, chunk: Chunk) -> None:
        """Give a chunk to its task; without one it is not ours any more."""
        task = self.tasks.get(TopicPartition(chunk.topic, chunk.partition))
        if task is not None:
            task.put(chunk)

    def _new_task(self, partition: TopicPartition, consumer: Consumer) -> PartitionTask:
        return PartitionTask(
            partition,
            agent=self.agent,
            source=consumer,
            work=self._work(self._metrics),
            delivery=self._delivery(partition, consumer),
            metrics=self._metrics,
            pace=self._pace,
            turns=self._turns,
        )

    def _delivery(self, partition: TopicPartition, consumer: Consumer) -> Delivery:
        settings, state = self.settings, STATE.get(self.agent)
        held = TopicPartition(settings.topic(state), partition.partition) if state else None
        ledger = Ledger(settings, held)
        if settings.delivery == "exactly-once":
            group = settings.group(self.agent)
            return ExactlyOnce(settings, partition, ledger, group=group, pulse=self._pulse)
        return AtLeastOnce(settings, partition, ledger, commit_offset=consumer.note, pulse=self._pulse)
