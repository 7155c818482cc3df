"""The worker: a Faust app for each agent, their partition tasks, and a health server, in one event loop.

    run_worker(settings, works(settings, ("read", "track")))      # until SIGTERM or SIGINT
    async with Worker(settings, works(settings)) as worker: …      # inside another program (`parley up`)

Each agent is an app with a consumer group of its own, so that scaling the one does not disturb the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, cast

import faust
from aiokafka.errors import KafkaConnectionError
from faust.app.base import BootStrategy

from streams.kafka import topics
from streams.kafka.fetching import check_versions
from streams.kafka.health import Health
from streams.kafka.partitions import Partitions, WorkFactory
from streams.kafka.pulse import Pulse
from streams.kafka.refusal import refusal
from streams.kafka.ticks import tick_on
from streams.kafka.transport import Consumer, Transport
from streams.kafka.watch import StalledError, Watch
from streams.metrics import Metrics
from streams.settings import Settings

log = logging.getLogger(__name__)

CHECK_SECONDS = 0.25

INPUT = {"read": topics.ARTICLES, "track": topics.SIGNALS}


class Boot(BootStrategy):
    """What Faust starts: without its own producer, which would connect for nothing, and without our login."""

    enable_kafka_producer = False


class Diskless(faust.App):
    """A Faust app that writes nothing to disk: a container's folder may be read-only."""

    def _create_directories(self) -> None:
        """Faust's hook at the start; its folders are for stores on disk, which we never use."""


class App(Diskless):
    """A Faust app whose transport hands chunks to partition tasks."""

    BootStrategy = Boot
    owner: Partitions

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)


class Chunks(faust.Schema[Any, Any]):
    """No codec at all: the value is the chunk that the consumer made."""

    def compile(self, app: Any, **_: Any) -> Any:
        """Faust's hook: how a message becomes an event."""
        create_event = app.create_event

        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG001
            return create_event(None, message.value, None, message)

        return decode


def build_app(settings: Settings, agent: str, owner: Partitions) -> App:
    """The Faust app of one agent, its settings being what a stream without loss needs."""
    check_versions()
    session = settings.session_timeout_seconds
    app = App(
        settings.group(agent),
        broker=[f"kafka://{server}" for server in settings.servers],
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        stream_recovery_delay=0,
        stream_buffer_maxsize=64,
        broker_session_timeout=session,
        broker_request_timeout=max(30.0, session * 2),
        broker_heartbeat_interval=session / 4,
        broker_rebalance_timeout=max(session, 10.0),
    )
    app.owner = owner
    chunks = app.topic(settings.topic(INPUT[agent]), schema=Chunks(), value_serializer="raw", acks=False)

    @app.on_rebalance_complete.connect
    async def _joined(*_: Any, **__: Any) -> None:
        owner.joined = True  # also without a partition: a standby is ready

    @app.agent(chunks, name=agent, concurrency=1)
    async def _agent(stream: Any) -> None:
        async for event in stream.events():
            owner.put(event.value)

    return app


