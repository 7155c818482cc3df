"""Publish articles to the topic `articles`: `produce` returns when the broker has every one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping
from typing import Any
from uuid import uuid5

import orjson
from aiokafka import AIOKafkaProducer

from streams import parse, wire
from streams.errors import Rejected
from streams.fields import parse_time
from streams.kafka.scan import Client
from streams.kafka.topics import ARTICLES

IN_FLIGHT = 1000
"""Articles on their way at a time: enough to fill batches, few enough to bound memory."""

MAX_REQUEST = 16 * 1024 * 1024

Document = Mapping[str, Any] | bytes
"""An article as JSON object, or as the bytes of one, which go out as they are."""


async def produce(
    articles: Iterable[Document] | AsyncIterable[Document],
    *,
    bootstrap: str,
    topic_prefix: str = "",
    backfill: bool = False,
    as_published: bool = False,
    progress: Callable[[int], None] | None = None,
    client: Client | None = None,
) -> int:
    """Send the articles in their order, keyed by article id; return how many were delivered.

    `progress` hears the number delivered so far. `backfill` marks them as history: they build state, and
    their updates say so. `as_published` gives the records the time of publication instead of now, so that an
    archive reads as it would have at the time (mind that retention counts from there). What is no article
    goes out too: the worker rejects it, whole, and says why. Raises `KafkaError` when a delivery fails;
    those before it are delivered.
    """
    headers = [("backfill", b"1")] if backfill else []
    waiting: deque[asyncio.Future[Any]] = deque()
    delivered = 0
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=5, max_request_size=MAX_REQUEST, **(client or {})
    )

    async def settle(most: int) -> None:
        nonlocal delivered
        while len(waiting) > most:
            await waiting.popleft()
            delivered += 1
            if progress is not None:
                progress(delivered)

    try:
        await producer.start()
        async for document in _each(articles):
            value = document if isinstance(document, bytes) else wire.encode(document)
            fields = _fields(document)
            stamp = _published(fields) if as_published else None
            waiting.append(
                await producer.send(
                    topic_prefix + ARTICLES, value, key=key_of(fields), headers=headers, timestamp_ms=stamp
                )
            )
            await settle(IN_FLIGHT)
        await settle(0)
    finally:
        await producer.stop()
    return delivered


def key_of(article: Mapping[str, Any]) -> bytes | None:
    """The record's key: the article's id, or the one that its url gives, so that its versions stay in order.

    None when it has neither: then its content makes the id when it is read.
    """
    for name in ("id", "url"):
        value = article.get(name)
        if isinstance(value, str) and value:
            identity = value if name == "id" else str(uuid5(parse.NAMESPACE, value))
            return identity.encode("utf-8", "replace")
    return None


def _fields(document: Document) -> Mapping[str, Any]:
    if not isinstance(document, bytes):
        return document
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _published(fields: Mapping[str, Any]) -> int | None:
    """Milliseconds since 1970; None, which means now, when the article does not say."""
    value = fields.get("published")
    try:
        return int(parse_time(value, "published").timestamp() * 1000) if isinstance(value, str) else None
    except Rejected:
        return None


async def _each(documents: Iterable[Document] | AsyncIterable[Document]) -> AsyncIterator[Document]:
    if isinstance(documents, AsyncIterable):
        async for document in documents:
            yield document
    else:
        for document in documents:
            yield document
