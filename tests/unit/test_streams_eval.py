"""How tracking is judged on gold streams."""

import json

import pytest
from click.testing import CliRunner

from streams.commands.eval import command
from streams.errors import SettingsError
from streams.evaluation import stream, threads
from streams.evaluation.stream import Delivery, Wanted
from streams.pipeline import Pipeline
from streams.track.fold import Effect


def delivery(*wanted):
    """A delivery that is to do this to threads: (thread, family, update)."""
    return Delivery({"id": "a", "title": "t"}, tuple(Wanted(*one) for one in wanted), ())


def effect(thread, kind, family="aid"):
    """What a reading did to a thread."""
    return Effect(thread, family, kind, 1)


def test_a_tracker_without_fault_scores_one():
    """Every thread whole, every push in its place and of its kind."""
    told = [
        delivery(("a", "aid", "new")),
        delivery(("a", "aid", "none")),
        delivery(("a", "aid", "development")),
    ]
    found = threads.score(told, [[effect("x", "new")], [effect("x", "none")], [effect("x", "development")]])
    assert found.b3 == found.updates == (1.0, 1.0, 1.0)
    assert (found.kind_f1, found.found, found.slips) == (1.0, 1.0, [])


def test_a_split_a_merge_and_a_false_alarm():
    """B³ falls with a split in recall and with a merge in precision; a push that nobody wants is a false alarm."""
    told = [
        delivery(("a", "aid", "new")),
        delivery(("a", "aid", "none")),
        delivery(("b", "aid", "new")),
        delivery(),
    ]
    found = threads.score(
        told, [[effect("x", "new")], [effect("y", "new")], [effect("y", "none")], [effect("z", "new")]]
    )
    assert found.splits() == {"a": ["x", "y"]}
    assert found.merges() == {"y": ["a", "b"]}
    assert found.b3[:2] == pytest.approx((2 / 3, 2 / 3))
    assert (found.got, found.wanted, found.right) == (3, 2, 1)
    assert [slip.delivery for slip in found.slips] == [2, 3, 4]


def test_an_effect_of_a_near_family_is_taken_when_there_is_none_of_its_own():
    """A meeting that is read as a defence meeting is the same affair; an unrelated family is not."""
    near = threads.score([delivery(("a", "diplomacy", "new"))], [[effect("x", "new", "peace-talks")]])
    far = threads.score([delivery(("a", "diplomacy", "new"))], [[effect("x", "new", "protests")]])
    assert (near.found, far.found) == (1.0, 0.0)


def write(path, *lines):
    """A stream on disk."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def line(name, text, update, *signals):
    """One delivery of an aid thread."""
    article = {
        "id": name,
        "published": "2026-03-02T10:00:00Z",
        "source": name,
        "language": "en",
        "text": text,
    }
    gold = {"thread": "aid-1", "family": "aid", "update": update}
    return {"article": article, "golds": [gold], "signals": list(signals)}


AID = "Germany will deliver 40 tonnes of food aid to Sudan next month, the ministry in Berlin said."


def test_the_command_tells_streams_from_articles(tmp_path):
    """`parley eval` scores a stream on what is detected, and with --signals on what the gold says."""
    given = {
        "family": "aid",
        "stage": "scheduled",
        "actors": [{"id": "DEU", "role": "actor"}, {"id": "SDN", "role": "recipient"}],
        "place": None,
        "date": None,
        "quote": "will deliver",
    }
    path = write(tmp_path / "s.jsonl", line("one", AID, "new", given), line("two", AID, "none", given))
    for options in ([], ["--signals"]):
        done = CliRunner().invoke(command, [str(path), *options])
        assert done.exit_code == 0, done.exception
        assert "1.000/1.000/1.000" in done.stdout


def test_a_stream_without_gold_signals_cannot_be_given(tmp_path):
    """The error says what is missing."""
    path = write(tmp_path / "s.jsonl", line("one", AID, "new"))
    with pytest.raises(SettingsError, match="no gold signals"):
        stream.given_readings(stream.load(path), Pipeline.load())


def test_a_line_that_is_no_delivery_is_named(tmp_path):
    """File and line."""
    path = write(tmp_path / "s.jsonl", line("one", AID, "new"), {"golds": []})
    with pytest.raises(SettingsError, match="line 2 is no delivery"):
        stream.load(path)
