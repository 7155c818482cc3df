"""The two agents' computing: what becomes of an article, and of a reading.

Each hands a pure function's results to the partition task as records: `ReadWork` the pipeline's, `TrackWork`
the tracker's. A bad record is a result like any other: it goes to `<topic>.rejected`, whole.
"""

from __future__ import annotations

import dataclasses
import gc
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic

import msgspec
import orjson

from streams import events, wire
from streams.errors import Code, Rejection, SettingsError
from streams.kafka import topics
from streams.kafka.allocator import give_back
from streams.kafka.delivery import Change
from streams.kafka.guard import Guard
from streams.kafka.partitions import WorkFactory
from streams.kafka.producer import Outgoing
from streams.kafka.pure import Fold, ReadFunction, T
from streams.kafka.work import Draft, Record
from streams.metrics import Metrics
from streams.reading import Reading
from streams.settings import Settings
from streams.track import table as tracking
from streams.track import valid
from streams.track.fold import fold
from streams.track.state import State

log = logging.getLogger(__name__)

MIN_STAMP, MAX_STAMP = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (1800, 2200))
"""Between these milliseconds a record's timestamp is a time: when the article was received."""

LONGEST_REPEAT_SECONDS = 5.0
"""An article that took longer is not read again: no table takes so long, and reading holds up the event loop."""


def works(settings: Settings, agents: Iterable[str] = ("read", "track")) -> dict[str, WorkFactory]:
    """What `Worker` and `run_worker` run: the pipeline for "read", the tracker for "track".

    Loads the knowledge once for all partitions. Raises `KnowledgeError` for a knowledge file that is wrong and
    `SettingsError` for an agent that there is not.
    """
    makers = {"read": _reading, "track": _tracking}
    chosen = tuple(dict.fromkeys(agents))
    unknown = [agent for agent in chosen if agent not in makers]
    if unknown or not chosen:
        raise SettingsError(f"agents: {', '.join(unknown) or 'none'} given; known are {', '.join(makers)}")
    return {agent: makers[agent](settings) for agent in chosen}


def _reading(settings: Settings) -> WorkFactory:
    from streams.pipeline import Pipeline  # noqa: PLC0415 - a worker that only tracks needs no detection

    pipeline = Pipeline.load(settings.knowledge_dirs)
    unknown = [code for code in settings.ready_languages if code not in pipeline.knowledge.languages]
    if unknown:
        raise SettingsError(
            f"languages: {', '.join(unknown)} is not among {', '.join(sorted(pipeline.knowledge.languages))}"
        )
    pipeline.knowledge.warm(settings.ready_languages)
    give_back()
    return lambda metrics: ReadWork(pipeline.read, settings, metrics)


