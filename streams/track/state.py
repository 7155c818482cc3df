"""`State`: all threads, as a cheap pile of layers over the compacted topic `threads`.

    state = State.restore(records)          # (key, value) pairs of the topic, in order
    layer = state.overlay()                 # compute a chunk on it …
    produce(layer.changes())                # … write what it changed …
    state.absorb(layer)                     # … and only then keep it; or throw the layer away

A layer holds packed records and what is derived from them; the layer below is never written to.
"""
# ruff: noqa: SLF001  # layers of one class look into each other

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from streams.track import look as looks
from streams.track.look import DAY, Look
from streams.track.pack import pack, unpack
from streams.track.table import Table, load
from streams.track.thread import Thread

HOT = 16_384
"""Threads that the lowest layer keeps ready. Those without news for long have their records compressed, and their
looks are made anew when they are asked for.
"""

Names = str | tuple[str, ...]
"""Threads filed under one key: mostly one, for which a tuple would be a waste."""

_PACKED = b"\x78"
"""What a compressed record begins with; a plain one is a JSON object."""
POSITION = b"__position"
"""Key of the task's position record: JSON `{"offset", "now"}`, written by whoever writes the topic."""


class State:
    """One layer: threads changed here, over those of the layer below."""

    __slots__ = ("_expiry", "_index", "_looks", "_parent", "_records", "now", "position", "table")

    def __init__(self, parent: State | None = None, table: Table | None = None) -> None:
        self._parent = parent
        self._records: dict[str, bytes | None] = {}
        self._looks: dict[str, Look] = {}
        self._index: dict[str, Names] = {}
        self._expiry: dict[int, set[str]] = {}
        self.table: Table = table or (load() if parent is None else parent.table)
        self.now: datetime | None = None if parent is None else parent.now
        self.position: dict[str, Any] | None = None if parent is None else parent.position

    @classmethod
    def empty(cls, table: Table | None = None) -> State:
        """No threads; `table` is another knowledge than the shipped one."""
        return cls(table=table)

    @classmethod
    def restore(cls, records: Iterable[tuple[bytes, bytes | None]], table: Table | None = None) -> State:
        """The state that these records of `threads` describe; the last record of a key counts.

        The position record sets `now` and `position`. Raises `msgspec.ValidationError` for a record that
        is no thread.
        """
        last: dict[bytes, bytes | None] = {}
        for key, value in records:
            last.pop(key, None)
            last[key] = value
        state = cls(table=table)
        latest: datetime | None = None
        for key, value in last.items():
            if value is None or key.startswith(b"__"):
                continue
            thread = unpack(value)
            state._set(thread, value)
            latest = thread.touched if latest is None else max(latest, thread.touched)
        state.now = latest
        state._reposition(last.get(POSITION))
        return state

    def _reposition(self, value: bytes | None) -> None:
        if value is None:
            return
        self.position = orjson.loads(value)
        now = (self.position or {}).get("now")
        if isinstance(now, str):
            self.now = datetime.fromisoformat(now)

    @property
    def is_overlay(self) -> bool:
        """Whether this is a layer on another state."""
        return self._parent is not None

    def overlay(self) -> State:
        """A layer on top of this one, to be absorbed or thrown away."""
        return State(self)

    def changes(self) -> list[tuple[bytes, bytes | None]]:
        """What this layer changed, as records of `threads`: a packed thread, or None as a tombstone."""
        return [(key.encode(), value) for key, value in self._records.items()]

    def absorb(self, layer: State) -> None:
        """Take over what a layer on top of this one changed.

        Raises `ValueError` for a layer that stands on another state.
        """
        if layer._parent is not self:
            message = "absorb: this layer was made from another state; absorb it there"
            raise ValueError(message)
        for key, value in layer._records.items():
            if value is None:
                self._clear(key)
                self._keep_tombstone(key)
            else:
                self._file(layer._looks[key], value)
        self.now, self.position = layer.now, layer.position

    def _keep_tombstone(self, key: str) -> None:
        if self._parent is not None:
            self._records[key] = None

    def get(self, thread: str) -> Thread | None:
        """A thread, as the caller's own copy."""
        value = self._value(thread)
        return None if value is None else unpack(value)

    def look(self, thread: str) -> Look | None:
        """A thread's look."""
        layer: State | None = self
        while layer is not None:
            if thread in layer._records:
                return layer._own(thread)
            layer = layer._parent
        return None

    def _own(self, thread: str) -> Look | None:
        """The look of a thread that this layer holds, kept or made anew; None for a tombstone."""
        look = self._looks.get(thread)
        if look is not None:
            return look
        value = self._plain(thread)
        if value is None:
            return None
        held = unpack(value)
        look = looks.of_thread(held, self.table.family(held.family))
        self._remember(look)
        return look

    def _remember(self, look: Look) -> None:
        self._looks.pop(look.id, None)
        self._looks[look.id] = look
        if self._parent is None and len(self._looks) > HOT:
            cold = next(iter(self._looks))
            del self._looks[cold]
            value = self._records[cold]
            if value is not None and value[:1] != _PACKED:
                self._records[cold] = zlib.compress(value, 1)

    def _plain(self, thread: str) -> bytes | None:
        """The record of a thread that this layer holds, as it was written."""
        value = self._records.get(thread)
        return zlib.decompress(value) if value is not None and value[:1] == _PACKED else value

    def find(self, key: str) -> list[Look]:
        """Looks of the threads filed under a key."""
        found: dict[str, Look] = {}
        self.gather(key, found)
        return list(found.values())

    def gather(self, key: str, found: dict[str, Look]) -> None:
        """Add the looks of the threads filed under a key, by id."""
        layer: State | None = self
        while layer is not None:
            names = layer._index.get(key)  # mostly none: a reading asks under twenty keys
            if names is not None:
                for name in (names,) if isinstance(names, str) else names:
                    if name not in found and (look := self.look(name)) is not None and key in look.keys:
                        found[name] = look
            layer = layer._parent

    def put(self, thread: Thread) -> None:
        """Pack and keep a thread in this layer."""
        self._set(thread, pack(thread))

    def drop(self, thread: str) -> None:
        """Forget a thread: a tombstone."""
        self._clear(thread)
        self._records[thread] = None

    def due(self, day: int) -> list[str]:
        """Ids of threads that are to be forgotten on this day (an ordinal), sorted."""
        names: set[str] = set()
        layer: State | None = self
        while layer is not None:
            names.update(layer._expiry.get(day, ()))
            layer = layer._parent
        found = ((name, self.look(name)) for name in names)
        return sorted(name for name, look in found if look is not None and self.last_day(look) == day)

    def last_day(self, look: Look) -> int:
        """The day (an ordinal) on which a thread is forgotten."""
        return looks.day_of(look.deadline + self.table.keep_days * DAY) + 1

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """All threads, as records sorted by id."""
        names: set[str] = set()
        layer: State | None = self
        while layer is not None:
            names |= layer._records.keys()
            layer = layer._parent
        for name in sorted(names):
            value = self._value(name)
            if value is not None:
                yield name.encode(), value

    def __len__(self) -> int:
        return sum(1 for _ in self.records())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, State):
            return NotImplemented
        return self.now == other.now and list(self.records()) == list(other.records())

    __hash__ = None  # type: ignore[assignment]

    def _value(self, thread: str) -> bytes | None:
        layer: State | None = self
        while layer is not None:
            if thread in layer._records:
                return layer._plain(thread)
            layer = layer._parent
        return None

    def _set(self, thread: Thread, value: bytes) -> None:
        self._file(looks.of_thread(thread, self.table.family(thread.family)), value)

    def _file(self, look: Look, value: bytes) -> None:
        """Keep a thread in this layer; of its keys only those are filed that no layer has it under yet."""
        name, before = look.id, self.look(look.id)
        self._records[name] = value
        self._remember(look)
        if before is None:
            self._file_keys(look, frozenset())
            self._expiry.setdefault(self.last_day(look), set()).add(name)
            return
        if before.keys != look.keys:
            self._file_keys(look, frozenset(before.keys))
            kept = frozenset(look.keys)
            for key in before.keys:
                if key not in kept:
                    self._unfile(key, name)
        if self.last_day(before) != self.last_day(look):
            self._unexpire(before)
            self._expiry.setdefault(self.last_day(look), set()).add(name)

    def _file_keys(self, look: Look, old: frozenset[str]) -> None:
        for key in look.keys:
            if key not in old:
                self._index[key] = _with(self._index.get(key), look.id)

    def _clear(self, thread: str) -> None:
        """Take a thread out of this layer, and out of this layer's indexes."""
        look = self._own(thread)
        self._records.pop(thread, None)
        self._looks.pop(thread, None)
        if look is None:
            return
        for key in look.keys:
            self._unfile(key, thread)
        self._unexpire(look)

    def _unexpire(self, look: Look) -> None:
        day = self.last_day(look)
        names = self._expiry.get(day)  # none where a layer below has it
        if names is not None:
            names.discard(look.id)
            if not names:
                del self._expiry[day]

    def _unfile(self, key: str, thread: str) -> None:
        names = self._index.get(key)
        if names is None or names == thread:
            self._index.pop(key, None)
        elif not isinstance(names, str):
            rest = tuple([name for name in names if name != thread])
            self._index[key] = rest[0] if len(rest) == 1 else rest


def _with(names: Names | None, thread: str) -> Names:
    """The names with one more."""
    if names is None:
        return thread
    if isinstance(names, str):
        return names if names == thread else (names, thread)
    return names if thread in names else (*names, thread)
