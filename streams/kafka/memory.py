"""What a subscription knew before: from the topics themselves, so that a group keeps no store of its own.

A restarted subscriber reads back what was on its partition before its position (which threads matched, the
last `seq` of each); one that starts with a snapshot reads the compacted topic `threads`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from streams import events
from streams.events import Update
from streams.kafka.scan import Client, offsets_at, read_until, reader, scan
from streams.kafka.topics import THREADS, is_position
from streams.subscription import Subscription
from streams.track.closing import is_thread_open
from streams.track.pack import unpack
from streams.track.present import snapshot
from streams.track.state import State

STICKY = timedelta(days=90)
"""How far a restarted subscriber looks back for threads that matched: longer than closed threads are kept."""

REPEATS = timedelta(days=1)
"""How far it looks back when it filters nothing: only repeats are to be known."""


def offer(subscription: Subscription, record: ConsumerRecord) -> Update | None:
    """The update of a record on `events.*` when the subscription delivers it.

    Raises `orjson.JSONDecodeError` or `msgspec.ValidationError` for a value that is no update.
    """
    if not subscription.worth_reading(dict(record.headers)):
        return None
    update = events.from_record(record.value or b"")
    return update if subscription.offer(update) else None


async def recall(
    subscription: Subscription, before: ConsumerRecord, *, bootstrap: str, client: Client | None
) -> None:
    """Let the subscription see its partition's updates before the record `before`, within the time limit."""
    partition = TopicPartition(before.topic, before.partition)
    back = STICKY if subscription.filter.narrows else REPEATS
    since = datetime.fromtimestamp(before.timestamp / 1000, UTC) - back
    async with reader(bootstrap, client) as consumer:
        consumer.assign([partition])
        end = {partition: before.offset}
        consumer.seek(partition, (await offsets_at(consumer, end, since))[partition])
        async for record in read_until(consumer, end):
            offer(subscription, record)


async def threads(
    bootstrap: str, topic_prefix: str, *, client: Client | None = None
) -> AsyncIterator[tuple[Update, bool]]:
    """Each thread's present state as its last update would tell it, and whether the thread is open.

    Those that closed less than a month ago are among them. Raises `UnknownTopicError` without such a topic.
    """
    latest: dict[bytes, bytes | None] = {}
    async for record in scan(bootstrap, [topic_prefix + THREADS], client=client):
        if record.key is not None and not is_position(record.key):
            latest[record.key] = record.value
    state = State.restore(latest.items())
    if state.now is None:
        return
    found = [unpack(value) for _, value in state.records()]
    for thread in sorted(found, key=lambda thread: (thread.as_of, thread.id)):
        yield snapshot(thread), is_thread_open(state, thread, state.now)
