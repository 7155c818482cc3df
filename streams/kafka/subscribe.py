"""Subscribe to what changes in the world: `subscribe`, an async iterator of `Update`.

    async with subscribe(["ceasefires", "peace-talks"], group="desk", process="sudan") as updates:
        async for update in updates:
            await tell(update)

See `streams.subscription` for what is delivered; this module brings it from Kafka, at least once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from streams.errors import SettingsError
from streams.events import Update, topic_of
from streams.filter import Filter, Some
from streams.kafka.assignment import Assignment, Partition
from streams.kafka.memory import offer, recall, threads
from streams.kafka.scan import Client, partitions_of, reader
from streams.subscription import Start, Updates, families_of, start_of

log = logging.getLogger(__name__)

CLOSE_SECONDS = 5.0
"""How long closing may wait for the broker to take the last position."""

LONGEST_SESSION = 300

REWIND_AGE = timedelta(days=1)
"""Rewound updates older than this, before the newest state, are of threads that were forgotten long ago."""


def subscribe(
    families: str | Iterable[str],
    *,
    group: str,
    start: Start = "latest",
    process: Some = None,
    actor: Some = None,
    country: Some = None,
    role: Some = None,
    stage: Some = None,
    language: Some = None,
    min_confidence: float = 0.0,
    min_publishers: int | None = None,
    minor: bool = False,
    session_timeout_seconds: float = 10.0,
    bootstrap: str = "localhost:9092",
    topic_prefix: str = "",
    client: Client | None = None,
) -> Updates:
    """The updates of the families that match, as an async context manager and iterator.

    `group` names who reads: its position is kept on the broker, and several processes of a group share the
    work. `start` says where a group without a position begins: with what comes ("latest"), with all that is
    kept ("earliest"), at a time, or with the open threads and then what follows ("snapshot"). Filters take
    one value or several of which any may match; see `streams.filter.Filter`. A member that is silent for longer
    than its session loses its partitions to the others; the embedded broker makes a joining one wait for half
    of it, so there 2 is better. `client` holds further options for aiokafka, such as those of SASL and TLS.

    Raises `SettingsError` for a filter, start or session that makes no sense, and, when it is opened,
    `UnknownTopicError` when there is no such family on the broker.
    """
    wanted = Filter.of(
        process=process,
        actor=actor,
        country=country,
        role=role,
        stage=stage,
        language=language,
        min_confidence=min_confidence,
        min_publishers=min_publishers,
        minor=minor,
    )
    topics = tuple(topic_of(family, topic_prefix) for family in families_of(families))
    return KafkaUpdates(
        topics,
        group=topic_prefix + group,
        start=start_of(start),
        wanted=wanted,
        bootstrap=bootstrap,
        topic_prefix=topic_prefix,
        session=_session_ms(session_timeout_seconds),
        client=client,
    )


def _session_ms(seconds: float) -> int:
    if not 1 <= seconds <= LONGEST_SESSION:
        raise SettingsError(
            f"session_timeout_seconds: {seconds} is out of range; allowed is 1 to {LONGEST_SESSION}"
        )
    return int(seconds * 1000)


class KafkaUpdates(Updates):
    """The stream of `subscribe`. A token is the partition and offset to mark as done, None in a snapshot."""

    def __init__(
        self,
        topics: tuple[str, ...],
        *,
        group: str,
        start: Start,
        wanted: Filter,
        bootstrap: str,
        topic_prefix: str,
        session: int,
        client: Client | None,
    ) -> None:
        super().__init__()
        self._topics, self._group, self._start, self._filter = topics, group, start, wanted
        self._bootstrap, self._topic_prefix, self._client = bootstrap, topic_prefix, client
        self._session = session
        self._consumer: Any = None
        self._assignment: Assignment | None = None
        self._committing: asyncio.Task[None] | None = None
        self._snapshot: deque[Update] = deque()
        self._snapshot_of: list[Partition] = []
        self._newest: datetime | None = None

    async def _open(self) -> None:
        options = {
            "group_id": self._group,
            "enable_auto_commit": False,
            "isolation_level": "read_committed",
            "auto_offset_reset": "earliest",  # what retention removed is gone: go on with what is left
            "session_timeout_ms": self._session,
            "heartbeat_interval_ms": self._session // 4,
            "fetch_max_wait_ms": 100,
            **(self._client or {}),
        }
        async with reader(self._bootstrap, self._client) as plain:
            await partitions_of(plain, self._topics)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, **options)
        self._assignment = Assignment(self._consumer, self._start, self._filter)
        try:
            self._consumer.subscribe(list(self._topics), listener=self._assignment)
            await self._consumer.start()
            await self._assignment.ready()
        except BaseException:
            await self._consumer.stop()
            raise
        self._committing = asyncio.create_task(self._assignment.commit_on())

    async def _close(self) -> None:
        committing, self._committing = self._committing, None
        if committing is not None:
            committing.cancel()
            await asyncio.gather(committing, return_exceptions=True)
        with contextlib.suppress(TimeoutError):  # without a broker the client would try for ever
            async with asyncio.timeout(CLOSE_SECONDS):
                if committing is not None:
                    await self._mine.commit()
                await self._consumer.stop()
        self._snapshot.clear()
        self._snapshot_of = []

    async def _next(self) -> tuple[Update, Any] | None:
        while True:
            await self._take_snapshot()
            if self._snapshot:
                return self._snapshot.popleft(), None
            record = await self._consumer.getone()
            partition = await self._mine.find(record.topic, record.partition)
            if partition is None or (partition.first is not None and record.offset < partition.first):
                continue  # revoked meanwhile, or fetched before the start was set
            if partition.due:
                self._consumer.seek(partition.key, record.offset)
                continue
            if not partition.recalled:
                await recall(partition.subscription, record, bootstrap=self._bootstrap, client=self._client)
                partition.recalled = True
            update = self._offered(partition, record)
            if update is not None:
                return update, (partition, record.offset + 1)
            partition.done = record.offset + 1

    def _done(self, token: Any) -> None:
        if token is not None:
            partition, offset = token
            partition.done = offset
        elif not self._snapshot:
            self._snapshot_done()

    def _offered(self, partition: Partition, record: ConsumerRecord) -> Update | None:
        try:
            update = offer(partition.subscription, record)
        except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
            log.warning("%s[%s]@%s is no update: %s", record.topic, record.partition, record.offset, error)
            return None
        if update is not None and record.offset < partition.rewound and self._newest is not None:
            return update if update.as_of >= self._newest - REWIND_AGE else None
        return update

    async def _take_snapshot(self) -> None:
        """Read `threads` once for the partitions that are due; partition 0 brings a family's threads."""
        due = [one for one in self._mine.partitions.values() if one.due]
        if not due:
            return
        async for update, is_open in threads(self._bootstrap, self._topic_prefix, client=self._client):
            self._newest = update.as_of
            topic = topic_of(update.family, self._topic_prefix)
            mine = [one for one in due if one.key.topic == topic]
            matches = [one.key.partition for one in mine if one.subscription.offer_state(update)]
            if is_open and 0 in matches:
                self._snapshot.append(update)
        for one in due:
            one.due = False
        self._snapshot_of += due
        if not self._snapshot:
            self._snapshot_done()

    def _snapshot_done(self) -> None:
        """Only now does the group have a position: a snapshot that was cut short comes again."""
        for one in self._snapshot_of:
            one.done = one.first
        self._snapshot_of = []

    @property
    def _mine(self) -> Assignment:
        assert self._assignment is not None, "iterate within the context"
        return self._assignment
