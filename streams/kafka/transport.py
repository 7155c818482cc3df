"""Faust's transport, with three of its jobs taken away: committing, seeking and counting offsets.

The consumer gives Faust one message per fetched `Chunk` of a partition. `Consumer.perform_seek` is where an
assignment arrives with heartbeats running: there the partition tasks are opened.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
)
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from streams.kafka.fetching import Thread, owner_of
from streams.kafka.work import Chunk

log = logging.getLogger(__name__)


class Consumer(driver.Consumer):
    """The consumer as Faust sees it, and the partition tasks' `Source`."""

    _thread: Thread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wanted: set[TopicPartition] = set()
        self._dirty: dict[TopicPartition, int] = {}
        self._serial = itertools.count()

    # What Faust calls.

    def _new_consumer_thread(self) -> Thread:
        return Thread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(
        self,
        timeout: float,  # noqa: ASYNC109 - Faust's signature
    ) -> tuple[dict[Any, Any] | None, None]:
        """Chunks as "records" by partition. Which partitions are fetched is the tasks' decision alone;
        Faust's own sets of active and buffered ones are passed by (the None).
        """
        if not self.flow_active:
            await self.wait(cast("Any", self.can_resume_flow))
        if not self.flow_active or self.should_stop:
            return None, None
        chunks = await self._thread.here(self._thread.chunks(self._wanted, timeout))
        return {TP(chunk.topic, chunk.partition): [chunk] for chunk in chunks}, None

    def _to_message(self, tp: TP, record: Chunk) -> ConsumerMessage:
        """A serial number stands for the offset: Faust drops what it thinks it has seen already."""
        return ConsumerMessage(
            tp.topic, tp.partition, next(self._serial), 0.0, 0, None, None, cast("Any", record), None, 0, 0, tp,
            generation_id=self.app.consumer_generation_id,
        )  # fmt: skip

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:  # noqa: ARG002
        """Faust commits nothing."""
        return False

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's own watchdog measures what we have taken away."""

    async def perform_seek(self) -> None:
        """An assignment has arrived; open its partitions and return at once."""
        owner_of(self.app).assigned(TopicPartition(*tp) for tp in self.assignment())

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Stop all tasks: without fencing nothing may be written past this point."""
        await owner_of(self.app).revoked()
        await self.flush()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Let the next `perform_seek` count."""
        owner_of(self.app).assigning()
        await super().on_partitions_assigned(assigned, generation_id)

    # What the partition tasks call.

    async def committed(self, partition: TopicPartition) -> int | None:
        """The group's committed offset, None when there is none."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        return cast("int | None", await self._thread.here(consumer.committed(partition)))

    async def bounds(self, partition: TopicPartition) -> tuple[int, int]:
        """The first offset that is kept, and the one after the last."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        last = (await self._thread.here(consumer.end_offsets([partition])))[partition]
        if not owner_of(self.app).settings.idempotence:
            return 0, last  # the embedded broker deletes nothing, and may tell a beginning that is too late
        first = await self._thread.here(consumer.beginning_offsets([partition]))
        return first[partition], last

    def check_rights(self) -> None:
        """Raise what the group's broker says when we may not join: Faust would wait without a word."""
        self._thread.check_rights()

    async def seek(self, partition: TopicPartition, offset: int) -> None:
        """Fetch from here on; what was fetched from elsewhere is dropped."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001

        async def there() -> None:
            consumer.seek(partition, offset)

        await self._thread.here(there())

    def fetch(self, partition: TopicPartition, wanted: bool) -> None:
        """Whether to fetch for this partition."""
        if wanted != (partition in self._wanted):
            (self._wanted.add if wanted else self._wanted.discard)(partition)
            self._thread.wake()

    def note(self, partition: TopicPartition, offset: int) -> None:
        """Everything before `offset` is on the broker: commit it with the next `flush`."""
        self._dirty[partition] = offset

    async def flush(self) -> None:
        """Commit what was noted. What fails is kept for the next time, unless the partition is lost."""
        noted, self._dirty = self._dirty, {}
        if not noted:
            return
        if self._thread.thread_loop.is_closed():
            log.warning("offsets are not committed: the consumer has ended; what they cover is done again")
            return
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        owned = consumer.assignment()
        offsets = {tp: OffsetAndMetadata(offset, "") for tp, offset in noted.items() if tp in owned}
        try:
            async with asyncio.timeout(5):
                await self._thread.here(consumer.commit(offsets))
        except (CommitFailedError, IllegalStateError) as error:
            log.info("offsets of lost partitions are not committed: %r", error)
        except (KafkaError, TimeoutError) as error:
            log.warning("offsets are not committed yet: %r", error)
            self._dirty = noted | self._dirty


class Transport(driver.Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer = Consumer
