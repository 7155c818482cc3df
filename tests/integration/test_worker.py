"""A worker on the embedded broker, with computing that is simple enough to check every record."""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Iterable

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from click.testing import CliRunner

from streams.commands.rejected import command as rejected_command
from streams.errors import SettingsError, UnreachableError
from streams.kafka import topics
from streams.kafka.agents import ReadWork
from streams.kafka.app import Worker
from streams.kafka.bench import pass_through
from streams.kafka.embedded import EmbeddedBroker
from streams.kafka.producer import Outgoing
from streams.kafka.restoring import read_state
from streams.kafka.scan import scan
from streams.kafka.topics import POSITION_KEY
from streams.settings import Settings

RECORDS = 1000
LARGE = 900_000
PATIENCE = 60.0  # seconds for what takes one on an idle machine


class Forward:
    """Publishes every article on `signals`."""

    halted = False

    def restore(self, state):
        """No state."""

    def draft(self):
        """Itself."""
        return self

    def step(self, record):
        """As it came."""
        return [Outgoing("signals", record.key, record.value, record.timestamp, record.headers)]

    def changes(self):
        """None."""
        return ()

    def facts(self):
        """None."""
        return {}

    def merge(self):
        """Nothing."""


class Counting:
    """Counts records by key: a thread for each."""

    halted = False

    def restore(self, state):
        """From the compacted topic."""
        self.counts = {key: int(value) for key, value in state.items() if key != POSITION_KEY}

    def draft(self):
        """A layer."""
        return CountingDraft(self)


class CountingDraft:
    """More counts."""

    def __init__(self, work):
        self.work, self.more = work, {}

    def step(self, record):
        """One more."""
        count = self.more.get(record.key, self.work.counts.get(record.key, 0)) + 1
        self.more[record.key] = count
        return [Outgoing("events.aid", record.key, b"%d" % count, record.timestamp, record.headers)]

    def changes(self):
        """Counts."""
        return [(key, b"%d" % count) for key, count in self.more.items()]

    def facts(self):
        """None."""
        return {}

    def merge(self):
        """Keep."""
        self.work.counts.update(self.more)


WORKS = {"read": lambda _: Forward(), "track": lambda _: Counting()}


@pytest.fixture
async def settings():
    """Settings for a broker of the test's own, topics created."""
    async with EmbeddedBroker() as broker:
        settings = Settings(health_port=0).embedded(broker.bootstrap)
        await topics.create(settings)
        yield settings


async def produce(settings: Settings, numbers: Iterable[int]) -> None:
    """An article for each number, ten keys."""
    async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
        for number in numbers:
            await producer.send(
                "articles", b"%d" % number, key=b"%d" % (number % 10), timestamp_ms=1000 + number,
                headers=[("backfill", b"1")],
            )  # fmt: skip


async def read_all(settings: Settings, topic: str, wanted: int) -> list:
    """The topic's records in order, once there are as many as wanted, and whatever comes at once after them."""
    async with asyncio.timeout(PATIENCE):
        while len([record async for record in scan(settings.broker, [topic])]) < wanted:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    return [record async for record in scan(settings.broker, [topic])]


async def test_every_article_goes_through_both_agents_once(settings):
    """Without a failure nothing is lost or repeated; headers and timestamps are passed, order by key holds."""
    async with Worker(settings, WORKS) as worker:
        await produce(settings, range(RECORDS))
        updates = await read_all(settings, "events.aid", RECORDS)
        assert worker.health.ready()
    seen = Counter()
    for update in updates:
        seen[update.key] += 1
        assert int(update.value) == seen[update.key]
    assert seen.total() == RECORDS
    assert {update.headers for update in updates} == {(("backfill", b"1"),)}
    assert sorted(update.timestamp for update in updates) == [1000 + number for number in range(RECORDS)]


async def test_a_second_worker_goes_on_where_the_first_one_ended(settings):
    """A graceful end commits everything, and the state comes back from the compacted topic."""
    async with Worker(settings, WORKS):
        await produce(settings, range(RECORDS))
        await read_all(settings, "events.aid", RECORDS)
    async with AIOKafkaConsumer(bootstrap_servers=settings.broker, group_id="parley-read") as consumer:
        committed = [await consumer.committed(TopicPartition("articles", number)) for number in range(8)]
        assert sum(offset or 0 for offset in committed) == RECORDS
    async with Worker(settings, WORKS):
        await produce(settings, range(RECORDS))
        updates = await read_all(settings, "events.aid", 2 * RECORDS)
    assert Counter(update.key for update in updates).total() == 2 * RECORDS
    state = (await read_state(settings, TopicPartition("threads", 0))).state
    assert {value for key, value in state.items() if key != POSITION_KEY} == {b"200"}
    assert state[POSITION_KEY] == b'{"offset":%d}' % (2 * RECORDS)


