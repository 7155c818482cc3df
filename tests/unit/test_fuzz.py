"""The fuzzer finds what is there to be found: each kind of fault, planted."""

import time

from tests.fuzz import growth
from tests.fuzz.__main__ import keep, merged
from tests.fuzz.engines import Tally, judge, run, throws
from tests.fuzz.surfaces import Surface


def bytes_of(dice):
    return dice.randbytes(dice.randint(0, 8))


def breaks(data):
    """A check that fails for some inputs."""
    if b"\xff" in data:
        raise KeyError(data)
    assert len(data) != 3, "three bytes"


def works(data):
    """A check that holds."""


def burns(data):
    """A check that takes long."""
    until = time.thread_time() + 0.02
    while time.thread_time() < until:
        pass


def test_each_fault_is_kept_once_with_an_input_that_shows_it():
    """Faults are told apart by kind, place and broken promise; all inputs that show them are counted."""
    tally = run(Surface("planted", bytes_of, breaks, 1.0), 7, 2000, time.monotonic() + 60)
    assert tally.inputs == 2000
    assert tally.crashes > len(tally.findings) == 2
    for fault, found in tally.findings.items():
        assert (b"\xff" in found.data) == fault.startswith("KeyError at tests/unit/test_fuzz.py:")
        assert (len(found.data) == 3 and b"\xff" not in found.data) == fault.endswith("three bytes")


def test_an_input_that_takes_too_long_is_a_fault():
    """It is only one when it takes as long again."""
    tally = Tally("planted", "mutation")
    judge(Surface("planted", bytes_of, burns, 1.0, seconds=0.01), b"x", tally)
    judge(Surface("planted", bytes_of, works, 1.0, seconds=0.01), b"x", tally)
    assert list(tally.findings) == ["slow: over 0.01 s of processor time"]


def test_the_same_seed_makes_the_same_inputs():
    """What was found can be found again."""
    surface = Surface("planted", bytes_of, works, 1.0)
    assert list(throws(surface, 5, 50)) == list(throws(surface, 5, 50)) != list(throws(surface, 6, 50))


def test_the_random_engine_stops_in_time():
    """However many inputs are asked for."""
    tally = run(Surface("planted", bytes_of, works, 1.0), 7, 10**9, time.monotonic())
    assert 0 < tally.inputs < 1000


def test_time_that_grows_with_the_square_is_a_fault(monkeypatch):
    """Linear time is none, and neither is what is too short to be measured."""
    case = growth.Case("planted", "en", ("x",))
    found = {}
    for power, scale in ((1, 1e-6), (2, 1e-11), (2, 1e-13)):
        monkeypatch.setattr(growth, "_time", lambda raw, power=power, scale=scale: scale * len(raw) ** power)
        tally = Tally("growth", "sizes")
        growth.measure(case, tally)
        found[power, scale] = len(tally.findings)
    assert found == {(1, 1e-6): 0, (2, 1e-11): 1, (2, 1e-13): 0}


def test_an_article_that_takes_over_a_second_is_a_fault(monkeypatch):
    """Even when time is linear."""
    monkeypatch.setattr(growth, "_time", lambda raw: len(raw) / growth.SIZES[-1] * 1.5)
    tally = Tally("growth", "sizes")
    growth.measure(growth.Case("planted", "en", ("x",)), tally)
    assert list(tally.findings) == ["growth: en planted: over 1.0 s"]


def test_findings_are_written_with_how_to_see_them_again(tmp_path):
    """The input is in a file of its own, and beside it the fault and the command."""
    tally = Tally("html", "mutation")
    tally.fault("KeyError at x", b"<p>")
    (line,) = keep([tally], tmp_path)
    (path,) = [one for one in tmp_path.iterdir() if not one.suffix]
    assert path.read_bytes() == b"<p>"
    assert f"--surface html --replay {path}" in line
    assert "KeyError at x" in path.with_suffix(".txt").read_text()


def test_tallies_of_two_processes_are_one():
    """Inputs add up, a fault that both found counts as one, and the slowest of both is told."""
    one, other = Tally("html", "mutation", 5, 0, 0.1), Tally("html", "mutation", 7, 0, 0.3)
    one.fault("a", b"1")
    other.fault("a", b"2")
    (both,) = merged([one, other])
    assert (both.inputs, both.crashes, len(both.findings), both.slowest) == (12, 2, 1, 0.3)


def test_cases_have_the_size_that_is_asked_for():
    """Articles of the four sizes are as large as they are said to be, and never too large."""
    case = growth.Case("planted", "en", ("\u4e2d. ", "x"), head="<p>")
    for size in growth.SIZES:
        assert size - 2 * growth.ROOM < len(case.article(size)) <= size
