"""`parley worker`: read and track against a broker until SIGTERM."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from streams.commands.broker import reaching, run
from streams.commands.settings import settings_of, settings_options


@click.command()
@click.option("--agents", default="read,track", show_default=True, help="What to run: read, track, or both.")
@click.option(
    "--health-port", type=int, help="Port for /livez, /readyz and /metrics; 0 for a free one, -1 for none."
)
@click.option(
    "--log-level", default="INFO", show_default=True, type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"])
)
@settings_options
def command(
    agents: str,
    health_port: int | None,
    log_level: str,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
) -> None:
    """Run a worker: articles are read, readings are tracked. Start as many as you like; they share the work.

    Ends gracefully on SIGTERM or SIGINT. The topics must exist: see `parley topics create`.
    """
    from streams.kafka import topics  # noqa: PLC0415 - Faust is slow to import; --help is quick
    from streams.kafka.agents import works  # noqa: PLC0415 - as above
    from streams.kafka.app import run_worker  # noqa: PLC0415 - as above

    logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    settings = settings_of(config, broker, topic_prefix, health_port=health_port)
    names = [name.strip() for name in agents.split(",") if name.strip()]
    run(settings, topics.check(settings))  # before the languages are loaded, which takes longer
    with reaching(settings):
        run_worker(settings, works(settings, names))
