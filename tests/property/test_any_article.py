"""Whatever comes in, parse returns an article or raises Rejected."""

from datetime import UTC, datetime
from itertools import pairwise

import orjson
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streams.article import Article
from streams.enrich.dates import Dates, lowered
from streams.enrich.language import Languages
from streams.enrich.tables import builtin
from streams.enrich.text import Sentences
from streams.errors import Rejected
from streams.parse import from_text, parse
from streams.wire import encode
from tests.fuzz.makers import FIELDS

RECEIVED = datetime(2025, 3, 25, 12, 0, tzinfo=UTC)
TABLES = builtin()
LANGUAGES = Languages(TABLES)
SENTENCES = Sentences(TABLES)
DATES = {code: Dates(table, code) for code, table in TABLES.items() if code in {"id", "en", "ar", "zh", "tr"}}
PIECES = [
    "Baca juga: ", "Foto: ", "Sumber: X", "(Reuters)", "Kairo (AB) - ", "LONDON, Jan 22 - ", ". ", "! ", "? ", "\n", "\n\n", ": ", "\uff1a", "\u3002", "\u201c", "\u201d",
    '"', "\u00ab", "\u00bb", "(", ")", "<p>", "</p>", "<br>", "&amp;", "\u3000", "\u2028", "A.", "Dr. ", "Gen. ", "U.S. ", "24/3", "Senin (24/3)", "March 24", "\u0130", "\u00df", "e\u0301", "\u200b", "\u0634", "\u06f2", "\U0001f600", "\x02", " ",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=30).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(FIELDS)


def article_or_rejected(raw, key=None):
    """The article, or None where the bytes were rejected; anything else fails the test."""
    try:
        article = parse(raw, key=key, received=RECEIVED, headers={})
    except Rejected:
        return None
    assert isinstance(article, Article)
    assert orjson.loads(encode(article))["id"] == article.id
    return article


@given(st.binary(max_size=300), st.none() | st.binary(max_size=8))
@example(b"[" * 10_000_000, None)
@example(b'{"a":' * 60_000, b"\xff")
@settings(max_examples=300)
def test_any_bytes(raw, key):
    """Arbitrary bytes never raise anything but Rejected."""
    article_or_rejected(raw, key)


@given(st.dictionaries(NAMES, st.one_of(JSON, TEXTS), max_size=8))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_object(fields):
    """Objects with the right names and any values never raise anything but Rejected."""
    try:
        raw = orjson.dumps(fields)
    except TypeError:  # integers beyond 64 bits cannot be written
        raw = repr(fields).encode("utf-8", "surrogatepass")
    article_or_rejected(raw, b"k")


@given(TEXTS, TEXTS)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_sentences_index_the_text(title, text):
    """Sentences are in order, do not overlap, lose nothing but space, and contain no line break."""
    article = article_or_rejected(orjson.dumps({"title": title, "text": text}))
    if article is None:
        return
    for language in ("id", "en", "de", "zh", "ar", "xx"):
        for field, content in (("title", article.title), ("text", article.text)):
            spans = [s for s in SENTENCES.split(article.title, article.text, language) if s.field == field]
            pieces = [content[s.start : s.end] for s in spans]
            assert "".join("".join(pieces).split()) == "".join(content.split())
            assert all(a.end <= b.start for a, b in pairwise(spans))
            assert all(piece == piece.strip() and "\n" not in piece and piece for piece in pieces)
    LANGUAGES.detect(article.text)


@given(TEXTS)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_cleaning_is_stable(text):
    """Cleaned text has no control characters or double spaces, and the same input gives the same output."""
    article = article_or_rejected(orjson.dumps({"text": text}))
    if article is None:
        return
    assert "  " not in article.text
    assert "\n\n" not in article.text
    assert article.text == article.text.strip()
    assert not any(ord(char) < 32 and char != "\n" for char in article.text)
    assert article == article_or_rejected(orjson.dumps({"text": text}))


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_any_plain_text(text):
    """A plain text of any content is an article or a rejection."""
    try:
        article = from_text(text, received=RECEIVED, published=RECEIVED, source="s")
    except Rejected:
        return
    assert article.text


@given(TEXTS, st.sampled_from(["past", "future"]))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_times_index_the_text(text, direction):
    """Times and durations lie in the span, quote it exactly, and resolve to real dates in order."""
    lower = lowered(text)
    assert len(lower) == len(text)
    for dates in DATES.values():
        for found in dates.find(text, lower, 0, len(text)):
            assert text[found.start : found.end] == found.text != ""
            time = found.resolve(RECEIVED, direction, RECEIVED.date())
            if time is not None:
                assert time.start <= time.end
                assert datetime.fromisoformat(time.start)
        for length in dates.durations(text, 0, len(text)):
            assert 0 <= length.start < length.end <= len(text)
            assert length.min >= 0
