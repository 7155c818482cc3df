"""How detection is scored."""

from __future__ import annotations

import random

import orjson
import pytest
from click.testing import CliRunner

from streams.cli import cli
from streams.errors import SettingsError
from streams.evaluation import calibration, causes, floors, tally
from streams.evaluation.gold import Labelled, load
from streams.evaluation.match import pairs


def event(family="attacks", stage="concluded", roles="RUS:actor UKR:recipient", **more):
    actors = [dict(zip(("id", "role"), who.split(":"), strict=True)) for who in roles.split()]
    return {"family": family, "stage": stage, "actors": actors, "background": False, **more}


def signal(confidence=0.8, kept=True, **more):
    return event(
        **{"time": None, "place": None, "evidence": {"quote": "q"}, "rule": "en/attack/attack", **more}
    ) | {"confidence": confidence, "kept": kept}


def judged(gold, *signals):
    (found,) = tally.judge([Labelled({"id": "a", "language": "en"}, gold)], {"a": list(signals)})
    return found


def test_the_best_pair_is_taken_first():
    """A signal that is all right is not given to an event of which only the family agrees."""
    gold = [event(roles="ISR:actor SYR:recipient"), event()]
    (pair,) = pairs(gold, [signal()])
    assert (pair.gold, "strict" in pair) == (1, True)


def test_an_event_told_twice_counts_once():
    """Two signals of the same event are one; one below the threshold is none."""
    counts = tally.tally(
        judged([event()], signal(), signal(confidence=0.6), signal(kept=False, stage="denied"))
    )
    assert (counts.got, counts.f1("strict")) == (1, 1.0)


def test_levels_ask_for_more_and_more():
    """A right family with a wrong stage counts for the family only, half of the actors for loose."""
    counts = tally.tally(
        judged(
            [event(), event("aid", roles="DEU:actor UKR:recipient")],
            signal(stage="denied"),
            signal(family="aid", roles="DEU:actor"),
        )
    )
    assert [counts.right[level] for level in ("family", "stage", "loose", "strict")] == [2, 1, 1, 0]


def test_a_signal_in_an_article_without_events_is_a_false_alarm():
    """It is counted once an article."""
    counts = tally.tally(judged([], signal(), signal(family="aid")))
    assert (counts.empty, counts.alarms) == (1, 1)


def test_details_are_asked_where_gold_says_them():
    """Place, country and date of gold without them are nobody's mistake."""
    place = {"name": "Kyiv", "country": "UKR"}
    counts = tally.tally(
        judged(
            [event(place=place, date="2026-03-01"), event("aid")],
            signal(place={"name": "kyiv", "country": "UKR"}, time={"start": "2026-03-02"}),
            signal(family="aid"),
        )
    )
    assert {name: counts.share(name) for name in tally.DETAILS} == {
        "roles": 1.0, "country": 1.0, "place": 1.0, "date": 0.0, "background": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("got", "cause"),
    [
        (signal(kept=False), "dropped"),
        (signal(family="aid", kept=False), "no trigger"),
        (signal(stage="denied"), "wrong stage"),
        (signal(roles="RUS:actor"), "missed actor"),
        (signal(roles="RUS:actor UKR:recipient BLR:actor"), "surplus actor"),
        (signal(roles="RUS:actor POL:recipient"), "wrong actor"),
        (signal(roles="UKR:actor RUS:recipient"), "wrong role"),
    ],
)
def test_every_mistake_has_a_cause(got, cause):
    """What went wrong is named by the first thing that did."""
    assert [one.cause for one in causes.mistakes(judged([event()], got), [got])] == [cause]


def test_a_signal_for_no_event_is_spurious():
    """Whatever it says."""
    got = signal(family="aid")
    assert [one.cause for one in causes.mistakes(judged([event()], signal(), got), [got])] == ["spurious"]


def test_honest_confidences_have_no_calibration_error():
    """Where seven of ten signals at .7 are right the error is near nothing, and at .95 it is a quarter."""
    draw = random.Random(3)
    points = [(0.7, draw.random() < 0.7) for _ in range(5000)]
    assert calibration.error(points) < 0.03
    assert calibration.error([(0.95, right) for _, right in points]) == pytest.approx(0.25, abs=0.03)


def test_floors_only_rise():
    """A worse figure falls short of its floor, and raising keeps the better one."""
    floor = floors.Floor(0.6, 0.8, 1, "x")
    worse = floors.Floor(0.5, 0.9, 2, "x")
    assert len(floors.shortfalls("en", floor, worse)) == 2
    assert floors.raised(floor, worse) == floors.Floor(0.6, 0.9, 1, "x")
    assert floors.raised(floor, floors.Floor(0.1, 0.1, 9, "another corpus")).strict == 0.1


def test_a_line_that_is_no_labelled_article_is_named(tmp_path):
    """The error says file and line."""
    path = tmp_path / "gold.jsonl"
    path.write_text('{"article": {"id": "a"}, "gold": []}\n{"article": 1}\n')
    with pytest.raises(SettingsError, match=r"gold.jsonl: line 2"):
        load(path)


def test_the_command_holds_floors(tmp_path):
    """It writes what is reached, passes then, and fails with the reason when a floor is higher."""
    article = {
        "id": "a", "publisher": "p", "language": "en", "published": "2026-03-11T12:00:00Z", "title": "",
        "text": "Russian forces attacked Ukraine on Tuesday.",
    }  # fmt: skip
    gold, file = tmp_path / "toy.jsonl", tmp_path / "floors.toml"
    gold.write_bytes(orjson.dumps({"article": article, "gold": [event()]}) + b"\n")
    run = CliRunner().invoke
    assert run(cli, ["eval", str(gold), "--floors", str(file), "--raise"]).exit_code == 0
    assert floors.load(file)["toy"].strict == 1.0
    assert run(cli, ["eval", str(gold), "--floors", str(file)]).exit_code == 0
    gold.write_bytes(orjson.dumps({"article": article, "gold": []}) + b"\n")
    failed = run(cli, ["eval", str(gold), "--floors", str(file)])
    assert failed.exit_code == 1
    assert "toy" in failed.stderr
