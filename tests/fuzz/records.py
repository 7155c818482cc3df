"""What must hold of records: articles with any headers, and readings as the tracker gets them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from streams.errors import Code
from streams.events import from_record
from streams.filter import Filter
from streams.kafka.agents import ReadWork, TrackWork
from streams.kafka.producer import Outgoing
from streams.kafka.rejected import PREFIX
from streams.metrics import Metrics
from streams.settings import Settings
from streams.subscription import Subscription
from streams.track import table
from streams.track.fold import fold
from streams.track.pack import LIMIT
from streams.track.state import State
from streams.wire import encode
from tests.fuzz.reading import BUGS, RECEIVED
from tests.fuzz.words import codes, pipeline

STAMP = int(RECEIVED.timestamp() * 1000)
STAMP_BYTES = 8
"""A key of so many bytes is the record's timestamp too."""
SHORT = b'{"text": "Abc."}'
TOPIC = re.compile("[a-zA-Z0-9._-]{1,249}")
NO_VALUE = b"\xfe"
"""Stands for a header, key or value that is null."""


@dataclass(slots=True)
class Rec:
    """A record as the Kafka client gives it."""

    value: bytes | None
    key: bytes | None = b"key"
    headers: tuple[tuple[str, bytes | None], ...] = ()
    topic: str = "articles"
    partition: int = 0
    offset: int = 1
    timestamp: int = STAMP


@cache
def seeds() -> tuple[bytes, ...]:
    """The sample articles."""
    return tuple(path.read_bytes() for path in sorted(Path("seeds").glob("*.json")))


@cache
def readings() -> tuple[bytes, ...]:
    """What the tracker gets of the sample articles."""
    known = [raw for raw in seeds() if orjson.loads(raw)["language"] in codes()]
    found = [pipeline().read(raw, received=RECEIVED).reading for raw in known]
    return tuple(encode(one) for one in found if one is not None)


@cache
def _reader() -> ReadWork:
    return ReadWork(pipeline().read, Settings(), Metrics(), spent=lambda: 0.0)


@cache
def _tracker() -> TrackWork[State]:
    work = TrackWork(
        lambda records: State.restore(records, table.load()),
        lambda layer, reading: fold(layer, reading, reading.article.received)[1],
        Settings(),
        Metrics(),
    )
    work.restore({})
    draft = work.draft()
    for raw in readings():
        draft.step(Rec(raw, topic="signals"))
    draft.merge()
    return work


def pieces(data: bytes) -> list[bytes]:
    """Bytes cut at zeros: a cheap way to have several fields in one input."""
    return data.split(b"\x00")


def headers(data: bytes) -> None:
    """A record with any key and headers: names are text to the Kafka client, values any bytes or null."""
    key, *rest = pieces(data)
    pairs = tuple(
        (name.decode("utf-8", "replace"), None if value == NO_VALUE else value)
        for name, value in zip(rest[::2], rest[1::2], strict=False)
    )
    value = SHORT if len(data) % 3 else b"no JSON"
    stamp = int.from_bytes(key[:8], "big", signed=True) if len(key) == STAMP_BYTES else STAMP
    outputs = _reader().step(Rec(value, None if key == NO_VALUE else key, pairs, timestamp=stamp))
    _sendable(outputs, BUGS)
    known = dict(pairs)
    assert Subscription(Filter()).worth_reading(known) in (True, False)


def reading(data: bytes) -> None:
    """A record of `signals` is folded or rejected; what it leaves behind can be restored and told."""
    work = _tracker()
    draft = work.draft()
    outputs = draft.step(Rec(data, topic="signals"))
    rejected = _sendable(outputs, BUGS | {Code.OUTPUT_TOO_LARGE})
    for output in outputs if not rejected else ():
        assert from_record(output.value or b"").thread.encode() == output.key
    changes = [(key, value) for key, value in draft.changes() if value is not None]
    assert not (rejected and changes)
    assert all(len(value) <= LIMIT for _, value in changes), max(len(value) for _, value in changes)
    again = State.restore(changes)
    assert sorted(again.records()) == sorted(changes)
    orjson.dumps(draft.facts())


def _sendable(outputs: Any, bugs: frozenset[Code]) -> bool:
    """Whether the record was rejected; fails when it was for a fault of ours, or cannot be sent."""
    rejected = False
    for output in outputs:
        assert isinstance(output, Outgoing)
        assert output.size > 0
        assert TOPIC.fullmatch(output.topic), output.topic
        facts = {name: value for name, value in output.headers if name.startswith(PREFIX)}
        code = facts.get(PREFIX + "code")
        if output.topic.endswith(".rejected"):
            rejected = True
            assert code is not None
            assert code.decode() not in bugs, facts[PREFIX + "message"].decode()
        for name, value in output.headers:
            assert isinstance(name, str)
            assert value is None or isinstance(value, bytes)
            name.encode("utf-8")
    return rejected
