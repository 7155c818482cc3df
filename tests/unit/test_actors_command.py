"""The list of actors on the command line."""

from __future__ import annotations

import csv
import io

from click.testing import CliRunner

from streams.cli import cli


def rows(*options):
    done = CliRunner().invoke(cli, ["actors", "--csv", *options])
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_actors_are_listed_with_the_codes_that_others_join_on():
    """ISO, CAMEO, COW and Wikidata codes stand in columns of their own; unknown ones are empty."""
    known = {row["id"]: row for row in rows()}
    assert (known["FRA"]["iso2"], known["FRA"]["cow"], known["FRA"]["wikidata"]) == ("FR", "220", "Q142")
    assert known["M23"]["kind"] == "group"
    assert known["M23"]["iso2"] == ""
    assert len(known) > 300


def test_a_kind_and_a_language_can_be_asked_for():
    """Names of the language come as patterns with | between."""
    found = rows("--kind", "organisation", "--language", "id")
    assert {row["kind"] for row in found} == {"organisation"}
    assert "uni eropa" in next(row["names"] for row in found if row["id"] == "EU").casefold()


def test_an_unknown_language_is_wrong_usage():
    """The error names the option."""
    done = CliRunner().invoke(cli, ["actors", "--language", "xx"])
    assert done.exit_code == 2
    assert "--language" in done.output
