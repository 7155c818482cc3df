"""How fast records go through: our transport beside the stock Faust idiom, on the same broker in one run.

    rates = await pass_through("localhost:9092")
    rates.ours, rates.stock, rates.ratio            # records a second

Both read the same articles and publish them again; ours waits for every delivery and commits after it, the
stock idiom is what Faust's documentation shows. Starts no broker; leaves topics named `bench-…` behind.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faust import auth

from streams.errors import ParleyError
from streams.kafka import topics
from streams.kafka.app import Diskless, Worker
from streams.kafka.delivery import Change
from streams.kafka.producer import Outgoing, Sender, new_producer
from streams.kafka.security import connection_options
from streams.kafka.work import Draft, Record
from streams.settings import Settings

RECORD_BYTES = 3000
LOAD_BYTES = 8 * 1024 * 1024
TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Records of `size` bytes a second: read, published again and (ours) committed."""

    ours: float
    stock: float
    size: int

    @property
    def ratio(self) -> float:
        """How many times the stock idiom's rate ours is."""
        return self.ours / self.stock


async def pass_through(
    bootstrap: str,
    *,
    settings: Settings | None = None,
    records: int = 60_000,
    stock_records: int = 6_000,
    size: int = RECORD_BYTES,
    rounds: int = 3,
) -> Rates:
    """Measure both sides in turns, and take each one's median of the rounds. `settings` may carry how to log in; set `idempotence` to False on the embedded
    broker. Takes some 30 s, and 800 MB of memory or disk on the broker.

    Raises `ParleyError` when a side does not come to its end.
    """
    base = settings or Settings()
    tag = f"bench-{os.getpid()}-{time.time_ns() // 1_000_000}."
    here = dataclasses.replace(
        base,
        broker=bootstrap,
        topic_prefix=tag,
        health_port=-1,
        compression="none",  # as the stock side
        session_timeout_seconds=min(base.session_timeout_seconds, 6.0),
    )
    await topics.create(here)
    await _load(here, records, size)
    ours: list[float] = []
    stock: list[float] = []
    for number in range(rounds):
        now = dataclasses.replace(here, app_id=f"round-{number}")  # a new group reads from the beginning
        ours.append(await _ours(now, records))
        stock.append(await _stock(now, min(stock_records, records)))
    return Rates(statistics.median(ours), statistics.median(stock), size)


class Meter:
    """Times the records between the first and the last that count."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._count = 0
        self._began: float | None = None
        self.done = asyncio.Event()
        self.rate = 0.0

    def begin(self) -> None:
        """The first record is in hand."""
        self._began = self._began or time.monotonic()

    def add(self, records: int) -> None:
        """So many more are through."""
        self._count += records
        if self._count >= self._wanted and self._began is not None and not self.done.is_set():
            self.rate = self._count / (time.monotonic() - self._began)
            self.done.set()

    async def wait(self, side: str) -> float:
        """The rate, once all are through. Raises `ParleyError` when that takes too long."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self.done.wait()
        except TimeoutError:
            raise ParleyError(
                f"{side}: only {self._count} of {self._wanted} records in {TIMEOUT_SECONDS:g} s; is the broker up?"
            ) from None
        return self.rate


class Copy:
    """Work that publishes what it reads."""

    halted = False

    def __init__(self, topic: str, meter: Meter) -> None:
        self._topic = topic
        self._meter = meter

    def resume(self) -> None:
        """Never halted."""

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """No state."""

    def draft(self) -> Draft:
        """A count of its own for each chunk."""
        return _CopyDraft(self._topic, self._meter)


class _CopyDraft:
    """A chunk of copies: counted when it is merged."""

    def __init__(self, topic: str, meter: Meter) -> None:
        self._topic = topic
        self._meter = meter
        self._count = 0

    def step(self, record: Record) -> Sequence[Outgoing]:
        """The record as it came, for another topic."""
        self._meter.begin()
        self._count += 1
        return (Outgoing(self._topic, record.key, record.value, record.timestamp, record.headers),)

    def changes(self) -> Sequence[Change]:
        """No state."""
        return ()

    def facts(self) -> Mapping[str, Any]:
        """None."""
        return {}

    def merge(self) -> None:
        """The chunk is through: count it."""
        self._meter.add(self._count)


async def _load(settings: Settings, records: int, size: int) -> None:
    """Fill `articles`."""
    sender = Sender(new_producer(settings))
    value, topic, now = (
        os.urandom(size // 2).hex().encode(),
        settings.topic(topics.ARTICLES),
        time.time_ns() // 1_000_000,
    )
    await sender.start()
    try:
        step = max(LOAD_BYTES // size, 1)
        for first in range(0, records, step):
            numbers = range(first, min(first + step, records))
            await sender.send([Outgoing(topic, b"%d" % number, value, now) for number in numbers])
    finally:
        await sender.stop()


async def _ours(settings: Settings, records: int) -> float:
    meter = Meter(records)
    async with Worker(settings, {"read": lambda _: Copy(settings.topic(topics.ENRICHED), meter)}):
        return await meter.wait("ours")


async def _stock(settings: Settings, records: int) -> float:
    """Faust as its documentation shows it, with raw values and without what only costs time."""
    meter = Meter(records)
    app = Diskless(
        settings.group("stock"),
        broker=[f"kafka://{server}" for server in settings.servers],
        broker_credentials=_credentials(settings),
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        stream_wait_empty=False,
        broker_session_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=settings.session_timeout_seconds / 4,
    )
    source = app.topic(settings.topic(topics.ARTICLES), value_serializer="raw", key_serializer="raw")
    target = app.topic(settings.topic(topics.SIGNALS), value_serializer="raw", key_serializer="raw")

    @app.agent(source)
    async def _copy(stream: Any) -> None:
        async for event in stream.events():
            meter.begin()
            await target.send(key=event.key, value=event.value)
            meter.add(1)

    app.finalize()
    await app.start()
    try:
        return await meter.wait("stock Faust")
    finally:
        await app.stop()


def _credentials(settings: Settings) -> auth.Credentials | None:
    """Our login as stock Faust takes it."""
    options = connection_options(settings)
    context = options.get("ssl_context")
    if "sasl_oauth_token_provider" in options:
        return auth.OAuthCredentials(oauth_cb=options["sasl_oauth_token_provider"], ssl_context=context)
    if "sasl_mechanism" in options:
        return auth.SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return auth.SSLCredentials(context) if context else None
