"""All topics in one table, and their explicit creation; names go through `Settings.topic_prefix`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from streams.detect.frames import families
from streams.errors import ParleyError
from streams.kafka.security import client_options, who
from streams.settings import Settings

ARTICLES = "articles"
ENRICHED = "articles.enriched"
SIGNALS = "signals"
THREADS = "threads"
EVENTS = "events."
REJECTED = ".rejected"

POSITION_KEY = b"__position"
"""Key of the position record of a partition of `threads`; all other keys there are thread ids."""

ROOM_FOR_HEADERS = 64 * 1024
"""What a rejected record may be larger than it came: the headers that say what was wrong with it."""

_EXISTS = 36
_DENIED = 29


class TopicsError(ParleyError):
    """A topic could not be created, or is not as it must be; names the topic and what to do."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One row: the full `name`, and how it is created. `retention_hours` of None keeps for ever."""

    name: str
    partitions: int
    policy: Literal["delete", "compact"]
    retention_hours: int | None
    max_message_bytes: int

    @property
    def config(self) -> dict[str, str]:
        """Kafka's settings of this topic."""
        retention = -1 if self.retention_hours is None else self.retention_hours * 3_600_000
        config = {
            "cleanup.policy": self.policy,
            "retention.ms": str(retention),
            "max.message.bytes": str(self.max_message_bytes),
        }
        if self.policy == "compact":
            # Small segments: only closed ones are compacted, and every start of a tracker reads the rest.
            config |= {"segment.bytes": str(64 * 1024 * 1024), "min.cleanable.dirty.ratio": "0.2"}
        return config


def events_topic(family: str) -> str:
    """The topic of a family's updates, without prefix."""
    return EVENTS + family


def is_position(key: bytes | None) -> bool:
    """Whether a record on `threads` is a task's position and no thread."""
    return key is not None and key.startswith(b"__")


def table(settings: Settings) -> tuple[Topic, ...]:
    """Every topic of one world, with the operator's overrides (`[topics."articles"]`) applied.

    Raises `TopicsError` for an override of a topic that does not exist.
    """
    size, kept = settings.max_message_bytes, settings.retention_hours
    rows = [
        Topic(ARTICLES, settings.partitions, "delete", kept, size),
        Topic(ENRICHED, settings.partitions, "delete", kept, size),
        Topic(SIGNALS, 1, "delete", kept, size),
        Topic(THREADS, 1, "compact", None, size),
        Topic(ARTICLES + REJECTED, 1, "delete", kept, size + ROOM_FOR_HEADERS),
        Topic(SIGNALS + REJECTED, 1, "delete", kept, size + ROOM_FOR_HEADERS),
        *(
            Topic(events_topic(family), 1, "delete", settings.events_retention_hours, size)
            for family in families(settings.knowledge_dirs)
        ),
    ]
    unknown = settings.topics.keys() - {row.name for row in rows}
    if unknown:
        raise TopicsError(f"settings for a topic that does not exist: topics.{min(unknown)}")
    result = tuple(_overridden(row, settings) for row in rows)
    counts = {row.name: row.partitions for row in result}
    if counts[SIGNALS] != counts[THREADS]:
        raise TopicsError(
            "topics.signals and topics.threads need the same number of partitions: the state that belongs "
            f"to a partition of signals lies in that of threads; they have {counts[SIGNALS]} and {counts[THREADS]}"
        )
    return tuple(_named(row, settings.topic(row.name)) for row in result)


async def create(settings: Settings) -> dict[str, Literal["created", "exists"]]:
    """Create what is missing, and tell of each topic whether it was there. Changes no existing topic.

    Raises `TopicsError` with the broker's words, and when an existing topic has another number of partitions
    than `threads` and `signals` need.
    """
    rows = table(settings)
    copies = settings.replication
    # What was acknowledged must outlive a broker: with three copies, two must have it.
    durable = {"min.insync.replicas": str(max(1, copies - 1))} if copies > 1 else {}
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        answer = await admin.create_topics(
            [NewTopic(row.name, row.partitions, copies, topic_configs=row.config | durable) for row in rows]
        )
        outcome = _outcome(answer.topic_errors)
        await _check_partitions(admin, [row for row in rows if outcome[row.name] == "exists"])
        return outcome
    finally:
        await admin.close()


async def check(settings: Settings) -> None:
    """Raise `TopicsError` when a topic is missing: a worker would wait for it without a word."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        there = set(await admin.list_topics())
    finally:
        await admin.close()
    missing = [row.name for row in table(settings) if row.name not in there]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise TopicsError(
            f"topic {missing[0]}{more} is not there: create them with `parley topics create`, or look whether "
            f'topic_prefix ("{settings.topic_prefix}") and broker ({settings.broker}) are right{_or_hidden(settings)}'
        )


def _or_hidden(settings: Settings) -> str:
    """A broker with rights hides what one may not use."""
    if settings.security_protocol == "PLAINTEXT":
        return ""
    return f", and whether {who(settings)} has the rights that SECURITY.md lists"


def _outcome(errors: Sequence[Sequence[Any]]) -> dict[str, Literal["created", "exists"]]:
    outcome: dict[str, Literal["created", "exists"]] = {}
    for name, code, *message in errors:
        if code not in (0, _EXISTS):
            reason = (message[0] if message else None) or for_code(code).description
            hint = ": SECURITY.md lists the rights that this needs" if code == _DENIED else ""
            raise TopicsError(f"topic {name} cannot be created: {str(reason).rstrip('.')}{hint}")
        outcome[name] = "created" if code == 0 else "exists"
    return outcome


async def _check_partitions(admin: AIOKafkaAdminClient, rows: Sequence[Topic]) -> None:
    """State is kept by partition, so these two must never have another number than they were made for."""
    if not rows:
        return
    found = {
        row["topic"]: len(row["partitions"])
        for row in await admin.describe_topics([row.name for row in rows])
    }
    for row in rows:
        if row.name.endswith((SIGNALS, THREADS)) and found.get(row.name) != row.partitions:
            raise TopicsError(
                f"topic {row.name} has {found.get(row.name)} partitions and must have {row.partitions}: "
                "its number cannot change later; use another topic_prefix and read the articles again"
            )


def _overridden(row: Topic, settings: Settings) -> Topic:
    over = settings.topics.get(row.name, {})
    return Topic(
        row.name,
        over.get("partitions", row.partitions),
        row.policy,
        over.get("retention_hours", row.retention_hours) if row.policy == "delete" else None,
        over.get("max_message_bytes", row.max_message_bytes),
    )


def _named(row: Topic, name: str) -> Topic:
    return Topic(name, row.partitions, row.policy, row.retention_hours, row.max_message_bytes)
