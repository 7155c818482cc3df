"""The control: a worker that reads its position and state before it shuts out the last owner.

What the last owner does in between is then done again. The harness must see that, or it sees nothing.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from streams.cli import main
from streams.kafka.delivery import Delivery, Held
from streams.kafka.exactly_once import ExactlyOnce
from streams.kafka.partition import PartitionTask
from streams.kafka.pulse import Pulse

GO = "CHAOS_GO"
"""Names the file without which no partition's last owner is shut out: the fault takes it away and puts it back at the
worst moment, just after the last owner has woken up and before the group knows of it."""

COMMIT_SECONDS = 1.0
"""What a commit takes, so that whoever is suspended is suspended in the middle of one."""


class _Late:
    """A strategy whose `open` waits until the position has been read."""

    def __init__(self, kept: Delivery) -> None:
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)

    async def open(self) -> None:
        """Nothing yet."""

    async def commit(self, *args: Any) -> None:
        """Take long."""
        await asyncio.sleep(COMMIT_SECONDS)
        await self._kept.commit(*args)

    async def restore(self) -> Held:
        """Read first, shut out afterwards."""
        found = await self._kept.restore()
        while not await asyncio.to_thread(Path(os.environ[GO]).exists):  # noqa: ASYNC110 - it is another process's
            await asyncio.sleep(0.01)
        await self._kept.open()
        return found


def break_order() -> None:
    """Let every partition task of this process open in the wrong order, and no pause be noticed."""
    made = PartitionTask.__init__

    def init(self: PartitionTask, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        assert isinstance(delivery, ExactlyOnce)
        made(self, *args, delivery=_Late(delivery), **kwargs)

    PartitionTask.__init__ = init  # type: ignore[method-assign]  # the control is what this is for
    Pulse.fresh = lambda self, mark: True  # type: ignore[method-assign]


if __name__ == "__main__":
    break_order()
    main()
