"""The consumer's thread: fetches chunks with their positions, while heartbeats go on beside the main loop.

Everything here and in `transport` that reaches into Faust or aiokafka was read in faust-streaming 0.15 and
aiokafka 0.14; `check_versions` refuses others. Nothing of theirs is replaced at run time but one constant, by
`producer`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable
from importlib.metadata import version
from typing import Any, Protocol, TypeVar, cast

import aiokafka
from aiokafka import TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)
from faust.transport.drivers import aiokafka as driver

from streams.errors import ParleyError
from streams.kafka.gapless import Gapless, Patience
from streams.kafka.security import client_options
from streams.kafka.work import Chunk
from streams.settings import Settings

T = TypeVar("T")

NEVER_MS = 2**31 - 1
"""After so long without a fetch aiokafka leaves the group, and joins again only with the next one. A standby without a
partition and a halted one fetch nothing for as long as they stand by; who makes no progress is the watchdog's to say.
"""

LOOK_SECONDS = 0.25

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

    def assigning(self) -> None:
        """A new assignment is there; `assigned` follows."""

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """These partitions, and no others, are ours."""

    async def revoked(self) -> None:
        """None is ours any more; return when nothing is written any more."""

    def out_of_range(self, partitions: Iterable[TopicPartition]) -> None:
        """The broker does not have the offsets that were asked for."""


class Thread(driver.AIOKafkaConsumerThread):
    """The thread with the Kafka consumer: heartbeats go on whatever the main loop computes."""

    _waker: asyncio.Event | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        settings = owner_of(self.app).settings
        self._careful = not settings.idempotence
        self._gapless = Gapless()
        self._patience = Patience(settings.fetch_wait_ms)

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ARG002
        """The group's consumer by our settings; Faust's leaves out what it needs."""
        settings = owner_of(self.app).settings
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
            max_poll_interval_ms=NEVER_MS,
            max_partition_fetch_bytes=max(1024 * 1024, settings.max_message_bytes),
            # A fetch that waits on idle partitions holds up a busy one on the same broker.
            fetch_max_wait_ms=settings.fetch_wait_ms,
        )

    async def here(self, work: Coroutine[Any, Any, T]) -> T:
        """Run on the consumer's own loop, from the main one."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    def check_rights(self) -> None:
        """Raise the coordinator's error when we may not use the group or its topic; it waits until somebody asks."""
        coordinator = getattr(self._consumer, "_coordinator", None)
        error = getattr(coordinator, "_pending_exception", None)
        if isinstance(error, GroupAuthorizationFailedError | TopicAuthorizationFailedError):
            raise error

    def wake(self) -> None:
        """Let a waiting `chunks` look again at which partitions are wanted."""
        if self._waker is not None and not self.thread_loop.is_closed():
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
            if self._careful:
                found = self._checked(fetcher, wanted, found)
            left = deadline - time.monotonic()
            if found or left <= 0 or not self.consumer.flow_active:
                return found
            await self._wait(fetcher, waker, min(left, LOOK_SECONDS))

    def _checked(self, fetcher: Any, wanted: set[TopicPartition], found: list[Chunk]) -> list[Chunk]:
        """What `gapless` says of the embedded broker."""
        consumer = self._ensure_consumer()
        whole = []
        for chunk in found:
            cut = self._gapless.cut(chunk)
            if cut is not chunk:
                consumer.seek(TopicPartition(cut.topic, cut.partition), cut.end)
            if cut.end > cut.start:
                whole.append(cut)
        ends = ((tp, consumer.highwater(tp)) for tp in list(wanted) if tp in consumer.assignment())
        positions = fetcher._subscriptions.subscription.assignment  # noqa: SLF001
        behind = any(
            end is not None
            and positions.state_value(tp).has_valid_position
            and end > positions.state_value(tp).position
            for tp, end in ends
        )
        self._patience.look(behind=behind, found=bool(whole))
        fetcher._fetch_max_wait_ms = self._patience.wait_ms  # noqa: SLF001
        return whole

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
            self.consumer.loop.call_soon_threadsafe(owner_of(self.app).out_of_range, list(error.args[0]))
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


def owner_of(app: Any) -> Owner:
    """Who has the partition tasks of a Faust app."""
    return cast("Owner", app.owner)
