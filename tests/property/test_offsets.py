import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.article import Read
from streams.pipeline import Pipeline
from streams.wire import encode

SEEDS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path("seeds").glob("*.json"))]
PIECES = [line for seed in SEEDS for line in seed["text"].splitlines()]
RECEIVED = datetime(2026, 3, 11, 12, tzinfo=UTC)


@cache
def pipeline():
    return Pipeline.load()


def read(text, title, language):
    article = {
        "id": "a",
        "published": "2026-03-11T12:00:00Z",
        "title": title,
        "text": text,
        "language": language,
    }
    return pipeline().read(json.dumps(article).encode(), received=RECEIVED)


texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=80)), min_size=1, max_size=6).map(
    " ".join
)
languages = st.sampled_from(sorted({seed["language"] for seed in SEEDS}))


@settings(max_examples=150, deadline=None)
@given(
    text=texts,
    title=st.one_of(st.just(""), st.sampled_from([seed["title"] for seed in SEEDS])),
    language=languages,
)
def test_offsets_index_the_text_that_is_published(text, title, language):
    """Whatever is written, each sentence, mention and quote is where its offsets say."""
    found = read(text, title, language)
    if not isinstance(found, Read):
        return
    article = found.enriched.article
    fields = {"title": article.title, "text": article.text}
    for sentence in found.enriched.sentences:
        assert fields[sentence.field][sentence.start : sentence.end].strip()
    for mention in found.enriched.mentions:
        assert fields[mention.field][mention.start : mention.end].strip()
    for signal in found.enriched.signals:
        quote = signal.evidence
        assert fields[quote.field][quote.start : quote.end] == quote.quote
        assert fields[quote.field][: quote.start].endswith(quote.prefix)
        assert fields[quote.field][quote.end :].startswith(quote.suffix)


@settings(max_examples=60, deadline=None)
@given(text=texts, language=languages)
def test_the_same_article_gives_the_same_bytes(text, language):
    """Reading keeps no state: the second time says exactly what the first time said."""
    first, second = read(text, "", language), read(text, "", language)
    if isinstance(first, Read):
        assert encode(first.enriched) == encode(second.enriched)
        assert encode(first.reading) == encode(second.reading)
    else:
        assert first == second


@settings(max_examples=100, deadline=None)
@given(text=texts, language=languages)
def test_no_text_breaks_detection(text, language):
    """A text is read or rejected for what it is, never because detection failed."""
    found = read(text, "", language)
    assert isinstance(found, Read) or found.code != "detector-failed", found
