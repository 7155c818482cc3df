"""The agents' computing: what becomes of a record, and that a bad one is kept whole."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
import pytest

from streams import wire
from streams.article import Article, Enriched, Read
from streams.commands.bench_tracking import first_report
from streams.errors import Code, Rejection, SettingsError
from streams.events import Update
from streams.kafka.agents import ReadWork, TrackWork, works
from streams.kafka.topics import POSITION_KEY
from streams.metrics import Metrics
from streams.reading import Reading, Source
from streams.settings import Settings
from streams.track.fold import step
from streams.track.state import State

NOW = datetime(2025, 3, 24, 12, tzinfo=UTC)


@dataclass
class Rec:
    """An input record."""

    value: bytes | None
    topic: str = "w.articles"
    key: bytes | None = b"key"
    partition: int = 3
    offset: int = 17
    timestamp: int = int(NOW.timestamp() * 1000)
    headers: tuple = (("backfill", b"1"),)


def read_article(raw, *, key, received, headers):
    """A pipeline: the value says what is to happen."""
    if raw == b"bad":
        return Rejection(Code.NOT_JSON, "parse", "no JSON")
    if raw == b"raise":
        raise RuntimeError("a bug")
    article = Article("a-1", "v", raw.decode(), "text", received, received, extra={"headers": list(headers)})
    enriched = Enriched(article, "en", (), (), (), "signals", "k")
    source = Source("a-1", "v", received, received, "en")
    return Read(enriched, Reading(source) if raw == b"news" else None)


def read_from(source):
    """A pipeline whose articles are all of one source."""

    def read(raw, *, key, received, headers):
        article = Article("a-1", "v", "title", "text", received, received, source=source)
        return Read(Enriched(article, "en", (), (), (), "no-event", "k"), None)

    return read


def read_work(**settings):
    """A read agent's work, with processor time at will."""
    spent = iter([0.0, settings.pop("seconds", 0.0)] * 1000)
    world = Settings(topic_prefix="w.", **settings)
    return ReadWork(read_article, world, Metrics(), clock=lambda: 5.0, spent=lambda: next(spent))


def test_an_article_that_is_only_slow_at_first_is_read():
    """The first article in a language loads its tables: it must not be rejected for that."""
    spent = iter([0.0, 5.0, 5.0, 5.1])
    work = ReadWork(read_article, Settings(), Metrics(), clock=lambda: 5.0, spent=lambda: next(spent))
    assert len(work.step(Rec(b"news"))) == 2


def test_an_article_that_took_very_long_is_not_read_again():
    """A second reading would hold up everything else for as long once more."""
    spent = iter([0.0, 5.1])
    work = ReadWork(read_article, Settings(), Metrics(), clock=lambda: 5.0, spent=lambda: next(spent))
    (rejected,) = work.step(Rec(b"news"))
    assert headers_of(rejected)["__streams.errors.code"] == "detector-slow"
    assert "took 5.1 s" in headers_of(rejected)["__streams.errors.message"]
    assert next(spent, None) is None


def headers_of(output):
    """Headers as a dictionary of text."""
    return {name: value.decode() for name, value in output.headers}


def test_an_article_with_news_gives_an_enriched_one_and_a_reading():
    """Both carry the article's id as key, its headers and its timestamp."""
    outputs = read_work().step(Rec(b"news"))
    assert [output.topic for output in outputs] == ["w.articles.enriched", "w.signals"]
    assert {(output.key, output.timestamp, output.headers) for output in outputs} == {
        (b"a-1", Rec(b"").timestamp, (("backfill", b"1"),))
    }
    article = orjson.loads(outputs[0].value)["article"]
    assert article["received"] == "2025-03-24T12:00:00+00:00"
    assert article["extra"] == {"headers": ["backfill"]}


def test_articles_of_named_sources_are_counted():
    """The watchdog asks how many there are; sources that nobody named have no figure of their own."""
    metrics = Metrics()
    work = ReadWork(read_from("ANTARA"), Settings(sources={"ANTARA": 60.0}), metrics)
    other = ReadWork(read_from("Xinhua"), Settings(sources={"ANTARA": 60.0}), metrics)
    for each in (work, work, other):
        each.step(Rec(b"news"))
    assert metrics.articles_of("ANTARA") == 2
    assert metrics.articles_of("Xinhua") == 0


def test_an_article_without_news_gives_no_reading():
    """The tracker hears only of what there is to track."""
    assert [output.topic for output in read_work().step(Rec(b"dull"))] == ["w.articles.enriched"]


