"""The computing of one piece of a chunk: short slices, so that one event loop serves everything else too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from streams.kafka.delivery import Change, state_size
from streams.kafka.producer import Outgoing
from streams.kafka.work import Draft, Record, Work

OUTPUT_BYTES = 8 * 1024 * 1024
"""Outputs of one piece: more wait in memory for nothing."""


class Limits(Protocol):
    """What of the pace matters here."""

    @property
    def chunk(self) -> int:
        """Records at most."""

    @property
    def batch_bytes(self) -> int:
        """What fits into one batch of state."""

    @property
    def slice(self) -> float:
        """Seconds of computing without a pause."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The first `count` records, computed: deliver it, then `merge`. `end` follows its last record."""

    count: int
    end: int
    timestamp: int
    outputs: Sequence[Outgoing]
    changes: Sequence[Change]
    facts: Mapping[str, Any]
    merge: Callable[[], None]
    seconds: float


async def compute(work: Work, records: Sequence[Record], limits: Limits) -> Piece:
    """The largest piece from the beginning of `records` whose state fits into one batch.

    It may be empty when there are no records. A single record whose state does not fit is given all the
    same: the work bounds what one record can change.
    """
    most = limits.chunk
    began = time.monotonic()
    while True:
        draft = work.draft()
        count, outputs = await _step(work, draft, records[:most], limits.slice)
        changes = draft.changes()
        if count <= 1 or state_size(changes) <= limits.batch_bytes:
            last = records[count - 1] if count else None
            return Piece(
                count,
                last.offset + 1 if last else 0,
                last.timestamp if last else 0,
                outputs,
                changes,
                draft.facts(),
                draft.merge,
                time.monotonic() - began,
            )
        most = count // 2


async def _step(
    work: Work, draft: Draft, records: Sequence[Record], longest: float
) -> tuple[int, list[Outgoing]]:
    outputs: list[Outgoing] = []
    size = count = 0
    until = time.monotonic() + longest
    for record in records:
        made = draft.step(record)
        count += 1
        for output in made:
            outputs.append(output)
            size += output.size
        if size > OUTPUT_BYTES or work.halted:
            break
        if time.monotonic() > until:
            await asyncio.sleep(0)
            until = time.monotonic() + longest
    return count, outputs
