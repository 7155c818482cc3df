"""From a Kafka record's bytes, or a plain text file, to an `Article`; or `Rejected`, and nothing else.

Whatever bytes come in, `parse` returns an article or raises `Rejected` with a stable code: the caller needs
no other `except`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid5

import orjson

from streams.article import Article, Dateline
from streams.clean import Cleaner, default, is_binary
from streams.errors import Code, Rejected

MAX_BYTES = 512 * 1024
"""Larger records are no article."""

MAX_DEPTH = 64
"""Fields may nest so deep; what nests deeper could not be written again."""

NAMESPACE = UUID("5d0f3d5a-6f0b-5c1e-9d55-0c6b1f1f7a2e")
"""Article ids made from url or content live here."""

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = range(1800, 2200)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_KNOWN = frozenset(
    "id url source published updated language title text html section status".split()  # noqa: SIM905 - reads better
)
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
        return _withdrawal({}, _key(key), received)
    if len(raw) > MAX_BYTES:
        raise Rejected(Code.TOO_LARGE, f"{len(raw)} bytes; an article has at most {MAX_BYTES}")
    fields = _object(raw)
    if fields.get("status") == "withdrawn":
        return _withdrawal(fields, _key(key), received)
    return _article(fields, _key(key), received, cleaner or default())


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

    Source is taken from the dateline's agency where it is not given. Raises `Rejected`, with what to pass,
    when publication time or source are neither given nor in the text.
    """
    cleaner = cleaner or default()
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Rejected(Code.TOO_LARGE, f"the text is over {MAX_BYTES} bytes")
    if title is None:
        title, text = _split_headline(text)
    _check_text("text", text)
    cleaned = cleaner.text(text)
    if not cleaned.text:
        raise Rejected(Code.NO_TEXT, "nothing is left of the text after cleaning")
    source = source or (cleaned.dateline.agency if cleaned.dateline else None) or next(iter(cleaned.credits), None)
    if source is None:
        raise Rejected(Code.WRONG_TYPE, "the text does not say who published it: pass --source NAME")
    if published is None:
        raise Rejected(
            Code.BAD_DATE, "the text does not say when it was published: pass --published 2025-03-25T10:00:00+07:00"
        )
    fields = {"url": url, "source": source, "language": language}
    return _build(fields, None, received, published, cleaner.title(title), cleaned.text, cleaned.dateline, cleaned.credits)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(raw[3:] if raw.startswith(b"\xef\xbb\xbf") else raw)
    except orjson.JSONDecodeError as error:
        raise _not_json(raw, str(error)) from None
    except RecursionError:
        raise Rejected(Code.TOO_DEEP, "nested too deep to be read") from None
    if not isinstance(value, dict):
        raise Rejected(Code.WRONG_TYPE, f"the value is a JSON {_kind(value)}, not an object")
    return value


def _not_json(raw: bytes, message: str) -> Rejected:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Rejected(Code.NOT_UTF8, f"byte {error.start} is no UTF-8: {error.reason}")
    if "surrogate" in message:
        return Rejected(Code.NOT_UTF8, f"a lone surrogate is no text: {message}")
    if "depth" in message or "recursion" in message:
        return Rejected(Code.TOO_DEEP, f"nested too deep: {message}")
    return Rejected(Code.NOT_JSON, f"no JSON: {message}")


def _kind(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    """A field that is a string with something in it; null and "" are as good as missing."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Rejected(Code.WRONG_TYPE, f"{name} is a JSON {_kind(value)}, not a string")
    if "\x00" in value:
        raise Rejected(Code.CONTROL_CHARACTERS, f"{name} contains NUL characters")
    return value or None


def _key(key: bytes | None) -> str | None:
    """The record's key as an article id; a key that is no text names nothing."""
    if not key:
        return None
    try:
        return key.decode("utf-8")
    except UnicodeDecodeError:
        return None


def time(value: str, name: str) -> datetime:
    """The RFC 3339 time with its own offset. Raises `Rejected` (bad-date) naming the field."""
    match = _RFC3339.fullmatch(value.strip())
    if match is None:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}, not a time like 2025-03-25T10:00:00+07:00")
    day, minute, second, fraction, offset = match.groups()
    leap = second == "60"
    zone = "+00:00" if offset in "Zz" or offset == "-00:00" else offset
    micro = (fraction or "0")[:6].ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{minute}:{'59' if leap else second or '00'}.{micro}{zone}")
    except ValueError as error:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}: {error}") from None
    if moment.year not in _YEARS:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}: no year of a news article")
    return moment + timedelta(seconds=1) if leap else moment


