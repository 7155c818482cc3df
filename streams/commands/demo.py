"""`parley demo`: the samples through broker, worker and subscription, with updates as they arrive."""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import click
import orjson
from rich.console import Console

from streams.commands.inputs import documents
from streams.commands.progress import progress
from streams.commands.samples import SEEDS
from streams.commands.view import line
from streams.detect.frames import families
from streams.events import Update
from streams.reading import Reading
from streams.settings import Settings
from streams.wire import decode

PAUSE = 0.04
"""Seconds between two articles, so that a person sees updates come in one by one."""
PATIENCE = 60.0
"""Seconds until a demo that does not come to its end says so."""


@dataclass(slots=True)
class Tally:
    """What went in and came out: `sent` by article id and `latencies`, in seconds."""

    sent: dict[str, float] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def note(self, update: Update) -> None:
        """Counts an update, and how long after its article it came."""
        self.updates.append(update)
        trigger = update.articles.latest[-1] if update.articles.latest else ""
        if trigger in self.sent:
            self.latencies.append(time.monotonic() - self.sent[trigger])


@click.command()
@click.option("--language", default="en", show_default=True, help="Language of headlines.")
def command(language: str) -> None:
    """Start an embedded broker and a worker, publish the sample articles, show the updates, and sum up."""
    if not SEEDS.is_dir():
        raise click.ClickException(
            f"{SEEDS}: no such folder; run `parley demo` in a checkout or install the package whole"
        )
    logging.basicConfig(level="ERROR")
    sys.exit(asyncio.run(_demo(language)))


async def _demo(language: str) -> int:
    from streams.kafka import topics  # noqa: PLC0415 - Faust is slow to import; --help is quick
    from streams.kafka.agents import works  # noqa: PLC0415 - as above
    from streams.kafka.app import Worker  # noqa: PLC0415 - as above
    from streams.kafka.embedded import EmbeddedBroker  # noqa: PLC0415 - as above

    console = Console(highlight=False, soft_wrap=True)
    articles = list(documents(str(SEEDS)))
    tally = Tally()
    async with EmbeddedBroker() as embedded:
        settings = Settings(health_port=-1).embedded(embedded.bootstrap)
        await topics.create(settings)
        console.print("Loading what Parley knows of its languages …", style="dim")
        async with Worker(settings, works(settings)) as worker:
            await worker.ready()
            console.print(
                f"Broker on {embedded.bootstrap}, worker ready, {len(articles)} articles from {SEEDS.name}/\n"
            )
            opened = asyncio.Event()
            following = asyncio.create_task(_follow(settings, tally, console, language, opened))
            try:
                await asyncio.wait(
                    {following, asyncio.create_task(opened.wait())}, return_when=asyncio.FIRST_COMPLETED
                )
                begin = time.monotonic()
                async with asyncio.timeout(PATIENCE):
                    await _publish(articles, settings, tally, console)
                    await _settled(worker.metrics, len(articles), tally, following)
                seconds = time.monotonic() - begin
            except TimeoutError:
                console.print(
                    f"not done after {PATIENCE:.0f} s: {len(tally.updates)} updates so far", style="bold red"
                )
                return 1
            finally:
                following.cancel()
            _summary(console, worker.metrics, len(articles), tally, seconds, await _signals(settings))
    return 0


async def _publish(articles: list[bytes], settings: Settings, tally: Tally, console: Console) -> None:
    from streams.kafka.produce import produce  # noqa: PLC0415 - as above

    async def paced() -> AsyncIterator[bytes]:
        for raw in articles:
            tally.sent[str(orjson.loads(raw).get("id"))] = time.monotonic()
            yield raw
            await asyncio.sleep(PAUSE)

    with progress("articles published", len(articles), console) as seen:
        await produce(paced(), bootstrap=settings.broker, as_published=True, progress=seen)


async def _follow(
    settings: Settings, tally: Tally, console: Console, language: str, opened: asyncio.Event
) -> None:
    from streams.kafka.subscribe import subscribe  # noqa: PLC0415 - as above

    updates = subscribe(
        families(),
        group="demo",
        start="latest",
        min_publishers=1,
        minor=True,
        bootstrap=settings.broker,
        session_timeout_seconds=settings.session_timeout_seconds,
    )
    async with updates:
        opened.set()
        async for update in updates:
            tally.note(update)
            console.print(line(update, language))


async def _settled(metrics: Any, articles: int, tally: Tally, following: asyncio.Task[None]) -> None:
    """Returns when every article is read, every reading tracked and every update shown."""
    while True:
        if following.done():
            following.result()
        read, written = _count(metrics, "read", "read"), _count(metrics, "written", "read")
        readings = written - read
        tracked, updates = _count(metrics, "read", "track"), _count(metrics, "written", "track")
        if (
            read == articles
            and tracked == readings
            and len(tally.updates) >= updates - _rejected(metrics, "track")
        ):
            return
        await asyncio.sleep(0.02)


def _count(metrics: Any, name: str, agent: str) -> int:
    return int(metrics.registry.get_sample_value(f"parley_records_{name}_total", {"agent": agent}) or 0)


def _rejected(metrics: Any, *agents: str) -> int:
    found = 0
    for family in metrics.rejected.collect():
        found += sum(
            int(s.value) for s in family.samples if s.name.endswith("_total") and s.labels["agent"] in agents
        )
    return found


async def _signals(settings: Settings) -> int:
    """How many signals the readings on `signals` have together."""
    from streams.kafka.scan import scan  # noqa: PLC0415 - as above

    count = 0
    async for record in scan(settings.broker, [settings.topic("signals")]):
        count += len(decode(record.value, Reading).signals)
    return count


def _summary(
    console: Console, metrics: Any, articles: int, tally: Tally, seconds: float, signals: int
) -> None:
    waits = sorted(tally.latencies) or [0.0]
    p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    console.print(
        f"\n{articles} articles, {signals} signals, {len(tally.updates)} updates of "
        f"{len({update.thread for update in tally.updates})} threads, {_rejected(metrics, 'read', 'track')} rejected; "
        f"{articles / seconds:.0f} articles/s (published one every {PAUSE * 1000:.0f} ms); "
        f"article to update p50 {statistics.median(waits) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    )
