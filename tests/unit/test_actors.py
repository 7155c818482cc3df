"""Who: the registry, and names per language."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from streams.enrich.actors import Actors, names
from streams.enrich.naming import KNOWLEDGE, Speller, check, is_exact, slug, spell
from streams.enrich.people import people
from streams.errors import KnowledgeError
from tests.spelling import spellings

LANGUAGES = sorted(path.parent.name for path in KNOWLEDGE.glob("*/names.toml"))


def _meanings(language, day="2026-01-15"):
    """Written form (folded, acronyms as they are) to the actors it may stand for on a day."""
    found = {}
    for name in names(language):
        if (name.since and day < name.since) or (name.until and day > name.until):
            continue
        keep = (lambda text: text) if name.exact else str.casefold
        for keys in spellings(name.pattern, keep):
            found.setdefault(" ".join(keys), set()).add(name.id)
    return found


def _stands_for(text, meanings):
    """The actors of a written form: as it is, or by its last word's beginning."""
    found = set(meanings.get(text, ()))
    for end in range(1, len(text)):
        found |= meanings.get(f"{text[:end]}*", set())
    return found


SAMPLES = {
    "id": {"gedung putih": "USA", "AS": "USA", "korut": "PRK", "TNI AU": "IDN", "PBB": "UN", "dewan keamanan": "UN", "inggris": "GBR", "uni eropa": "EU", "wina": "AUT", "araghchi": "IRN", "RSF": "RSF", "RI": "IDN", "hizbullah": "HEZBOLLAH"},
    "en": {"quai d ' orsay": "FRA", "malian": "MLI", "guinean": "GIN", "U . S .": "USA", "ECOWAS": "ECOWAS", "foreign office": "GBR", "security council": "UN", "UNIFIL": "UN", "vucic": "SRB", "congolese": "COD", "tatmadaw": "MMR", "IRGC": "IRN", "rapid support forces": "RSF", "emirati": "ARE"},
    "ms": {"rumah putih": "USA", "putrajaya": "MYS", "kesatuan eropah": "EU", "PBB": "UN", "naypyidaw": "MMR", "lubnan": "LBN", "anwar ibrahim": "MYS"},
    "es": {"los veintisiete": "EU", "ONU": "UN", "FAR": "RSF", "sudanesas": "SDN", "emiratí": "ARE", "EE . UU .": "USA", "petro": "COL", "casa blanca": "USA", "noruega": "NOR"},
    "fr": {"birmane": "MMR", "FDS": "SDF", "trésor américain": "USA", "conseil fédéral": "CHE", "al - charaa": "SYR", "israéliens": "ISR", "damas": "SYR", "delhi": "IND", "maison - blanche": "USA"},
    "de": {"kremls": "RUS", "russischen": "RUS", "bundeswehr": "DEU", "EU": "EU", "selenskyj": "UKR", "BIA": "SRB", "kosovarischen": "XKX", "weißen hauses".casefold(): "USA", "pistorius": "DEU"},
    "pt": {"itamaraty": "BRA", "casa branca": "USA", "paraguaio": "PRY", "EUA": "USA", "lula": "BRA", "irã": "IRN"},
    "tr": {"ABD": "USA", "BM": "UN", "AB": "EU", "AfB": "AU", "etiyopya": "ETH", "eritre": "ERI", "beyaz saray": "USA", "hizbullah": "HEZBOLLAH", "erdoğan": "TUR"},
    "ru": {"россией": "RUS", "кремля": "RUS", "узбекистану": "UZB", "афганских": "AFG", "МЧС РФ": "RUS", "белым домом": "USA", "зеленского": "UKR", "евросоюза": "EU", "хезболлы": "HEZBOLLAH", "косове": "XKX", "МАГАТЭ": "IAEA"},
    "uk": {"україні": "UKR", "банковій": "UKR", "єлисейський палац": "FRA", "макроном": "FRA", "сербії": "SRB", "косова": "XKX", "євросоюзу": "EU", "швейцарський": "CHE", "НАТО": "NATO"},
    "ar": {"وإيران": "IRN", "لطهران": "IRN", "بريطانيا": "GBR", "إسرائيلية": "ISR", "الدعم السريع": "RSF", "البرهان": "SDN", "واشنطن": "USA", "الوكالة الدولية للطاقة الذرية": "IAEA", "اليونيفيل": "UN", "قاليباف": "IRN", "اسرائيل": "ISR"},
    "zh": {"白 宫": "USA", "韩 方": "KOR", "委 内 瑞 拉": "VEN", "佩 特 罗": "COL", "平 壤": "PRK", "快 速 支 援 部 队": "RSF", "赵 显": "KOR", "欧 盟": "EU"},
    "ja": {"茂 木 外 相": "JPN", "米 政 府": "USA", "主 要 7 カ 国": "G7", "北 朝 鮮": "PRK"},
    "ko": {"국가정보원은": "KOR", "북한": "PRK", "백악관": "USA", "러시아와": "RUS"},
    "fa": {"تهران": "IRN", "کاخ سفید": "USA", "عراقچی": "IRN", "نیروهای پشتیبانی سریع": "RSF", "اتیوپیایی": "ETH"},
}  # fmt: skip


