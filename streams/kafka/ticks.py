"""Ticks: what tells the tracker, which has no clock, how late it is.

Whoever tracks a partition of `signals` puts a tick on it at every full hour, so that what was planned and not
reported is found overdue. A tick too many changes nothing; one too few is made good by the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams import wire
from streams.kafka.producer import Sender, new_producer
from streams.settings import Settings
from streams.track.overdue import TICK, tick

log = logging.getLogger(__name__)


async def tick_on(
    settings: Settings,
    partitions: Callable[[], Iterable[TopicPartition]],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """At every full hour, put a tick on each partition that is tracked here. Returns never.

    A broker that does not take it is only warned of: the next tick says the same and more.
    """
    while True:
        await asyncio.sleep(seconds_to_next(clock(), settings.tick_seconds))
        ours = list(partitions())
        if ours:
            try:
                await _tick(settings, ours, clock())
            except (KafkaError, TimeoutError) as error:
                log.warning("no tick on %s: %r", ", ".join(map(str, ours)), error)


def seconds_to_next(now: datetime, every: float) -> float:
    """Seconds until the next full hour (or other span that divides the time since 1970)."""
    return every - now.timestamp() % every


async def _tick(settings: Settings, partitions: Iterable[TopicPartition], now: datetime) -> None:
    reading = tick(now)
    stamp = int(reading.article.received.timestamp() * 1000)
    sender = Sender(new_producer(settings))
    await sender.start()
    try:
        for partition in partitions:
            await sender.append(partition, [(TICK.encode(), wire.encode(reading))], stamp)
    finally:
        await sender.stop()
