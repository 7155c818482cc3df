"""`parley subscribe`: updates of event families as they come."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from streams.commands.broker import quiet, reaching
from streams.commands.filters import families_of, filter_options, filters_of
from streams.commands.inputs import moment
from streams.commands.settings import login, settings_of, settings_options
from streams.commands.view import line
from streams.events import to_record
from streams.settings import Settings


@click.command()
@click.argument("families", nargs=-1, required=True, metavar="FAMILY...|all")
@click.option(
    "--group", default="parley-cli", show_default=True, help="Who reads; its position is kept on the broker."
)
@click.option(
    "--start", default="latest", show_default=True, help="latest, earliest, snapshot, or a time (RFC 3339)."
)
@filter_options
@click.option("--minor", is_flag=True, help="Minor changes too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--session-timeout",
    type=click.FloatRange(1, 300),
    help="Seconds until a silent reader of the group is given up; with `parley up`, 2 joins faster.",
)
@click.option("--headline", default="en", show_default=True, help="Language of headlines.")
@settings_options
def command(
    families: tuple[str, ...],
    group: str,
    start: str,
    minor: bool,
    as_json: bool,
    headline: str,
    session_timeout: float | None,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
    **wanted: Any,
) -> None:
    """Follow updates of event families (peace-talks, ceasefires, …; "all" for every one) until interrupted."""
    settings = settings_of(config, broker, topic_prefix, session_timeout_seconds=session_timeout)
    begin: Any = start if start in ("latest", "earliest", "snapshot") else moment(start, "--start")
    filters = filters_of(wanted) | {"minor": minor}
    following = _follow(
        families_of(families, settings), settings, group, begin, filters, as_json=as_json, language=headline
    )
    with reaching(settings):
        asyncio.run(following)


async def _follow(
    families: list[str],
    settings: Settings,
    group: str,
    start: Any,
    filters: dict[str, Any],
    *,
    as_json: bool,
    language: str,
) -> None:
    from streams.kafka.subscribe import subscribe  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    console = Console(highlight=False, soft_wrap=True)
    updates = subscribe(
        families,
        group=group,
        start=start,
        bootstrap=settings.broker,
        topic_prefix=settings.topic_prefix,
        session_timeout_seconds=settings.session_timeout_seconds,
        client=login(settings),
        **filters,
    )
    async with contextlib.AsyncExitStack() as opened:
        with quiet():
            await opened.enter_async_context(updates)
        async for update in updates:
            if as_json:
                sys.stdout.buffer.write(to_record(update, "")[2] + b"\n")
                sys.stdout.buffer.flush()
            else:
                console.print(line(update, language))
