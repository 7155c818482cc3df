"""What a subscriber gets: filters, stickiness, repeats, kinds; and the double that plays it without Kafka."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from streams import testing
from streams.errors import SettingsError
from streams.events import Counted, headers
from streams.filter import Filter
from streams.subscription import Subscription
from streams.testing import FakeParley, story

SCHEDULED, AGREED, _, CONFIRMED, CORRECTED, DENIED = story()


def offered(filter_, updates, *, by_headers=True):
    """The seqs that a subscription delivers, asking the headers first as the real one does."""
    subscription = Subscription(filter_)
    return [
        update.seq
        for update in updates
        if (not by_headers or subscription.worth_reading(dict(headers(update, ""))))
        and subscription.offer(update)
    ]


async def collected(updates):
    """The (seq, kind) pairs of a stream that ends."""
    return [(update.seq, update.kind) async for update in updates]


@pytest.mark.parametrize("by_headers", [True, False])
@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (Filter.of(), [1, 2, 4, 5]),
        (Filter.of(process="sudan"), [1, 2, 4, 5]),
        (Filter.of(process=["gaza", "sudan"]), [1, 2, 4, 5]),
        (Filter.of(process="gaza"), []),
        (Filter.of(actor="RSF"), [1, 2, 4, 5]),
        (Filter.of(actor="RUS"), []),
        (Filter.of(actor="RSF", role="mediator"), []),
        (Filter.of(role="party"), [1, 2, 4, 5]),
        (Filter.of(country="sdn"), [1, 2, 4, 5]),
        (Filter.of(country="EGY"), []),
        (Filter.of(stage="concluded"), [2, 4, 5]),
        (Filter.of(stage="denied"), [5]),
        (Filter.of(language="en"), [1, 2, 4, 5]),
        (Filter.of(language="fr"), [4, 5]),
        (Filter.of(min_confidence=0.9), [4, 5]),
        (Filter.of(min_publishers=1), [1, 2, 3, 4, 5]),
        (Filter.of(min_publishers=2), [3, 4, 5]),
        (Filter.of(min_publishers=3), []),
    ],
)
def test_a_filter_delivers_from_the_first_match_on(filter_, expected, by_headers):
    """From the first matching update on every later one comes; the repeat never does; headers decide alike."""
    assert offered(filter_, story(), by_headers=by_headers) == expected


def test_a_retraction_comes_although_it_no_longer_matches():
    """Who was told that a truce is agreed hears that it is denied."""
    subscription = Subscription(Filter.of(stage="concluded"))
    assert subscription.offer(AGREED)
    assert not subscription.filter.matches(DENIED)
    assert subscription.worth_reading(dict(headers(DENIED, "")))
    assert subscription.offer(DENIED)


@pytest.mark.parametrize(("minor", "expected"), [(False, [1, 4, 5]), (True, [1, 2, 4, 5])])
def test_minor_updates_come_only_when_asked_for_but_corrections_and_retractions_always(minor, expected):
    """A minor development is for those who ask; a minor correction is for everyone."""
    course = [
        SCHEDULED,
        replace(AGREED, significance="minor"),
        replace(CORRECTED, significance="minor"),
        replace(DENIED, significance="minor"),
    ]
    assert offered(Filter.of(minor=minor), course) == expected


def test_an_update_that_was_not_delivered_makes_no_thread_sticky():
    """A thread whose only match was a minor update that nobody asked for does not follow the subscriber."""
    course = [replace(AGREED, significance="minor"), replace(CORRECTED, stage="scheduled")]
    assert offered(Filter.of(stage="concluded"), course) == []


def test_threads_are_told_apart():
    """Being sticky and having been seen are each thread's own."""
    other = replace(DENIED, thread="another", seq=1)
    assert offered(Filter.of(stage="concluded"), [AGREED, other, DENIED]) == [2, 5]


def test_headers_that_say_nothing_make_the_value_worth_reading():
    """A record without our headers is judged by its value."""
    assert Subscription(Filter.of(stage="concluded")).worth_reading({"content-type": b"application/json"})


def test_memory_is_bounded_by_forgetting_the_thread_seen_longest_ago():
    """Beyond the bound the oldest thread is forgotten, not the newest."""
    subscription = Subscription(Filter.of(), remember=2)
    for name in ("a", "b", "c"):
        subscription.offer(replace(SCHEDULED, thread=name))
    assert not subscription.offer(replace(SCHEDULED, thread="c"))
    assert subscription.offer(replace(SCHEDULED, thread="a"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"stage": "concuded"}, "stage: 'concuded' is not one of proposed"),
        ({"role": ["party", "guest"]}, "role: 'guest'"),
        ({"min_confidence": 80}, "min_confidence: 80"),
        ({"min_publishers": 0}, "min_publishers: 0"),
    ],
)
def test_a_filter_that_can_never_match_is_an_error(wrong, message):
    """A typing mistake is said at once, with what is allowed, instead of silence for ever."""
    with pytest.raises(SettingsError, match=message):
        Filter.of(**wrong)


