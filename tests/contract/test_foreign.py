"""Clients that are not ours: Kafka's own tools publish, the CloudEvents SDK reads."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from streams.kafka import topics
from streams.settings import Settings
from tests.contract.test_worker import LONG, World, article, working

pytestmark = pytest.mark.kafka


async def test_kafka_s_console_producer_publishes_and_the_cloudevents_sdk_reads(kafka, prefix):
    """A publisher without keys and a reader without Parley understand the topics."""
    settings = Settings(broker=kafka.bootstrap, topic_prefix=prefix, health_port=-1)
    await topics.create(settings)
    world = World(kafka, settings)
    lines = "".join(
        orjson.dumps(article(f"a{number}", source=f"paper-{number}.example")).decode() + "\n"
        for number in range(3)
    )
    async with working(settings):
        await asyncio.to_thread(
            kafka.tool,
            "org.apache.kafka.tools.ConsoleProducer",
            *("--bootstrap-server", kafka.bootstrap, "--topic", settings.topic("articles")),
            stdin=lines,
            timeout=LONG,
        )
        assert {record.key for record in await world.wait("articles.enriched", 3)} == {b"a0", b"a1", b"a2"}
        await world.wait("signals", 3)
        assert [record.key for record in await world.records("articles")] == [None] * 3
        records = await world.wait("events.peace-talks", 1)
    event = from_binary_event(KafkaMessage(dict(records[0].headers), records[0].key, records[0].value))
    assert event.get_type() == "parley.update.new.v1"
    assert event.get_source() == f"/parley/{prefix.strip('.')}"
    assert event.get_subject() == records[0].key.decode() == event.get_data()["thread"]
    assert event.get_datacontenttype() == "application/json"
    assert (event.get_extension("family"), event.get_extension("countries")) == ("peace-talks", "RUS,TUR,UKR")
    assert event.get_data()["headlines"]["en"]
