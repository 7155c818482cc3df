"""`parley bench`: detection's rate on one core, and the transport beside the stock Faust idiom."""

from __future__ import annotations

import asyncio
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from streams.commands.inputs import documents, knowledge_option
from streams.commands.samples import SEEDS
from streams.errors import Rejection
from streams.pipeline import Pipeline

SIZE = 2700
"""Bytes of text that an article of the benchmark has: a wire story's usual length."""
WARM = 2
RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)


@click.command()
@click.option("--articles", default=3000, show_default=True, help="Articles that each round reads.")
@click.option("--rounds", default=5, show_default=True, help="Rounds of which the median counts.")
@click.option("--broker", help="A broker for the transport; the embedded one by default.")
@click.option("--no-transport", is_flag=True, help="Only detection.")
@knowledge_option
def command(
    articles: int, rounds: int, broker: str | None, no_transport: bool, knowledge_dirs: tuple[Path, ...]
) -> None:
    """Measure on this machine: `detect` on one core, and read-and-publish beside stock Faust in the same run."""
    click.echo(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    texts = _articles(articles)
    size = statistics.mean(len(text) for text in texts)
    rates = sorted(_rounds(texts, rounds, knowledge_dirs))
    click.echo(
        f"detect: {statistics.median(rates):,.0f} articles/s on one core, median of {rounds} rounds of {len(texts)} articles "
        f"of {size:,.0f} bytes (lowest {rates[0]:,.0f}, highest {rates[-1]:,.0f})"
    )
    if not no_transport:
        found = asyncio.run(_transport(broker))
        click.echo(
            f"transport: {found.ours:,.0f} articles/s of {found.size} bytes read and published again; stock Faust "
            f"{found.stock:,.0f}; ratio {found.ratio:.1f}"
        )


def _articles(count: int) -> list[bytes]:
    """`count` articles of about `SIZE` bytes made of the samples' paragraphs, each with an id of its own."""
    samples = [orjson.loads(raw) for raw in documents(str(SEEDS))]
    by_language: dict[str, list[dict[str, Any]]] = {}
    for sample in samples:
        by_language.setdefault(sample["language"], []).append(sample)
    found: list[bytes] = []
    for number in range(count):
        base = samples[number % len(samples)]
        peers = by_language[base["language"]]
        text, turn = base["text"], number
        while len(text.encode()) < SIZE:
            turn += 1
            text += "\n" + peers[turn % len(peers)]["text"]
        text = text.encode()[:SIZE].decode("utf-8", "ignore")
        found.append(orjson.dumps({**base, "id": f"bench-{number}", "text": text}))
    return found


def _rounds(texts: list[bytes], rounds: int, knowledge_dirs: tuple[Path, ...]) -> list[float]:
    pipeline = Pipeline.load(knowledge_dirs)
    pipeline.knowledge.warm()
    rates: list[float] = []
    for number in range(rounds + WARM):
        start = time.process_time()
        for raw in texts:
            if isinstance(pipeline.read(raw, received=RECEIVED), Rejection):
                raise click.ClickException("a sample of the benchmark is rejected; run `parley detect seeds`")
        if number >= WARM:
            rates.append(len(texts) / (time.process_time() - start))
    return rates


async def _transport(broker: str | None) -> Any:
    from streams.kafka.bench import pass_through  # noqa: PLC0415 - Faust is slow to import; --help is quick
    from streams.kafka.embedded import EmbeddedBroker  # noqa: PLC0415 - as above
    from streams.settings import Settings  # noqa: PLC0415 - as above

    if broker is not None:
        return await pass_through(broker)
    async with EmbeddedBroker() as embedded:
        return await pass_through(embedded.bootstrap, settings=Settings().embedded(embedded.bootstrap))