async def test_a_standby_is_ready_and_takes_over(settings):
    """Two trackers share one partition: one has it, and when it ends the other goes on with its state."""
    async with Worker(settings, WORKS) as first, Worker(settings, WORKS) as second:
        async with asyncio.timeout(PATIENCE):
            await first.ready()
            await second.ready()
        await produce(settings, range(RECORDS))
        await read_all(settings, "events.aid", RECORDS)
        await first.stop()
        await produce(settings, range(RECORDS))
        updates = await read_all(settings, "events.aid", 2 * RECORDS)
    counts = Counter((update.key, int(update.value)) for update in updates)
    assert set(counts) == {(b"%d" % key, count) for key in range(10) for count in range(1, 201)}


async def test_a_standby_stays_in_its_group_however_long_it_has_nothing_to_fetch(settings):
    """A day later the standby is still a member: aiokafka takes a consumer that fetches nothing for a dead one."""
    async with Worker(settings, WORKS) as first, Worker(settings, WORKS) as second:
        async with asyncio.timeout(PATIENCE):
            await first.ready()
            await second.ready()
            while not any(one.partitions["track"].tasks for one in (first, second)):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.05)
        [standby] = [one for one in (first, second) if not one.partitions["track"].tasks]
        consumer = standby.apps["track"].consumer._thread._consumer
        before = consumer._coordinator.generation
        consumer._subscription._last_fetch_ended -= 24 * 3600
        await asyncio.sleep(2 * settings.session_timeout_seconds)
        assert consumer._coordinator.generation == before > 0
        assert standby.partitions["track"].joined


async def test_nothing_is_written_to_the_current_folder(settings, tmp_path, monkeypatch):
    """A container runs as a user without rights there; neither a worker nor the benchmark's stock app writes."""
    monkeypatch.chdir(tmp_path)
    async with Worker(settings, WORKS) as worker:
        await worker.ready()
    await pass_through(settings.broker, settings=settings, records=50, stock_records=50, rounds=1)
    assert list(tmp_path.iterdir()) == []


async def test_a_broken_app_ends_the_worker_with_its_reason(settings):
    """The program that runs it must hear of it, and stopping must come to an end."""
    async with asyncio.timeout(PATIENCE), Worker(settings, WORKS) as worker:
        await worker.ready()
        await worker.apps["read"].crash(PermissionError("no right to read articles"))
        with pytest.raises(PermissionError, match="no right"):
            await worker.wait()


async def test_creating_topics_again_changes_nothing(settings):
    """`parley topics` may run at every start."""
    assert set((await topics.create(settings)).values()) == {"exists"}


async def test_a_worker_without_its_topics_says_so(settings):
    """It would wait for ever for a topic that nobody makes, or make it with another number of partitions."""
    elsewhere = Settings(health_port=-1, topic_prefix="other.").embedded(settings.broker)
    with pytest.raises(topics.TopicsError, match=r"other\.articles and \d+ more.*parley topics create"):
        async with Worker(elsewhere, WORKS):
            pass


async def test_a_worker_without_a_broker_says_so():
    """One line for whoever started it."""
    with pytest.raises(UnreachableError, match=r"no broker answers at 127\.0\.0\.1:1"):
        async with Worker(Settings(broker="127.0.0.1:1", health_port=-1), WORKS):
            pass


async def test_a_taken_health_port_is_named(settings):
    """Two workers on one machine need two ports."""
    async with Worker(settings, WORKS) as worker:
        second = dataclasses.replace(settings, health_port=worker.health.port)
        with pytest.raises(SettingsError, match="health_port"):
            async with Worker(second, WORKS):
                pass


def broken(raw, **_):
    """A pipeline that fails on everything."""
    raise RuntimeError("a bug")


async def test_a_broken_feed_halts_and_an_operator_resumes_it(settings):
    """Rejected records are whole and counted; the worker is not ready until `parley rejected resume`."""
    limited = Settings(health_port=0, rejection_least=5).embedded(settings.broker)
    works = {"read": lambda metrics: ReadWork(broken, limited, metrics)}
    async with Worker(limited, works) as worker, aiohttp.ClientSession() as client:
        base = f"http://127.0.0.1:{worker.health.port}"
        await worker.ready()
        async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
            for number in range(20):
                await producer.send_and_wait("articles", b"%d" % number + b" " * LARGE, partition=0)
        await read_all(settings, "articles.rejected", 5)
        async with asyncio.timeout(PATIENCE):
            while (await client.get(f"{base}/readyz")).status != 503:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await client.get(f"{base}/livez")).status == 200
        await asyncio.sleep(0.2)
        assert len(await read_all(settings, "articles.rejected", 5)) == 5
        assert b'parley_records_rejected_total{agent="read",code="detector-failed"} 5.0' in (
            await (await client.get(f"{base}/metrics")).read()
        )
        resume = ["resume", "--health-port", str(worker.health.port)]
        said = await asyncio.to_thread(CliRunner().invoke, rejected_command, resume)
        assert said.output == "resumed: articles[0]\n"
        rejected = await read_all(settings, "articles.rejected", 10)
    assert [record.value for record in rejected][:10] == [
        b"%d" % number + b" " * LARGE for number in range(10)
    ]
