"""`subscribe` on both brokers: every start, stickiness across restarts, repeats, snapshots, sharing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaProducer

from streams.errors import SettingsError
from streams.events import to_record
from streams.kafka import topics
from streams.kafka.scan import UnknownTopicError
from streams.kafka.subscribe import subscribe
from streams.testing import FakeParley, story
from streams.track.pack import pack
from streams.track.thread import Group, Said, Thread, Who
from tests.waiting import until

SCHEDULED, AGREED, _, CONFIRMED, CORRECTED, DENIED = story()
QUIET = 60.0


async def world(broker, prefix, *updates, **overrides):
    """Create the topics of a world and put updates on them."""
    settings = broker.settings(prefix, **overrides)
    await topics.create(settings)
    await publish(broker, prefix, *updates)


async def publish(broker, prefix, *updates):
    """Put updates on their topics as the track agent does: the record's time is that of the update."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for update in updates:
            topic, key, value, headers = to_record(update, prefix)
            stamp = int(update.as_of.timestamp() * 1000)
            await producer.send_and_wait(topic, value, key=key, headers=headers, timestamp_ms=stamp)


async def keep(broker, prefix, *updates):
    """Put the threads as these updates leave them on `threads`."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        await producer.send_and_wait(
            prefix + "threads", b'{"offset": 1}', key=topics.POSITION_KEY + b"signals:0"
        )
        for update in updates:
            await producer.send_and_wait(
                prefix + "threads", pack(thread_of(update)), key=update.thread.encode()
            )


def thread_of(update):
    """The thread as the track agent keeps it after this update."""
    return Thread(
        id=update.thread,
        family=update.family,
        stage=update.stage,
        detail=update.detail,
        first_published=update.first_published,
        last_published=update.as_of,
        touched=update.as_of,
        as_of=update.as_of,
        seq=update.seq,
        kind=update.kind,
        significance=update.significance,
        update=update.id,
        actors=[Who(actor.id, actor.name, actor.role, actor.sector) for actor in update.actors],
        place=update.place,
        time=update.time,
        processes=list(update.processes),
        articles=update.articles.count,
        publishers=update.publishers.count,
        groups=[Group(0, "news.example", None, update.confidence)],
        evidence=[Said(quote.article, quote.language, quote.quote) for quote in update.evidence],
    )


def subscribed(broker, prefix, families="ceasefires", *, group="desk", **options):
    """A subscription in this test's world."""
    return subscribe(
        families,
        group=group,
        bootstrap=broker.bootstrap,
        topic_prefix=prefix,
        session_timeout_seconds=broker.session,
        **options,
    )


async def take(updates, count):
    """The seqs of the next `count` updates, each asked for after the one before; in bounded time."""
    got = []
    async with asyncio.timeout(QUIET):
        async for update in updates:
            got.append(update.seq)
            if len(got) == count:
                break
    return got


async def test_earliest_gives_all_that_is_kept_once_and_in_order(broker, prefix):
    """Repeats and confirmations that nobody asked for are left out; the order is that of the topic."""
    await world(broker, prefix, *story())
    async with subscribed(broker, prefix, start="earliest") as updates:
        assert await take(updates, 4) == [1, 2, 4, 5]


async def test_the_double_delivers_what_kafka_delivers(broker, prefix):
    """For the same topic and filter `FakeParley` and Kafka give the same updates, whole."""
    await world(broker, prefix, *story())
    options = {"start": "earliest", "stage": "concluded", "min_publishers": 1}
    expected = [one async for one in FakeParley.story().subscribe("ceasefires", group="x", **options)]
    got = []
    async with subscribed(broker, prefix, **options) as updates, asyncio.timeout(QUIET):
        async for update in updates:
            got.append(update)
            if len(got) == len(expected):
                break
    assert got == expected


async def test_latest_misses_nothing_from_when_it_is_opened(broker, prefix):
    """A group that was opened at the end and heard nothing yet gets what came while it was away."""
    await world(broker, prefix, SCHEDULED)
    async with subscribed(broker, prefix):
        pass
    await publish(broker, prefix, AGREED)
    async with subscribed(broker, prefix) as updates:
        await publish(broker, prefix, DENIED)
        assert await take(updates, 2) == [2, 5]


@pytest.mark.needs("time-index")
async def test_a_time_starts_with_the_first_update_from_then(broker, prefix):
    """The update of that very time is the first; a time after all waits for what comes."""
    await world(broker, prefix, *story())
    async with subscribed(broker, prefix, start=CORRECTED.as_of) as updates:
        assert await take(updates, 2) == [4, 5]
    late = subscribed(broker, prefix, group="late", start=DENIED.as_of + timedelta(hours=1))
    async with late as updates:
        await publish(
            broker, prefix, replace(SCHEDULED, thread="other", as_of=DENIED.as_of + timedelta(hours=2))
        )
        assert await take(updates, 1) == [1]


async def test_an_update_whose_body_did_not_end_comes_again_after_a_restart(broker, prefix):
    """At least once to the loop body: the position moves only when the loop asks for the next."""
    await world(broker, prefix, *story())
    async with subscribed(broker, prefix, start="earliest") as updates:
        assert await take(updates, 2) == [1, 2]
    async with subscribed(broker, prefix) as updates:
        assert await take(updates, 3) == [2, 4, 5]


