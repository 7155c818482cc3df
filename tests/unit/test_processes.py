"""Which conflict an event belongs to."""

from __future__ import annotations

import pytest

from streams.enrich.processes import Processes
from streams.errors import KnowledgeError

PROCESSES = Processes.load()


def test_there_are_enough_processes():
    """At least forty, each with a name and parties, under an id of small letters."""
    assert len(PROCESSES) >= 40
    for process in PROCESSES:
        assert process.name
        assert process.parties
        assert process.id == process.id.lower()


@pytest.mark.parametrize(
    ("actors", "places", "best"),
    [
        ({"RUS": "party", "UKR": "party"}, (), "russia-ukraine"),
        ({"UKR": "actor"}, ("Saratov", "RUS"), "russia-ukraine"),
        ({"EU": "actor", "RUS": "recipient"}, ("Brussels", "BEL"), "russia-ukraine"),
        ({"ISR": "party", "HAMAS": "party"}, (), "gaza"),
        ({"IDN": "actor", "PSE": "recipient"}, ("Khan Younis", "PSE"), "gaza"),
        ({"ISR": "actor", "PSE": "recipient"}, ("Jenin", "PSE"), "west-bank"),
        ({"ISR": "actor", "UN": "recipient"}, ("Kfar Kila", "LBN"), "israel-lebanon"),
        ({"RSF": "actor", "SDN": "recipient"}, ("El Obeid", "SDN"), "sudan"),
        ({"EU": "actor", "RSF": "recipient"}, (), "sudan"),
        ({"IRN": "party", "USA": "party", "OMN": "mediator"}, (), "iran-nuclear"),
        ({"COD": "party", "M23": "party", "QAT": "mediator"}, ("Doha", "QAT"), "drc-m23"),
        ({"SRB": "party", "XKX": "party", "EU": "mediator"}, ("Brussels", "BEL"), "serbia-kosovo"),
        ({"PRK": "actor", "KOR": "recipient"}, (), "koreas"),
        ({"CHN": "actor", "PHL": "recipient"}, (), "south-china-sea"),
        ({"CHN": "actor", "TWN": "recipient"}, (), "taiwan-strait"),
        ({"THA": "party", "KHM": "party", "MYS": "mediator"}, (), "thailand-cambodia"),
        ({"MMR": "party", "KNU": "party"}, (), "myanmar"),
        ({"ETH": "actor", "ERI": "recipient"}, ("Tigray", "ETH"), "ethiopia-tigray"),
        ({"COL": "party", "ELN": "party", "VEN": "host"}, ("Caracas", "VEN"), "colombia-armed-groups"),
        ({"VEN": "actor", "GUY": "recipient"}, (), "venezuela-guyana"),
        ({"ARM": "subject", "AZE": "subject", "IRN": "actor"}, (), "armenia-azerbaijan"),
        ({"IND": "party", "PAK": "party"}, (), "india-pakistan"),
        ({"PAK": "actor", "AFG": "recipient"}, (), "afghanistan-pakistan"),
        ({"USA": "actor", "HOUTHIS": "recipient"}, ("Red Sea",), "red-sea"),
    ],
)
def test_events_belong_to_their_conflict(actors, places, best):
    """Two parties, or a party and a place of the conflict, tell it."""
    assert PROCESSES.match(actors, places)[0] == best


@pytest.mark.parametrize(
    ("actors", "places"),
    [
        ({"RUS": "actor"}, ("Moscow", "RUS")),
        ({"UKR": "actor"}, ()),
        ({"SDN": "recipient"}, ()),
        ({"IDN": "party", "EGY": "party"}, ()),
        ({"BRA": "party", "USA": "party"}, ()),
        ({"USA": "party", "KOR": "party"}, ("Washington", "USA")),
        ({"COL": "mediator", "USA": "mediator"}, ()),
        ({}, ("Gaza Strip", "PSE")),
        ({}, ()),
    ],
)
def test_one_state_is_not_enough(actors, places):
    """A state alone, and states that are in no conflict together, belong to none."""
    assert PROCESSES.match(actors, places) == ()


def test_the_best_comes_first_and_there_are_few():
    """Where several fit, the one with more of its parties is first; never more than three."""
    found = PROCESSES.match({"IRN": "party", "ISR": "party", "USA": "party"}, ("Fordow", "IRN"))
    assert set(found) >= {"iran-nuclear", "iran-israel"}
    assert len(found) <= 3


def test_match_does_not_depend_on_order():
    """The same actors and places in another order give the same processes."""
    actors = {"ISR": "party", "LBN": "party", "HEZBOLLAH": "party", "USA": "mediator"}
    assert PROCESSES.match(actors, ["Tyre", "LBN"]) == PROCESSES.match(
        dict(reversed(actors.items())), ["LBN", "Tyre"]
    )


def test_a_wrong_entry_is_named(tmp_path):
    """An unknown actor or place in a process says which entry has it."""
    (tmp_path / "processes.toml").write_text('[x]\nname = "X"\nparties = ["QQQ"]\n')
    with pytest.raises(KnowledgeError, match=r"processes.toml: x: actors.toml has no 'QQQ'"):
        Processes.load((tmp_path,))
    (tmp_path / "processes.toml").write_text('[x]\nname = "X"\nparties = ["FRA"]\nplaces = ["Atlantis"]\n')
    with pytest.raises(KnowledgeError, match="Atlantis"):
        Processes.load((tmp_path, tmp_path))


def test_an_overlay_adds_and_disables(tmp_path):
    """A user's folder adds a conflict and switches one of ours off."""
    (tmp_path / "processes.toml").write_text(
        'disable = ["chagos"]\n[x]\nname = "X"\nparties = ["GBR", "MUS"]\n'
    )
    processes = Processes.load((tmp_path,))
    assert processes.match({"GBR": "party", "MUS": "party"}) == ("x",)
    assert processes.get("chagos") is None
