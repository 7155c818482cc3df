"""From where to read on when the broker does not have the position that was asked for."""

from __future__ import annotations

import logging

from aiokafka import TopicPartition
from prometheus_client import Counter

from streams.kafka.work import Source

log = logging.getLogger(__name__)


async def reachable(source: Source, partition: TopicPartition, position: int, lost: Counter) -> int:
    """The position, where it can be read; else the topic's beginning, with an error in the log.

    Records that retention has deleted unread are counted as `lost`. A position beyond the end belongs to an
    earlier topic of the same name: the new one is read from its start, and repeats keep their ids.
    """
    first, last = await source.bounds(partition)
    name = f"{partition.topic}[{partition.partition}]"
    if position < first:
        log.error("%s: %d records were deleted unread; raise the topic's retention", name, first - position)
        lost.inc(first - position)
        return first
    if position > last:
        log.error(
            "%s: the topic ends at %d, before our position %d: it was made anew; reading it from its start",
            name, last, position,
        )  # fmt: skip
        return first
    return position
