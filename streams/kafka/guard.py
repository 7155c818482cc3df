"""What becomes of records that are bad: they go to `<topic>.rejected`, whole, and too many stop the partition."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from streams.errors import Code, Rejection
from streams.kafka import topics
from streams.kafka.producer import BATCH_OVERHEAD, Outgoing
from streams.kafka.rejected import RejectionLimit, headers_for
from streams.kafka.work import Record
from streams.metrics import Metrics
from streams.settings import Settings


class Guard:
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
