"""A subscriber in Java (`java/`, the how-to for Java users) gets what ours get."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from streams.detect.frames import families
from streams.kafka import topics
from streams.kafka.scan import scan
from streams.settings import Settings
from tests.apache_kafka import FOLDER, QUICK, ApacheKafka
from tests.contract.test_worker import HELD, World, article, working

pytestmark = pytest.mark.kafka

SOURCES = Path(__file__).parent / "java"
LONG = 60.0
IDLE_MS = "2500"
TREATY = "Kenya and Rwanda signed a trade agreement in Nairobi on Monday, officials said."


@pytest.fixture(scope="module")
def program(kafka: ApacheKafka) -> list[str]:
    """The command that runs the Java program, built once for each state of its sources. `kafka` says whether there is
    Java at all.
    """
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    home = FOLDER / f"java-{digest}"
    with (FOLDER / "java-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "target" / "built").exists():
            shutil.copytree(SOURCES, home, dirs_exist_ok=True)
            command = ["mvn", "-q", "-B", "package", "dependency:copy-dependencies"]
            done = subprocess.run(
                [*command, "-DoutputDirectory=target/libs"],
                cwd=home, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            (home / "target" / "built").touch()
    return ["java", *QUICK, "-cp", f"{home}/target/classes:{home}/target/libs/*", "parley.Updates"]


@pytest.fixture
async def settings(kafka: ApacheKafka, prefix: str) -> Settings:
    """A world in which four articles have been told by a worker."""
    settings = Settings(broker=kafka.bootstrap, topic_prefix=prefix, health_port=-1, partitions=3)
    await topics.create(settings)
    world = World(kafka, settings)
    async with working(settings):
        await world.tell(article("a1"))
        await world.wait("events.peace-talks", 1)
        await world.tell(article("a2", HELD, source="two.example"))
        await world.wait("events.peace-talks", 2)
        await world.tell(article("a3", TREATY))
        await world.wait("events.agreements", 1)
    return settings


def told(program: list[str], settings: Settings, group: str, *options: str) -> list[tuple[str, int]]:
    """Ids and numbers of the updates that the program prints until nothing more comes."""
    command = [*program, "--bootstrap", settings.broker, "--prefix", settings.topic_prefix]
    done = subprocess.run(
        [*command, "--group", settings.topic_prefix + group, "--until-idle-ms", IDLE_MS, *options],
        capture_output=True, text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert all(line["headline"] for line in lines)
    return [(line["id"], line["seq"]) for line in lines]


async def updates(settings: Settings) -> dict[str, list[tuple[str, int]]]:
    """Ids and numbers of all updates on the topics, by family."""
    found: dict[str, list[tuple[str, int]]] = {}
    for family in families():
        async for record in scan(settings.broker, [settings.topic(topics.events_topic(family))]):
            value = orjson.loads(record.value)
            found.setdefault(family, []).append((value["id"], value["seq"]))
    return found


async def test_a_java_program_gets_every_update_once(program, settings):
    """It reads what the CloudEvents SDK for Java understands, drops repeats, sees nothing of a transaction that was
    given up, filters by headers, and goes on after a restart without telling anything again.
    """
    there = await updates(settings)
    whole = sorted(one for found in there.values() for one in found)
    assert len(whole) == 3
    talks = settings.topic("events.peace-talks")
    first, *_ = [record async for record in scan(settings.broker, [talks])]
    async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
        await producer.send_and_wait(talks, first.value, key=first.key, headers=list(first.headers))
    async with AIOKafkaProducer(
        bootstrap_servers=settings.broker, transactional_id=settings.topic_prefix
    ) as producer:
        await producer.begin_transaction()
        given_up = [(name, b"99" if name == "ce_seq" else value) for name, value in first.headers]
        await producer.send_and_wait(talks, first.value, key=first.key, headers=given_up)
        await producer.abort_transaction()

    runs = (
        ("desk",),
        ("treaties", "--family", "agreements"),
        ("ukraine", "--process", "russia-ukraine"),
        ("kenya", "--country", "KEN", "--kind", "new"),
    )
    everything, treaties, ukraine, kenya = await asyncio.gather(
        *(asyncio.to_thread(told, program, settings, *run) for run in runs)
    )
    assert sorted(everything) == whole
    assert treaties == kenya == there["agreements"]
    assert ukraine == there["peace-talks"]

    async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
        await producer.send_and_wait(talks, first.value, key=first.key, headers=list(first.headers))
    assert await asyncio.to_thread(told, program, settings, "desk") == []
