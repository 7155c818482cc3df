"""`parley produce`: articles from files, folders or standard input to the topic `articles`."""

from __future__ import annotations

from pathlib import Path

import click

from streams.commands.broker import run
from streams.commands.inputs import Plain, documents, plain_options
from streams.commands.progress import progress
from streams.commands.settings import login, settings_of, settings_options
from streams.settings import Settings


@click.command()
@click.argument("path", metavar="FILE|DIR|-")
@plain_options
@click.option(
    "--as-published",
    is_flag=True,
    help="Give the records the time of publication instead of now, as an archive.",
)
@click.option("--backfill", is_flag=True, help="Mark as history: builds state, and its updates say so.")
@settings_options
def command(
    path: str,
    published: str | None,
    source: str | None,
    as_published: bool,
    backfill: bool,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
) -> None:
    """Publish articles: a JSON file, JSON Lines, a folder of such files, plain text (.txt), or standard input."""
    settings = settings_of(config, broker, topic_prefix)
    found = list(documents(path, Plain(published, source)))
    delivered = run(settings, _produce(found, settings, backfill=backfill, as_published=as_published))
    click.echo(f"{delivered} articles published to {settings.topic('articles')}", err=True)


async def _produce(found: list[bytes], settings: Settings, *, backfill: bool, as_published: bool) -> int:
    from streams.kafka.produce import produce  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    with progress("articles", len(found)) as seen:
        return await produce(
            found,
            bootstrap=settings.broker,
            topic_prefix=settings.topic_prefix,
            backfill=backfill,
            as_published=as_published,
            progress=seen,
            client=login(settings),
        )
