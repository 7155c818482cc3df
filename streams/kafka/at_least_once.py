"""At least once, for brokers without transactions: a repeat is possible, a loss is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition

from streams.kafka.delivery import Change, Held, Ledger, StaleOwnerError, group_offset
from streams.kafka.producer import Outgoing, Sender, new_producer
from streams.kafka.pulse import Pulse
from streams.settings import Settings


class AtLeastOnce:
    """Outputs first, then state and position in one batch, then the offset, so that state and position never
    disagree.

    `commit_offset` notes the offset for the group; `pulse` tells when this process was suspended for so long
    that the partition may have a new owner. What such a process writes all the same, having been suspended in
    the middle of it, is told by its epoch when the state is read again, and repaired.
    """

    def __init__(
        self,
        settings: Settings,
        source: TopicPartition,
        ledger: Ledger,
        *,
        commit_offset: Callable[[TopicPartition, int], None],
        pulse: Pulse,
        new_sender: Callable[[], Sender] | None = None,
    ) -> None:
        self._source = source
        self._ledger = ledger
        self._commit_offset = commit_offset
        self._pulse = pulse
        self._mark = pulse.mark()
        self._new_sender = new_sender or (lambda: Sender(new_producer(settings)))
        self._sender: Sender | None = None

    async def open(self) -> None:
        """Connect a new producer."""
        self._mark = self._pulse.mark()
        self._sender = self._new_sender()
        await self._sender.start()

    async def restore(self) -> Held:
        """Read the state's partition to its end."""
        return await self._ledger.restore()

    async def begin(self) -> None:
        """Raise `StaleOwnerError` rather than write what another owner may have written already."""
        self._check_fresh()

    async def send(self, outputs: Sequence[Outgoing]) -> None:
        """Return when the broker has every output."""
        if outputs:
            await self._open_sender.send(outputs)

    async def commit(
        self, changes: Sequence[Change], end: int, timestamp: int, facts: Mapping[str, Any]
    ) -> None:
        """Write state and position, then note the offset."""
        self._check_fresh()
        ledger = self._ledger
        if ledger.partition is not None:
            entries = (ledger.repairs(), ledger.entries(changes, end, facts))
            for each in filter(None, entries):
                await self._open_sender.append(ledger.partition, each, timestamp, ledger.headers)
        self._commit_offset(self._source, group_offset(end, facts))

    async def close(self) -> None:
        """Disconnect the producer."""
        sender, self._sender = self._sender, None
        if sender is not None:
            await sender.stop()

    @property
    def _open_sender(self) -> Sender:
        assert self._sender is not None, "deliver only after open"
        return self._sender

    def _check_fresh(self) -> None:
        if not self._pulse.fresh(self._mark):
            raise StaleOwnerError("this process was suspended for longer than its session lasts")
