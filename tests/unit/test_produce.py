"""Keys of published articles, so that all versions of one are in order on one partition."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from streams.kafka.produce import key_of
from streams.parse import parse

RECEIVED = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "article",
    [
        {"id": "a1", "url": "https://paper.example/1", "text": "News."},
        {"url": "https://paper.example/1", "text": "News."},
        {"id": "", "url": "https://paper.example/1", "text": "News."},
        {"url": "https://paper.example/1", "status": "withdrawn"},
    ],
)
def test_the_key_is_the_id_that_reading_gives(article):
    """With or without the key the article has the same id, and the key is that id."""
    raw, key = orjson.dumps(article), key_of(article)
    assert parse(raw, key=None, received=RECEIVED).id.encode() == key
    assert parse(raw, key=key, received=RECEIVED).id.encode() == key


@pytest.mark.parametrize("article", [{}, {"text": "News."}, {"id": 5}, {"url": None}])
def test_an_article_without_id_and_url_has_no_key(article):
    """Its content makes the id when it is read."""
    assert key_of(article) is None
