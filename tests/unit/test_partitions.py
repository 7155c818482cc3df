"""Which partitions have a task: what assignments and revocations do, in whatever order they come."""

import pytest
from aiokafka import TopicPartition

from streams.kafka.partitions import Partitions
from streams.kafka.pulse import Pulse
from streams.metrics import Metrics
from streams.settings import Settings

ONE, TWO = TopicPartition("articles", 0), TopicPartition("articles", 1)


class Consumer:
    """A consumer that never answers: tasks stay opening."""

    def __init__(self):
        self.flushed = 0

    def fetch(self, partition, wanted):
        """Nothing to fetch."""

    def note(self, partition, offset):
        """Nothing to commit."""

    async def flush(self):
        """Counted."""
        self.flushed += 1


class Work:
    """Never reached."""

    halted = False


@pytest.fixture
async def partitions():
    """The read agent's, on a broker that is not there."""
    settings = Settings(broker="127.0.0.1:1")
    owner = Partitions("read", settings, lambda _: Work(), Metrics(), Pulse(10.0))
    owner.consumer = Consumer()
    yield owner
    await owner.end()


async def test_an_assignment_opens_its_partitions_and_no_others(partitions):
    """What the next assignment does not name is closed."""
    partitions.assigning()
    partitions.assigned([ONE])
    first = partitions.tasks[ONE]
    partitions.assigned([ONE, TWO])
    assert partitions.tasks[ONE] is first
    partitions.assigned([TWO])
    assert set(partitions.tasks) == {TWO}


async def test_a_revocation_closes_all(partitions):
    """Without fencing nothing may be written past it."""
    partitions.assigning()
    partitions.assigned([ONE, TWO])
    await partitions.revoked()
    assert (partitions.tasks, partitions.joined) == ({}, False)


async def test_an_assignment_that_is_over_opens_nothing(partitions):
    """Faust may still resume the last one when the next rebalance has begun already."""
    partitions.assigned([ONE])
    assert partitions.tasks == {}
    partitions.assigning()
    partitions.assigned([ONE])
    await partitions.revoked()
    partitions.assigned([ONE])
    assert partitions.tasks == {}
    partitions.assigning()
    partitions.assigned([TWO])
    assert set(partitions.tasks) == {TWO}


async def test_the_end_commits_and_opens_nothing_more(partitions):
    """A rebalance during a graceful end changes nothing."""
    partitions.assigning()
    partitions.assigned([ONE])
    await partitions.end()
    assert partitions.consumer.flushed == 1
    partitions.assigning()
    partitions.assigned([ONE])
    assert partitions.tasks == {}
