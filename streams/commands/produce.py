"""`parley produce`: articles from files, folders or standard input to the topic `articles`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from streams.commands.inputs import documents, files, published_of
from streams.commands.progress import progress
from streams.commands.settings import login, settings_of, settings_options
from streams.parse import from_text
from streams.settings import Settings


@click.command()
@click.argument("path", metavar="FILE|DIR|-")
@click.option("--published", help="When a plain text was published (RFC 3339); else the day in its file's name counts.")
@click.option("--source", help="Who published a plain text, if its dateline does not say so.")
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
    found = list(_articles(path, published, source))
    delivered = asyncio.run(_produce(found, settings, backfill=backfill, as_published=as_published))
    click.echo(f"{delivered} articles published to {settings.topic('articles')}", err=True)


def _articles(path: str, published: str | None, source: str | None) -> Iterator[bytes]:
    if path == "-":
        yield from documents(path)
        return
    for file in files(Path(path)):
        if file.suffix == ".txt":
            yield _plain(file, published, source)
        else:
            yield from documents(str(file))


def _plain(file: Path, published: str | None, source: str | None) -> bytes:
    """The article JSON of a plain text file, as its publisher would send it."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only here

    import orjson  # noqa: PLC0415 - only here

    text = file.read_text(encoding="utf-8")
    when = published_of(str(file), published)
    article = from_text(text, received=when or datetime.now(UTC), published=when, source=source)
    return orjson.dumps(
        {"source": article.source, "published": article.published, "title": article.title, "text": text}
    )


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
