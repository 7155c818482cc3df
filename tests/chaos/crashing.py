"""A worker that dies by `kill -9` at one step of a commit: `python -m tests.chaos.crashing STEP NUMBER worker …`.

STEP is a method of the strategy's producer or of the strategy itself, with "before" or "after"; NUMBER says at
which time that it comes there.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from streams.cli import main
from streams.kafka.at_least_once import AtLeastOnce
from streams.kafka.exactly_once import ExactlyOnce
from streams.kafka.producer import Sender

STEPS: dict[str, tuple[type[Any], str]] = {
    "start": (Sender, "start"),
    "begin": (Sender, "begin"),
    "send": (Sender, "send"),
    "append": (Sender, "append"),
    "send_offsets": (Sender, "send_offsets"),
    "commit": (Sender, "commit"),
    "deliver": (ExactlyOnce, "commit"),
    "deliver_at_least_once": (AtLeastOnce, "commit"),
    "restore": (ExactlyOnce, "restore"),
    "restore_at_least_once": (AtLeastOnce, "restore"),
}
EXACTLY_ONCE = ("start", "begin", "send", "append", "send_offsets", "commit", "deliver", "restore")
AT_LEAST_ONCE = ("start", "send", "append", "deliver_at_least_once", "restore_at_least_once")


def crash_at(step: str, number: int) -> None:
    """Let this process die at the step ("before commit", "after append") when it comes there for the time."""
    when, name = step.split()
    owner, method = STEPS[name]
    whole: Callable[..., Awaitable[Any]] = getattr(owner, method)
    left = number

    @functools.wraps(whole)
    async def crashing(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await whole(*args, **kwargs)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, method, crashing)


if __name__ == "__main__":
    crash_at(sys.argv[1], int(sys.argv[2]))
    del sys.argv[1:3]
    main()
