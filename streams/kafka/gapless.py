"""What the embedded broker does wrong, and how a worker on it loses nothing all the same.

- A batch may be seen before an earlier one that is written at the same moment. On Kafka a missing offset is no
  loss (markers, compaction); here, where there are no transactions, it means: look again in a moment.
- A fetch goes through all batches before its offset, and comes back empty when that takes longer than it was
  to wait at most. So the waiting time must grow with the topic.

- Its beginning and end of a topic, asked for while somebody writes, may stay wrong until the next write: the one
  too late, the other too early. So they are not relied on (`Consumer.bounds`, `scan`, `read_state`).

All hold for brokers without idempotent producers (`idempotence = false`), and for no other.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

from streams.kafka.work import Chunk

GAP_SECONDS = 2.0
"""How long an offset may be missing before it is taken for really not there (a compacted record)."""

BEHIND_SECONDS = 0.5
"""How long nothing may come of what is known to be there before the waiting time grows."""

LONGEST_WAIT_MS = 5000


class Gapless:
    """Cuts chunks where an offset is missing that may still come."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._missing: dict[tuple[str, int], tuple[int, float]] = {}

    def cut(self, chunk: Chunk) -> Chunk:
        """The chunk up to the first missing offset; what was cut off must be fetched again."""
        expected = chunk.start
        for number, record in enumerate(chunk.records):
            if record.offset != expected and not self._given_up((chunk.topic, chunk.partition), expected):
                return dataclasses.replace(chunk, end=expected, records=chunk.records[:number])
            expected = record.offset + 1
        return chunk

    def _given_up(self, partition: tuple[str, int], offset: int) -> bool:
        now = self._clock()
        known, since = self._missing.get(partition, (-1, now))
        if known != offset:
            self._missing[partition] = (offset, now)
            return False
        return now - since > GAP_SECONDS


class Patience:
    """How long a fetch may wait: longer each time that nothing came of what is known to be there."""

    def __init__(self, wait_ms: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.wait_ms = wait_ms
        self._clock = clock
        self._since: float | None = None

    def look(self, *, behind: bool, found: bool) -> None:
        """After looking for chunks: whether there was one, and whether some partition has more than we read."""
        now = self._clock()
        if found or not behind:
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since > BEHIND_SECONDS:
            self._since = now
            self.wait_ms = min(self.wait_ms * 2, LONGEST_WAIT_MS)
