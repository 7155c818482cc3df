"""Turns: few chunks at a time, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import time

import pytest

from streams.kafka.turns import Turns


async def _work(turns: Turns, running: list[int], most: list[int], seconds: float) -> None:
    async with turns:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(seconds)
        running.pop()


async def test_no_more_than_so_many_at_a_time():
    """Of ten tasks never more than two have a turn, and all get theirs."""
    turns, running, most = Turns(2), [], []
    await asyncio.gather(*(_work(turns, running, most, 0.005) for _ in range(10)))
    assert max(most) == 2
    assert len(most) == 10


async def test_who_waits_for_a_broker_does_not_hold_up_the_others():
    """A turn that lasts too long is given back unasked, and only once."""
    turns, running, most = Turns(1, longest=0.05), [], []
    stuck = asyncio.create_task(_work(turns, running, most, 0.5))
    await asyncio.sleep(0)
    began = time.monotonic()
    await _work(turns, [], most, 0.0)
    assert time.monotonic() - began < 0.4
    await stuck
    await asyncio.gather(*(_work(turns, running, most, 0.005) for _ in range(4)))
    assert most[-4:] == [1, 1, 1, 1]


async def test_a_failed_or_cancelled_chunk_gives_its_turn_back():
    """Whatever happens to a chunk, the next one gets its turn."""
    turns = Turns(1, longest=60)
    with pytest.raises(ValueError, match="broken"):
        async with turns:
            raise ValueError("broken")
    task = asyncio.create_task(_work(turns, [], [], 60))
    await asyncio.sleep(0.01)
    waiting = asyncio.create_task(_work(turns, [], [], 0))
    await asyncio.sleep(0.01)
    task.cancel()
    async with asyncio.timeout(1):
        await waiting
    assert task.cancelled() or task.cancelling()
