"""`python -m tests.fuzz`: hostile inputs for everything that reads foreign bytes, and a table of what they did.

    python -m tests.fuzz                                   a million inputs over all surfaces, two processes
    python -m tests.fuzz --surface html --inputs 20000     one surface
    python -m tests.fuzz --surface html --replay FILE      an input that was found

Exit code 1 when anything was found: a fault, an input that took too long, time that grows faster than the text,
or memory that grew too much. The seed is printed; the same seed makes the same inputs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.fuzz import guided, plan
from tests.fuzz.engines import ROOT, Tally, judge
from tests.fuzz.surfaces import BY_NAME
from tests.fuzz.words import choose, codes, fill_pools, pipeline

MEMORY = 512 * 1024 * 1024
"""Bytes that a process may grow by in a run, beyond what it has when all languages are loaded."""
MEMORY_FOLDER = Path("/dev/shm")
"""Files are written there where there is one: a disk would be what is measured."""
COLUMNS = f"{'surface':10s} {'engine':11s} {'inputs':>9s} {'crashes':>8s} {'faults':>7s} {'slowest ms':>11s} {'RSS +MB':>8s} {'per s':>7s}"


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=1_000_000, help="over all engines, about")
    parser.add_argument(
        "--surface", choices=[*BY_NAME, "growth"], action="append", help="may be given several times"
    )
    parser.add_argument("--language", action="append", default=[], help="write in this one; all by default")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument(
        "--minutes", type=float, default=120, help="stop the random engine then, whatever is left"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--findings", type=Path, default=ROOT / ".fuzz", help="folder for what is found")
    parser.add_argument("--replay", type=Path, help="a file with one input of --surface")
    return parser.parse_args(given)


def replay(names: Sequence[str], path: Path) -> int:
    """Checks one input; its fault is printed with where it comes from."""
    surface = BY_NAME[names[0]]
    began = time.thread_time()
    data = path.read_bytes()
    surface.check(data)
    first = time.thread_time() - began
    tally = Tally(surface.name, "replay")
    judge(surface, data, tally)
    sys.stdout.write(f"{path}: holds; {first * 1000:.0f} ms, again {tally.slowest * 1000:.0f} ms\n")
    return 1 if tally.crashes else 0


def keep(tallies: Iterable[Tally], folder: Path) -> list[str]:
    """Writes each finding's input and how to see it again; a line for each."""
    lines = []
    for tally in tallies:
        for found in tally.findings.values():
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / found.name
            path.write_bytes(found.data)
            surface = found.surface if found.surface in BY_NAME else "articles"
            shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            command = f"python -m tests.fuzz --surface {surface} --replay {shown}"
            path.with_suffix(".txt").write_text(f"{found.fault}\n{command}\n", encoding="utf-8")
            lines.append(f"{found.fault}\n    {command}")
    return lines


def row(tally: Tally) -> str:
    """A tally as a line of the table."""
    rate = tally.inputs / tally.seconds if tally.seconds else 0.0
    return (
        f"{tally.surface:10s} {tally.engine:11s} {tally.inputs:9,d} {tally.crashes:8,d} {len(tally.findings):7d} "
        f"{tally.slowest * 1000:11.1f} {tally.grown / 2**20:8.1f} {rate:7.0f}"
    )


def merged(tallies: Iterable[Tally]) -> list[Tally]:
    """One tally for each surface and engine."""
    found: dict[tuple[str, str], Tally] = {}
    for tally in tallies:
        key = (tally.surface, tally.engine)
        if key in found:
            found[key].add(tally)
        else:
            found[key] = tally
    order = [*BY_NAME, "growth"]
    return [found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def main(given: Sequence[str]) -> int:
    """Runs what was asked for; the exit code."""
    options = arguments(given)
    names = options.surface or [*BY_NAME, "growth"]
    if options.replay:
        return replay(names, options.replay)
    seed = random.randrange(2**31) if options.seed is None else options.seed
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    began = time.monotonic()
    choose(*options.language)
    fill_pools(seed)
    pipeline().knowledge.warm(codes())  # once, before the processes part: they share what is loaded
    jobs = plan.jobs(names, seed, options.inputs, began + options.minutes * 60)
    with tempfile.TemporaryDirectory(
        prefix="fuzz-", dir=MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None
    ) as base:
        tempfile.tempdir = base  # whatever a process that is stopped leaves behind goes with it
        tallies = merged(plan.run(jobs, options.processes))
    sys.stdout.write("\n".join([COLUMNS, *map(row, tallies), ""]))
    total = sum(tally.inputs for tally in tallies)
    took = time.monotonic() - began
    sys.stdout.write(f"{total:,d} inputs in {took / 60:.1f} min, {total / took:.0f} a second\n")
    if not guided.available():
        sys.stdout.write("atheris is not installed: nothing was guided by coverage\n")
    faults = keep(tallies, options.findings)
    large = [tally for tally in tallies if tally.grown > MEMORY]
    faults += [
        f"memory: {one.surface} {one.engine} grew by {one.grown >> 20} MB, {MEMORY >> 20} are allowed"
        for one in large
    ]
    sys.stdout.write("\n".join([*faults, "nothing found" if not faults else f"{len(faults)} findings", ""]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
