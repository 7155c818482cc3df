"""`parley up`: embedded broker, topics and worker in one process, until interrupted."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import click

from streams.commands.settings import settings_of, settings_options


@click.command()
@click.option(
    "--port", default=9092, show_default=True, help="Where the broker listens on loopback; 0 for a free port."
)
@settings_options
def command(port: int, config: Path | None, broker: str | None, topic_prefix: str | None) -> None:
    """Run everything on this machine. The broker keeps its records in memory: what it holds is gone when it ends."""
    if broker is not None:
        raise click.UsageError(
            "`parley up` brings its own broker; for yours use `parley topics create` and `parley worker`"
        )
    asyncio.run(_up(port, config, topic_prefix))


async def _up(port: int, config: Path | None, topic_prefix: str | None) -> None:
    from streams.kafka import topics  # noqa: PLC0415 - Faust is slow to import; --help is quick
    from streams.kafka.agents import works  # noqa: PLC0415 - as above
    from streams.kafka.app import Worker  # noqa: PLC0415 - as above
    from streams.kafka.embedded import EmbeddedBroker  # noqa: PLC0415 - as above

    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with EmbeddedBroker(port or None) as embedded:
        settings = settings_of(config, None, topic_prefix).embedded(embedded.bootstrap)
        await topics.create(settings)
        async with Worker(settings, works(settings)) as worker:
            await worker.ready()
            click.echo(
                f"Broker on {embedded.bootstrap} (in memory: its records are gone when this ends), worker ready.\n"
                f"  parley produce FILE --broker {embedded.bootstrap}\n"
                f"  parley subscribe all --broker {embedded.bootstrap} --session-timeout {settings.session_timeout_seconds:g}"
            )
            waiting = {asyncio.create_task(asked.wait()), asyncio.create_task(worker.wait())}
            done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            for task in done:
                task.result()
