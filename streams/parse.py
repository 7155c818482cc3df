"""From a Kafka record's bytes, or a plain text file, to an `Article`; or `Rejected`, and nothing else.

Whatever bytes come in, `parse` returns an article or raises `Rejected` with a stable code: the caller needs
no other `except`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid5

from streams.article import Article
from streams.clean import Cleaned, Cleaner, default
from streams.enrich.dates import Dates, lowered
from streams.enrich.tables import builtin
from streams.errors import Code, Rejected
from streams.fields import check_text, extra, key_text, moment, read_object, string
from streams.fields import language as primary_language
from streams.plaintext import unwrap

MAX_BYTES = 512 * 1024
"""Larger records are no article."""

NAMESPACE = UUID("5d0f3d5a-6f0b-5c1e-9d55-0c6b1f1f7a2e")
"""Article ids made from url or content live here."""

_HEADLINE = 160


def parse(
    raw: bytes | None,
    *,
    key: bytes | None,
    received: datetime,
    headers: Mapping[str, bytes] | None = None,  # noqa: ARG001 - part of the contract; nothing in them changes an article
    cleaner: Cleaner | None = None,
) -> Article:
    """The article that a record carries; a null value is a withdrawal of the article that the key names.

    `received` is the record's timestamp: it stands in for a missing `published`. Raises `Rejected` whose
    code says what is wrong, and nothing else.
    """
    if raw is None:
        return _withdrawal({}, key_text(key), received, cleaner or default())
    if len(raw) > MAX_BYTES:
        raise Rejected(Code.TOO_LARGE, f"{len(raw)} bytes; an article has at most {MAX_BYTES}")
    fields = read_object(raw)
    if fields.get("status") == "withdrawn":
        return _withdrawal(fields, key_text(key), received, cleaner or default())
    return _article(fields, key_text(key), received, cleaner or default())


def from_text(
    text: str,
    *,
    received: datetime,
    published: datetime | None = None,
    source: str | None = None,
    title: str | None = None,
    url: str | None = None,
    language: str | None = None,
    cleaner: Cleaner | None = None,
) -> Article:
    """The article in a plain text file. A short first line without a period is its headline.

    Where they are not given, the source is the dateline's agency and the publication time the dateline's
    date, if that has a year (at midnight UTC). Raises `Rejected`, with what to pass, when publication time or
    source are neither given nor in the text.
    """
    cleaner = cleaner or default()
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise Rejected(Code.NOT_UTF8, "the text contains lone surrogates") from None
    if size > MAX_BYTES:
        raise Rejected(Code.TOO_LARGE, f"the text is over {MAX_BYTES} bytes")
    if title is None:
        title, text = _split_headline(text)
    check_text("text", text)
    cleaned = cleaner.text(unwrap(text))
    if not cleaned.text:
        raise Rejected(Code.NO_TEXT, "nothing is left of the text after cleaning")
    source = (
        source or (cleaned.dateline.agency if cleaned.dateline else None) or next(iter(cleaned.credits), None)
    )
    if source is None:
        raise Rejected(Code.WRONG_TYPE, "the text does not say who published it: pass --source NAME")
    if published is None:
        published = _dateline_date(cleaned)
    if published is None:
        raise Rejected(
            Code.BAD_DATE,
            "the text does not say when it was published: pass --published 2025-03-25T10:00:00+07:00",
        )
    fields = {"url": url, "source": source, "language": language, "title": title}
    return _build(fields, None, (published, received), cleaner.title(title), cleaned)


def _withdrawal(fields: Mapping[str, Any], key: str | None, received: datetime, cleaner: Cleaner) -> Article:
    url = string(fields, "url")
    identity = string(fields, "id") or key or (_hash(url) if url else None)
    if identity is None:
        raise Rejected(Code.NO_ID, "a withdrawal needs the article's id: as the record's key or the field id")
    return Article(
        id=identity,
        version=_version("", "", "withdrawn"),
        title=cleaner.title(string(fields, "title") or ""),
        text="",
        published=moment(fields, "published") or received,
        received=received,
        url=url,
        source=string(fields, "source"),
        updated=moment(fields, "updated"),
        language=primary_language(string(fields, "language")),
        section=string(fields, "section"),
        status="withdrawn",
        extra=extra(fields),
    )


def _article(fields: Mapping[str, Any], key: str | None, received: datetime, cleaner: Cleaner) -> Article:
    text, markup = string(fields, "text"), string(fields, "html")
    title = string(fields, "title") or ""
    if text is None and markup is None:
        raise Rejected(Code.NO_TEXT, "neither text nor html")
    for name, value in (("title", title), ("text", text), ("html", markup)):
        if value:
            check_text(name, value)
    published = moment(fields, "published") or received
    cleaned = cleaner.text(text) if text is not None else None
    if markup is not None and (cleaned is None or not cleaned.text):
        cleaned = cleaner.markup(markup)
    if cleaned is None or not cleaned.text:
        raise Rejected(Code.NO_TEXT, "nothing is left of the text after cleaning")
    return _build(fields, key, (published, received), cleaner.title(title), cleaned)


def _build(
    fields: Mapping[str, Any], key: str | None, times: tuple[datetime, datetime], title: str, cleaned: Cleaned
) -> Article:
    """The article of checked fields; `times` are published and received."""
    url, source, status = string(fields, "url"), string(fields, "source"), string(fields, "status")
    identity = string(fields, "id") or key or _hash(url or f"{source or ''}\n{title}\n{cleaned.text}")
    return Article(
        id=identity,
        version=_version(title, cleaned.text, status),
        title=title,
        text=cleaned.text,
        published=times[0],
        received=times[1],
        url=url,
        source=source,
        updated=moment(fields, "updated"),
        language=primary_language(string(fields, "language")),
        section=string(fields, "section"),
        status=status,
        dateline=cleaned.dateline,
        credits=cleaned.credits,
        extra=extra(fields),
    )


def _hash(name: str) -> str:
    return str(uuid5(NAMESPACE, name))


def _version(title: str, text: str, status: str | None) -> str:
    return blake2b("\0".join((title, text, status or "")).encode(), digest_size=12).hexdigest()


def _dateline_date(cleaned: Cleaned) -> datetime | None:
    """The full date in a dateline, in whatever language it is written."""
    text = cleaned.dateline.text if cleaned.dateline else ""
    if not any(map(str.isdigit, text)):
        return None
    anchor = datetime(2000, 1, 1, tzinfo=UTC)
    for code, table in builtin().items():
        for found in Dates(table, code).find(text, lowered(text), 0, len(text)):
            day = found.resolve(anchor, "past")
            if found.spec.year is not None and day is not None and day.start and day.precision == "day":
                return datetime.fromisoformat(day.start).replace(tzinfo=UTC)
    return None


def _split_headline(text: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition("\n")
    line = first.strip()
    if (
        rest.strip()
        and len(line) <= _HEADLINE
        and line[-1:] not in ".!?:,;"
        and " - " not in line
        and "(" not in line
    ):
        return line, rest
    return "", text
