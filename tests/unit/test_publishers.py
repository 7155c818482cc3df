"""Agencies under one name, however an article credits them."""

from datetime import UTC, datetime

import orjson
import pytest

from streams.enrich.publishers import Publishers
from streams.errors import KnowledgeError
from streams.pipeline import Pipeline

AT = datetime(2025, 3, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def publishers() -> Publishers:
    """The shipped table."""
    return Publishers.load()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("路透社", "Reuters"),
        ("REUTERS", "Reuters"),
        ("Agence  France-Presse", "AFP"),
        ("ТАСС", "TASS"),
        ("خبرگزاری فارس", "Fars"),
        ("Kantor Berita Antara", "ANTARA"),
        ("The Harbour  Mirror", "The Harbour Mirror"),
    ],
)
def test_an_agency_has_one_name(publishers, written, name):
    """Names in any script and case give the agency's one name; an unknown name stays, its spaces single."""
    assert publishers.name(written) == name


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("Sputnik-OANA", ("Sputnik",)),
        ("dpa/AFP", ("dpa", "AFP")),
        ("Reuters, Associated Press", ("Reuters", "AP")),
        ("Interfax-Ukraine", ("Interfax-Ukraine",)),
        ("AFP=時事", ("AFP",)),
        ("Harbour-Mirror", ("Harbour-Mirror",)),
    ],
)
def test_a_credit_may_name_several(publishers, credit, names):
    """Of a credit's parts the known ones count, unless the whole is a name; one that nobody knows stays whole."""
    assert publishers.names(credit) == names


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.reuters.com", "Reuters"),
        ("sulut.antaranews.com", "ANTARA"),
        ("WWW.Example.org", "example.org"),
        ("notreuters.com", "notreuters.com"),
    ],
)
def test_a_site_is_its_agency_s(publishers, host, name):
    """All hosts below an agency's domain are the agency's; another host goes by itself, without "www."."""
    assert publishers.of_host(host) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[x]\nnames = ["X"]\n', r"publishers.toml: x: needs a name"),
        ('[x]\nname = "X"\nsites = ["x.example"]\n', r"publishers.toml: x: no such field: sites"),
        (
            '[x]\nname = "X"\nnames = ["路透社"]\n',
            r"publishers.toml: x: '路透社' is a name of Reuters already",
        ),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, text, reason):
    """An entry without a name, with an unknown field or with somebody else's name says where and what."""
    (tmp_path / "publishers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=reason):
        Publishers.load((tmp_path,))


def test_two_papers_that_credit_one_agency_are_one_source(knowledge_pipeline):
    """What an English paper marks "(Reuters)" and a Chinese one "路透社" has the same agency of origin."""
    english = "MUSCAT (Reuters) - Iran and the United States held talks in Muscat on Monday, officials said."
    chinese = "路透社马斯喀特3月24日电 伊朗和美国星期一在马斯喀特举行了会谈。\n来源：路透社"
    sources = []
    for number, (language, text) in enumerate((("en", english), ("zh", chinese))):
        article = {"id": f"a{number}", "source": f"paper {number}", "published": AT.isoformat(), "text": text}
        read = knowledge_pipeline.read(orjson.dumps(article | {"language": language}), received=AT)
        assert read.reading is not None, text
        sources.append(read.reading.article)
    named = [{one.origin, *one.credits} - {None} for one in sources]
    assert named == [{"Reuters"}, {"Reuters"}]


@pytest.fixture(scope="module")
def knowledge_pipeline() -> Pipeline:
    """A pipeline with the shipped knowledge."""
    return Pipeline.load()
