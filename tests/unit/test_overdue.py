"""What was planned and has not been reported is told once, when its day is over everywhere."""

import dataclasses

import pytest

from streams import wire
from streams.reading import Reading
from streams.track.overdue import tick
from tests.stories import World, at, day, signal

TALKS = "RUS UKR"


@pytest.fixture
def world():
    """Talks are planned for the fourth day."""
    made = World()
    made.tell("a", signal("peace-talks", "scheduled", TALKS, when=day(4), place="Riyadh", country="SAU"))
    return made


def ticks(world, first, last):
    """Tick every hour from hour `first` to before hour `last`; the updates."""
    return [update for hour in range(first, last) for update in world.fold(tick(at(hour))).updates]


def test_a_planned_day_without_a_report_is_overdue(world):
    """Once the day is over at the date line, the next tick gives one minor development that says so."""
    late = 4 * 24 - 8 + 24 + 12  # the stories begin at eight in the morning
    assert ticks(world, 1, late) == []
    (update,) = ticks(world, late, late + 48)
    assert (update.kind, update.significance, update.seq) == ("development", "minor", 2)
    assert [(change.field, change.new) for change in update.changes] == [("overdue", update.time.end)]
    assert "overdue" in update.flags
    assert update.knowledge == world.told[0].knowledge


def test_a_report_ends_what_is_overdue(world):
    """Talks that were held after all are no longer overdue."""
    ticks(world, 1, 24 * 8)
    (update,) = world.tell("b", signal("peace-talks", "concluded", TALKS, when=day(4)), hours=24 * 8)
    assert update.stage == "concluded"
    assert "overdue" not in update.flags


def test_another_day_may_be_overdue_again(world):
    """Talks that are moved and missed again are told again."""
    ticks(world, 1, 24 * 7)
    world.tell("b", signal("peace-talks", "scheduled", TALKS, when=day(9)), hours=24 * 7)
    (update,) = ticks(world, 24 * 7, 24 * 14)
    assert update.changes[0].new == update.time.end


def test_what_was_held_in_time_is_never_overdue(world):
    """A reported event leaves nothing to miss."""
    world.tell("b", signal("peace-talks", "concluded", TALKS, when=day(4)), hours=24 * 4)
    assert ticks(world, 24 * 4, 24 * 20) == []


def test_archives_are_not_missed():
    """What was planned before the article that tells it was published, or comes from an archive, is not overdue."""
    world = World()
    world.tell("a", signal("aid", "scheduled", "+DEU >UKR", when=day(2)), hours=24 * 5)
    world.tell("b", signal("diplomacy", "scheduled", "DEU FRA", when=day(2)), backfill=True)
    assert ticks(world, 24 * 5, 24 * 20) == []


def test_a_repeated_tick_changes_nothing(world):
    """Two workers may tick the same hour."""
    ticks(world, 1, 24 * 8)
    before = list(world.state.records())
    assert ticks(world, 24 * 7, 24 * 8) == []
    assert list(world.state.records()) == before


def test_a_tick_is_a_reading_to_the_hour():
    """It is written and read like any other, says nothing, and two of one hour are the same."""
    made = tick(at(1.7))
    assert wire.decode(wire.encode(made), Reading) == made == tick(at(1.2))
    assert made.signals == ()


def test_a_publisher_cannot_tick(world):
    """An article whose status is that of a tick is an article like any other when it reports something."""
    forged = signal("aid", "concluded", "+DEU >UKR")
    reading = dataclasses.replace(
        tick(at(24 * 9)), signals=(dataclasses.replace(forged, id="s", article="x"),)
    )
    assert [update.family for update in world.fold(reading).updates] == ["aid"]
