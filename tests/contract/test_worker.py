"""The whole worker, with the real pipeline and tracker, on both brokers: articles in, updates out."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from streams import events
from streams.kafka import topics
from streams.kafka.agents import ReadWork, works
from streams.kafka.app import Worker
from streams.kafka.produce import produce
from streams.kafka.rejected import find_rejected, from_record, list_rejected, send_again
from streams.kafka.scan import scan
from streams.pipeline import Pipeline
from tests.waiting import until

TALKS = "Russia and Ukraine will hold peace talks in Istanbul next week, officials said."
HELD = "Russia and Ukraine held peace talks in Istanbul, officials said."
LONG = 60.0


def article(name, text=TALKS, source="one.example", **more):
    """An article as a publisher sends it, published now."""
    return {
        "id": name,
        "source": source,
        "published": datetime.now(UTC).isoformat(),
        "title": "Talks",
        "text": text,
        **more,
    }


@cache
def pipeline():
    """The pipeline, loaded and warmed once for all workers here: that takes longer than what they do."""
    loaded = Pipeline.load()
    loaded.knowledge.warm()
    return loaded


@asynccontextmanager
async def working(settings):
    """A worker that has joined and is ready."""
    pipeline()  # before the worker's time runs: it takes many seconds on a busy machine, and holds up the loop
    agents = works(settings, ["track"]) | {
        "read": lambda metrics: ReadWork(pipeline().read, settings, metrics)
    }
    async with Worker(settings, agents) as worker:
        async with asyncio.timeout(LONG):
            await worker.ready()
        yield worker


class World:
    """One test's topics: what is sent to them and what they hold."""

    def __init__(self, broker, settings):
        self.settings, self.bootstrap = settings, broker.bootstrap

    async def tell(self, *articles):
        """Publish articles one after the other."""
        return await produce(articles, bootstrap=self.bootstrap, topic_prefix=self.settings.topic_prefix)

    async def records(self, name):
        """What a topic holds."""
        return [record async for record in scan(self.bootstrap, [self.settings.topic(name)])]

    async def ticks(self, count):
        """Wait for so many ticks."""
        async with asyncio.timeout(LONG):
            while sum(record.key == b"tick" for record in await self.records("signals")) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def wait(self, name, count):
        """The topic's records once there are `count`; fails when there are more."""
        async with asyncio.timeout(LONG):
            while len(found := await self.records(name)) < count:  # noqa: ASYNC110 - a topic has no event
                await asyncio.sleep(0.05)
        assert len(found) == count
        return found

    async def updates(self, count):
        """(seq, kind, stage) of the first updates on peace talks, which are all of one thread."""
        found = [orjson.loads(record.value) for record in await self.wait("events.peace-talks", count)]
        assert len({update["thread"] for update in found}) == 1
        return [(update["seq"], update["kind"], update["stage"]) for update in found]


@pytest.fixture
async def world(broker, prefix):
    """A world whose topics are there."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    return World(broker, settings)


async def test_an_article_becomes_enriched_signals_and_an_update(world):
    """Each topic gets its record, under the keys that the design gives and with the article's time."""
    async with working(world.settings):
        await world.tell(article("a1"))
        assert await world.updates(1) == [(1, "new", "scheduled")]
    [told] = await world.records("articles")
    [enriched] = await world.records("articles.enriched")
    [reading] = await world.records("signals")
    [update] = await world.records("events.peace-talks")
    assert (told.key, enriched.key, reading.key) == (b"a1", b"a1", b"a1")
    assert update.key.decode() == orjson.loads(update.value)["thread"]
    assert {record.timestamp for record in (enriched, reading, update)} == {told.timestamp}
    assert orjson.loads(enriched.value)["outcome"] == "signals"


