"""Whether time stays linear: each hostile text at four sizes, up to the largest article there may be.

A text that takes long for its length lets one sender stop a partition. So the time from the smallest size to the
largest may grow as n to the power of 1.3 at most, and no size may take more than a second.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streams.parse import MAX_BYTES
from tests.fuzz import reading
from tests.fuzz.engines import Tally, spent
from tests.fuzz.hostile import SIGNS
from tests.fuzz.makers import PARTS
from tests.fuzz.words import Tongue, codes, pool, tongue

SIZES = tuple(MAX_BYTES // part for part in (8, 4, 2, 1))
"""Bytes of an article."""
POWER = 1.3
NOISE = 0.1
"""Seconds below which growth is not looked at: there the clock and the caches decide."""
MOST = 1.0
"""Seconds of processor time that an article may take."""
FIRST = 0x20
"""Below are control characters, which make no text and are longer as JSON."""
ROOM = 400
"""Bytes of an article that are no text."""


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile text that can be of any size: `unit` again and again, in a field of an article."""

    name: str
    language: str
    units: tuple[str, ...]
    head: str = ""
    field: str = "text"

    def article(self, size: int) -> bytes:
        """The article of so many bytes."""
        block = "".join(self.units) or "x"
        room = size - ROOM - len(self.head.encode())
        text = self.head + _cut(block * (room // len(block.encode()) + 1), room)
        return json.dumps({"language": self.language, self.field: text}, ensure_ascii=False).encode()[:size]


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")


def cases(code: str) -> Iterator[Case]:
    """The cases of a language; those that need none when `code` is empty."""
    if code:
        yield from _of_language(tongue(code))
        return
    plain = codes()[0]
    runs = (
        *SIGNS,
        "a",
        "\u4e2d",
        "a.",
        "a. ",
        "A. ",
        "a:",
        ": ",
        "( ",
        "\u0316\u0301",
        "\u0301\u0316",
        "e\u0301\u0316",
        "1/",
        "1. ",
        "1,1",
        "Aa ",
    )
    for sign in runs:
        if '"' not in sign and "\\" not in sign and ord(sign[0]) >= FIRST:
            yield Case(f"run of {ascii(sign)[:20]}", plain, (sign,))
    for part in (*PARTS, "<a>", "<p>a", "<a a=a ", "<!-", "&a", "<table><tr><td>"):
        if '"' not in part and "\x0b" not in part:
            yield Case(f"html run of {ascii(part)[:20]}", plain, (part,), head="<p>Abc</p>", field="html")
            yield Case(f"markup run of {ascii(part)[:20]}", plain, (part,), head="<p>Abc</p> ")


def _of_language(of: Tongue) -> Iterator[Case]:
    """A language's sentences, every pattern of its lexicon, names, words of gaps, and marks of cleaning."""
    own, joint = pool(of), of.joint
    rows = [
        [word or own.fillers[at % len(own.fillers)] for word in row] for at, row in enumerate(own.phrases)
    ]

    def all_of(cut: Callable[[list[str]], list[str]]) -> tuple[str, ...]:
        return tuple([joint.join([*cut(row), ""]) for row in rows])

    clean = tuple([one.replace('"', "'").replace("\\", "").replace("\n", " ") for one in of.sentences])
    yield Case("sentences", of.code, tuple([one + " " for one in clean]))
    yield Case("lines", of.code, tuple([one.rstrip(".") + joint for one in clean]))
    yield Case("patterns", of.code, all_of(lambda row: row))
    yield Case("prefixes", of.code, all_of(lambda row: row[:-1]))
    yield Case("first words", of.code, all_of(lambda row: row[:1]))
    yield Case("names", of.code, tuple([one + joint for one in own.names]))
    yield Case("gap words", of.code, tuple([one + joint for one in own.fillers]))
    yield Case("marks", of.code, of.marks)
    yield Case(
        "abbreviations", of.code, tuple([one + " " for one in of.marks if one.endswith(".")]) or (". ",)
    )
    mixed = [
        (row[0] if row else "") + joint + own.names[at % len(own.names)] + joint
        for at, row in enumerate(rows)
    ]
    yield Case("names and first words", of.code, tuple(mixed))
    for at in range(0, len(rows), max(len(rows) // 6, 1)):
        yield Case(
            f"one pattern {at}", of.code, (joint.join([own.names[at % len(own.names)], *rows[at], ""]),)
        )
        yield Case(f"one name {at}", of.code, (own.names[at % len(own.names)] + joint,))


def measure(case: Case, tally: Tally, *, sizes: tuple[int, ...] = SIZES) -> list[float]:
    """The processor time of each size; what grows too fast or takes too long becomes a finding."""
    times: list[float] = []
    for size in sizes:
        raw = case.article(size)
        tally.inputs += 1
        times.append(_time(raw))
        if times[-1] > 4 * MOST:
            break
    tally.slowest = max(tally.slowest, times[-1])
    shown = " ".join(f"{took:.2f}" for took in times)
    last = len(times) - 1
    if times[-1] > MOST:
        tally.fault(f"growth: {case.language} {case.name}: over {MOST} s", case.article(sizes[last]))
    elif times[-1] > NOISE and power(times, sizes) > POWER:
        # A collection or another process may fall into one of the times: only what grows again is a finding.
        again = [_time(case.article(size)) for size in (sizes[0], sizes[last])]
        if power(again, (sizes[0], sizes[last])) > POWER:
            tally.fault(f"growth: {case.language} {case.name}: {shown}", case.article(sizes[last]))
    return times


def _time(raw: bytes) -> float:
    """The better of two readings, as one may be disturbed; a very slow one is read once."""
    best = math.inf
    for _ in range(2):
        began = spent()
        reading.article(raw)
        best = min(best, spent() - began)
        if best > 2 * MOST:
            break
    return best


def power(times: list[float], sizes: tuple[int, ...]) -> float:
    """The exponent by which time grows with size, from the smallest to the largest measured."""
    last = len(times) - 1
    if last == 0 or times[0] <= 0:
        return 0.0
    return math.log(times[last] / times[0]) / math.log(sizes[last] / sizes[0])
