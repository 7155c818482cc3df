"""Amounts as attributes of signals."""

import pytest

from streams.detect.measures import whole


@pytest.mark.parametrize(("amount", "written"), [(12.0, "12"), (1.5, "1.5"), (0.0, "0"), (48, "48")])
def test_whole_amounts_are_written_without_a_fraction(amount, written):
    """Twelve hours are 12 in the record, an hour and a half is 1.5."""
    assert repr(whole(amount)) == written
