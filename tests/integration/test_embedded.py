"""The embedded broker starts by itself and never outlives whoever started it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys

import pytest
from aiokafka import AIOKafkaProducer

from streams.kafka.embedded import BrokerError, EmbeddedBroker
from tests.apache_kafka import UnavailableError, fetch
from tests.waiting import until

PARENT = """
import asyncio
from streams.kafka.embedded import EmbeddedBroker

async def main():
    async with EmbeddedBroker() as broker:
        print(broker.port, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def listening(port):
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def test_the_broker_takes_records_and_is_gone_after_the_context():
    """Within the context it works, afterwards nothing listens."""
    async with EmbeddedBroker() as broker:
        assert broker.running
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
            assert (await producer.send_and_wait("articles", b"news")).offset == 0
    assert not broker.running
    assert not listening(broker.port)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_the_broker_ends_with_its_parent(number):
    """However the process dies that started it, the broker does not stay behind."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert parent.stdout is not None
    port = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    assert listening(port)
    os.kill(parent.pid, number)
    await parent.wait()
    await until(lambda: not listening(port))


async def test_a_taken_port_is_an_error():
    """Two brokers would share it, and a client would reach either."""
    async with EmbeddedBroker() as broker:
        with pytest.raises(BrokerError, match=f"port {broker.port} cannot be listened on"):
            await EmbeddedBroker(broker.port).start()


async def test_a_missing_binary_says_what_to_do(monkeypatch):
    """On a platform without a build, the error names the ways out."""
    monkeypatch.setenv("CALF_TANSU_BIN", "/nowhere/tansu")
    with pytest.raises(BrokerError, match=r"binary is missing.*--broker.*docker compose"):
        await EmbeddedBroker().start()


async def test_a_broker_that_does_not_start_says_its_last_words(monkeypatch, tmp_path):
    """What it wrote before it ended is in the error."""
    broken = tmp_path / "tansu"
    broken.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CALF_TANSU_BIN", str(broken))
    with pytest.raises(BrokerError, match="no memory left"):
        await EmbeddedBroker().start()


def test_without_java_one_line_says_what_is_missing(monkeypatch, tmp_path):
    """The reason that a skip shows names the program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UnavailableError, match=re.escape("Apache Kafka needs Java 17 and Maven: there is no `java`")
    ):
        fetch()
