"""Whatever comes in whatever order: what a subscription promises holds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from streams.events import Counted, headers
from streams.filter import Filter
from streams.subscription import Subscription
from streams.testing import story

BASE = story()[0]

UPDATES = st.lists(
    st.builds(
        lambda thread, seq, kind, significance, stage, process, count: replace(
            BASE,
            thread=thread,
            seq=seq,
            kind=kind,
            significance=significance,
            stage=stage,
            processes=process,
            publishers=Counted(count),
        ),
        st.sampled_from(["a", "b", "c"]),
        st.integers(1, 8),
        st.sampled_from(["new", "development", "confirmation", "correction", "retraction"]),
        st.sampled_from(["major", "minor"]),
        st.sampled_from(["scheduled", "concluded", "denied"]),
        st.sampled_from([(), ("sudan",), ("gaza", "sudan")]),
        st.integers(1, 5),
    ),
    max_size=30,
)
FILTERS = st.builds(
    Filter.of,
    stage=st.sampled_from([None, "concluded", ["denied", "scheduled"]]),
    process=st.sampled_from([None, "sudan", "gaza"]),
    min_publishers=st.sampled_from([None, 1, 3]),
    minor=st.booleans(),
)


def delivered(wanted, updates, *, by_headers):
    """What of the updates is delivered, with or without asking the headers first."""
    subscription = Subscription(wanted)
    return [
        update
        for update in updates
        if (not by_headers or subscription.worth_reading(dict(headers(update, ""))))
        and subscription.offer(update)
    ]


@given(FILTERS, UPDATES)
def test_headers_decide_as_the_value_does(wanted, updates):
    """Asking the headers first spares reading and changes nothing of what is delivered."""
    assert delivered(wanted, updates, by_headers=True) == delivered(wanted, updates, by_headers=False)


@given(FILTERS, UPDATES)
def test_seq_grows_within_a_thread(wanted, updates):
    """No thread's update is delivered twice or after a later one."""
    got = delivered(wanted, updates, by_headers=True)
    for thread in "abc":
        seqs = [update.seq for update in got if update.thread == thread]
        assert seqs == sorted(set(seqs))


@given(FILTERS, UPDATES)
def test_a_thread_that_was_delivered_is_followed(wanted, updates):
    """After its first delivery every newer update of a thread comes that the filter wants at all."""
    got, newest, told = delivered(wanted, updates, by_headers=True), {}, set()
    for update in updates:
        if update.seq <= newest.get(update.thread, 0):
            continue
        newest[update.thread] = update.seq
        hit = any(update is one for one in got)
        if update.thread in told and wanted.wants(update.kind, update.significance):
            assert hit
        if hit:
            told.add(update.thread)
