"""Whether this process has been running all the time: a beat from a thread of its own.

A process that was suspended for longer than its session lasts has lost its partitions and does not know it
yet. Without fencing nothing but itself can keep it from writing over its successor's state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

BEAT_SECONDS = 0.1


class Pulse:
    """Beats until it is stopped; long computing does not disturb it, suspending the process does.

    `longest` is the pause in seconds from which on a process may have lost what it owned.
    """

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._clock = clock
        self._last = clock()
        self._pauses = 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to beat."""
        self.beat()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def mark(self) -> int:
        """What `fresh` wants to know: taken when something is opened."""
        return self._pauses

    def fresh(self, mark: int) -> bool:
        """Whether there has been no long pause since the mark; one that ends right now counts as well."""
        return self._pauses == mark and self._clock() - self._last < self._longest

    def beat(self) -> None:
        """One beat; counts the pause before it when that was long."""
        now = self._clock()
        if now - self._last >= self._longest:
            self._pauses += 1
        self._last = now

    def _run(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self.beat()
