"""`parley topics`: create the topics, or show the table of them."""

from __future__ import annotations

from pathlib import Path

import click

from streams.commands.broker import run
from streams.commands.settings import settings_of, settings_options


@click.group()
def command() -> None:
    """Create the topics, or list what there should be."""


@command.command()
@settings_options
def create(config: Path | None, broker: str | None, topic_prefix: str | None) -> None:
    """Create what is missing; existing topics stay as they are."""
    from streams.kafka import topics  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    settings = settings_of(config, broker, topic_prefix)
    outcome = run(settings, topics.create(settings))
    for name, what in outcome.items():
        click.echo(f"{what:8} {name}")


@command.command("list")
@settings_options
def show(config: Path | None, broker: str | None, topic_prefix: str | None) -> None:
    """Show each topic with its partitions and configuration, as `create` would make it. Asks no broker."""
    from streams.kafka import topics  # noqa: PLC0415 - as above

    for row in topics.table(settings_of(config, broker, topic_prefix)):
        config_text = " ".join(f"{key}={value}" for key, value in sorted(row.config.items()))
        click.echo(f"{row.name:32} {row.partitions:3} partitions  {config_text}")
