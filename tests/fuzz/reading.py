"""What must hold of an article that was read, whatever its bytes were."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import orjson

from streams import wire
from streams.article import Article, Enriched, Read
from streams.errors import Code, Rejected, Rejection
from streams.parse import from_text
from streams.reading import Reading
from tests.fuzz.words import pipeline

RECEIVED = datetime(2026, 3, 11, 12, tzinfo=UTC)
BUGS = frozenset({Code.DETECTOR_FAILED, Code.DETECTOR_SLOW})
"""Codes of rejection that say: a fault of ours."""


def article(raw: bytes | None, key: bytes | None = None, headers: dict[str, Any] | None = None) -> None:
    """Bytes of `articles` are read, or rejected for what they are."""
    found = pipeline().read(raw, key=key, received=RECEIVED, headers=headers or {})
    if isinstance(found, Rejection):
        assert found.code not in BUGS, found.message
        assert found.message.encode("utf-8", "replace")
        return
    holds(found)


def plain(data: bytes) -> None:
    """A plain text file is an article or a rejection, with and without what the command line says of it."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    for given in ({}, {"published": RECEIVED, "source": "S"}):
        try:
            found = from_text(text, received=RECEIVED, cleaner=pipeline().cleaner, **given)
        except Rejected:
            continue
        holds(pipeline().read_article(found))


def holds(found: Read) -> None:
    """Everything a subscriber relies on: what is read can be written, and points into the text."""
    enriched = found.enriched
    one = enriched.article
    assert orjson.loads(wire.encode(enriched))["article"]["id"] == one.id
    fields = {"title": one.title, "text": one.text}
    _clean(one)
    _in_order(enriched)
    for mention in enriched.mentions:
        assert fields[mention.field][mention.start : mention.end].strip(), mention
    for signal in enriched.signals:
        quote = signal.evidence
        content = fields[quote.field]
        assert quote.quote
        assert content[quote.start : quote.end] == quote.quote, quote
        assert content[: quote.start].endswith(quote.prefix), quote
        assert content[quote.end :].startswith(quote.suffix), quote
        assert 0 <= signal.confidence <= 1, signal.confidence
    if found.reading is not None:
        again = wire.decode(wire.encode(found.reading), Reading)
        assert wire.encode(again) == wire.encode(found.reading)
        assert again.article.id == one.id


def _clean(one: Article) -> None:
    assert "\x00" not in one.text
    assert "  " not in one.text
    assert "\n\n" not in one.text
    assert one.text == one.text.strip()
    assert "\n" not in one.title
    assert one.published.tzinfo is not None
    assert one.text or one.withdrawn


def _in_order(enriched: Enriched) -> None:
    for field, content in (("title", enriched.article.title), ("text", enriched.article.text)):
        spans = [one for one in enriched.sentences if one.field == field]
        assert all(0 <= one.start < one.end <= len(content) for one in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert all(content[one.start : one.end].strip() for one in spans)
