"""A short run of the chaos harness (`make chaos` has the long ones), and the harness's own test."""

from __future__ import annotations

import asyncio

import pytest

from streams.pipeline import Pipeline
from tests.apache_kafka import UnavailableError
from tests.chaos.broken import GO
from tests.chaos.cluster import cluster
from tests.chaos.faults import MIXED, Fault, one_of_several, wake_at_the_worst_moment
from tests.chaos.run import Plan, run
from tests.conftest import unavailable

pytestmark = pytest.mark.kafka

WORKERS = 2


@pytest.fixture(scope="module")
def brokers():
    """Three formatted nodes, which each test starts in its own event loop."""
    try:
        made = cluster(WORKERS)
        nodes = made.__enter__()
    except UnavailableError as reason:
        unavailable(reason)
    yield nodes
    made.__exit__(None, None, None)


async def outcome(brokers, plan, folder):
    """Carry out a plan on the nodes."""
    overlay = folder / "none"
    wires = [wire for node in brokers.nodes for wire in node.wires]
    await asyncio.gather(*(wire.start() for wire in wires))
    await brokers.start()
    try:
        return await run(brokers, plan, folder, [Pipeline.load()], overlay)
    finally:
        await brokers.kill()
        await asyncio.gather(*(wire.stop() for wire in wires))


@pytest.mark.parametrize("delivery", ["exactly-once", "at-least-once"])
async def test_faults_lose_nothing_and_contradict_nothing(brokers, tmp_path, delivery):
    """One fault of each quick kind: the topics hold what reading and folding the input offline gives, and with
    exactly-once delivery nothing twice.
    """
    plan = Plan(Fault("several", one_of_several), len(MIXED), delivery, articles=1500, rate=60, seed=5)
    found = await outcome(brokers, plan, tmp_path)
    assert found.trouble == ()
    assert found.verdict.broken(delivery) == []
    assert found.verdict.articles >= plan.articles
    assert found.verdict.updates > 100


async def test_the_harness_sees_what_opening_in_the_wrong_order_does(brokers, tmp_path, monkeypatch):
    """Workers that read their position before they shut out its last owner repeat, and the oracle says so."""
    go = tmp_path / "go"
    go.touch()
    monkeypatch.setenv(GO, str(go))
    plan = Plan(
        Fault("control", wake_at_the_worst_moment), 3, "exactly-once", articles=500, rate=60, seed=5, program=("tests.chaos.broken",)
    )  # fmt: skip
    found = await outcome(brokers, plan, tmp_path)
    assert found.verdict.broken("exactly-once") != []
