"""Who runs what: the inputs of all surfaces and engines as jobs for some processes."""

from __future__ import annotations

import gc
import json
import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzz import engines, growth, guided, strategies
from tests.fuzz.engines import Finding, Tally
from tests.fuzz.strategies import STRATEGIES
from tests.fuzz.surfaces import BY_NAME, SURFACES
from tests.fuzz.words import codes

CHUNK = 4000
"""Inputs of a job: small enough that the processes end together."""
STRUCTURED = 0.01
"""Hypothesis's part of a surface's inputs: it takes ten times as long for each."""
GUIDED = 0.04
"""The part of atheris, whose instrumented code takes ten times as long too."""


@dataclass(frozen=True, slots=True)
class Job:
    """Some inputs of one surface by one engine; for growth, `surface` is a language and `seed` counts nothing."""

    surface: str
    engine: str
    seed: int
    count: int
    until: float


def jobs(names: Sequence[str], seed: int, inputs: int, until: float) -> list[Job]:
    """The jobs for about `inputs` inputs, the long ones first."""
    chosen = [surface for surface in SURFACES if surface.name in names]
    shares = sum(surface.share for surface in chosen) or 1.0
    first: list[Job] = []
    rest: list[Job] = []
    for surface in chosen:
        wanted = inputs * surface.share / shares
        left = wanted
        if surface.guided and guided.available():
            first.append(Job(surface.name, "atheris", seed, max(int(wanted * GUIDED), 1), until))
            left -= first[-1].count
        if surface.name in STRATEGIES:
            first.append(Job(surface.name, "hypothesis", seed, max(int(wanted * STRUCTURED), 10), until))
            left -= first[-1].count
        pieces = max(math.ceil(left / CHUNK), 2)  # each process has some of every surface
        size = max(math.ceil(left / pieces), 1)
        rest += [Job(surface.name, "mutation", seed * 1000 + at, size, until) for at in range(pieces)]
    if "growth" in names:
        first += [Job(code, "sizes", seed, 0, until) for code in ("", *codes())]
    return first + rest


def run(todo: list[Job], processes: int) -> Iterator[Tally]:
    """What the jobs did, in some order. Each process is forked with everything loaded."""
    gc.collect()
    gc.freeze()  # what is loaded stays shared by the processes
    context = multiprocessing.get_context("fork")
    with context.Pool(processes) as pool:
        yield from pool.imap_unordered(work, todo, chunksize=1)


def work(job: Job) -> Tally:
    """One job in a process."""
    return _ENGINES[job.engine](job)


def _mutation(job: Job) -> Tally:
    return engines.run(BY_NAME[job.surface], job.seed, job.count, job.until)


def _hypothesis(job: Job) -> Tally:
    before, began = engines.resident(), time.monotonic()
    tally = strategies.run(BY_NAME[job.surface], job.seed, job.count)
    tally.grown, tally.seconds = engines.resident() - before, time.monotonic() - began
    return tally


def _atheris(job: Job) -> Tally:
    out = Path(mkdtemp(prefix="fuzz-guided-"))
    began = time.monotonic()
    code = guided.start(job.surface, job.seed, job.count, max(job.until - began, 1), out).wait()
    tally = Tally(job.surface, "atheris", seconds=time.monotonic() - began)
    report = out / guided.RESULT
    if code != 0 or not report.exists():
        log = (out / "log").read_text(encoding="utf-8", errors="replace")
        tally.fault(f"atheris ended with {code}: {log[-400:]}", b"")
    if report.exists():
        facts = json.loads(report.read_text(encoding="utf-8"))
        tally.inputs, tally.slowest, tally.grown = facts["inputs"], facts["slowest"], facts["grown"]
        tally.crashes += facts["crashes"]
        for fault, data in facts["findings"]:
            tally.findings[fault] = Finding(job.surface, "atheris", fault, bytes.fromhex(data))
    return tally


def _sizes(job: Job) -> Tally:
    tally = Tally("growth", "sizes")
    before, began = engines.resident(), time.monotonic()
    for case in growth.cases(job.surface):
        if time.monotonic() > job.until:
            break
        growth.measure(case, tally)
    tally.grown, tally.seconds = engines.resident() - before, time.monotonic() - began
    return tally


_ENGINES: dict[str, Callable[[Job], Tally]] = {
    "mutation": _mutation, "hypothesis": _hypothesis, "atheris": _atheris, "sizes": _sizes,
}  # fmt: skip
