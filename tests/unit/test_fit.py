"""How the weights of "same affair?" are fitted."""

import dataclasses
import math

import pytest

from streams.errors import SettingsError
from streams.evaluation import choices, fitting, regression
from streams.evaluation.choices import NAMES, NONE
from streams.evaluation.regression import Choice
from streams.evaluation.stream import Delivery
from streams.track import table as tables
from tests.stories import day, signal, tell

TABLE = tables.load()


def test_the_fit_is_the_logarithm_of_the_odds():
    """One weight, right three times in four: without much pull it is the logarithm of three."""
    told = [Choice(((1.0,), (0.0,)), right) for right in (0, 0, 0, 1)]
    (weight,) = regression.fit(told, [0.0], 1e-9)
    assert weight == pytest.approx(math.log(3), abs=1e-6)


def test_a_weight_without_evidence_stays_what_it_was():
    """What no decision tells of keeps its prior, and a strong pull keeps the rest near it."""
    told = [Choice(((1.0, 0.0), (0.0, 0.0)), 0)] * 9
    free, idle = regression.fit(told, [0.5, -2.0], 0.1)
    held, _ = regression.fit(told, [0.5, -2.0], 1000.0)
    assert free > 2.0
    assert idle == pytest.approx(-2.0)
    assert held == pytest.approx(0.5, abs=0.01)


def gold(thread, reading):
    """The delivery of a reading whose signals are all of one gold thread."""
    signals = tuple(
        {
            "thread": thread,
            "family": one.family,
            "stage": one.stage,
            "actors": [{"id": who.id, "role": who.role} for who in one.actors],
        }
        for one in reading.signals
    )
    return Delivery({"id": reading.article.id}, (), signals)


def test_gold_decides_while_choices_are_noted():
    """A second report is paired with the thread that gold gives it, another affair with none, whatever they look like."""
    strike = signal("attacks", "concluded", "+RSF >SDN", place="Kosti", country="SDN", when=day(0), killed=6)
    told = [tell("a", strike), tell("b", strike, hours=2), tell("c", strike, hours=4)]
    deliveries = [gold(thread, one) for thread, one in zip(("x", "x", "y"), told, strict=True)]
    first, second = choices.of_stream(deliveries, told, TABLE)
    assert (len(first.options), first.right) == (2, 0)
    assert (len(second.options), second.right, second.options[1]) == (2, 1, NONE)
    parts = dict(zip(NAMES, first.options[0], strict=False))
    assert (parts["actors"], parts["place_same"], parts["day_same"]) == (1.0, 1.0, 1.0)
    assert (parts["number_same"], parts["copy"], parts["country_apart"]) == (1.0, 0.0, 0.0)


def test_only_the_weights_of_the_table_are_written():
    """The fitted weights stand in the table's lines; comments, thresholds that are not fitted and families stay."""
    text = tables.FILE.read_text(encoding="utf-8")
    fitted = dataclasses.replace(TABLE.same, join=1.25, names=-0.5)
    new = fitting.written(text, fitted)
    changed = [two for one, two in zip(text.splitlines(), new.splitlines(), strict=True) if one != two]
    assert [line.split("#")[0].strip() for line in changed] == ["join = 1.25", "names = -0.5"]
    assert fitting.written(new, TABLE.same) == text
    with pytest.raises(SettingsError, match="no line"):
        fitting.written("", fitted)
