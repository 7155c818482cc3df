"""The audit says what it could not ask: an answer about nothing is no all-clear."""

from __future__ import annotations

import json

import pytest

from tests.audit import read

GOOD = {"name": "good_one", "version": "1", "vulns": []}
WEAK = {"name": "weak", "version": "2", "vulns": [{"id": "PYSEC-1"}, {"id": "PYSEC-2"}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def verdict(*rows):
    return read(json.dumps({"dependencies": list(rows)}), ["good-one", "weak", "unknown"])


def test_a_known_weakness_fails():
    """Its package, version and ids are told, with how many were asked about."""
    found = verdict(GOOD, WEAK, UNKNOWN)
    assert found.weak == {"weak 2": ["PYSEC-1", "PYSEC-2"]}
    assert (found.asked, found.unasked) == (2, ["unknown"])
    assert found.code == 1
    assert found.report().startswith(
        "weak 2: PYSEC-1, PYSEC-2\n2 packages asked about, 1 with known weaknesses\n"
    )


def test_what_could_not_be_asked_is_said_and_is_no_failure():
    """Without an answer the words are plain, and work goes on."""
    found = verdict(GOOD, UNKNOWN)
    assert "NOT AUDITED: the service did not answer for 2 packages (weak, unknown)" in found.report()
    assert found.code == 0


def test_all_well_is_said_only_when_all_were_asked():
    """A full answer without a weakness is one line without a warning."""
    found = read(json.dumps({"dependencies": [GOOD]}), ["good-one"])
    assert found.report() == "1 packages asked about, 0 with known weaknesses"
    assert found.code == 0


@pytest.mark.parametrize("answer", ["", "Traceback", "[]", "{}"])
def test_no_answer_is_an_audit_of_nothing(answer):
    """When the tool itself breaks down, every package is one that nobody could be asked about."""
    found = read(answer, ["a", "b"])
    assert (found.weak, found.asked, found.unasked) == ({}, 0, ["a", "b"])
