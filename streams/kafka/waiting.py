"""The chunks that wait for a partition's task, and what of them follows on from its position."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from streams.kafka.work import Chunk, Record

FULL = 16
"""So many waiting chunks, and fetching pauses; they are merged when they are taken."""

LOW = 8
"""So few, and it goes on."""


class GapError(Exception):
    """A chunk begins after the position: something was fetched and dropped; fetch from the position again."""


class Waiting:
    """Chunks in the order in which they were fetched."""

    def __init__(self) -> None:
        self._chunks: deque[Chunk] = deque()

    def __bool__(self) -> bool:
        return bool(self._chunks)

    @property
    def full(self) -> bool:
        """Whether fetching should pause."""
        return len(self._chunks) >= FULL

    @property
    def low(self) -> bool:
        """Whether fetching should go on."""
        return len(self._chunks) < LOW

    def put(self, chunk: Chunk) -> None:
        """Add a chunk at the end."""
        self._chunks.append(chunk)

    def clear(self) -> None:
        """Drop all."""
        self._chunks.clear()

    def take(self, position: int, most: int) -> tuple[Sequence[Record], int]:
        """Chunks that follow on from `position`, merged until there are `most` records or more; and the
        position after them. What is done already is cut off or dropped.

        Raises `GapError` when the first chunk that is new begins after `position`.
        """
        records: list[Record] = []
        end = position
        while self._chunks and len(records) < most:
            chunk = self._chunks[0]
            if chunk.start > end:
                if end > position:
                    break  # first what is there; the next call raises
                raise GapError(f"fetched from {chunk.start}, wanted from {position}")
            self._chunks.popleft()
            if chunk.end > end:
                whole = chunk.start == end
                records += chunk.records if whole else [one for one in chunk.records if one.offset >= end]
                end = chunk.end
        return records, end
