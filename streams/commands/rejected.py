"""`parley rejected`: what could not be read, why, and another try."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

import click
import orjson

from streams.commands.broker import run
from streams.commands.inputs import moment
from streams.commands.settings import login, settings_of, settings_options
from streams.commands.view import printable
from streams.errors import ParleyError
from streams.settings import Settings

TOPICS = ("articles.rejected", "signals.rejected")


@click.group()
def command() -> None:
    """List, show or send again what was rejected; let a halted worker go on. A record's name is topic:partition:offset, as listed."""


@command.command("list")
@click.option("--code", help="Only this code, such as not-json or bad-date.")
@click.option("--since", help="Only rejected since then (RFC 3339).")
@settings_options
def show_all(
    code: str | None, since: str | None, config: Path | None, broker: str | None, topic_prefix: str | None
) -> None:
    """List rejected records, oldest first."""
    from streams.kafka.rejected import list_rejected  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    settings = settings_of(config, broker, topic_prefix)

    async def counted() -> int:
        count = 0
        topics = [settings.topic(name) for name in TOPICS]
        async for record in list_rejected(
            settings.broker, topics, code=code, since=moment(since, "--since"), client=login(settings)
        ):
            count += 1
            key = (record.key or b"-").decode("utf-8", "replace")
            row = f"{record.position}  {record.timestamp.isoformat()}  {record.code}  {key}  {record.message}"
            click.echo(printable(row))
        return count

    click.echo(f"{run(settings, counted())} rejected records", err=True)


@command.command()
@click.argument("position")
@settings_options
def show(position: str, config: Path | None, broker: str | None, topic_prefix: str | None) -> None:
    """Show one record: why it was rejected, then its bytes as they came."""
    from streams.kafka.rejected import find_rejected  # noqa: PLC0415 - as above

    settings = settings_of(config, broker, topic_prefix)
    record = run(settings, find_rejected(settings.broker, position, client=login(settings)))
    click.echo(
        printable(f"{record.code} ({record.stage}): {record.message}") + "\n"
        f"from {record.source_topic}:{record.source_partition}:{record.source_offset}, {record.timestamp.isoformat()}",
        err=True,
    )
    sys.stdout.buffer.write((record.value or b"") + b"\n")


@command.command("send")
@click.argument("positions", nargs=-1, required=True, metavar="POSITION...|all")
@click.option("--code", help="With all: only this code.")
@settings_options
def send(
    positions: tuple[str, ...],
    code: str | None,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
) -> None:
    """Send records again to the topics they came from, as they were."""
    settings = settings_of(config, broker, topic_prefix)
    count = run(settings, _send(positions, code, settings))
    click.echo(f"{count} records sent again", err=True)


async def _send(positions: tuple[str, ...], code: str | None, settings: Settings) -> int:
    from streams.kafka.rejected import find_rejected, list_rejected, send_again  # noqa: PLC0415 - as above

    client = login(settings)
    if positions == ("all",):
        topics = [settings.topic(name) for name in TOPICS]
        records = [r async for r in list_rejected(settings.broker, topics, code=code, client=client)]
    else:
        records = [await find_rejected(settings.broker, position, client=client) for position in positions]
    return await send_again(settings.broker, records, client=client)


@command.command()
@click.option("--health-port", type=int, help="The worker's; by default that of the settings.")
@settings_options
def resume(
    health_port: int | None, config: Path | None, broker: str | None, topic_prefix: str | None
) -> None:
    """Let a worker on this machine go on, whose partitions too many rejected records have halted."""
    settings = settings_of(config, broker, topic_prefix)
    port = settings.health_port if health_port is None else health_port
    address = f"http://127.0.0.1:{port}/resume"
    try:
        # Bandit fears another scheme: it is http, as it stands above.
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=10) as answer:  # nosec B310
            resumed = orjson.loads(answer.read())["resumed"]
    except (OSError, orjson.JSONDecodeError, KeyError) as error:
        raise ParleyError(
            f"no worker answers at {address} ({error}): give its --health-port, on the machine where it runs"
        ) from error
    click.echo(f"resumed: {', '.join(resumed) or 'nothing, no partition is halted'}", err=True)