async def test_bad_articles_go_whole_to_the_rejected_topic_and_may_be_sent_again(world):
    """Bytes, key and headers stay; ours say what and where; sending again gives the record as it came."""
    bootstrap, topic = world.bootstrap, world.settings.topic("articles")
    async with working(world.settings):
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            sent = await producer.send_and_wait(
                topic, b"\xff\x00 no article", key=b"k", headers=[("trace", b"t1")]
            )
        await world.tell(article("a1"), b"[" * 100_000)
        first, second = sorted(
            map(from_record, await world.wait("articles.rejected", 2)), key=lambda one: one.key is None
        )
        assert (first.value, first.key, first.headers) == (b"\xff\x00 no article", b"k", (("trace", b"t1"),))
        assert (first.code, first.stage) == ("not-utf8", "parse")
        assert (first.source_topic, first.source_partition, first.source_offset) == (
            topic,
            sent.partition,
            sent.offset,
        )
        assert second.value == b"[" * 100_000
        rejected = world.settings.topic("articles.rejected")
        listed = [one async for one in list_rejected(bootstrap, [rejected], code="not-utf8")]
        assert listed == [await find_rejected(bootstrap, first.position)] == [first]
        assert await send_again(bootstrap, listed) == 1
        again = from_record((await world.wait("articles.rejected", 3))[-1])
        assert (again.value, again.headers, again.code) == (first.value, first.headers, first.code)
    assert len(await world.records("articles.enriched")) == 1


async def test_every_codec_is_read(world):
    """Whatever compression a publisher uses, its article is read."""
    async with working(world.settings):
        for codec in (None, "gzip", "snappy", "lz4", "zstd"):
            value = orjson.dumps(article(f"a-{codec}"))
            async with AIOKafkaProducer(
                bootstrap_servers=world.bootstrap, compression_type=codec
            ) as producer:
                await producer.send_and_wait(world.settings.topic("articles"), value)
        enriched = await world.wait("articles.enriched", 5)
    assert {record.key for record in enriched} == {b"a-None", b"a-gzip", b"a-snappy", b"a-lz4", b"a-zstd"}


async def test_state_survives_a_restart(world):
    """What the first worker learnt of a thread, the second goes on from."""
    async with working(world.settings):
        await world.tell(article("a1"))
        await world.updates(1)
    async with working(world.settings):
        await world.tell(article("a2", HELD, "two.example"))
        assert await world.updates(2) == [(1, "new", "scheduled"), (2, "development", "concluded")]


async def test_a_standby_takes_over(world):
    """Two workers run; when the one that tracks ends, the other goes on with its threads."""
    async with working(world.settings) as first:
        await world.tell(article("a1"))
        await world.updates(1)
        async with working(world.settings) as second:
            active = lambda: [one for one in (first, second) if one.partitions["track"].tasks]  # noqa: E731
            await until(lambda: len(active()) == 1, LONG)
            leaver = active()[0]
            other = second if leaver is first else first
            await leaver.stop()
            await until(lambda: bool(other.partitions["track"].tasks), LONG)
            await world.tell(article("a2", HELD, "two.example"))
            assert (await world.updates(2))[1] == (2, "development", "concluded")


async def test_a_withdrawal_by_a_null_value_retracts(world):
    """A tombstone on `articles` takes back what rested on that article alone."""
    async with working(world.settings):
        await world.tell(article("a1"))
        await world.updates(1)
        async with AIOKafkaProducer(bootstrap_servers=world.bootstrap) as producer:
            await producer.send_and_wait(world.settings.topic("articles"), None, key=b"a1")
        assert (await world.updates(2))[1][:2] == (2, "retraction")


@pytest.mark.needs("restart")
async def test_a_worker_outlives_its_broker(broker, world):
    """The broker crashes and comes back with what it held; the worker goes on by itself."""
    async with working(world.settings):
        await world.tell(article("a1"))
        await world.updates(1)
        await asyncio.to_thread(broker.node.kill)
        await asyncio.to_thread(broker.node.start)
        await world.tell(article("a2", HELD, "two.example"))
        assert await world.updates(2) == [(1, "new", "scheduled"), (2, "development", "concluded")]


async def test_what_was_planned_and_not_reported_is_overdue(broker, prefix):
    """A tick on `signals` makes the worker say once that a planned day has passed without a report."""
    settings = broker.settings(prefix, tick_seconds=1.0)
    await topics.create(settings)
    world, now = World(broker, settings), datetime.now(UTC)
    planned = now - timedelta(days=2)
    text = (
        f"Russia and Ukraine will hold peace talks in Istanbul on {planned:%B} {planned.day}, officials said."
    )
    told = article("planned", text=text, published=(now - timedelta(days=4)).isoformat())
    async with working(settings):
        await world.tell(told)
        records = await world.wait("events.peace-talks", 2)
        await world.ticks(4)
    found = [events.from_record(record.value) for record in records]
    assert [update.kind for update in found] == ["new", "development"]
    assert [change.field for change in found[1].changes] == ["overdue"]
    assert len(await world.records("events.peace-talks")) == 2
