"""Whatever bytes come in: read or refused, and everything promised of what was read holds. `make fuzz` does more of it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import words
from tests.fuzz.strategies import STRATEGIES
from tests.fuzz.surfaces import BY_NAME

MOST = {"articles": 60, "html": 60, "headers": 80, "plain": 60, "rules": 60, "readings": 120, "settings": 100}


@pytest.fixture(autouse=True)
def _few_languages():
    """Two languages, of which one has no capitals: all would take half a minute to compile."""
    words.choose("tr", "hi")
    yield
    words.choose()


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_a_surface_reads_or_refuses_any_input(name):
    """Structured hostile inputs are read or refused for what they are, and what is read keeps its promises."""
    surface = BY_NAME[name]

    @settings(max_examples=MOST[name], deadline=None, suppress_health_check=list(HealthCheck))
    @given(STRATEGIES[name])
    def holds(data):
        surface.check(data)

    holds()


@pytest.mark.parametrize("name", ["articles", "headers", "html", "plain", "readings", "rules", "settings"])
def test_a_surface_reads_or_refuses_what_the_fuzzer_makes(name):
    """The inputs of the random engine hold too, so that it stays in order."""
    surface = BY_NAME[name]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def holds(seed):
        surface.check(surface.make(random.Random(seed)))

    holds()
