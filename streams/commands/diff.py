"""`parley diff`: what one run of the tracker gives more, less and otherwise than another."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec
import orjson
from rich.console import Console
from rich.text import Text

from streams.commands.broker import run
from streams.commands.inputs import lines, moment
from streams.commands.settings import login, settings_of, settings_options
from streams.commands.view import line
from streams.detect import frames
from streams.difference import Difference, compare
from streams.errors import SettingsError
from streams.events import Update, from_record, topic_of
from streams.settings import Settings
from streams.wire import encode

ON_BROKER = "prefix:"


@click.command()
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("--since", help="On a broker: only updates since then (RFC 3339).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--headline", "language", default="en", show_default=True, help="Language of headlines.")
@settings_options
def command(
    before: str,
    after: str,
    since: str | None,
    as_json: bool,
    language: str,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
) -> None:
    """Compare the updates of two runs: gained, lost and changed ones, and on standard error how many.

    A run is a file of updates, as `parley replay` or `parley subscribe --json` writes it, or prefix:NAME for the
    topics with that prefix on the broker (prefix: alone for those without any).
    """
    settings = settings_of(config, broker, topic_prefix)
    found = compare(_run(before, settings, since), _run(after, settings, since))
    if as_json:
        _write(found)
    else:
        _print(found, language)
    more, fewer = found.threads
    click.echo(
        f"{len(found.gained)} gained, {len(found.lost)} lost, {len(found.changed)} changed, {found.same} the same; "
        f"threads: {more} gained, {fewer} lost",
        err=True,
    )


def _run(name: str, settings: Settings, since: str | None) -> list[Update]:
    if name.startswith(ON_BROKER):
        return run(settings, _of_topics(name.removeprefix(ON_BROKER), settings, since))
    found = []
    for number, text in lines(name):
        try:
            found.append(from_record(text))
        except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
            raise SettingsError(f"{name}: line {number} is no update: {error}") from error
    return found


async def _of_topics(prefix: str, settings: Settings, since: str | None) -> list[Update]:
    from streams.kafka.scan import scan  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    names = [topic_of(family, prefix) for family in frames.families(settings.knowledge_dirs)]
    records = scan(settings.broker, names, since=moment(since, "--since"), client=login(settings))
    return [from_record(record.value or b"") async for record in records]


def _write(found: Difference) -> None:
    def put(what: str, update: Update, fields: Iterable[object] = ()) -> None:
        row = {"difference": what, "thread": update.thread, "seq": update.seq, "family": update.family}
        sys.stdout.buffer.write(
            encode({**row, "kind": update.kind, "as_of": update.as_of, "fields": list(fields)}) + b"\n"
        )

    for update in found.lost:
        put("lost", update)
    for update in found.gained:
        put("gained", update)
    for each in found.changed:
        fields = [{"field": one.field, "before": one.old, "after": one.new} for one in each.fields]
        put("changed", each.after, fields)
    sys.stdout.buffer.flush()


def _print(found: Difference, language: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for update in found.lost:
        console.print(Text.assemble(("- ", "red"), line(update, language)))
    for update in found.gained:
        console.print(Text.assemble(("+ ", "green"), line(update, language)))
    for each in found.changed:
        said = "; ".join(f"{one.field}: {one.old} → {one.new}" for one in each.fields)
        console.print(Text.assemble(("~ ", "yellow"), line(each.after, language), (f"  [{said}]", "yellow")))