async def test_a_restarted_group_still_hears_the_retraction(broker, prefix):
    """Which threads matched is known again after a restart, from the topic alone; repeats are, too."""
    await world(broker, prefix, SCHEDULED, AGREED, replace(SCHEDULED, thread="other"))
    async with subscribed(broker, prefix, start="earliest", stage="concluded") as updates:
        ask = asyncio.create_task(take(updates, 2))
        await until(lambda: [part.done for part in updates._mine.partitions.values()] == [3])
        assert not ask.done()
        ask.cancel()
    await publish(broker, prefix, AGREED, replace(DENIED, thread="other"), DENIED)
    async with subscribed(broker, prefix, stage="concluded") as updates:
        assert await take(updates, 1) == [5]
        assert updates._pending[0].thread == DENIED.thread


async def test_a_snapshot_gives_open_threads_and_follows_without_gap(broker, prefix):
    """Open threads first, closed ones not; then what came since the state was written, and no repeat."""
    closed = replace(
        SCHEDULED, thread="closed", first_published=SCHEDULED.as_of - timedelta(days=200),
        as_of=SCHEDULED.as_of - timedelta(days=200), time=None,
    )  # fmt: skip
    unwritten = replace(SCHEDULED, thread="unwritten", as_of=AGREED.as_of)
    await world(broker, prefix, closed, SCHEDULED, AGREED, unwritten, CORRECTED)
    await keep(broker, prefix, closed, AGREED)
    async with subscribed(broker, prefix, start="snapshot") as updates:
        got = []
        async with asyncio.timeout(QUIET):
            async for update in updates:
                got.append((update.thread, update.seq))
                if len(got) == 3:
                    await publish(broker, prefix, CORRECTED, DENIED)
                if len(got) == 4:
                    break
    assert got == [(AGREED.thread, 2), ("unwritten", 1), (AGREED.thread, 4), (AGREED.thread, 5)]


async def test_a_snapshot_filters_and_comes_again_when_it_was_cut_short(broker, prefix):
    """Only matching threads are given, and the group has no position before it has them all."""
    await world(broker, prefix)
    await keep(broker, prefix, AGREED, replace(CONFIRMED, thread="other"), replace(DENIED, thread="denied"))
    options = {"start": "snapshot", "stage": "concluded"}
    async with subscribed(broker, prefix, **options) as updates:
        assert await take(updates, 1) == [2]
    async with subscribed(broker, prefix, **options) as updates:
        assert sorted(await take(updates, 2)) == [2, 3]


async def test_two_members_of_a_group_share_the_partitions(broker, prefix):
    """Each update reaches one of the two, and all reach the group."""
    threads = [replace(SCHEDULED, thread=f"thread-{number}") for number in range(40)]
    await world(broker, prefix, topics={"events.ceasefires": {"partitions": 4}})
    got: list[list[str]] = [[], []]

    async def listen(member, updates):
        async for update in updates:
            got[member].append(update.thread)

    async with subscribed(broker, prefix) as one, subscribed(broker, prefix) as two:
        await until(lambda: {len(one._mine.partitions), len(two._mine.partitions)} == {2})
        listeners = [asyncio.create_task(listen(0, one)), asyncio.create_task(listen(1, two))]
        await publish(broker, prefix, *threads)
        await until(lambda: sum(map(len, got)) == 40)
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
    assert all(got)
    assert sorted(got[0] + got[1]) == sorted(update.thread for update in threads)


async def test_a_record_that_is_no_update_does_not_stop_the_stream(broker, prefix):
    """A foreign record on the topic is passed over."""
    await world(broker, prefix, SCHEDULED)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        await producer.send_and_wait(prefix + "events.ceasefires", b"\xff not ours")
        await producer.send_and_wait(prefix + "events.ceasefires", b'{"thread": 3}')
    await publish(broker, prefix, AGREED)
    async with subscribed(broker, prefix, start="earliest") as updates:
        assert await take(updates, 2) == [1, 2]


async def test_the_session_is_as_long_as_it_was_asked_for(broker, prefix):
    """Group and heartbeats keep to it; what no broker takes is refused at once."""
    await world(broker, prefix)
    async with subscribed(broker, prefix) as updates:
        coordinator = updates._consumer._coordinator
        told = (coordinator._session_timeout_ms, coordinator._heartbeat_interval_ms)
    assert told == (broker.session * 1000, broker.session * 250)
    for wrong in (0.5, 301, float("nan")):
        with pytest.raises(SettingsError, match=r"session_timeout_seconds: .* allowed is 1 to 300"):
            subscribe("ceasefires", group="desk", session_timeout_seconds=wrong)


async def test_a_family_that_is_not_there_is_an_error(broker, prefix):
    """A wrong name or prefix is said at once instead of silence."""
    await world(broker, prefix)
    with pytest.raises(UnknownTopicError, match=r"events\.ceasfires"):
        async with subscribed(broker, prefix, "ceasfires"):
            pass
