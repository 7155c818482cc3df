"""The seeds against `tests/golden/seeds/expected.json`, which was written by hand from the labels' page, not from output."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from streams.article import Read
from streams.pipeline import Pipeline
from streams.reading import CORE_ROLES
from streams.track.fold import State, fold

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.json"))
EXPECTED: dict[str, Any] = json.loads(
    Path(__file__).with_name("seeds").joinpath("expected.json").read_bytes()
)
ON_ITS_WAY = timedelta(minutes=2)  # from publication to the record on the broker


def seed(path: Path) -> dict[str, Any]:
    """The article as its publisher sent it."""
    return json.loads(path.read_bytes())


def published(path: Path) -> datetime:
    """When the publisher says it went out."""
    return datetime.fromisoformat(seed(path)["published"])


@cache
def read(path: Path) -> Read:
    """The seed as the read agent sees it; a rejection fails the test at hand."""
    result = pipeline().read(path.read_bytes(), key=None, received=published(path) + ON_ITS_WAY)
    assert isinstance(result, Read), f"{path.name}: {result}"
    return result


@cache
def pipeline() -> Pipeline:
    """One pipeline for all tests: loading knowledge is the slow part."""
    return Pipeline.load()


@cache
def updates() -> tuple[tuple[str, Any], ...]:
    """(article, update) in order: the whole sequence folded once, as the track agent would."""
    state, out = State(), []
    for path in SEEDS:
        reading = read(path).reading
        if reading is None:
            continue
        state, new = fold(state, reading, reading.article.received)
        out += [(reading.article.id, update) for update in new]
    return tuple(out)


def thread_names() -> dict[str, str]:
    """Thread id → the expectation's name for it, by the article and family that founded it."""
    founded = {
        (item["article"], family_of(item["thread"])): item["thread"]
        for item in EXPECTED["updates"]
        if item["kind"] == "new"
    }
    return {
        update.thread: founded[article, update.family]
        for article, update in updates()
        if update.kind == "new" and (article, update.family) in founded
    }


def family_of(name: str) -> str:
    """The family of an expected thread."""
    return next(thread["family"] for thread in EXPECTED["threads"] if thread["name"] == name)


def core(actors: Any) -> list[str]:
    """Ids of those whose taking part makes the event what it is."""
    return sorted({actor.id for actor in actors if actor.role in CORE_ROLES})


def optional_families(article: str) -> set[str]:
    """Families of what careful readers may or may not call a signal of this article."""
    return {item["family"] for item in EXPECTED["articles"][article] if item.get("optional")}


def facts(signal: Any) -> dict[str, Any]:
    """What an expectation says of a signal."""
    place = signal.place
    return {
        "family": signal.family,
        "stage": signal.stage,
        "core": core(signal.actors),
        "date": signal.time.start if signal.time else None,
        "place": {"name": place.name, "country": place.country} if place else None,
        "background": signal.background,
    }


def in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items in one order, whatever order they came in."""
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def test_file_names_sort_in_order_of_publication():
    """Whoever produces the folder by name produces it in the order in which it was published."""
    times = [published(path) for path in SEEDS]
    assert times == sorted(times)


def test_every_seed_has_an_expectation():
    """No seed without a hand-written expectation, and no expectation without its seed."""
    assert [seed(path)["id"] for path in SEEDS] == list(EXPECTED["articles"])
    assert all(seed(path)["id"] == f"seed-{path.stem}" for path in SEEDS)


def test_seeds_show_what_parley_does():
    """The sample has many languages, Indonesian first, and threads that go on in another language."""
    languages = {seed(path)["id"]: seed(path)["language"] for path in SEEDS}
    assert languages[seed(SEEDS[0])["id"]] == "id"
    assert len(set(languages.values())) >= 9
    mixed = [t for t in EXPECTED["threads"] if len({languages[a] for a in t["articles"]}) > 1]
    assert len(mixed) >= 2


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_language_is_recognised_from_the_text(path):
    """The language that the reader finds is the one in which the seed is written."""
    article = {key: value for key, value in seed(path).items() if key != "language"}
    result = pipeline().read(json.dumps(article).encode(), key=None, received=published(path) + ON_ITS_WAY)
    assert isinstance(result, Read)
    assert result.enriched.language == seed(path)["language"]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_signals_of_each_seed(path):
    """Each seed gives the signals that a careful reader finds in it, and no others."""
    article = seed(path)["id"]
    wanted = [item for item in EXPECTED["articles"][article] if not item.get("optional")]
    may = [
        (item["family"], item["stage"], item["core"])
        for item in EXPECTED["articles"][article]
        if item.get("optional")
    ]
    found = [facts(signal) for signal in read(path).enriched.signals if signal.kept]
    got = [item for item in found if (item["family"], item["stage"], item["core"]) not in may]
    assert in_order(got) == in_order(wanted)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_evidence_is_in_the_text(path):
    """Every quote is found at its offsets in the published text."""
    enriched = read(path).enriched
    for signal in enriched.signals:
        evidence = signal.evidence
        where = enriched.article.title if evidence.field == "title" else enriched.article.text
        assert where[evidence.start : evidence.end] == evidence.quote != ""


def test_updates_of_the_whole_sequence():
    """Readers of the event topics get one update for each change, in order, and nothing for copies and repeats."""
    names = thread_names()
    got = [
        {
            "article": a,
            "thread": names.get(u.thread, f"unexpected {u.family}"),
            "kind": u.kind,
            "stage": u.stage,
        }
        for a, u in updates()
        if u.kind != "confirmation" and u.family not in optional_families(a)
    ]
    position = {article: i for i, article in enumerate(EXPECTED["articles"])}

    def key(item: dict[str, Any]) -> tuple[int, str]:  # updates of one article have no order among them
        return position[item["article"]], item["thread"]

    assert sorted(got, key=key) == sorted(EXPECTED["updates"], key=key)
    assert [position[item["article"]] for item in got] == sorted(position[item["article"]] for item in got)


@pytest.mark.parametrize("thread", EXPECTED["threads"], ids=lambda thread: thread["name"])
def test_each_thread_ends_where_it_should(thread):
    """A thread keeps its family and core actors, counts without a hole and ends in the expected stage."""
    names = thread_names()
    own = [(a, u) for a, u in updates() if names.get(u.thread) == thread["name"]]
    assert own, "no such thread"
    assert [u.seq for _, u in own] == list(range(1, len(own) + 1))
    assert {u.family for _, u in own} == {thread["family"]}
    assert {a for a, _ in own} <= set(thread["articles"])
    assert (own[-1][1].stage, core(own[-1][1].actors)) == (thread["stage"], thread["core"])


def test_a_second_publisher_in_another_language_confirms():
    """The Spanish report of the Riyadh talks joins the Indonesian thread: two publishers, no new thread."""
    names = thread_names()
    got = [
        (names.get(u.thread), u.kind, u.publishers.count) for a, u in updates() if a == "seed-03-es-riyadh"
    ]
    assert got == [("riyadh-talks", "confirmation", 2)]