def _time(fields: Mapping[str, Any], name: str) -> datetime | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Rejected(Code.WRONG_TYPE, f"{name} is a JSON {_kind(value)}, not a string")
    return time(value, name)


def _check_text(name: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Rejected(Code.NOT_UTF8, f"{name} contains lone surrogates") from None
    if is_binary(text):
        raise Rejected(Code.CONTROL_CHARACTERS, f"{name} contains control characters: it is no text")


def _withdrawal(fields: Mapping[str, Any], key: str | None, received: datetime) -> Article:
    url = _string(fields, "url")
    identity = _string(fields, "id") or key or (_hash(url) if url else None)
    if identity is None:
        raise Rejected(Code.NO_ID, "a withdrawal needs the article's id: as the record's key or the field id")
    return Article(
        id=identity,
        version=_version("", "", "withdrawn"),
        title=_string(fields, "title") or "",
        text="",
        published=_time(fields, "published") or received,
        received=received,
        url=url,
        source=_string(fields, "source"),
        updated=_time(fields, "updated"),
        language=_language(_string(fields, "language")),
        section=_string(fields, "section"),
        status="withdrawn",
        extra=_extra(fields),
    )


def _article(fields: Mapping[str, Any], key: str | None, received: datetime, cleaner: Cleaner) -> Article:
    text, markup = _string(fields, "text"), _string(fields, "html")
    title = _string(fields, "title") or ""
    if text is None and markup is None:
        raise Rejected(Code.NO_TEXT, "neither text nor html")
    for name, value in (("title", title), ("text", text), ("html", markup)):
        if value:
            _check_text(name, value)
    published = _time(fields, "published") or received
    cleaned = cleaner.text(text) if text is not None else None
    if markup is not None and (cleaned is None or not cleaned.text):
        cleaned = cleaner.markup(markup)
    if cleaned is None or not cleaned.text:
        raise Rejected(Code.NO_TEXT, "nothing is left of the text after cleaning")
    return _build(
        fields, key, received, published, cleaner.title(title), cleaned.text, cleaned.dateline, cleaned.credits
    )


def _build(
    fields: Mapping[str, Any],
    key: str | None,
    received: datetime,
    published: datetime,
    title: str,
    text: str,
    dateline: Dateline | None,
    credits_: tuple[str, ...],
) -> Article:
    url, source, status = _string(fields, "url"), _string(fields, "source"), _string(fields, "status")
    identity = _string(fields, "id") or key or _hash(url or f"{source or ''}\n{title}\n{text}")
    return Article(
        id=identity,
        version=_version(title, text, status),
        title=title,
        text=text,
        published=published,
        received=received,
        url=url,
        source=source,
        updated=_time(fields, "updated"),
        language=_language(_string(fields, "language")),
        section=_string(fields, "section"),
        status=status,
        dateline=dateline,
        credits=credits_,
        extra=_extra(fields),
    )


def _hash(name: str) -> str:
    return str(uuid5(NAMESPACE, name))


def _version(title: str, text: str, status: str | None) -> str:
    return blake2b("\0".join((title, text, status or "")).encode(), digest_size=12).hexdigest()


def _language(tag: str | None) -> str | None:
    """The primary subtag of a language tag ("id-ID", "en_US"); None for what is no tag."""
    if tag is None or not _TAG.fullmatch(tag.strip()):
        return None
    code = re.split("[-_]", tag.strip().lower())[0]
    return {"in": "id", "iw": "he", "ji": "yi", "cmn": "zh", "zsm": "ms", "ind": "id", "msa": "ms"}.get(code, code)


def _extra(fields: Mapping[str, Any]) -> dict[str, Any]:
    extra = {name: value for name, value in fields.items() if name not in _KNOWN}
    level: list[Any] = [value for value in extra.values() if isinstance(value, (dict, list))]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Rejected(Code.TOO_DEEP, f"a field nests deeper than {MAX_DEPTH} levels")
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, (dict, list))
        ]
    return extra


def _split_headline(text: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition("\n")
    line = first.strip()
    if rest.strip() and len(line) <= _HEADLINE and line[-1:] not in ".!?:,;" and " - " not in line and "(" not in line:
        return line, rest
    return "", text