def test_registry_has_all_states_and_valid_codes():
    """Every state of the UN is there, ids and ISO codes are unique and well formed."""
    states = [info for info in Actors.load() if info.kind == "state"]
    assert len(states) >= 197
    assert all(len(info.id) == 3 and info.id.isupper() and len(info.iso2) == 2 for info in states)
    assert len({info.iso2 for info in states}) == len(states)
    cows = [info.cow for info in states if info.cow]
    assert len(set(cows)) == len(cows)
    wikidata = [info.wikidata for info in Actors.load() if info.wikidata]
    assert len(set(wikidata)) == len(wikidata)
    assert all(code[0] == "Q" and code[1:].isdigit() for code in wikidata)


@pytest.mark.parametrize(
    "actor", ["UN", "EU", "AU", "HAMAS", "RSF", "KNU", "ELN", "M23", "SDF", "ICRC", "OIC", "GCC"]
)
def test_registry_has_the_ids_of_the_labels(actor):
    """Organisations and groups that annotators use are in the registry, with a sector."""
    info = Actors.load().get(actor)
    assert info is not None
    assert info.sector


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_name(language):
    """No language that we read lacks a name for any state."""
    named = {name.id for name in names(language) if name.kind == "state"}
    assert {info.id for info in Actors.load() if info.kind == "state"} - named == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_stands_for_one_actor(language):
    """Apart from people who share a surname and from pairs, no written form means two actors."""
    meanings = {}
    for name in names(language):
        if name.kind != "person" and name.part is None:
            keep = (lambda text: text) if name.exact else str.casefold
            for keys in spellings(name.pattern, keep):
                meanings.setdefault(keys, set()).add(name.id)
    assert {keys: ids for keys, ids in meanings.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_names_in_texts_are_known(language):
    """What articles write, inflected as they write it, stands for the actor it should."""
    meanings = _meanings(language)
    wrong = {
        text: actor for text, actor in SAMPLES[language].items() if actor not in _stands_for(text, meanings)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_exact_names_are_plain(language):
    """A name that must match to the letter has no alternatives, which could not be compared so."""
    assert [name.pattern for name in names(language) if name.exact and set("()|*") & set(name.pattern)] == []


def test_someone_out_of_office_stands_for_the_state_only_then():
    """Macron is France since 2017, Scholz was Germany until May 2025, Rutte moved from NLD to NATO."""
    assert "FRA" in _meanings("en")["macron"]
    assert "DEU" in _meanings("en", "2024-01-01")["scholz"]
    assert "scholz" not in _meanings("en")
    assert _meanings("en", "2023-01-01")["mark rutte"] == {"NLD"}
    assert _meanings("en", "2025-01-01")["mark rutte"] == {"NATO"}
    assert "trump" not in _meanings("en", "2022-06-01")


def test_terms_of_office_are_plausible():
    """No head of state, government or foreign ministry is held by two for over two months at once."""
    terms = {}
    for person in people():
        for term in person.terms:
            if term.office in ("prime-minister", "foreign-minister", "defence-minister"):
                terms.setdefault((person.actor, term.office), []).append(
                    (term.since, term.until or date.max, person.name)
                )
    overlaps = []
    for key, held in terms.items():
        held.sort()
        for (_, until, one), (since, _, other) in pairwise(held):
            if (min(until, date(2027, 1, 1)) - since).days > 62:
                overlaps.append((key, one, other))
    assert overlaps == []


def test_person_ids_are_unique_within_an_actor():
    """Nobody is in the tables of one actor twice."""
    keys = [(person.actor, person.id) for person in people()]
    assert len(keys) == len(set(keys))


def test_holders_belong_to_known_actors():
    """Every table of people.toml is of an actor in the registry."""
    assert [person.name for person in people() if Actors.load().get(person.actor) is None] == []


def test_contiguous_offices_are_one_span():
    """Who goes from one ministry to the next stands for the state without a gap."""
    lecornu = next(person for person in people() if person.id == "sebastien-lecornu")
    assert [span[1:] for span in lecornu.spans()] == [("2022-05-20", None)]


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Quai d\N{RIGHT SINGLE QUOTATION MARK}Orsay", "Quai d ' Orsay"),
        ("U.S.", "U . S ."),
        ("白宫", "白 宫"),
        ("M23运动", "M23 运 动"),
        ("росси(я|и)", "росси(я|и)"),
        ("Timor-Leste", "Timor - Leste"),
    ],
)
def test_names_are_spelled_as_tokens(written, tokens):
    """Punctuation and Chinese characters are tokens of their own."""
    assert spell(written) == tokens


