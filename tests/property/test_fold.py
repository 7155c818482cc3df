"""Properties of the fold, whatever the readings: deterministic, repeatable, restorable, bounded."""

import dataclasses

import orjson
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from streams.events import to_record
from streams.track.fold import fold, step
from streams.track.pack import LIMIT
from streams.track.state import POSITION, State
from tests.stories import at, day, signal, tell

FAMILIES = ("peace-talks", "ceasefires", "attacks", "sanctions", "statements", "aid")
STAGES = ("proposed", "scheduled", "under-way", "concluded", "refused", "called-off", "denied")
ACTORS = ("RUS UKR", "+RUS >UKR", "+UKR >RUS", "+USA >RUS", "RUS UKR &USA", "+EU", "SDN", "")

SIGNALS = st.builds(
    signal,
    st.sampled_from(FAMILIES),
    st.sampled_from(STAGES),
    st.sampled_from(ACTORS),
    detail=st.sampled_from([None, "held", "imposed", "extended", "violated"]),
    place=st.sampled_from([None, "Riyadh", "Kyiv"]),
    country=st.sampled_from([None, "SAU"]),
    when=st.sampled_from([None, day(0), day(1), day(20)]),
    background=st.sampled_from([False, False, False, True]),
    by=st.sampled_from([None, None, "RUS", "UKR"]),
    processes=st.sampled_from([(), ("russia-ukraine",)]),
    language=st.sampled_from(["en", "id", "ar"]),
    killed=st.sampled_from([1, 6, 14, 200]),
)


@st.composite
def readings(draw, most=14, gaps=(0, 0.5, 5, 30, 200, 900)):
    """Readings in order of arrival: several articles, some in versions, copied or withdrawn."""
    told = []
    hours = 0.0
    for _ in range(draw(st.integers(1, most))):
        hours += draw(st.sampled_from(gaps))
        withdrawn = draw(st.integers(0, 9)) == 0
        signals = [] if withdrawn else draw(st.lists(SIGNALS, min_size=0, max_size=3))
        told.append(
            tell(
                draw(st.sampled_from(["a", "b", "c", "d", "e", "f"])),
                *signals,
                hours=hours - draw(st.sampled_from([0, 0, 3, 300])),
                received=hours,
                publisher=draw(st.sampled_from(["p", "q", "r"])),
                version=draw(st.sampled_from(["1", "2", "3"])),
                text=draw(st.sampled_from(["x", "y", "z"])),
                origin=draw(st.sampled_from([None, "wire"])),
                status="withdrawn" if withdrawn else None,
            )
        )
    return told


def run(told, state=None):
    """Fold readings one by one; the state and the updates as bytes."""
    state = state or State.empty()
    updates = []
    for reading in told:
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        updates += [(to_record(update, ""), update) for update in folded.updates]
    return state, updates


QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(readings())
def test_same_readings_give_same_bytes_and_ids(told):
    """Two runs over the same readings agree in every byte."""
    one, first = run(told)
    other, second = run(told)
    assert [record for record, _ in first] == [record for record, _ in second]
    assert one == other


@QUICK
@given(readings(gaps=(0, 0.5, 5, 30)), st.data())
def test_repeated_delivery_changes_nothing(told, data):
    """A reading that touched a thread gives no update when it is delivered again, and leaves all as it is."""
    state, touching = State.empty(), []
    for reading in told:
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        touching += [reading] if folded.effects else []
    assume(touching)
    before = list(state.records())
    folded = step(state, data.draw(st.sampled_from(touching)), state.now)
    assert folded.updates == ()
    assert {effect.effect for effect in folded.effects} == {"none"}
    state.absorb(folded.state)
    assert list(state.records()) == before


@QUICK
@given(readings())
def test_restored_state_goes_on_the_same(told):
    """A state restored from its records equals it, and gives the same bytes from there on."""
    half = len(told) // 2
    state, _ = run(told[:half])
    records = (
        [*state.records(), (POSITION, orjson.dumps({"offset": 7, "now": state.now}))] if state.now else []
    )
    restored = State.restore(records)
    assert restored == state
    one, first = run(told[half:], state)
    other, second = run(told[half:], restored)
    assert [record for record, _ in first] == [record for record, _ in second]
    assert one == other


@QUICK
@given(readings(), readings())
def test_overlay_thrown_away_leaves_no_trace(told, doomed):
    """Readings folded on a layer that is dropped do not show."""
    state, _ = run(told)
    before, now = list(state.records()), state.now
    layer = state.overlay()
    for reading in doomed:
        layer, _ = fold(layer, reading, reading.article.received)
    assert list(state.records()) == before
    assert state.now == now
    control, _ = run(told)
    assert [r for r, _ in run(doomed, state)[1]] == [r for r, _ in run(doomed, control)[1]]


@QUICK
@given(readings())
def test_chunks_do_not_matter(told):
    """One layer for many readings gives what one layer for each gives."""
    state = State.empty()
    layer = state.overlay()
    records = []
    for reading in told:
        layer, updates = fold(layer, reading, reading.article.received)
        records += [to_record(update, "") for update in updates]
    changes = layer.changes()
    state.absorb(layer)
    control, expected = run(told)
    assert records == [record for record, _ in expected]
    assert state == control
    assert State.restore([*changes, (POSITION, orjson.dumps({"now": state.now}))]) == state


@QUICK
@given(readings(gaps=(0, 0.5, 5, 30)))
def test_seq_has_no_hole_and_packed_threads_are_small(told):
    """Updates of a thread count 1, 2, 3 …; one reading gives at most one; no record is over the limit."""
    state, updates = run(told)
    seqs: dict[str, list[int]] = {}
    for _, update in updates:
        seqs.setdefault(update.thread, []).append(update.seq)
    assert set(seqs) == {key.decode() for key, _ in state.records()}
    for found in seqs.values():
        assert found == list(range(1, len(found) + 1))
    assert all(len(value) <= LIMIT for _, value in state.records())
    assert len({update.id for _, update in updates}) == len(updates)


@QUICK
@given(SIGNALS, st.integers(1, 6))
def test_copies_change_only_counters(one, copies):
    """Copies of a text by other outlets give no update and change nothing but counts and lists of articles."""
    one = dataclasses.replace(one, background=False)
    state, updates = run([tell("a", one, text="wire")])
    before = state.get(updates[0][1].thread)
    told = [tell(f"copy{n}", one, text="wire", publisher=f"p{n}", hours=n / 10) for n in range(1, copies + 1)]
    state, more = run(told, state)
    after = state.get(before.id)
    assert more == []
    assert (after.articles, after.publishers) == (1 + copies, 1)
    for name in (
        "stage",
        "detail",
        "actors",
        "place",
        "time",
        "attributes",
        "confidence",
        "seq",
        "evidence",
        "course",
    ):
        assert getattr(after, name) == getattr(before, name)


def test_now_never_goes_back():
    """The tracker's time is the highest arrival so far."""
    state, _ = run([tell("a", signal("aid", "scheduled", "+DEU >UKR"), hours=50)])
    state, _ = run([tell("b", signal("aid", "scheduled", "+DEU >UKR"), hours=20)], state)
    assert state.now == at(50)