@pytest.mark.parametrize(
    ("value", "options", "code", "stage"),
    [
        (b"bad", {}, "not-json", "parse"),
        (b"raise", {}, "detector-failed", "detect"),
        (b"news", {"seconds": 1.5}, "detector-slow", "detect"),
        (b"x" * 20_000, {"max_message_bytes": 16 * 1024}, "output-too-large", "encode"),
    ],
)
def test_what_cannot_be_read_goes_on_whole(value, options, code, stage):
    """One rejected record, as it came, and nothing else; the headers say what, where and why."""
    work = read_work(**options)
    (output,) = work.step(Rec(value))
    assert (output.topic, output.key, output.value) == ("w.articles.rejected", b"key", value)
    said = headers_of(output)
    assert said["backfill"] == "1"
    names = ("code", "stage", "topic", "partition", "offset")
    facts = tuple(said[f"__streams.errors.{name}"] for name in names)
    assert facts == (code, stage, "w.articles", "3", "17")


def test_too_many_rejections_halt_until_resumed():
    """More than the share, and of at least so many."""
    work = read_work(rejection_least=4)
    work.step(Rec(b"news"))
    for _ in range(2):
        work.step(Rec(b"bad"))
    assert not work.halted
    work.step(Rec(b"bad"))
    assert work.halted
    work.resume()
    work.step(Rec(b"bad"))
    assert not work.halted


class Layered:
    """A tracker: remembers titles, in layers."""

    def __init__(self, titles=()):
        self.titles, self.now = dict(titles), None

    def overlay(self):
        """A copy is a layer."""
        layer = Layered(self.titles)
        layer.now, layer.before = self.now, dict(self.titles)
        return layer

    def changes(self):
        """What the copy has more."""
        new = self.titles.items() - self.before.items()
        return [(key.encode(), value.encode()) for key, value in sorted(new)]

    def absorb(self, layer):
        """Become the copy."""
        self.titles, self.now = layer.titles, layer.now


def fold(layer, reading):
    """Every article is a thread; `bug` raises when it has changed something already."""
    layer.titles[reading.article.id] = reading.article.title
    layer.now = reading.article.received
    if reading.article.title == "bug":
        raise ValueError("half done")
    update = Update("u", reading.article.id, 1, "new", "major", "aid", "concluded", None, NOW, NOW)
    return [update]


def reading(name, title="t"):
    """A record on `signals`."""
    return Rec(wire.encode(Reading(Source(name, "v", NOW, NOW, "en", title=title))), topic="w.signals")


@pytest.fixture
def tracking():
    """A track agent's work on one known thread."""
    work = TrackWork(
        lambda records: Layered((key.decode(), value.decode()) for key, value in records),
        fold,
        Settings(topic_prefix="w."),
        Metrics(),
    )
    work.restore({b"old": b"t"})
    return work


def test_a_reading_gives_its_updates_on_their_family_and_its_threads_as_changes(tracking):
    """Until the merge, the state is as it was."""
    draft = tracking.draft()
    (update,) = draft.step(reading("new"))
    assert (update.topic, update.key) == ("w.events.aid", b"new")
    assert headers_of(update)["ce_type"] == "parley.update.new.v1"
    assert draft.changes() == [(b"new", b"t")]
    assert draft.facts() == {"now": NOW.isoformat()}
    assert tracking.draft().changes() == []
    draft.merge()
    assert tracking._state.titles == {"old": "t", "new": "t"}


def test_a_reading_that_fails_in_the_middle_leaves_no_trace(tracking):
    """It goes to the rejected topic, and the threads are as if it had never come."""
    draft = tracking.draft()
    (rejected,) = draft.step(reading("new", "bug"))
    assert rejected.topic == "w.signals.rejected"
    assert headers_of(rejected)["__streams.errors.code"] == "detector-failed"
    assert draft.changes() == []


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"article": 1}'])
def test_what_is_no_reading_is_rejected(tracking, value):
    """Somebody else wrote to `signals`."""
    (rejected,) = tracking.draft().step(Rec(value, topic="w.signals"))
    assert headers_of(rejected)["__streams.errors.code"] == "bad-reading"


def test_an_agent_that_there_is_not_is_named():
    """A slip on the command line."""
    with pytest.raises(SettingsError, match="trakc"):
        works(Settings(), ["trakc"])


def test_a_damaged_thread_is_passed_over_and_named(caplog):
    """A record of state that nobody can read costs its own thread and no other; metrics and log say so."""
    state = State.empty()
    report = first_report(1, random.Random(1))
    state.absorb(step(state, report, report.article.received).state)
    good = dict(state.records())
    metrics = Metrics()
    work = works(Settings(), ["track"])["track"](metrics)
    work.restore({**good, b"broken": b"no thread", POSITION_KEY: b"{"})
    assert dict(work._state.records()) == good
    assert "b'broken'" in caplog.text
    assert metrics.registry.get_sample_value("parley_state_damaged_total") == 2