@pytest.mark.parametrize("pattern", ["a(b", "a|b", "a*b", "-", "((a|b)|c)"])
def test_bad_patterns_are_refused(pattern):
    """A pattern that cannot be read names the entry that has it."""
    with pytest.raises(KnowledgeError, match="here"):
        check("here", pattern)


def test_acronyms_are_exact():
    """Capitals only is an acronym, which a word in other letters is not; one letter is none."""
    assert [text for text in ("AS", "G7", "TNI AU", "Iran", "白宫", "A") if is_exact(text)] == [
        "AS",
        "G7",
        "TNI AU",
    ]


def test_inflection_puts_endings_and_prefixes():
    """The longest ending that fits is replaced, prefixes go on the first word, acronyms stay."""
    rules = {"endings": [["a", "(a|y)"], ["ia", "i(a|i)"]], "prefixes": [["", "(|v)"]]}
    speller = Speller("x", rules, ())
    assert [name.pattern for name in speller.names("e", "Rossia nova", "state", "RUS")] == [
        "(|v)Rossi(a|i) nov(a|y)"
    ]
    assert [name.pattern for name in speller.names("e", "US", "state", "USA")] == ["US"]


def test_a_slug_is_bare_letters():
    """Ids of people have no diacritics and no spaces."""
    assert slug("Recep Tayyip Erdoğan") == "recep-tayyip-erdogan"
    assert slug("İbrahim Kalın") == "ibrahim-kalin"


def test_an_overlay_adds_replaces_and_drops(tmp_path):
    """A user's folder adds an actor and its name, a new minister, and drops a name."""
    (tmp_path / "en").mkdir()
    (tmp_path / "actors.toml").write_text(
        '[actors]\nXYZ_FRONT = { name = "Front", kind = "group", sector = "REB" }\n'
    )
    (tmp_path / "people.toml").write_text(
        '[FRA]\n"Ada Dupont" = { terms = [["foreign-minister", "2026-01-01"]] }\n'
    )
    (tmp_path / "en" / "names.toml").write_text(
        'drop = ["Pentagon"]\n[organisations]\nXYZ_FRONT = ["Xyz Front"]\n'
    )
    found = {name.pattern: name for name in names("en", overlays=(tmp_path,))}
    assert found["Xyz Front"].id == "XYZ_FRONT"
    assert found["Xyz Front"].kind == "group"
    assert found["Ada Dupont"].person == "ada-dupont"
    assert "Pentagon" not in found
    assert "Kremlin" in found


def test_a_wrong_file_says_which_entry(tmp_path):
    """An unknown actor or person in an overlay is an error that names file and entry."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "names.toml").write_text('[states]\nQQQ = ["Nowhere"]\n')
    with pytest.raises(KnowledgeError, match=r"en/names.toml: states.QQQ"):
        names("en", overlays=(tmp_path,))
    (tmp_path / "people.toml").write_text('[FRA]\n"Ada" = { terms = [["queen", "2026"]] }\n')
    with pytest.raises(KnowledgeError, match=r"people.toml: FRA.'Ada': office 'queen'"):
        people((tmp_path,))


def test_a_language_without_names_is_an_error():
    """Asking for a language that has no file says so."""
    with pytest.raises(KnowledgeError, match=r"xx/names\.toml"):
        names("xx")