class Worker:
    """Runs agents until it is stopped. `works` makes, for each agent to run, a partition's work."""

    def __init__(self, settings: Settings, works: Mapping[str, WorkFactory]) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self._pulse = Pulse(settings.session_timeout_seconds / 2)
        self.partitions = {
            agent: Partitions(agent, settings, work, self.metrics, self._pulse)
            for agent, work in works.items()
        }
        self.apps = {agent: build_app(settings, agent, owner) for agent, owner in self.partitions.items()}
        self.watch = Watch(settings, self.partitions.values(), self.metrics)
        self.health = Health(settings, list(self.partitions.values()), self.metrics, self.watch)
        self._background: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self) -> None:
        """Connect and join; records flow some time later (see `ready`).

        Raises `UnreachableError` without a broker, `RefusedError` by one that does not let us in, `TopicsError`
        without topics, and `SettingsError` when the health server's port is taken.
        """
        try:
            await topics.check(self.settings)
            await self.health.start()
            self._pulse.start()
            self._background = [asyncio.create_task(work) for work in self._chores()]
            for agent, app in self.apps.items():
                app.finalize()
                self.partitions[agent].consumer = cast("Consumer", app.consumer)
            await asyncio.gather(*(app.start() for app in self.apps.values()))
        except KafkaConnectionError as error:
            await self.stop()
            raise await refusal(self.settings) from error
        except BaseException:
            await self.stop()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Finish the chunks under way, commit, leave the groups."""
        for owner in self.partitions.values():
            await owner.end()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        for app in self.apps.values():
            if app.started:
                await app.stop()
        await self.health.stop()
        self._pulse.stop()

    async def ready(self) -> None:
        """Return once every agent has joined and opened what it was given."""
        while not self.health.ready():
            self.check()
            await asyncio.sleep(0.02)

    async def wait(self) -> None:
        """Return never, unless an app breaks; then raise what broke it."""
        while True:
            self.check()
            await asyncio.sleep(CHECK_SECONDS)

    def check(self) -> None:
        """Raise what broke an app or shut it out of its group, if any, or `StalledError` when nothing moves."""
        for app in self.apps.values():
            if app.crashed:
                raise app.crash_reason or RuntimeError("the Faust app ended by itself")
        for owner in self.partitions.values():
            if owner.consumer is not None:
                owner.consumer.check_rights()
        stalled = self.watch.stalled()
        if stalled:
            raise StalledError(f"{'; '.join(stalled)}. The worker ends; what is not committed is done again")

    def _chores(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield self._commit()
        yield self.watch.run()
        tracking = self.partitions.get("track")
        if tracking is not None and self.settings.tick_seconds:
            yield tick_on(self.settings, lambda: [one for one, task in tracking.tasks.items() if task.opened])

    async def _commit(self) -> None:
        while True:
            await asyncio.sleep(self.settings.commit_interval_seconds)
            for owner in self.partitions.values():
                if owner.consumer is not None:
                    await owner.consumer.flush()


def run_worker(settings: Settings, works: Mapping[str, WorkFactory]) -> None:
    """Run until SIGTERM or SIGINT, then end gracefully within `stop_seconds`.

    Raises what broke an app, for the command line to report.
    """
    import uvloop  # noqa: PLC0415 - not on every platform

    try:
        uvloop.run(_run(settings, works))
    finally:
        faulthandler.cancel_dump_traceback_later()  # it has ended in time


async def _run(settings: Settings, works: Mapping[str, WorkFactory]) -> None:
    async with _signals() as signalled:
        worker = Worker(settings, works)
        starting = asyncio.create_task(worker.start())
        broken = asyncio.create_task(worker.wait())  # from now on: a start may wait for ever
        try:
            await asyncio.wait({starting, broken, signalled}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await asyncio.wait({broken, signalled}, return_when=asyncio.FIRST_COMPLETED)
            if broken.done():
                broken.result()
        finally:
            # A thread of its own ends the process where even the loop is stuck, and tells where.
            faulthandler.dump_traceback_later(settings.stop_seconds, exit=True)
            broken.cancel()
            starting.cancel()
            await _stop_in_time(worker, settings.stop_seconds)


async def _stop_in_time(worker: Worker, seconds: float) -> None:
    """Stop the worker. Without a broker, leaving the group may take for ever: then the process ends at once,
    which loses nothing, for what is not committed is done again.
    """
    stopping = asyncio.create_task(worker.stop())
    await asyncio.wait({stopping}, timeout=seconds * 0.9)
    if not stopping.done():
        log.error("the worker could not leave its group within %g s; it ends without", seconds)
        logging.shutdown()
        os._exit(1)
    stopping.result()


@contextlib.asynccontextmanager
async def _signals(
    numbers: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT),
) -> AsyncIterator[asyncio.Future[None]]:
    """A future that is done when one of the signals has come."""
    loop = asyncio.get_running_loop()
    come: asyncio.Future[None] = loop.create_future()

    def note() -> None:
        if not come.done():
            come.set_result(None)

    for number in numbers:
        loop.add_signal_handler(number, note)
    try:
        yield come
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
