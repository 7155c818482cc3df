"""The contract suite runs every test on both brokers; what a broker cannot do stands in `abilities`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from streams.kafka.embedded import EmbeddedBroker
from streams.settings import Settings
from tests.apache_kafka import ApacheKafka
from tests.contract.abilities import can

LISTED = pytest.StashKey[bool]()
NO_KAFKA = ("Apache Kafka needs", "Maven could not")


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker: its `name` in the table, and for Apache Kafka its `node`."""

    name: str
    bootstrap: str
    node: ApacheKafka | None = None

    @property
    def session(self) -> float:
        """Seconds of a subscriber's session: the embedded broker makes a joining one wait half of it."""
        return 2.0 if self.name == "tansu" else 10.0

    def settings(self, prefix: str, **changes: Any) -> Settings:
        """A worker's settings for a world of its own on this broker."""
        changes = {"tick_seconds": 0.0, **changes}  # an hour may strike in the middle of any test
        settings = Settings(
            broker=self.bootstrap, topic_prefix=prefix, health_port=0, partitions=3, **changes
        )
        return settings.embedded(self.bootstrap) if self.name == "tansu" else settings


@pytest.fixture(params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    """The broker of this run; skips what the table says that it cannot."""
    name = request.param
    for marker in request.node.iter_markers("needs"):
        for ability in marker.args:
            if not can(name, ability):
                request.node.stash[LISTED] = True
                pytest.skip(f"{name} has no {ability}, says the table")
    if name == "kafka":
        node = request.getfixturevalue("kafka")
        yield Broker(name, node.bootstrap, node)
    else:
        async with EmbeddedBroker() as embedded:
            yield Broker(name, embedded.bootstrap)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "needs(*abilities): what the test asks of a broker, as in the table")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skip that the table does not list into a failure."""
    report = yield
    if report.skipped and not may_skip(listed=item.stash.get(LISTED, False), reason=str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"skipped, but the table does not list it: {report.longrepr}"
    return report


def may_skip(*, listed: bool, reason: str) -> bool:
    """Whether a skip is one that the table lists, or that of a machine without Java or Maven."""
    return listed or any(words in reason for words in NO_KAFKA)
