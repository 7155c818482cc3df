import json

import pytest
from click.testing import CliRunner

from streams.commands import bench
from streams.commands.inputs import documents
from streams.pipeline import Pipeline

ARTICLE = {
    "source": "Example Gazette",
    "published": "2026-03-04T08:00:00Z",
    "title": "Ministers meet in Oslo",
    "text": "The foreign ministers of Norway and Sweden met in Oslo on Tuesday.",
}


def test_ordinary_articles_tell_of_no_event():
    """What fills the feed up has no signals, so the share that the benchmark prints is the samples'."""
    pipeline = Pipeline.load()
    read = [pipeline.read(raw, received=bench.RECEIVED) for raw in documents(str(bench._QUIET))]
    assert [one.enriched.article.id for one in read if one.reading is not None and one.reading.signals] == []


def test_a_feed_is_made_of_articles_of_one_size_with_an_event_in_some():
    """Articles are as long as wire stories, each with an id of its own, one in three made around a sample."""
    feed, dense = bench._mixes(30, None)
    for mix in (feed, dense):
        articles = [json.loads(raw) for raw in mix.articles]
        assert len({article["id"] for article in articles}) == 30
        assert all(bench.SIZE - 4 < len(article["text"].encode()) <= bench.SIZE for article in articles)
    assert sum("quiet" not in json.loads(raw)["url"] for raw in feed.articles if b'"url"' in raw) == 10


@pytest.mark.parametrize("text", ["", ARTICLE["text"]])
def test_own_articles_are_measured_or_named(tmp_path, text):
    """`--input` reads the user's articles; one that cannot be read ends the benchmark with its reason."""
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({**ARTICLE, "text": text}))
    result = CliRunner().invoke(
        bench.command, ["--no-transport", "--articles", "2", "--rounds", "1", "--input", str(path)]
    )
    assert (result.exit_code, "articles/s" in result.output, "rejected: no-text" in result.output) == (
        (0, True, False) if text else (1, False, True)
    )
