"""The two agents' computing: what becomes of an article, and of a reading.

Each hands a pure function's results to the partition task as records: `ReadWork` the pipeline's, `TrackWork`
the tracker's. A bad record is a result like any other: it goes to `<topic>.rejected`, whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import orjson

from streams import events, wire
from streams.article import Read
from streams.errors import Code, Rejection
from streams.kafka import topics
from streams.kafka.delivery import Change
from streams.kafka.producer import BATCH_OVERHEAD, Outgoing
from streams.kafka.rejected import RejectionLimit, headers_for
from streams.kafka.work import Draft, Record
from streams.metrics import Metrics
from streams.reading import Reading
from streams.settings import Settings


class ReadFunction(Protocol):
    """`Pipeline.read`: pure, but may be buggy or slow on a text that nobody has thought of."""

    def __call__(
        self, raw: bytes | None, *, key: bytes | None, received: datetime, headers: Mapping[str, bytes]
    ) -> Read | Rejection:
        """What an article says, or why it is none."""


class Overlay(Protocol):
    """A tracker's changes that are not committed yet."""

    def fold(self, reading: Reading) -> Sequence[events.Update]:
        """Take one reading in; the updates that it gives."""

    def changes(self) -> Sequence[Change]:
        """Records for `threads`: everything that the readings so far changed."""


class Tracker(Protocol):
    """A tracker's state."""

    def overlay(self) -> Overlay:
        """A new overlay on the present state."""

    def merge(self, overlay: Overlay) -> None:
        """Let an overlay's changes be state."""


class Rejecting:
    """What both agents do about bad records: count them, send them on, stop when they are too many."""

    def __init__(self, agent: str, settings: Settings, metrics: Metrics, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.largest = settings.max_message_bytes - BATCH_OVERHEAD
        self._agent = agent
        self._metrics = metrics
        self._clock = clock
        self._limit = RejectionLimit(
            share=settings.rejection_share,
            least=settings.rejection_least,
            window=settings.rejection_window_seconds,
        )
        self._halted = False

    @property
    def halted(self) -> bool:
        """Whether too many records were bad and no operator has said yet to go on."""
        return self._halted

    def resume(self) -> None:
        """Go on, and count from nothing."""
        self._limit.reset()
        self._halted = False

    def guarded(
        self, record: Record, outputs: Callable[[Record], Sequence[Outgoing] | Rejection]
    ) -> Sequence[Outgoing]:
        """The record's outputs, or the rejected record where it has none that can be sent."""
        try:
            result = outputs(record)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not stop the stream: the record is kept
            result = Rejection(Code.DETECTOR_FAILED, "detect", f"{type(error).__name__}: {error}")
        if not isinstance(result, Rejection):
            large = next((output for output in result if output.size > self.largest), None)
            if large is None:
                self._limit.observe(1, 0, self._clock())
                return result
            result = Rejection(
                Code.OUTPUT_TOO_LARGE, "encode", f"{large.size} bytes for {large.topic}; {self.largest} fit"
            )
        self._metrics.rejected.labels(self._agent, str(result.code)).inc()
        self._halted = self._limit.observe(1, 1, self._clock()) or self._halted
        return [rejected(record, result)]


def rejected(record: Record, rejection: Rejection) -> Outgoing:
    """The record for `<topic>.rejected`: as it came, with headers that say what, where and why."""
    headers = headers_for(rejection, record.topic, record.partition, record.offset, record.headers)
    return Outgoing(record.topic + topics.REJECTED, record.key, record.value, record.timestamp, headers)


class ReadWork:
    """The read agent: articles in; enriched articles, readings and rejected articles out. Has no state."""

    def __init__(
        self,
        read: ReadFunction,
        settings: Settings,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        """`spent` is processor time: a busy machine or a suspended process makes no article slow."""
        self._read = read
        self._rejecting = Rejecting("read", settings, metrics, clock)
        self._spent = spent
        self._enriched = settings.topic(topics.ENRICHED)
        self._signals = settings.topic(topics.SIGNALS)
        self._slow = settings.slow_article_seconds

    @property
    def halted(self) -> bool:
        """Whether too many articles were bad."""
        return self._rejecting.halted

    def resume(self) -> None:
        """Go on after a halt."""
        self._rejecting.resume()

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Nothing to restore."""

    def draft(self) -> Draft:
        """Without state, the work is its own draft."""
        return self

    def step(self, record: Record) -> Sequence[Outgoing]:
        """What becomes of one article."""
        return self._rejecting.guarded(record, self._outputs)

    def changes(self) -> Sequence[Change]:
        """None."""
        return ()

    def merge(self) -> None:
        """Nothing to merge."""

    def _outputs(self, record: Record) -> Sequence[Outgoing] | Rejection:
        began = self._spent()
        result = self._read(
            record.value, key=record.key, received=_received(record), headers=dict(record.headers)
        )
        if isinstance(result, Rejection):
            return result
        enriched, key = wire.encode(result.enriched), result.enriched.article.id.encode()
        outputs = [Outgoing(self._enriched, key, enriched, record.timestamp, record.headers)]
        if result.reading is not None:
            reading = wire.encode(result.reading)
            outputs.append(Outgoing(self._signals, key, reading, record.timestamp, record.headers))
        seconds = self._spent() - began
        if seconds > self._slow:
            return Rejection(Code.DETECTOR_SLOW, "detect", f"took {seconds:.1f} s; {self._slow} are allowed")
        return outputs


class TrackWork:
    """The track agent: readings in; updates and threads out. Its state is the tracker's."""

    def __init__(
        self,
        restore: Callable[[Iterable[tuple[bytes, bytes]]], Tracker],
        settings: Settings,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._restore = restore
        self._rejecting = Rejecting("track", settings, metrics, clock)
        self._tracker: Tracker | None = None

    @property
    def halted(self) -> bool:
        """Whether too many readings were bad."""
        return self._rejecting.halted

    def resume(self) -> None:
        """Go on after a halt."""
        self._rejecting.resume()

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Take up the threads that `threads` holds."""
        self._tracker = self._restore(state.items())

    def draft(self) -> Draft:
        """An overlay on the threads."""
        assert self._tracker is not None, "draft only after restore"
        return _TrackDraft(self._tracker, self._rejecting)


class _TrackDraft:
    def __init__(self, tracker: Tracker, rejecting: Rejecting) -> None:
        self._tracker = tracker
        self._overlay = tracker.overlay()
        self._rejecting = rejecting

    def step(self, record: Record) -> Sequence[Outgoing]:
        return self._rejecting.guarded(record, self._outputs)

    def changes(self) -> Sequence[Change]:
        return self._overlay.changes()

    def merge(self) -> None:
        self._tracker.merge(self._overlay)

    def _outputs(self, record: Record) -> Sequence[Outgoing] | Rejection:
        try:
            reading = wire.decode(record.value or b"", Reading)
        except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
            return Rejection(Code.BAD_READING, "track", str(error))
        prefix = self._rejecting.settings.topic_prefix
        return [
            Outgoing(topic, key, value, record.timestamp, headers)
            for topic, key, value, headers in (
                events.to_record(update, prefix) for update in self._overlay.fold(reading)
            )
        ]


def _received(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)
