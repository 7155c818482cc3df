"""`parley subscribe`: updates of event families as they come."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from streams.commands.broker import quiet, reaching
from streams.commands.inputs import moment
from streams.commands.settings import login, settings_of, settings_options
from streams.commands.view import line
from streams.detect import frames
from streams.events import to_record
from streams.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def _several(name: str, help_text: str) -> Callable[[F], F]:
    return click.option(name, multiple=True, help=f"{help_text}; may be given several times.")


@click.command()
@click.argument("families", nargs=-1, required=True, metavar="FAMILY...|all")
@click.option(
    "--group", default="parley-cli", show_default=True, help="Who reads; its position is kept on the broker."
)
@click.option(
    "--start", default="latest", show_default=True, help="latest, earliest, snapshot, or a time (RFC 3339)."
)
@_several("--process", "Only threads of this process")
@_several("--actor", "Only threads with this actor id")
@_several("--country", "Only threads with this country")
@_several("--role", "Only actors in this role count")
@_several("--stage", "Only threads at this stage")
@_several("--language", "Only threads with evidence in this language")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, show_default=True)
@click.option("--min-publishers", type=click.IntRange(1), help="From so many independent publishers on.")
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
    filters = {
        name: value or None for name, value in wanted.items() if name not in ("minor", "min_confidence")
    }
    filters |= {"minor": wanted["minor"], "min_confidence": wanted["min_confidence"]}
    following = _follow(
        _families(families, settings), settings, group, begin, filters, as_json=as_json, language=headline
    )
    with reaching(settings):
        asyncio.run(following)


def _families(given: tuple[str, ...], settings: Settings) -> list[str]:
    known = frames.families(settings.knowledge_dirs)
    unknown = [family for family in given if family not in (*known, "all")]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of all, {', '.join(known)}", param_hint="FAMILY")
    return list(known) if "all" in given else list(given)


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
