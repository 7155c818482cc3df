"""What a worker on the embedded broker does about batches that come out of order, and slow fetches."""

from dataclasses import dataclass

import pytest

from streams.kafka.gapless import GAP_SECONDS, LONGEST_WAIT_MS, Gapless, Patience
from streams.kafka.work import Chunk


@dataclass
class Rec:
    """A record."""

    offset: int


class Clock:
    """A clock to be moved."""

    now = 0.0

    def __call__(self):
        """The time."""
        return self.now


@pytest.fixture
def clock():
    """At zero."""
    return Clock()


def chunk(start, *offsets):
    """A chunk with these records."""
    return Chunk("t", 0, start, offsets[-1] + 1, [Rec(offset) for offset in offsets])


def test_a_whole_chunk_stays_as_it_is(clock):
    """Nothing is copied on the way."""
    whole = chunk(3, 3, 4, 5)
    assert Gapless(clock).cut(whole) is whole


def test_what_follows_a_missing_record_is_cut_off(clock):
    """The missing one is being written: it will be there in a moment."""
    cut = Gapless(clock).cut(chunk(3, 3, 4, 6, 7))
    assert (cut.start, cut.end, [record.offset for record in cut.records]) == (3, 5, [3, 4])


def test_a_chunk_that_begins_with_a_missing_record_is_empty(clock):
    """There is nothing to do but to look again."""
    cut = Gapless(clock).cut(chunk(3, 4))
    assert (cut.start, cut.end, cut.records) == (3, 3, [])


def test_a_record_that_never_comes_is_given_up(clock):
    """A compacted topic has such offsets."""
    gapless = Gapless(clock)
    assert gapless.cut(chunk(3, 4)).end == 3
    clock.now = GAP_SECONDS / 2
    assert gapless.cut(chunk(3, 4)).end == 3
    clock.now = GAP_SECONDS + 0.1
    assert gapless.cut(chunk(3, 4, 5)).end == 6


def test_every_gap_has_its_own_time(clock):
    """A gap that was filled says nothing about the next one."""
    gapless = Gapless(clock)
    gapless.cut(chunk(3, 4))
    clock.now = GAP_SECONDS + 0.1
    assert gapless.cut(chunk(3, 3, 4, 6)).end == 5
    assert gapless.cut(chunk(5, 6)).end == 5


def test_waiting_grows_only_while_something_is_there_and_does_not_come(clock):
    """An idle topic is no reason, and neither is one that flows."""
    patience = Patience(20, clock)
    for behind, found, expected in (
        (False, False, 20), (True, True, 20), (True, False, 20), (True, False, 40), (True, False, 80),
        (True, True, 80), (True, False, 80),
    ):  # fmt: skip
        clock.now += 1.0
        patience.look(behind=behind, found=found)
        assert patience.wait_ms == expected
    for _ in range(20):
        clock.now += 1.0
        patience.look(behind=True, found=False)
    assert patience.wait_ms == LONGEST_WAIT_MS
