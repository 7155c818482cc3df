"""Faust's transport, with three of its jobs taken away: committing, seeking and counting offsets.

The consumer gives Faust one message per fetched `Chunk` of a partition. `Consumer.perform_seek` is where an
assignment arrives with heartbeats running: there the partition tasks are opened.

Everything here that reaches into Faust or aiokafka was read in faust-streaming 0.15 and aiokafka 0.14;
`check_versions` refuses others. Nothing of theirs is replaced at run time.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Coroutine, Iterable
from importlib.metadata import version
from typing import Any, Protocol, TypeVar, cast

import aiokafka
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import (
    CommitFailedError,
    ConsumerStoppedError,
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from streams.errors import ParleyError
from streams.kafka.producer import client_options
from streams.kafka.work import Chunk
from streams.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

TESTED = {"faust-streaming": "0.15.", "aiokafka": "0.14."}


class VersionError(ParleyError):
    """Faust or aiokafka is not the version that the transport was made for."""


def check_versions() -> None:
    """Raise `VersionError` when a library whose inner parts we use is another than the tested one."""
    for package, wanted in TESTED.items():
        found = version(package)
        if not found.startswith(wanted):
            raise VersionError(
                f"{package} is {found}, made for {wanted}x: install what constraints.txt names"
            )


class Owner(Protocol):
    """Who has the partition tasks: told of every assignment, revocation and offset that is not there."""

    settings: Settings

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions, and no others, are ours."""

    async def revoked(self) -> None:
        """None is ours any more; return when nothing is written any more."""

    def out_of_range(self, partitions: Iterable[TopicPartition]) -> None:
        """The broker does not have the offsets that were asked for."""


class Thread(driver.AIOKafkaConsumerThread):
    """The thread with the Kafka consumer: heartbeats go on whatever the main loop computes."""

    _waker: asyncio.Event | None = None

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ARG002
        """The group's consumer by our settings; Faust's leaves out what it needs."""
        settings = _owner(self.app).settings
        session = int(settings.session_timeout_seconds * 1000)
        return aiokafka.AIOKafkaConsumer(
            **client_options(settings),
            client_id=self.app.conf.broker_client_id,
            group_id=self.app.conf.id,
            group_instance_id=settings.instance_id or None,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            enable_auto_commit=False,
            # A missing offset is an error that the partition task hears of, never a silent jump.
            auto_offset_reset="none",
            isolation_level="read_committed",
            session_timeout_ms=session,
            heartbeat_interval_ms=max(session // 4, 200),
            rebalance_timeout_ms=max(session, 10_000),
            max_poll_interval_ms=300_000,
            max_partition_fetch_bytes=max(1024 * 1024, settings.max_message_bytes),
            # A fetch that waits on idle partitions holds up a busy one on the same broker.
            fetch_max_wait_ms=settings.fetch_wait_ms,
        )

    async def here(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the consumer's own loop, from the main one."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    def wake(self) -> None:
        """Let a waiting `chunks` look again at which partitions are wanted."""
        if self._waker is not None:
            self.thread_loop.call_soon_threadsafe(self._waker.set)

    async def chunks(self, wanted: set[TopicPartition], seconds: float) -> list[Chunk]:
        """What has been fetched of the wanted partitions, waiting for it when there is nothing."""
        fetcher = self._ensure_consumer()._fetcher  # noqa: SLF001
        waker = self._waker = self._waker or asyncio.Event()
        deadline = time.monotonic() + seconds
        while True:
            waker.clear()
            if fetcher._closed:  # noqa: SLF001
                raise ConsumerStoppedError
            found = await self._drain(fetcher, list(wanted))
            left = deadline - time.monotonic()
            if found or left <= 0 or not self.consumer.flow_active:
                return found
            await self._wait(fetcher, waker, left)

    async def _drain(self, fetcher: Any, wanted: list[TopicPartition]) -> list[Chunk]:
        """Take what is there. Positions are read just before and after: with no time to wait,
        `fetched_records` does not leave the loop in between, so that no seek can fall there.
        """
        subscriptions = fetcher._subscriptions  # noqa: SLF001
        subscription = subscriptions.subscription
        if subscription is None or subscriptions.reassignment_in_progress:
            return []
        states = {
            tp: subscription.assignment.state_value(tp) for tp in wanted if tp in subscription.assignment.tps
        }
        starts = {tp: state.position for tp, state in states.items() if state.has_valid_position}
        if not states:
            return []
        try:
            with subscriptions.fetch_context():
                records = await fetcher.fetched_records(states.keys(), timeout=0)
        except OffsetOutOfRangeError as error:
            self.consumer.loop.call_soon_threadsafe(_owner(self.app).out_of_range, list(error.args[0]))
            return []
        except NoOffsetForPartitionError:
            return []  # left from before the task's seek
        return [
            Chunk(
                tp.topic, tp.partition, start, states[tp].position, records.get(tp, ()), states[tp].highwater
            )
            for tp, start in starts.items()
            if states[tp].has_valid_position and states[tp].position > start
        ]

    async def _wait(self, fetcher: Any, waker: asyncio.Event, seconds: float) -> None:
        """Until something is fetched, or other partitions are wanted."""
        fetched = fetcher._create_fetch_waiter()  # noqa: SLF001
        fetched.add_done_callback(lambda _: waker.set())
        try:
            async with asyncio.timeout(seconds):
                await waker.wait()
        except TimeoutError:
            pass
        finally:
            if fetched.done() and not fetched.cancelled():
                fetched.result()  # an authorisation error, for instance
            fetched.cancel()


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
        _owner(self.app).assigned(TopicPartition(*tp) for tp in self.assignment())

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Stop all tasks: without fencing nothing may be written past this point."""
        await _owner(self.app).revoked()
        await self.flush()
        await super().on_partitions_revoked(revoked)

    # What the partition tasks call.

    async def committed(self, partition: TopicPartition) -> int | None:
        """The group's committed offset, None when there is none."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        return cast("int | None", await self._thread.here(consumer.committed(partition)))

    async def bounds(self, partition: TopicPartition) -> tuple[int, int]:
        """The first offset that is kept, and the one after the last."""
        consumer = self._thread._ensure_consumer()  # noqa: SLF001
        first = await self._thread.here(consumer.beginning_offsets([partition]))
        last = await self._thread.here(consumer.end_offsets([partition]))
        return first[partition], last[partition]

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


def _owner(app: Any) -> Owner:
    return cast("Owner", app.owner)