def _tracking(settings: Settings) -> WorkFactory:
    table = dataclasses.replace(tracking.load(), lateness_days=settings.lateness_days)

    def restore(records: Iterable[tuple[bytes, bytes]]) -> State:
        return State.restore(records, table)

    def take(layer: State, reading: Reading) -> Sequence[events.Update]:
        return fold(layer, reading, reading.article.received)[1]

    return lambda metrics: TrackWork(restore, take, settings, metrics)


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
        self._guard = Guard("read", settings, metrics, clock)
        self._spent = spent
        self._enriched = settings.topic(topics.ENRICHED)
        self._signals = settings.topic(topics.SIGNALS)
        self._slow = settings.slow_article_seconds
        self._heard = {source: metrics.heard.labels(source) for source in settings.sources}

    @property
    def halted(self) -> bool:
        """Whether too many articles were bad."""
        return self._guard.halted

    def resume(self) -> None:
        """Go on after a halt."""
        self._guard.resume()

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Nothing to restore."""

    def draft(self) -> Draft:
        """Without state, the work is its own draft."""
        return self

    def step(self, record: Record) -> Sequence[Outgoing]:
        """What becomes of one article."""
        return self._guard.guarded(record, self._outputs)

    def changes(self) -> Sequence[Change]:
        """None."""
        return ()

    def facts(self) -> Mapping[str, Any]:
        """None."""
        return {}

    def merge(self) -> None:
        """Nothing to merge."""

    def _outputs(self, record: Record) -> Sequence[Outgoing] | Rejection:
        if not MIN_STAMP <= record.timestamp <= MAX_STAMP:
            return Rejection(
                Code.BAD_DATE, "parse", f"the record's timestamp {record.timestamp} is no time of news"
            )
        seconds, outputs = self._timed(record)
        if self._slow < seconds <= LONGEST_REPEAT_SECONDS:
            # The first article in a language loads its tables; only a repeat shows that it is slow itself.
            seconds, outputs = self._timed(record)
        if seconds > self._slow:
            return Rejection(Code.DETECTOR_SLOW, "detect", f"took {seconds:.1f} s; {self._slow} are allowed")
        return outputs

    def _timed(self, record: Record) -> tuple[float, Sequence[Outgoing] | Rejection]:
        began = self._spent()
        outputs = self._read_record(record)
        return self._spent() - began, outputs

    def _read_record(self, record: Record) -> Sequence[Outgoing] | Rejection:
        result = self._read(
            record.value, key=record.key, received=_received(record), headers=dict(record.headers)
        )
        if isinstance(result, Rejection):
            return result
        article = result.enriched.article
        if article.source in self._heard:
            self._heard[article.source].inc()
        enriched, key = wire.encode(result.enriched), article.id.encode()
        outputs = [Outgoing(self._enriched, key, enriched, record.timestamp, record.headers)]
        if result.reading is not None:
            reading = wire.encode(result.reading)
            outputs.append(Outgoing(self._signals, key, reading, record.timestamp, record.headers))
        return outputs


class TrackWork(Generic[T]):
    """The track agent: readings in; updates and threads out. Its state is the tracker's."""

    def __init__(
        self,
        restore: Callable[[Iterable[tuple[bytes, bytes]]], T],
        fold: Fold[T],
        settings: Settings,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fold = fold
        self.guard = Guard("track", settings, metrics, clock)
        self._metrics = metrics
        self._restore = restore
        self._state: T | None = None

    @property
    def halted(self) -> bool:
        """Whether too many readings were bad."""
        return self.guard.halted

    def resume(self) -> None:
        """Go on after a halt."""
        self.guard.resume()

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Take up the threads that `threads` holds; a record that is no thread is passed over, and the log names it."""
        try:
            self._state = self._restore(state.items())
        except Exception:  # noqa: BLE001 - whatever the damage is, the other threads must go on
            self._state = self._restore(self._sound(state))
        gc.freeze()  # threads live long: the collector need not look at them again

    def _sound(self, state: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        sound: list[tuple[bytes, bytes]] = []
        for item in state.items():
            try:
                self._restore([item])
            except Exception as error:  # noqa: BLE001 - as above
                log.error("threads: the record %r is damaged and is passed over: %r", item[0], error)  # noqa: TRY400 - the data is at fault
                self._metrics.damaged.inc()
            else:
                sound.append(item)
        return sound

    def draft(self) -> Draft:
        """A layer on the threads."""
        assert self._state is not None, "draft only after restore"
        return _TrackDraft(self, self._state)


class _TrackDraft(Generic[T]):
    """A chunk of readings: a layer on the threads until it is merged."""

    def __init__(self, work: TrackWork[T], state: T) -> None:
        self._work = work
        self._state = state
        self._layer = state.overlay()

    def step(self, record: Record) -> Sequence[Outgoing]:
        """The updates that follow from one reading."""
        return self._work.guard.guarded(record, self._outputs)

    def changes(self) -> Sequence[Change]:
        """The threads that the readings changed."""
        return self._layer.changes()

    def facts(self) -> Mapping[str, Any]:
        """How far the tracker's time has come."""
        return {"now": self._layer.now.isoformat()} if self._layer.now else {}

    def merge(self) -> None:
        """Take the layer into the threads."""
        self._state.absorb(self._layer)

    def _outputs(self, record: Record) -> Sequence[Outgoing] | Rejection:
        try:
            reading = wire.decode(record.value or b"", Reading)
        except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
            return Rejection(Code.BAD_READING, "track", str(error))
        wrong = valid.flaw(reading)
        if wrong is not None:
            return Rejection(Code.BAD_READING, "track", wrong)
        prefix = self._work.guard.settings.topic_prefix
        layer = self._layer.overlay()  # so that a reading which fails in the middle leaves no trace
        outputs = [
            Outgoing(topic, key, value, record.timestamp, headers)
            for topic, key, value, headers in (
                events.to_record(update, prefix) for update in self._work.fold(layer, reading)
            )
        ]
        self._layer.absorb(layer)
        return outputs


def _received(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)
