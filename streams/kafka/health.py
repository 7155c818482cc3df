"""The health server, on loopback only: `/livez`, `/readyz`, `/metrics`, and `POST /resume`.

Ready: every agent has joined its group, opened the partitions it was given, and none is halted.
Live: the watchdog has found no partition that has records to do and made no progress for `stall_seconds`.
`POST /resume` lets the partitions go on that the rejection limit has halted; so does a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from aiohttp import web

from streams.errors import SettingsError
from streams.kafka.partition import PartitionTask
from streams.kafka.watch import Watch
from streams.metrics import Metrics
from streams.settings import Settings

LOOPBACK = "127.0.0.1"


class Watched(Protocol):
    """What is asked about an agent."""

    agent: str
    joined: bool
    tasks: Any


class Health:
    """The server; `port` is known once it has started."""

    def __init__(self, settings: Settings, agents: Sequence[Watched], metrics: Metrics, watch: Watch) -> None:
        self._settings = settings
        self._agents = agents
        self._metrics = metrics
        self._watch = watch
        self._runner: web.AppRunner | None = None
        self.port = settings.health_port

    async def start(self) -> None:
        """Listen, unless the settings say not to. Raises `SettingsError` when the port is taken."""
        if self._settings.health_port < 0:
            return
        app = web.Application()
        app.router.add_get("/livez", self._livez)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_post("/resume", self._resume)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, LOOPBACK, self._settings.health_port).start()
        except OSError as error:
            raise SettingsError(
                f"health_port: {self._settings.health_port} cannot be listened on ({error.strerror}); give "
                "another, 0 for any free one, or -1 for none"
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the server."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def ready(self) -> bool:
        """Whether the worker takes records."""
        return not self._unready()

    def live(self) -> bool:
        """Whether it makes progress, or has nothing to do."""
        return not self._watch.stalled()

    def resume(self) -> list[str]:
        """Let halted partitions go on; says which."""
        halted = [task for task in self._tasks() if task.halted]
        for task in halted:
            task.resume()
        return [_name(task) for task in halted]

    def _tasks(self) -> list[PartitionTask]:
        return [task for agent in self._agents for task in agent.tasks.values()]

    def _unready(self) -> list[str]:
        reasons = [f"{agent.agent}: not in its group yet" for agent in self._agents if not agent.joined]
        for task in self._tasks():
            if task.halted:
                reasons.append(f"{_name(task)}: halted, too many rejected records; POST /resume to go on")
            elif not task.opened:
                reasons.append(f"{_name(task)}: opening")
        return reasons

    async def _livez(self, _: web.Request) -> web.Response:
        return _answer(self._watch.stalled())

    async def _readyz(self, _: web.Request) -> web.Response:
        return _answer(self._unready())

    async def _show_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _resume(self, _: web.Request) -> web.Response:
        return web.json_response({"resumed": self.resume()})


def _answer(reasons: list[str]) -> web.Response:
    return web.json_response({"ok": not reasons, "reasons": reasons}, status=503 if reasons else 200)


def _name(task: PartitionTask) -> str:
    return f"{task.partition.topic}[{task.partition.partition}]"
