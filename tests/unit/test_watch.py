"""The watchdog: who has work and does not move is found, and nobody else."""

from dataclasses import dataclass, field

import pytest
from aiokafka import TopicPartition

from streams.kafka.watch import JOINING, OPENING, Watch
from streams.metrics import Metrics
from streams.settings import Settings

INPUT = TopicPartition("articles", 0)
LIMIT = 20.0


@dataclass
class Task:
    """A task as it looks from outside."""

    opened: bool = True
    halted: bool = False
    position: int | None = 5
    progressed: float = 0.0


@dataclass
class Agent:
    """An agent with one task."""

    task: Task = field(default_factory=Task)
    agent: str = "read"
    joined: bool = True

    @property
    def tasks(self):
        """By partition."""
        return {INPUT: self.task}


class Clock:
    """Time that the test sets."""

    now = 0.0

    def __call__(self):
        """Now."""
        return self.now


@pytest.fixture
def clock():
    """At nought."""
    return Clock()


@pytest.fixture
def agent():
    """In its group, open, at 5."""
    return Agent()


@pytest.fixture
def metrics():
    """Where the alarm shows."""
    return Metrics()


@pytest.fixture
def watch(agent, clock, metrics):
    """Looks at the agent."""
    return Watch(Settings(stall_seconds=LIMIT, silence_seconds=60), [agent], metrics, clock)


def looks(watch, clock, seconds, end=9):
    """So much time goes by, with looks."""
    for _ in range(int(seconds)):
        clock.now += 1
        watch.look({INPUT: end})


def test_a_task_that_has_records_and_does_not_move_is_stalled(watch, clock):
    """It is named once the limit has passed since it was first seen behind, not before."""
    looks(watch, clock, LIMIT)
    assert watch.stalled() == []
    looks(watch, clock, 3)
    assert watch.stalled() == ["read articles[0]: no progress for 22 s"]


def test_a_task_that_has_done_everything_is_not(watch, clock):
    """Nothing to do for hours, then one record: the time counts from that."""
    looks(watch, clock, 5000, end=5)
    looks(watch, clock, LIMIT)
    assert watch.stalled() == []


def test_a_task_that_moves_slowly_is_not(watch, clock, agent):
    """Any progress counts."""
    for position in range(6, 9):
        looks(watch, clock, LIMIT)
        agent.task.position = position
    assert watch.stalled() == []


def test_a_halted_partition_waits_for_its_operator(watch, clock, agent):
    """That it does nothing is meant."""
    agent.task.halted = True
    looks(watch, clock, LIMIT * OPENING * 2)
    assert watch.stalled() == []


def test_opening_may_take_longer_but_not_for_ever(watch, clock, agent):
    """A large state is restored meanwhile."""
    agent.task.opened = False
    looks(watch, clock, LIMIT * OPENING)
    assert watch.stalled() == []
    looks(watch, clock, 3)
    assert len(watch.stalled()) == 1


def test_an_agent_that_has_lost_its_group_is_stalled(watch, clock, agent):
    """A lost assignment is seen even without any task."""
    agent.joined = False
    looks(watch, clock, LIMIT * JOINING + 3, end=5)
    assert watch.stalled() == [f"read: not in its group: no progress for {LIMIT * JOINING + 2:.0f} s"]


async def test_a_broker_that_does_not_answer_blames_nobody(watch, clock, monkeypatch):
    """The time starts anew once it answers."""
    looks(watch, clock, LIMIT + 3)

    async def refuse(_partitions):
        raise ConnectionRefusedError

    monkeypatch.setattr(watch, "_ends", refuse)
    await watch._once()
    assert watch.stalled() == []


def test_a_silent_input_raises_an_alarm_once_until_it_speaks(watch, clock, metrics, caplog):
    """Log and metric tell of it; a new record ends it."""
    looks(watch, clock, 70, end=5)
    assert b'parley_input_silent{agent="read"} 1.0' in metrics.text()
    assert [record.message for record in caplog.records] == [
        "read: no new record for 61 s; is the source still there?"
    ]
    looks(watch, clock, 1, end=6)
    assert b'parley_input_silent{agent="read"} 0.0' in metrics.text()


def test_a_source_that_has_said_nothing_for_too_long_raises_an_alarm(agent, clock, metrics, caplog):
    """While other sources go on, the one that the settings name is told to be silent, until its next article."""
    watch = Watch(Settings(sources={"ANTARA": 60.0, "Xinhua": 3600.0}), [agent], metrics, clock)
    for end in range(5, 75):
        looks(watch, clock, 1, end=end)
    assert [record.message for record in caplog.records] == [
        "no article of ANTARA in this worker for 61 s; is the source still there?"
    ]
    assert metrics.registry.get_sample_value("parley_source_silent", {"source": "Xinhua"}) == 0
    metrics.heard.labels("ANTARA").inc()
    looks(watch, clock, 1, end=80)
    assert metrics.registry.get_sample_value("parley_source_silent", {"source": "ANTARA"}) == 0
