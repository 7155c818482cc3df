"""What a subscriber gets: `Subscription` decides update by update, `Updates` is the stream of them.

No Kafka here: `streams.kafka.subscribe` and the in-memory `streams.testing` both ask the same
`Subscription.offer`, so a test against the double tests what happens in production.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from streams.errors import SettingsError
from streams.events import Update
from streams.filter import Filter, values_of

Start = Literal["latest", "earliest", "snapshot"] | datetime
"""Where a group without a position begins: with what comes, what is kept, the open threads, or a time."""

_REMEMBERED = 200_000
_DIGITS = 15  # a `ce_seq` that is longer counts nothing


@dataclass(slots=True)
class _Thread:
    """What a subscription remembers of a thread: the last `seq` it saw, whether it was delivered."""

    seq: int = 0
    delivered: bool = False


class Subscription:
    """Decides, update by update in the order of their partition, what the subscriber gets.

    A repeat (`seq` not above the last seen of its thread) is dropped. Once an update of a thread was
    delivered, all later ones that the filter `wants` are, whether they still match or not: who was told
    that talks are agreed must hear that they are not. At most `remember` threads are kept in mind, those
    that were seen last.
    """

    def __init__(self, filter: Filter, *, remember: int = _REMEMBERED) -> None:  # noqa: A002 - the domain's word
        self.filter = filter
        self._remember = remember
        self._threads: OrderedDict[str, _Thread] = OrderedDict()

    def offer(self, update: Update) -> bool:
        """Whether to deliver this update; remembers it either way."""
        known = self._threads.get(update.thread)
        if known is not None and update.seq <= known.seq:
            return False
        thread = self._see(update.thread, update.seq)
        if not self.filter.wants(update.kind, update.significance):
            return False
        if thread.delivered or self.filter.matches(update):
            thread.delivered = True
            return True
        return False

    def offer_state(self, update: Update) -> bool:
        """Like `offer`, for a thread's present state as a snapshot gives it: of any kind and significance."""
        known = self._threads.get(update.thread)
        if known is not None and update.seq <= known.seq:
            return False
        thread = self._see(update.thread, update.seq)
        thread.delivered = thread.delivered or self.filter.matches(update)
        return thread.delivered

    def worth_reading(self, headers: Mapping[str, bytes]) -> bool:
        """False when the headers show that `offer` would decline; then the update counts as seen.

        Records whose headers say too little are worth reading.
        """
        thread, number = _text(headers, "ce_subject"), headers.get("ce_seq") or b""
        if not thread or not number.isdigit() or len(number) > _DIGITS:
            return True
        seq = int(number)
        known = self._threads.get(thread)
        if known is not None and seq <= known.seq:
            return False
        if self.filter.wants(_text(headers, "ce_kind"), _text(headers, "ce_significance")) and (
            (known is not None and known.delivered) or self.filter.may_match(headers)
        ):
            return True
        self._see(thread, seq)
        return False

    def _see(self, thread: str, seq: int) -> _Thread:
        known = self._threads.setdefault(thread, _Thread())
        known.seq = seq
        self._threads.move_to_end(thread)
        if len(self._threads) > self._remember:
            self._threads.popitem(last=False)
        return known


def _text(headers: Mapping[str, bytes], name: str) -> str:
    """A header's text: others than Parley may have written any bytes, or null."""
    return (headers.get(name) or b"").decode("utf-8", "replace")


class Updates(ABC):
    """A subscriber's stream of updates: an async context manager and an async iterator.

        async with subscribe("ceasefires", group="desk") as updates:
            async for update in updates:
                ...

    Without the `async with`, the loop itself opens the stream and closes it when it ends.
    An update counts as delivered when the loop asks for the next one: if its body raises, or the
    process dies, the group gets that update again.
    """

    def __init__(self) -> None:
        self._entered = False
        self._pending: tuple[Update, Any] | None = None

    async def __aenter__(self) -> Self:
        await self._open()
        self._entered = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered = False
        self._pending = None
        await self._close()

    def __aiter__(self) -> AsyncIterator[Update]:
        return self._deliver() if self._entered else self._open_and_deliver()

    async def _open_and_deliver(self) -> AsyncIterator[Update]:
        async with self:
            async for update in self._deliver():
                yield update

    async def _deliver(self) -> AsyncIterator[Update]:
        """One update after the other; one whose loop body did not get to its end comes again."""
        while True:
            if self._pending is None:
                self._pending = await self._next()
            if self._pending is None:
                return
            update, token = self._pending
            yield update
            self._pending = None
            self._done(token)

    @abstractmethod
    async def _open(self) -> None:
        """Begin: afterwards nothing that is published is missed."""

    @abstractmethod
    async def _close(self) -> None:
        """End, and let the group's position be that of what was delivered."""

    @abstractmethod
    async def _next(self) -> tuple[Update, Any] | None:
        """The next update to deliver, with a token for `_done`; None when there will be no more."""

    @abstractmethod
    def _done(self, token: Any) -> None:
        """The update of this token was delivered: the loop asked for the next."""


def families_of(families: str | Iterable[str]) -> tuple[str, ...]:
    """The families to subscribe to, in a fixed order. Raises `SettingsError` when there is none."""
    found = tuple(sorted(values_of(families)))
    if not found:
        raise SettingsError("families: name at least one, for instance peace-talks")
    return found


def start_of(start: Start) -> Start:
    """The start as given. Raises `SettingsError` for an unknown word or a time without its offset."""
    if isinstance(start, datetime):
        if start.tzinfo is None:
            raise SettingsError(f"start: {start.isoformat()} needs its offset from UTC")
        return start
    if start in ("latest", "earliest", "snapshot"):
        return start
    raise SettingsError(f"start: {start!r} is not latest, earliest, snapshot or a time")