@pytest.mark.parametrize(
    ("families", "start", "message"),
    [
        ([], "latest", "name at least one"),
        ("ceasefires", "newest", "'newest' is not latest"),
        ("ceasefires", datetime(2025, 6, 1), "needs its offset"),  # noqa: DTZ001
    ],
)
def test_wrong_families_and_starts_are_errors(families, start, message):
    """No family, an unknown start and a time without its offset are refused."""
    with pytest.raises(SettingsError, match=message):
        FakeParley().subscribe(families, group="desk", start=start)


async def test_the_story_is_delivered_without_repeat_and_confirmation():
    """The default subscriber hears new, development, correction, retraction: once each."""
    got = await collected(FakeParley.story().subscribe("ceasefires", group="desk", start="earliest"))
    assert got == [(1, "new"), (2, "development"), (4, "correction"), (5, "retraction")]


async def test_other_families_are_not_delivered():
    """A subscriber gets the families it named."""
    assert (
        await collected(FakeParley.story().subscribe(["attacks", "aid"], group="x", start="earliest")) == []
    )


async def test_latest_begins_with_what_is_published_after_it():
    """A group that starts at the end misses nothing from then on, across subscriptions."""
    parley = FakeParley([SCHEDULED])
    assert await collected(parley.subscribe("ceasefires", group="desk")) == []
    parley.publish(AGREED)
    assert await collected(parley.subscribe("ceasefires", group="desk")) == [(2, "development")]


async def test_a_time_begins_with_the_first_update_from_then():
    """A start in time takes what was published at that time or later."""
    parley = FakeParley.story()
    since = datetime(2025, 5, 30, 12, 0, tzinfo=UTC)
    got = await collected(parley.subscribe("ceasefires", group="desk", start=since))
    assert got == [(4, "correction"), (5, "retraction")]


async def test_a_snapshot_gives_each_thread_once_and_then_what_follows():
    """The present state first, of whatever kind, then the updates after it."""
    parley = FakeParley([SCHEDULED, AGREED, CONFIRMED])
    parley.publish(replace(SCHEDULED, thread="other"))
    updates = parley.subscribe("ceasefires", group="desk", start="snapshot")
    got = []
    async with updates:
        async for update in updates:
            got.append((update.thread == "other", update.seq))
            if len(got) == 2:
                parley.publish(CORRECTED)
    assert sorted(got[:2]) == [(False, 3), (True, 1)]
    assert got[2:] == [(False, 4)]


async def test_a_snapshot_that_was_cut_short_comes_again():
    """The group has no position before it has the whole snapshot."""
    parley = FakeParley([SCHEDULED, replace(SCHEDULED, thread="other")])
    async for _update in parley.subscribe("ceasefires", group="desk", start="snapshot"):
        break
    got = await collected(parley.subscribe("ceasefires", group="desk", start="snapshot"))
    assert len(got) == 2


async def test_an_update_whose_body_raised_comes_again():
    """At least once to the loop body: the group's position moves when the loop asks for the next."""
    parley = FakeParley.story()

    async def fail_at_the_second():
        async for update in parley.subscribe("ceasefires", group="desk", start="earliest"):
            if update.seq == 2:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_at_the_second()
    got = await collected(parley.subscribe("ceasefires", group="desk", start="earliest"))
    assert got == [(2, "development"), (4, "correction"), (5, "retraction")]


async def test_an_update_comes_again_to_a_second_loop_over_the_same_stream():
    """Also without closing: a loop that raised in its body is followed by one that gets that update."""
    async with FakeParley.story().subscribe("ceasefires", group="desk", start="earliest") as updates:
        async for update in updates:
            assert update.seq == 1
            break
        assert [update.seq async for update in updates] == [1, 2, 4, 5]


async def test_a_group_stays_sticky_when_it_comes_back():
    """A restarted subscriber still hears the retraction of what it was told before."""
    parley = FakeParley([SCHEDULED, AGREED])
    assert await collected(parley.subscribe("ceasefires", group="desk", start="earliest", stage="concluded"))
    parley.publish(AGREED, DENIED)
    got = await collected(parley.subscribe("ceasefires", group="desk", stage="concluded"))
    assert got == [(5, "retraction")]


async def test_groups_have_their_own_positions():
    """What one group read, another still gets."""
    parley = FakeParley.story()
    first = await collected(parley.subscribe("ceasefires", group="a", start="earliest"))
    assert await collected(parley.subscribe("ceasefires", group="b", start="earliest")) == first


async def test_a_live_double_waits_for_what_is_published():
    """With `live=True` the stream does not end but goes on with the next update."""
    parley = FakeParley(live=True)
    async with parley.subscribe("ceasefires", group="desk") as updates:
        stream = aiter(updates)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        assert not waiting.done()
        parley.publish(SCHEDULED)
        assert (await waiting).seq == 1


def test_the_story_reads_as_a_tracker_would_write_it():
    """Its ids, seqs and counts hold together: a subscriber's test rests on a true example."""
    assert [update.seq for update in story()] == [1, 2, 2, 3, 4, 5]
    assert len({update.id for update in story()}) == 5
    assert CONFIRMED.publishers == Counted(2, ("news.example", "blog.example"))
    assert DENIED.articles.count == 5


def test_the_module_s_example_runs():
    """The example in the docstring is code that works."""
    _, _, block = testing.__doc__.partition("\n\n")
    code = inspect.cleandoc("\n" + block[: block.index("The story's second")])
    exec(compile(code, "example", "exec"), {})  # our own docstring
