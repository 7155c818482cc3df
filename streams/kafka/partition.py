"""One task per input partition: nobody else touches its state, its producer or its position.

    open: restore state → position → seek → fetch (state that is lost is made again from the input, silently)
    each chunk: drop, trim or seek again by positions → compute → begin → send → commit → merge
    any error: throw producer and state away, wait a little, open again
    revoked: finish the chunk under way (bounded), stop

What counts is the task's position, which only moves when everything before it is on the broker.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence

from aiokafka import TopicPartition

from streams.kafka.allocator import give_back
from streams.kafka.compute import Piece, compute
from streams.kafka.delivery import SILENT_TO, Delivery, Held, StaleOwnerError
from streams.kafka.reach import reachable
from streams.kafka.turns import Turns
from streams.kafka.waiting import GapError, Waiting
from streams.kafka.work import Chunk, Pace, Record, Source, Work
from streams.metrics import Metrics

log = logging.getLogger(__name__)


class PartitionTask:
    """The task of one partition. Give it chunks with `put`, end it with `close`."""

    def __init__(
        self,
        partition: TopicPartition,
        *,
        agent: str,
        source: Source,
        work: Work,
        delivery: Delivery,
        metrics: Metrics,
        pace: Pace | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.partition = partition
        self.position: int | None = None
        self.progressed = time.monotonic()
        self.opened = False
        self._agent = agent
        self._name = f"{agent} {partition.topic}[{partition.partition}]"
        self._source = source
        self._work = work
        self._delivery = delivery
        self._metrics = metrics
        self._pace = pace or Pace()
        self._turns = turns or Turns()
        self._waiting = Waiting()
        self._wake = asyncio.Event()
        self._resumed = asyncio.Event()
        self._highwater = 0
        self._silent_to = 0
        self._unreachable = False
        self._stopping = False
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to open."""
        self._source.fetch(self.partition, False)
        self._task = asyncio.create_task(
            self._run(), name=f"{self.partition.topic}-{self.partition.partition}"
        )

    def put(self, chunk: Chunk) -> None:
        """Take a fetched chunk; asks for a pause of fetching when many wait."""
        if not self.opened or self._stopping:
            return  # it will be fetched again after the seek
        self._waiting.put(chunk)
        self._highwater = max(chunk.highwater or 0, chunk.end)
        self._tell_lag()
        if self._waiting.full:
            self._source.fetch(self.partition, False)
        self._wake.set()

    def out_of_range(self) -> None:
        """The broker does not have the offset that was asked for."""
        self._unreachable = True
        self._wake.set()

    def resume(self) -> None:
        """An operator lets a halted partition go on."""
        self._work.resume()
        self._resumed.set()

    @property
    def halted(self) -> bool:
        """Whether the partition waits for an operator."""
        return self._work.halted

    async def close(self) -> None:
        """Stop for good: the chunk under way may finish within the pace's bound, the rest is dropped."""
        self._stopping = True
        self._wake.set()
        self._resumed.set()
        self._source.fetch(self.partition, False)
        if self._task is not None:
            if self.opened:
                await asyncio.wait({self._task}, timeout=self._pace.finish)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._reset()

    async def _run(self) -> None:
        while not self._stopping:
            try:
                if not self.opened:
                    await self._open()
                await self._work_off_or_seek()
            except Exception as error:  # noqa: BLE001 - whatever it was, nothing is committed: open again
                await self._recover(error)

    async def _open(self) -> None:
        began = time.monotonic()
        await self._delivery.open()
        committed = await self._source.committed(self.partition)
        records = await self._restore(committed)
        if records:
            give_back()
        self.opened = True
        self._metrics.open.labels(self._agent).inc()
        await self._seek()
        self.progressed = time.monotonic()
        self._metrics.opening.labels(self._agent).observe(self.progressed - began)
        log.info("%s: open at %d with %d records of state", self._name, self.position, records)

    async def _restore(self, committed: int | None) -> int:
        """Take up the state, and where to begin with it; returns how many records it has."""
        held = await self._delivery.restore()
        self._work.restore(held.state)
        self.position, self._silent_to = await self._beginning(held, committed)
        return len(held.state)

    async def _beginning(self, held: Held, committed: int | None) -> tuple[int, int]:
        """Where to begin, and before which offset nothing is told."""
        if held.position is not None:
            return held.position, held.silent_to
        first = (await self._source.bounds(self.partition))[0]
        if committed is None or (held.lost and committed <= first):
            return first, 0
        if not held.lost:
            return committed, 0
        log.error(
            "%s: no state is left, though everything before %d was done; making it again from %d on, without telling again what was told",
            self._name, committed, first,
        )  # fmt: skip
        return first, committed

    async def _seek(self) -> None:
        """Fetch from the position; where the broker has it no more, say what is lost and go on."""
        assert self.position is not None
        self._waiting.clear()
        if self._unreachable:
            self._unreachable = False
            lost = self._metrics.lost.labels(self._agent)
            self.position = await reachable(self._source, self.partition, self.position, lost)
        await self._source.seek(self.partition, self.position)
        self._source.fetch(self.partition, True)

    async def _recover(self, error: Exception) -> None:
        if self._stopping:
            log.warning("%s: stopped with %r", self._name, error)
            return
        wait = min(self._pace.backoff * 2**self._failures, self._pace.longest_backoff)
        if isinstance(error, StaleOwnerError):
            wait = (
                self._pace.stale_backoff
            )  # longer than a heartbeat: let it learn that it lost the partition
        self._failures += 1
        log.warning("%s: %r; opening again in %.2f s", self._name, error, wait, exc_info=self._failures == 1)
        self._metrics.reopened.labels(self._agent, type(error).__name__).inc()
        await self._reset()
        await asyncio.sleep(wait)

    async def _reset(self) -> None:
        self._source.fetch(self.partition, False)
        self._waiting.clear()
        if self.opened:
            self.opened = False
            self._metrics.open.labels(self._agent).dec()
        try:
            await self._delivery.close()
        except Exception as error:  # noqa: BLE001 - a broken producer may break on closing as well
            log.debug("%s: closing: %r", self._name, error)

    async def _work_off_or_seek(self) -> None:
        try:
            await self._work_off()
        except GapError as gap:
            log.info("%s: %s", self._name, gap)
            self._metrics.gaps.labels(self._agent).inc()
            await self._seek()

    async def _work_off(self) -> None:
        while not self._stopping:
            if self._unreachable:
                raise GapError("the broker does not have our position")
            if self.halted:
                await self._halt()
            elif not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            else:
                async with self._turns:
                    await self._next()

    async def _halt(self) -> None:
        self._source.fetch(self.partition, False)
        log.error("%s: too many records were rejected; halted until an operator resumes it", self._name)
        self._metrics.halted.labels(self._agent).inc()
        try:
            self._resumed.clear()
            await self._resumed.wait()
        finally:
            self._metrics.halted.labels(self._agent).dec()
        self.progressed = time.monotonic()
        self._source.fetch(self.partition, not self._stopping)

    async def _next(self) -> None:
        """Take what waits, as far as it follows on, and do it in pieces."""
        assert self.position is not None
        records, end = self._waiting.take(self.position, self._pace.chunk)
        if self._waiting.low:
            self._source.fetch(self.partition, True)
        for part, upto in _parts(records, end, self._silent_to):
            await self._do(part, upto)

    async def _do(self, records: Sequence[Record], end: int) -> None:
        while not self._stopping and not self.halted:
            piece = await compute(self._work, records, self._pace)
            records = records[piece.count :]
            await self._deliver(piece, end if not records else piece.end)
            if not records:
                return
        if not self._stopping:  # halted in the middle: what is left comes back by a seek
            self._waiting.clear()
            await self._source.seek(self.partition, self.position or 0)

    async def _deliver(self, piece: Piece, end: int) -> None:
        assert self.position is not None
        if end == self.position:
            return
        began = time.monotonic()
        silent = end <= self._silent_to
        facts = {**piece.facts, SILENT_TO: self._silent_to} if end < self._silent_to else piece.facts
        await self._delivery.begin()
        await self._delivery.send([] if silent else piece.outputs)
        await self._delivery.commit(piece.changes, end, piece.timestamp, facts)
        piece.merge()
        self.position = end
        self.progressed = time.monotonic()
        self._failures = 0
        self._tell_lag()
        self._metrics.done(
            self._agent, piece.count, len(piece.outputs), piece.seconds, self.progressed - began
        )

    def _tell_lag(self) -> None:
        lag = self._highwater - (self.position or 0)
        self._metrics.lag.labels(self._agent, self.partition.topic, str(self.partition.partition)).set(
            max(lag, 0)
        )


def _parts(records: Sequence[Record], end: int, border: int) -> Iterator[tuple[Sequence[Record], int]]:
    """The records up to `end`, in two where the border lies among them."""
    before = [record for record in records if record.offset < border] if border < end else []
    if before:
        yield before, border
        records = records[len(before) :]
    yield records, end
