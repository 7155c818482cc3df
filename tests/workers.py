"""Workers as processes of their own, which may be killed at any instant."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from streams.kafka.embedded import GUARD


class WorkerProcess:
    """`parley worker` in a process. It ends with the test, however that ends."""

    def __init__(
        self, bootstrap: str, prefix: str, log: Path, settings: Mapping[str, object], agents: str
    ) -> None:
        self.log = log
        self._environ = {
            **os.environ,
            "PARLEY_BROKER": bootstrap,
            "PARLEY_TOPIC_PREFIX": prefix,
            "PARLEY_HEALTH_PORT": "-1",
            "PARLEY_TICK_SECONDS": "0",
            **{f"PARLEY_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.program = ["streams.cli"]
        self._arguments = ["worker", "--agents", agents]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The worker itself, below the guard."""
        assert self._process is not None, "only of a worker that was started"
        shell = self._process.pid
        for child in Path(f"/proc/{shell}/task/{shell}/children").read_text().split():
            if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise ProcessLookupError(f"the worker of {self.log.name} has ended")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the worker: SIGSTOP, SIGCONT."""
        os.kill(self.pid, number)

    def terminate(self, seconds: float) -> float:
        """SIGTERM; how many seconds the worker took to end. Raises TimeoutExpired when it takes longer."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        process, self._process = self._process, None
        assert process is not None
        assert process.stdin is not None
        try:
            process.wait(timeout=seconds)
        finally:
            process.stdin.close()
            process.wait(timeout=20)
        return time.monotonic() - began

    def wait(self, seconds: float) -> None:
        """Return when it has ended by itself. Raises TimeoutExpired when it does not."""
        assert self._process is not None
        self._process.wait(timeout=seconds)

    def set(self, **settings: object) -> None:
        """Other settings from the next start on."""
        self._environ |= {f"PARLEY_{name.upper()}": str(value) for name, value in settings.items()}

    def start(self, *program: str) -> None:
        """Run it, or this once another module with arguments in its place."""
        command = [sys.executable, "-m", *(program or self.program), *self._arguments]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "parley-worker", *command],
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """`kill -9`: the guard does it when its standard input ends."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            process.wait(timeout=20)


@contextlib.contextmanager
def workers(
    count: int, bootstrap: str, prefix: str, folder: Path, *, agents: str = "read,track", **settings: object
) -> Iterator[list[WorkerProcess]]:
    """So many running workers; what they wrote is shown when the test fails."""
    found = [
        WorkerProcess(bootstrap, prefix, folder / f"worker-{number}.log", settings, agents)
        for number in range(count)
    ]
    try:
        for worker in found:
            worker.start()
        yield found
    finally:
        for worker in found:
            worker.kill()
            sys.stdout.write(f"--- {worker.log.name}\n{worker.log.read_text(errors='replace')[-4000:]}\n")
