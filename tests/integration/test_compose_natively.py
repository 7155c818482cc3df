"""The services of `docker-compose.yml` as processes of this machine, in Compose's order, on Apache Kafka.

Docker is not needed: each runs its very command with its very environment, the broker its very settings; only
addresses and folders, which are the containers' own, are replaced.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.kafka.scan import scan
from tests.apache_kafka import ApacheKafka, UnavailableError, fetch
from tests.ports import unused_port
from tests.unit.test_compose import interpolated

ROOT = Path(__file__).parents[2]
PARLEY = Path(sys.executable).with_name("parley")
SERVICES: dict[str, Any] = yaml.safe_load(
    interpolated((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
)["services"]
SEEDS = sorted((ROOT / "seeds").glob("*.json"))
GRACE = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
PATIENCE = 240.0  # seconds for a step that takes a few on an idle machine

PORT = re.compile(r":(9092|19092|29093)\b")

pytestmark = pytest.mark.kafka


class ComposedKafka(ApacheKafka):
    """The broker with the settings that the file gives its container, formatted as the image does it."""

    def format(self) -> None:
        """Prepare the folder with the file's cluster id, for a quorum that the settings name."""
        config = self.folder / "server.properties"
        config.write_text("\n".join(f"{key}={value}" for key, value in self._settings().items()))
        cluster = SERVICES["kafka"]["environment"]["CLUSTER_ID"]
        self.tool("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(config))

    def _settings(self) -> dict[str, object]:
        """`KAFKA_LOG_DIRS` is `log.dirs`, as in the image; each port becomes a free one, everywhere the same."""
        ours = {"9092": str(unused_port()), "19092": str(self.port), "29093": str(self._controller)}
        given = {
            key.removeprefix("KAFKA_").lower().replace("_", "."): PORT.sub(
                lambda found: f":{ours[found[1]]}", str(value)
            )
            for key, value in SERVICES["kafka"]["environment"].items()
            if key.startswith("KAFKA_")
        }
        here = given["advertised.listeners"].replace("//kafka:", "//127.0.0.1:")
        return {**given, "advertised.listeners": here, "log.dirs": self.folder / "data"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[str]:
    """The composed broker's address on its network, as `host:port`."""
    try:
        node = ComposedKafka(fetch(), tmp_path_factory.mktemp("kafka"))
    except UnavailableError as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    node.format()
    node.start()
    yield node.bootstrap
    node.kill()


def environment(name: str, broker: str, health_port: int) -> dict[str, str]:
    """A service's own environment on top of ours, as its container would have it."""
    service = {key: str(value) for key, value in SERVICES[name]["environment"].items()}
    own = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return {**own, **service, "PARLEY_BROKER": broker, "PARLEY_HEALTH_PORT": str(health_port)}


@pytest.fixture
def image(tmp_path) -> Iterator[Path]:
    """The image's folder: the seeds are there, and nobody may write; after the test there is still no more."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "seeds").symlink_to(ROOT / "seeds", target_is_directory=True)
    folder.chmod(0o555)
    yield folder
    assert [path.name for path in folder.iterdir()] == ["seeds"]


def run(name: str, broker: str, image: Path) -> subprocess.CompletedProcess[str]:
    """Run a service that ends by itself to its end."""
    return subprocess.run(
        [PARLEY, *SERVICES[name]["command"]],
        cwd=image,
        env=environment(name, broker, -1),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def worker(broker: str, image: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is healthy, as the image's health check asks; killed at the end if it still runs."""
    port = unused_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [PARLEY, *SERVICES["worker"]["command"]],
            cwd=image,
            env=environment("worker", broker, port),
            stdout=out,
            stderr=out,
        )
    try:
        until_live(process, port, log)
        yield process
    finally:
        process.kill()
        process.wait()


def until_live(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait for `/livez`; fails with the worker's own words when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/livez", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the worker is not live:\n{log.read_text(errors='replace')[-2000:]}")


async def records(broker: str, topic: str, at_least: int) -> list[Any]:
    """All records of a topic once they have `at_least` so many keys; what there is when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = [record async for record in scan(broker, [topic])]
        if len({record.key for record in found}) >= at_least or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.2)


def test_the_broker_creates_no_topics_by_itself(broker):
    """The broker that the file configures answers, and a mistyped topic stays a mistake."""

    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=broker, request_timeout_ms=2000) as producer:
            await producer.send_and_wait("no-such-topic", b"lost")

    with pytest.raises(KafkaError):
        asyncio.run(send())


def test_services_do_their_work_in_order(broker, image, tmp_path):
    """Topics, two workers, the demo: every seed is read, subscribers get updates, workers end on SIGTERM."""
    created = run("topics", broker, image)
    assert created.returncode == 0, created.stderr
    again = run("topics", broker, image)  # `docker compose up` a second time
    assert again.returncode == 0, again.stderr

    with (
        worker(broker, image, tmp_path / "one.log") as one,
        worker(broker, image, tmp_path / "two.log") as two,
    ):
        produced = run("demo", broker, image)
        assert produced.returncode == 0, produced.stderr
        enriched = asyncio.run(records(broker, "articles.enriched", len(SEEDS)))
        updates = asyncio.run(records(broker, "events.peace-talks", 3))
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
        try:
            codes = [process.wait(timeout=GRACE) for process in (one, two)]
        except subprocess.TimeoutExpired:
            pytest.fail("\n".join((tmp_path / name).read_text()[-4000:] for name in ("one.log", "two.log")))

    assert sorted(record.key.decode() for record in enriched) == sorted(
        json.loads(path.read_bytes())["id"] for path in SEEDS
    )
    assert {dict(record.headers)["ce_family"] for record in updates} == {b"peace-talks"}
    assert len({record.key for record in updates}) >= 3  # Riyadh, Jeddah, Brussels
    assert codes == [0, 0]
