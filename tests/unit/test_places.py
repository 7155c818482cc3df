"""Where: places, their names, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.enrich.actors import Actors, names
from streams.enrich.naming import KNOWLEDGE
from streams.enrich.places import Places, place_names
from streams.errors import KnowledgeError
from tests.spelling import spellings

LANGUAGES = sorted(path.parent.name for path in KNOWLEDGE.glob("*/names.toml"))

SAMPLES = {
    "id": {"jalur gaza": "Gaza Strip", "wina": "Vienna", "jenewa": "Geneva", "mitrovica utara": "North Mitrovica", "el obeid": "El Obeid", "laut hitam": "Black Sea", "kairo": "Cairo"},
    "en": {"tyre": "Tyre", "bint jbeil": "Bint Jbeil", "el fasher": "El Fasher", "samarkand": "Samarkand", "kyiv": "Kyiv", "surabaya": "Surabaya"},
    "ms": {"tebing barat": "West Bank", "sagaing": "Sagaing", "mae sot": "Mae Sot"},
    "es": {"bruselas": "Brussels", "franja de gaza": "Gaza Strip", "kadugli": "Kadugli", "ginebra": "Geneva"},
    "fr": {"hassaké": "Al-Hasakah", "soueïda": "Suwayda", "bakou": "Baku", "kawkareik": "Kawkareik"},
    "de": {"brüssel": "Brussels", "nord - mitrovica": "North Mitrovica", "sa kaeo": "Sa Kaeo", "gazastreifens": "Gaza Strip"},
    "pt": {"assunção": "Asuncion", "moscou": "Moscow", "faixa de gaza": "Gaza Strip"},
    "tr": {"tigray": "Tigray", "kefr kila": "Kfar Kila", "gazze": "Gaza Strip", "lahey": "The Hague"},
    "ru": {"джелалабада": "Jalalabad", "энгельсе": "Engels", "саратовом": "Saratov", "брюсселе": "Brussels", "одессу": "Odesa"},
    "uk": {"брюсселі": "Brussels", "північній митровиці": "North Mitrovica", "парижа": "Paris", "харкові": "Kharkiv", "приштини": "Pristina"},
    "ar": {"بجنيف": "Geneva", "النبطية": "Nabatieh", "الناقورة": "Naqoura", "الفاشر": "El Fasher", "لطهران": "Tehran"},
    "fa": {"نوار غزه": "Gaza Strip", "خارکیف": "Kharkiv", "ژنو": "Geneva", "تورخم": "Torkham"},
    "zh": {"平 壤": "Pyongyang", "首 尔": "Seoul", "加 沙 地 带": "Gaza Strip", "华 盛 顿": "Washington"},
}  # fmt: skip


def _forms(language):
    return {
        " ".join(keys): name.id
        for name in place_names(language)
        for keys in spellings(name.pattern, str.casefold)
    }


def test_every_country_is_a_code():
    """A place's country is three capital letters, or none for seas; coordinates are on the globe."""
    places = Places.load()
    for place in places:
        info = places.get(place)
        assert info.country is None or (len(info.country) == 3 and info.country.isupper()), place
        assert info.lat is None or (-90 <= info.lat <= 90 and -180 <= info.lon <= 180), place


def test_every_capital_is_a_place_in_its_state():
    """The capital that the registry names is a place with coordinates in that state."""
    places = Places.load()
    for info in Actors.load():
        if info.kind == "state":
            assert places.capital(info.id) == info.capital
            capital = places.get(info.capital)
            assert capital.country == info.id, info.id
            assert capital.lat is not None, info.id


def test_geonames_ids_are_unique():
    """No two places share a GeoNames id."""
    places = Places.load()
    ids = [places.get(place).geonames for place in places if places.get(place).geonames]
    assert len(ids) == len(set(ids))


def test_enough_places_are_curated():
    """Places of conflict and diplomacy number at least 250."""
    assert (KNOWLEDGE / "places.toml").read_text(encoding="utf-8").count('\n"') >= 250


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_places_in_texts_are_known(language):
    """What articles write, inflected as they write it, is the place it should be."""
    forms = _forms(language)
    assert {text: forms.get(text) for text in SAMPLES[language]} == SAMPLES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_lead_to_places(language):
    """Every name has a place, or is one of those that only keep the names inside from being found."""
    places = Places.load()
    assert [name.pattern for name in place_names(language) if name.id and places.get(name.id) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_never_hides_a_state(language):
    """A place that has the name of a state, its people or an organisation is in that state or in none."""
    owners = {}
    for name in names(language):
        if name.kind in ("state", "adjective", "organisation"):
            owners.setdefault(name.pattern.casefold(), set()).add(name.id)
    places = Places.load()
    clashes = [
        name.pattern
        for name in place_names(language)
        if name.id
        and (owner := owners.get(name.pattern.casefold()))
        and places.get(name.id).country not in (None, *owner)
    ]
    assert clashes == []


def test_newspapers_and_treaties_are_no_places():
    """A newspaper named after a capital, or a treaty named after a city, has no id and no place."""
    forms = _forms("en")
    assert forms["washington post"] == ""
    assert forms["geneva conventions"] == ""
    assert Places.load().get("") is None


def test_two_places_of_one_name_keep_apart():
    """Tripoli is Libya's capital, and the Lebanese one has an id of its own under the same name."""
    places = Places.load()
    assert places.get("Tripoli").country == "LBY"
    assert places.get("Tripoli, Lebanon").name == "Tripoli"
    assert places.get("Tripoli, Lebanon").country == "LBN"


def test_the_table_of_cities_is_whole():
    """Each line of the cities has nine columns, and the head credits GeoNames."""
    lines = Path(KNOWLEDGE / "cities.tsv").read_text(encoding="utf-8").splitlines()
    assert "geonames.org" in " ".join(lines[:3])
    assert {line.count("\t") for line in lines if not line.startswith("#")} == {8}


def test_an_overlay_adds_a_place(tmp_path):
    """A user's folder adds a place with a name in a language; a bad one says which entry."""
    (tmp_path / "en").mkdir()
    (tmp_path / "places.toml").write_text('[places]\n"Xyzville" = { country = "FRA", at = [1, 2] }\n')
    (tmp_path / "en" / "names.toml").write_text('[places]\n"Xyzville" = ["Xyz Town"]\n')
    assert {name.pattern for name in place_names("en", overlays=(tmp_path,)) if name.id == "Xyzville"} == {
        "Xyzville",
        "Xyz Town",
    }
    (tmp_path / "places.toml").write_text('[places]\n"Xyzville" = { country = "FRA", at = "here" }\n')
    with pytest.raises(KnowledgeError, match=r"Xyzville'.at: must be"):
        Places.load((tmp_path / "..", tmp_path))
