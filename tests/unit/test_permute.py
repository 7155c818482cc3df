"""What the measure of drift counts."""

import random

from streams.evaluation import permute
from tests.stories import day, signal, tell

STRIKE = signal("attacks", "concluded", "+RSF >SDN", place="Kosti", country="SDN", when=day(0), killed=6)
OTHER = signal("attacks", "concluded", "+RSF >SDN", place="Omdurman", country="SDN", when=day(0))
TOLD = [tell("a", STRIKE), None, tell("b", STRIKE, hours=2), tell("c", OTHER, hours=3)]


def test_names_of_threads_do_not_count():
    """A thread that another article founded is the same thread when it has the same deliveries and fields."""
    drift = permute.Drift()
    one, other = permute.run(TOLD, [0, 2, 3]), permute.run(TOLD, [3, 2, 0])
    assert one.threads[0] != other.threads[0]
    permute.compare(TOLD, one, other, drift)
    assert (drift.deliveries, drift.moved, drift.threads, drift.ended) == (3, 0, 2, 0)


def test_a_delivery_elsewhere_and_a_field_that_ends_otherwise_count():
    """One of three deliveries in a thread of its own moved; the thread that is no more, and another day, count."""
    later = [*TOLD[:2], tell("b", OTHER, hours=2), tell("c", OTHER, hours=3)]
    drift = permute.Drift()
    permute.compare(TOLD, permute.run(TOLD, [0, 2, 3]), permute.run(later, [0, 2, 3]), drift)
    assert (drift.moved, drift.ended) == (1, 0)
    undated = [None, None, None, tell("c", signal("attacks", "concluded", "+RSF >SDN", place="Omdurman"))]
    drift = permute.Drift()
    permute.compare(undated, permute.run(TOLD, [3]), permute.run(undated, [3]), drift)
    assert (drift.moved, drift.fields) == (0, {"time": 1})


def test_versions_of_one_article_stay_in_order():
    """However long deliveries are delayed, an article's newer version comes after its older one."""
    told = [tell("a", STRIKE, version=str(n), updated=n) for n in range(5)]
    for seed in range(20):
        _, order = permute.delayed(told, 48, random.Random(seed))
        assert order == sorted(order)
