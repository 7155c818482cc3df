"""Bytes and back: orjson writes our records, msgspec checks what comes in.

One function each way, so that every topic, file and command speaks the same JSON.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import orjson

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """JSON of a dataclass (or anything of dataclasses, structs, dicts, lists, times): compact, fields in order."""
    return orjson.dumps(value, default=msgspec.structs.asdict)


def decode(data: bytes, kind: type[T]) -> T:
    """The checked `kind` from JSON; unknown fields are ignored, missing ones take their defaults.

    Raises `orjson.JSONDecodeError` for what is no JSON and `msgspec.ValidationError`, which names the
    field, for what is not a `kind`.
    """
    return msgspec.convert(orjson.loads(data), kind)
