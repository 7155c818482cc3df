import subprocess
import sys

import pytest

import streams


@pytest.mark.parametrize("name", streams.__all__)
def test_every_public_name_is_there(name):
    """What `streams` promises can be imported from it."""
    assert getattr(streams, name) is not None


def test_the_list_of_names_is_complete():
    """`__all__` and the places of the names say the same."""
    assert set(streams.__all__) == set(streams._HOME)


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name fails as it does in any module."""
    with pytest.raises(AttributeError, match="subscribbe"):
        streams.subscribbe  # noqa: B018 - the access is the test


@pytest.mark.parametrize(
    "module", ["streams.pipeline", "streams.track.fold", "streams.events", "streams.testing"]
)
def test_pure_code_loads_no_kafka(module):
    """Reading, tracking and testing work without faust and aiokafka being imported."""
    code = f"import sys, {module}; print([n for n in ('faust', 'aiokafka', 'mode') if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
