"""Few chunks at a time: what each costs beside its records is then paid less often.

A partition that waits for its turn gathers records meanwhile, so that at a load with eight partitions a transaction
carries several articles instead of one, and its answers do not wait behind those of seven others.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

AT_A_TIME = 2
"""While the one waits for the broker the other computes. `python -m tests.chaos.cost` shows what more or fewer do."""

LONGEST_SECONDS = 0.5
"""After which a turn is given back unasked: a broker that does not answer holds up its own partitions alone."""


class Turns:
    """An asynchronous context manager around one chunk of one task, first come, first served.

    It may be shared by any number of tasks of one event loop.
    """

    def __init__(self, at_a_time: int = AT_A_TIME, longest: float = LONGEST_SECONDS) -> None:
        self._free = asyncio.Semaphore(at_a_time)
        self._longest = longest
        self._held: dict[asyncio.Task[object] | None, asyncio.TimerHandle] = {}

    async def __aenter__(self) -> Self:
        await self._free.acquire()
        holder = asyncio.current_task()
        self._held[holder] = asyncio.get_running_loop().call_later(self._longest, self._give_back, holder)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back(asyncio.current_task())

    def _give_back(self, holder: asyncio.Task[object] | None) -> None:
        timer = self._held.pop(holder, None)
        if timer is not None:
            timer.cancel()
            self._free.release()
