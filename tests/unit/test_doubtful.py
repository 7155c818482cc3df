"""What an article tells too doubtfully: it supports what is known and founds nothing."""

from __future__ import annotations

from dataclasses import replace

from streams.track.table import load
from tests.stories import World, day, signal, tell

UNSURE = load().sure / 2


def talks(stage, **more):
    """A signal of one round of talks."""
    return signal("peace-talks", stage, "RUS USA", place="Riyadh", when=day(4), **more)


def doubtful(*told, **more):
    """A reading with signals that are not kept."""
    reading = tell(*told, **more)
    weak = tuple(replace(one, kept=False, confidence=0.03) for one in reading.signals)
    return replace(reading, signals=(), doubtful=weak)


def test_a_doubtful_signal_alone_founds_nothing():
    """Nobody hears of an affair that only a signal which is not kept tells of."""
    assert World().fold(doubtful("a", talks("scheduled"))).updates == ()


def test_a_doubtful_signal_is_a_further_report():
    """It counts an article, and brings what is new of an affair that is known."""
    world = World()
    world.tell("a", talks("scheduled"))
    (update,) = world.fold(doubtful("b", talks("concluded"), hours=100)).updates
    assert (update.kind, update.stage, update.articles.count) == ("development", "concluded", 2)


def test_an_unsure_signal_founds_nothing_and_supports():
    """A signal that is kept, but less sure than the table asks, does as a doubtful one."""
    world = World()
    assert world.tell("a", talks("scheduled", confidence=UNSURE)) == ()
    world.tell("b", talks("scheduled"))
    (update,) = world.tell("c", talks("scheduled", confidence=UNSURE))
    assert (update.kind, update.articles.count) == ("confirmation", 2)


def test_a_second_affair_of_an_article_must_be_surer():
    """What founds a thread alone does not beside a surer affair of the same article."""
    table = load()
    strike = signal("attacks", "concluded", "RUS UKR", confidence=(table.sure + table.beside) / 2)
    assert World().tell("a", strike)
    (update,) = World().tell("a", talks("scheduled"), strike)
    assert update.family == "peace-talks"


def test_the_surest_signal_of_an_article_is_placed_first():
    """Where two signals of an article contend for one thread, the surer one has it."""
    world = World()
    (known,) = world.tell("a", signal("peace-talks", "proposed", "RUS USA"))
    held = signal("peace-talks", "concluded", "RUS USA", when=day(1), confidence=0.5)
    planned = signal("peace-talks", "scheduled", "RUS USA", when=day(9), confidence=0.9)
    told = world.tell("b", held, planned, hours=26)
    assert {update.stage for update in told if update.thread == known.thread} == {"scheduled"}


def test_a_doubtful_signal_of_a_newer_version_takes_nothing_back():
    """An article that already belongs to the thread is not heard again by a doubtful signal."""
    world = World()
    world.tell("a", talks("scheduled"))
    newer = doubtful("a", talks("called-off"), hours=2, version="2")
    assert world.fold(newer).updates == ()
