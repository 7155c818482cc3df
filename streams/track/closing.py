"""When a thread is closed, and when it is forgotten.

A thread closes by its family's silence and is kept for a month, in which it may reopen. Nothing happens
at the moment itself: whoever looks a thread up compares the deadline with the tracker's time.
"""

from __future__ import annotations

from datetime import datetime

from streams.track import look as looks
from streams.track.look import Look
from streams.track.state import State
from streams.track.thread import Thread

SWEEP_DAYS = 400
"""A jump of the tracker's time over more days than this forgets thread by thread instead."""


def is_open(look: Look, now: int) -> bool:
    """Whether a thread still runs at `now` (seconds)."""
    return now <= look.deadline


def is_thread_open(state: State, thread: Thread, now: datetime) -> bool:
    """The same for a thread as it stands on the topic `threads`."""
    look = looks.of_thread(thread, state.table.family(thread.family))
    return is_open(look, looks.seconds(now))


def sweep(state: State, now: datetime) -> None:
    """Forget the threads whose last day has come since the state's own time."""
    if state.now is None:
        return
    today = looks.day_of(looks.seconds(now))
    day = looks.day_of(looks.seconds(state.now))
    if today - day > SWEEP_DAYS:
        for key, _ in list(state.records()):
            look = state.look(key.decode())
            if look is not None and state.last_day(look) <= today:
                state.drop(look.id)
        return
    for each in range(day + 1, today + 1):
        for thread in state.due(each):
            state.drop(thread)
