"""The fields of an article's JSON, checked one by one: each function returns a value or raises `Rejected`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from streams.errors import Code, Rejected
from streams.plaintext import is_binary

MAX_DEPTH = 64
"""Fields may nest so deep; what nests deeper could not be written again."""

_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = range(1800, 2200)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_SYNONYMS = {"in": "id", "iw": "he", "ji": "yi", "cmn": "zh", "zsm": "ms", "ind": "id", "msa": "ms"}
_KNOWN = frozenset(
    ("id", "url", "source", "published", "updated", "language", "title", "text", "html", "section", "status")
)


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes, with or without a byte order mark."""
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


def string(fields: Mapping[str, Any], name: str) -> str | None:
    """A field that is a string with something in it; null and "" are as good as missing."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Rejected(Code.WRONG_TYPE, f"{name} is a JSON {_kind(value)}, not a string")
    if "\x00" in value:
        raise Rejected(Code.CONTROL_CHARACTERS, f"{name} contains NUL characters")
    return value or None


def key_text(key: bytes | None) -> str | None:
    """The record's key as an article id; a key that is no text names nothing."""
    if not key:
        return None
    try:
        return key.decode("utf-8")
    except UnicodeDecodeError:
        return None


def parse_time(value: str, name: str) -> datetime:
    """The RFC 3339 time with its own offset. Raises `Rejected` (bad-date) naming the field."""
    match = _RFC3339.fullmatch(value.strip())
    if match is None:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}, not a time like 2025-03-25T10:00:00+07:00")
    day, minute, second, fraction, offset = match.groups()
    leap = second == "60"
    zone = "+00:00" if offset in "Zz" or offset == "-00:00" else offset
    micro = (fraction or "0")[:6].ljust(6, "0")
    try:
        found = datetime.fromisoformat(f"{day}T{minute}:{'59' if leap else second or '00'}.{micro}{zone}")
    except ValueError as error:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}: {error}") from None
    if found.year not in _YEARS:
        raise Rejected(Code.BAD_DATE, f"{name} is {value[:40]!r}: no year of a news article")
    return found + timedelta(seconds=1) if leap else found


def moment(fields: Mapping[str, Any], name: str) -> datetime | None:
    """A field that is an RFC 3339 time, or missing."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Rejected(Code.WRONG_TYPE, f"{name} is a JSON {_kind(value)}, not a string")
    return parse_time(value, name)


def check_text(name: str, text: str) -> None:
    """Reject what is mostly control characters."""
    if is_binary(text):
        raise Rejected(Code.CONTROL_CHARACTERS, f"{name} contains control characters: it is no text")


def language(tag: str | None) -> str | None:
    """The primary subtag of a language tag ("id-ID", "en_US"); None for what is no tag."""
    if tag is None or not _TAG.fullmatch(tag.strip()):
        return None
    code = re.split("[-_]", tag.strip().lower())[0]
    return _SYNONYMS.get(code, code)


def extra(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that Parley does not know, as they came."""
    kept = {name: value for name, value in fields.items() if name not in _KNOWN}
    level: list[Any] = [value for value in kept.values() if isinstance(value, (dict, list))]
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
    return kept
