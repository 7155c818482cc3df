"""Which partitions a subscriber has, where each begins, and how far each is delivered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from streams.filter import Filter
from streams.kafka.scan import offsets_at
from streams.subscription import Start, Subscription

log = logging.getLogger(__name__)

COMMIT_SECONDS = 1.0
"""How often the group's position is written: after a crash at most so much comes again."""

REWIND = 2000
"""Records before the end at which a snapshot starts to follow: a worker writes an update before the thread's
state, so the last updates may not be in the state yet. Those that are, are dropped as seen."""


@dataclass(slots=True, eq=False)
class Partition:
    """One assigned partition: its memory, and `done`, the offset up to which all is delivered.

    `first` is where a group without a position begins here, None for one that goes on, and then `recalled`
    says whether the memory has been filled. `due` says that the snapshot comes before anything else, `rewound`
    up to which offset updates may be older than the snapshot.
    """

    key: TopicPartition
    subscription: Subscription
    first: int | None
    recalled: bool
    done: int | None = None
    committed: int | None = None
    due: bool = False
    rewound: int = 0


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """The partitions of one member of a group, as they come and go.

    Every partition without a position gets one before anything is read, and it is written at once, so that
    a group that started at the end and heard nothing yet still misses nothing after a restart.
    """

    def __init__(self, consumer: Any, start: Start, wanted: Filter) -> None:
        self._consumer, self._start, self._filter = consumer, start, wanted
        self.partitions: dict[TopicPartition, Partition] = {}
        self._parked: dict[TopicPartition, Partition] = {}
        self._changing = asyncio.Lock()
        self._assigned = asyncio.Event()
        self._failure: BaseException | None = None

    async def ready(self) -> None:
        """Return after the first assignment; raise what made it fail."""
        await self._assigned.wait()
        self._check()

    async def find(self, topic: str, partition: int) -> Partition | None:
        """The partition, if it is ours now; waits for a change that is under way."""
        async with self._changing:
            self._check()
            return self.partitions.get(TopicPartition(topic, partition))

    async def commit_on(self) -> None:
        """Write positions for ever."""
        while True:
            await asyncio.sleep(COMMIT_SECONDS)
            async with self._changing:
                await self.commit()

    async def commit(self) -> None:
        """Write the positions that moved. What cannot be written comes again: at least once."""
        moved = {
            one.key: one.done
            for one in self.partitions.values()
            if one.done is not None and one.done != one.committed
        }
        if not moved:
            return
        with contextlib.suppress(CommitFailedError, IllegalStateError):  # no longer ours
            try:
                await self._consumer.commit(moved)
            except KafkaError as error:
                log.warning("the group's position is not written yet: %s", error)
                return
            for key, offset in moved.items():
                self.partitions[key].committed = offset

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        """Commit what is done; keep the memory in case that the partitions come back."""
        async with self._changing:
            if self._consumer is not None:
                await self.commit()
            self._parked.update((key, self.partitions.pop(key)) for key in revoked if key in self.partitions)

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        """Find out where each partition goes on; one without a position begins at the start."""
        async with self._changing:
            try:
                await self._assign(assigned)
            except BaseException as error:  # aiokafka would only log it
                self._failure = error
                raise
            finally:
                self._assigned.set()

    async def _assign(self, assigned: Iterable[TopicPartition]) -> None:
        positions = {key: await self._consumer.committed(key) for key in assigned}
        known = {key.topic for key, position in positions.items() if position is not None}
        fresh = [key for key, position in positions.items() if position is None]
        firsts = await self._firsts([key for key in fresh if key.topic not in known])
        # A partition that was added to a topic that the group reads already: nothing of it may be missed.
        firsts |= dict.fromkeys((key for key in fresh if key.topic in known), 0)
        for key, position in positions.items():
            parked = self._parked.pop(key, None)
            if parked is not None and position is not None and parked.done == position:
                self.partitions[key] = parked
                continue
            first = firsts.get(key)
            one = Partition(key, Subscription(self._filter), first, recalled=first is not None)
            self.partitions[key] = one
            if first is not None:
                await self._begin(one, first, snapshot=self._start == "snapshot" and key.topic not in known)
        self._parked.clear()
        await self.commit()

    async def _begin(self, one: Partition, first: int, *, snapshot: bool) -> None:
        one.due = snapshot
        if snapshot:
            one.rewound = first
            one.first = max(0, first - REWIND)
        else:
            one.done = first
        self._consumer.seek(one.key, one.first)

    async def _firsts(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where a group without a position begins."""
        if not partitions:
            return {}
        if self._start == "earliest":
            # What the broker says may be too late on the embedded one; an offset that is gone is reset to what is left.
            return dict.fromkeys(partitions, 0)
        ends = dict(await self._consumer.end_offsets(partitions))
        if isinstance(self._start, datetime):
            return await offsets_at(self._consumer, ends, self._start)
        return ends

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
