"""Runs a surface's inputs and keeps what goes wrong: each fault once, with the input that shows it."""

from __future__ import annotations

import gc
import hashlib
import random
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.surfaces import Surface

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: where it shows, what it says, and the first input that showed it."""

    surface: str
    engine: str
    fault: str
    data: bytes

    @property
    def name(self) -> str:
        """A file's name for it, the same whenever the same fault is found."""
        return f"{self.surface}-{hashlib.blake2b(self.fault.encode(), digest_size=5).hexdigest()}"


@dataclass(slots=True)
class Tally:
    """What an engine did on a surface. `slowest` in seconds of processor time, `grown` in bytes."""

    surface: str
    engine: str
    inputs: int = 0
    crashes: int = 0
    slowest: float = 0.0
    grown: int = 0
    seconds: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Take in what the same engine did on the same surface in another process."""
        self.inputs += other.inputs
        self.crashes += other.crashes
        self.slowest = max(self.slowest, other.slowest)
        self.grown = max(self.grown, other.grown)
        self.seconds = max(self.seconds, other.seconds)
        self.findings = {**other.findings, **self.findings}

    def fault(self, text: str, data: bytes) -> None:
        """Count a fault; of one fault the first input is kept."""
        self.crashes += 1
        self.findings.setdefault(text, Finding(self.surface, self.engine, text, data))


def spent() -> float:
    """Processor seconds of this thread: a busy machine makes nothing slow."""
    return time.thread_time()


def judge(surface: Surface, data: bytes, tally: Tally) -> None:
    """One input: checked, timed, counted."""
    tally.inputs += 1
    began = spent()
    try:
        surface.check(data)
    except Exception as error:  # noqa: BLE001 - whatever comes out of the check is a finding
        tally.fault(said(error), data)
        return
    took = spent() - began
    if took > surface.seconds:
        # The first input of a kind fills caches; only a repeat shows that it is slow itself.
        gc.collect()
        began = spent()
        surface.check(data)
        took = spent() - began
        if took > surface.seconds:
            tally.fault(f"slow: over {surface.seconds} s of processor time", data)
    tally.slowest = max(tally.slowest, took)


def said(error: BaseException) -> str:
    """A fault in one line: kind, the last place of ours, and for a broken promise what it says."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "streams" in Path(one.filename).parts] or list(frames)
    place = Path(ours[-1].filename)
    where = place.relative_to(ROOT) if place.is_absolute() and place.is_relative_to(ROOT) else place.name
    message = str(error).split("\n", maxsplit=1)[0][:60] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} at {where}:{ours[-1].lineno} in {ours[-1].name} {message}".strip()


def throws(surface: Surface, seed: int, count: int) -> Iterator[bytes]:
    """`count` inputs by chance, the same for the same seed."""
    dice = random.Random(seed)
    for _ in range(count):
        yield surface.make(dice)


def run(surface: Surface, seed: int, count: int, until: float) -> Tally:
    """The random engine: `count` inputs, or as many as there is time for until `until` (monotonic)."""
    tally = Tally(surface.name, "mutation")
    began, before = time.monotonic(), resident()
    for number, data in enumerate(throws(surface, seed, count)):
        judge(surface, data, tally)
        if number % 256 == 0:
            tally.grown = max(tally.grown, resident() - before)
            if time.monotonic() > until:
                break
    tally.grown = max(tally.grown, resident() - before)
    tally.seconds = time.monotonic() - began
    return tally


def resident() -> int:
    """Bytes of memory that this process has; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * 4096
