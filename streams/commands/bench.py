"""`parley bench`: detection's and tracking's rates on one core, and the transport beside the stock Faust idiom."""

from __future__ import annotations

import platform
import statistics
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from streams.build import compiled
from streams.commands import bench_tracking
from streams.commands.broker import run
from streams.commands.inputs import InputError, documents, knowledge_option
from streams.commands.samples import SEEDS
from streams.commands.settings import settings_of
from streams.errors import Rejection
from streams.pipeline import Pipeline
from streams.settings import Settings

SIZE = 2700
"""Bytes of text that an article of the benchmark has: a wire story's usual length."""
EVERY = 3
"""One article in so many of the feed has a sample's event; the others have none, as in a feed of general news."""
WARM = 2
RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)

_QUIET = Path(__file__).with_name("quiet.jsonl")
"""Ordinary articles of our own writing, without events, in every language of the samples."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Articles to read: what they are like, in words, and their bytes."""

    name: str
    articles: list[bytes]


@click.command()
@click.option("--articles", default=3000, show_default=True, help="Articles that each round reads.")
@click.option("--rounds", default=5, show_default=True, help="Rounds of which the median counts.")
@click.option("--input", "source", help="Your own articles instead: a file or folder as for `parley detect`.")
@click.option(
    "--broker", help="A broker for the transport, with the login of PARLEY_*; the embedded one by default."
)
@click.option("--threads", default=10_000, show_default=True, help="Open threads for the tracker.")
@click.option("--no-transport", is_flag=True, help="Only detection.")
@knowledge_option
def command(
    articles: int,
    rounds: int,
    source: str | None,
    broker: str | None,
    threads: int,
    no_transport: bool,
    knowledge_dirs: tuple[Path, ...],
) -> None:
    """Measure on this machine: `detect` and the tracker on one core, and read-and-publish beside stock Faust in
    the same run.
    """
    how = "compiled modules" if compiled() else "plain Python, nothing compiled"
    click.echo(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {how}")
    if not no_transport:  # first: two processes that take turns are slower beside a large one
        settings = settings_of(None, broker, None) if broker else Settings()
        passed = run(settings, _transport(broker, settings))
        click.echo(
            f"transport: {passed.ours:,.0f} articles/s of {passed.size} bytes read and published again; stock Faust "
            f"{passed.stock:,.0f}; ratio {passed.ratio:.1f}"
        )
    pipeline = Pipeline.load(knowledge_dirs)
    for mix in _mixes(articles, source):
        _detection(pipeline, mix, rounds)
    found = bench_tracking.measure(threads, threads * 2)
    click.echo(
        f"track: {found.rate:,.0f} readings/s on one core with {found.threads:,} open threads, "
        f"{found.pushed:.0%} of them pushed"
    )


def _mixes(count: int, source: str | None) -> list[Mix]:
    if source is not None:
        own = list(documents(source))
        if not own:
            raise InputError(f"{source}: no articles")
        return [Mix(source, [own[number % len(own)] for number in range(count)])]
    seeds = [orjson.loads(raw) for raw in documents(str(SEEDS))]
    quiet = [orjson.loads(raw) for raw in documents(str(_QUIET))]
    bases = [
        seeds[turn // EVERY % len(seeds)] if turn % EVERY == 0 else quiet[turn % len(quiet)]
        for turn in range(count)
    ]
    return [
        Mix("a feed", _articles(bases, quiet)),
        Mix("nothing but events", _articles([seeds[turn % len(seeds)] for turn in range(count)], seeds)),
    ]


def _articles(bases: list[dict[str, Any]], filler: list[dict[str, Any]]) -> list[bytes]:
    """The articles, each filled up to `SIZE` bytes with texts of its language, with an id of its own."""
    by_language: dict[str, list[str]] = {}
    for sample in filler:
        by_language.setdefault(sample["language"], []).append(sample["text"])
    found: list[bytes] = []
    for number, base in enumerate(bases):
        peers = by_language[base["language"]]
        text, turn = base["text"], number
        while len(text.encode()) < SIZE:
            turn += 1
            text += "\n" + peers[turn % len(peers)]
        text = text.encode()[:SIZE].decode("utf-8", "ignore")
        found.append(orjson.dumps({**base, "id": f"bench-{number}", "text": text}))
    return found


def _detection(pipeline: Pipeline, mix: Mix, rounds: int) -> None:
    """Reads the mix round by round and prints what it is made of and the rate."""
    signals, telling, size = _contents(pipeline, mix)
    rates = sorted(_rounds(pipeline, mix.articles, rounds))
    count = len(mix.articles)
    click.echo(
        f"detect, {mix.name}: {statistics.median(rates):,.0f} articles/s on one core, median of {rounds} rounds of "
        f"{count} articles of {size / count:,.0f} bytes, {telling / count:.0%} of them with signals, "
        f"{signals / count:.1f} signals per article (lowest {rates[0]:,.0f}, highest {rates[-1]:,.0f})"
    )


def _contents(pipeline: Pipeline, mix: Mix) -> tuple[int, int, int]:
    """Of the mix's articles: kept signals, articles that have any, and bytes of text."""
    signals = telling = size = 0
    for raw in mix.articles:
        read = pipeline.read(raw, received=RECEIVED)
        if isinstance(read, Rejection):
            raise click.ClickException(f"an article of {mix.name} is rejected: {read.code}: {read.message}")
        kept = len(read.reading.signals) if read.reading else 0
        signals, telling = signals + kept, telling + (kept > 0)
        size += len(read.enriched.article.text.encode())
    return signals, telling, size


def _rounds(pipeline: Pipeline, articles: list[bytes], rounds: int) -> list[float]:
    rates: list[float] = []
    for number in range(rounds + WARM):
        start = time.process_time()
        for raw in articles:
            pipeline.read(raw, received=RECEIVED)
        if number >= WARM:
            rates.append(len(articles) / (time.process_time() - start))
    return rates


async def _transport(broker: str | None, settings: Settings) -> Any:
    from streams.kafka.bench import pass_through  # noqa: PLC0415 - Faust is slow to import; --help is quick
    from streams.kafka.embedded import EmbeddedBroker  # noqa: PLC0415 - as above

    if broker is not None:
        return await pass_through(broker, settings=settings)
    async with EmbeddedBroker() as embedded:
        settings = replace(
            settings.embedded(embedded.bootstrap), session_timeout_seconds=6.0
        )  # a busy machine stalls
        return await pass_through(embedded.bootstrap, settings=settings)
