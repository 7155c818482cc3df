"""`parley threads` on both brokers: what stands on the topic `threads`, for a person."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiokafka import AIOKafkaProducer
from click.testing import CliRunner

from streams.commands.threads import command
from streams.kafka import topics
from streams.track.overdue import tick
from tests.stories import World, at, day, signal


@pytest.fixture
async def ask(broker, prefix):
    """Asks `parley threads` with these arguments in a world of three threads, one of them overdue."""
    settings = broker.settings(prefix)
    await topics.create(settings)
    world = World()
    talks = signal("peace-talks", "scheduled", "RUS UKR", when=day(4), processes=("russia-ukraine",))
    world.tell("talks", talks)
    world.tell("meeting", signal("diplomacy", "proposed", "FRA BRA", country="BRA"))
    world.tell("held", signal("diplomacy", "concluded", "FRA BRA", when=day(3), detail="meeting"), hours=80)
    world.fold(tick(at(24 * 7)))
    world.tell("aid", signal("aid", "scheduled", "+DEU >UKR", amount=3), hours=24 * 7)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for key, value in world.state.records():
            await producer.send_and_wait(settings.topic("threads"), value, key=key)

    async def run(*arguments):
        options = ["--broker", broker.bootstrap, "--topic-prefix", prefix]
        done = await asyncio.to_thread(CliRunner().invoke, command, [*arguments, *options])
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    return run


async def test_threads_are_listed_and_shown(ask):
    """All of them, those of a family, process, actor or time, what is overdue; and one with its course."""
    listed = await ask()
    assert [line.split()[3] for line in listed.splitlines()] == ["diplomacy", "peace-talks", "aid"]
    assert len((await ask("aid", "diplomacy")).splitlines()) == 2
    assert "Peace talks" in await ask("--process", "russia-ukraine")
    assert len((await ask("--actor", "FRA")).splitlines()) == 1
    assert len((await ask("--since", at(24 * 7).isoformat())).splitlines()) == 2
    assert "Peace talks" in await ask("--overdue", "peace-talks")
    assert not await ask("--overdue", "aid")
    (held,) = [json.loads(line) for line in (await ask("--json", "diplomacy")).splitlines()]
    shown = await ask(held["thread"][:8])
    assert "course      proposed March 20 → held March 23" in shown
    assert "party       FRA (FRA)" in shown
    assert "said (en)" in shown
