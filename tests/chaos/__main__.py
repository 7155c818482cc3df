"""`python -m tests.chaos`: every fault in both kinds of delivery, and a table of what it did.

    python -m tests.chaos                               all faults, ten of each
    python -m tests.chaos --only broker --times 3       those with "broker" in their name, three of each
    python -m tests.chaos --control                     a worker that opens in the wrong order: must be caught

Exit code 1 when a promise was broken. The seed is printed; the same seed strikes the same victims in the same
order, at the same moments as far as the machine lets it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from streams.pipeline import Pipeline
from tests.apache_kafka import FOLDER
from tests.chaos.broken import GO
from tests.chaos.cluster import Cluster, cluster
from tests.chaos.faults import FAULTS, Fault, wake_at_the_worst_moment
from tests.chaos.run import PARTITIONS, Outcome, Plan, keep_logs, run

WORKERS = 3
DELIVERIES = ("exactly-once", "at-least-once")
COLUMNS = f"{'fault':28s} {'delivery':14s} {'faults':>6s} {'articles':>8s} {'updates':>7s} {'lost':>5s} {'rep.':>5s} {'after':>5s} {'order':>5s} {'contra':>6s} {'recovery p50/max s':>18s} {'stop max s':>10s}"


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=20_000, help="in each run, at least")
    parser.add_argument("--rate", type=float, default=100, help="articles a second while there are faults")
    parser.add_argument("--times", type=int, default=10, help="faults of a kind in a run")
    parser.add_argument("--delivery", choices=[*DELIVERIES, "both"], default="both")
    parser.add_argument("--only", default="", help="part of the names of faults, several with commas")
    parser.add_argument("--partitions", type=int, default=PARTITIONS, help="of the topic of articles")
    parser.add_argument("--static", action="store_true", help="workers are static members of their groups")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--control", action="store_true", help="workers that open in the wrong order")
    return parser.parse_args(given)


def plans(options: argparse.Namespace, seed: int) -> list[Plan]:
    """The runs that were asked for."""
    if options.control:
        fault = Fault("control: wrong order", wake_at_the_worst_moment)
        program = ("tests.chaos.broken",)
        return [
            Plan(fault, options.times, "exactly-once", options.articles, options.rate, seed, program=program)
        ]
    words = [word.strip() for word in options.only.split(",")]
    deliveries = DELIVERIES if options.delivery == "both" else (options.delivery,)
    return [
        Plan(
            fault,
            max(1, options.times * fault.share // 10),
            delivery,
            options.articles,
            options.rate,
            seed,
            options.partitions,
            options.static,
        )
        for fault in FAULTS
        if any(word in fault.name for word in words)
        for delivery in deliveries
    ]


async def main(given: Sequence[str]) -> int:
    """Carry the runs out one after the other; 1 when a promise was broken (with `--control`: when none was)."""
    options = arguments(given)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every fault
    seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    _say(
        f"seed {seed}; {platform.processor() or platform.machine()}, {os.cpu_count()} cores, {WORKERS} workers{', static members' if options.static else ''}, {options.partitions} partitions"
    )
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as name, cluster(WORKERS) as made:
        folder = Path(name)
        overlay = _overlay(folder)
        go = folder / "go"
        go.touch()
        os.environ[GO] = str(go)
        pipelines = [Pipeline.load(), Pipeline.load((overlay,))]
        wires = [wire for node in made.nodes for wire in node.wires]
        await asyncio.gather(*(wire.start() for wire in wires))
        await made.start()
        _say(COLUMNS)
        try:
            outcomes = [await _one(made, plan, folder, pipelines, overlay) for plan in plans(options, seed)]
        finally:
            await asyncio.gather(*(wire.stop() for wire in wires))
    faults = sum(len(outcome.recoveries) for outcome in outcomes)
    broken = [outcome for outcome in outcomes if _broken(outcome)]
    _say(f"{faults} faults in {len(outcomes)} runs, {len(broken)} of them broke a promise; seed {seed}")
    if options.control:
        _say("the control was caught" if broken else "the control was NOT caught: the harness is blind")
        return 0 if broken else 1
    return 1 if broken else 0


async def _one(
    made: Cluster, plan: Plan, folder: Path, pipelines: Sequence[Pipeline], overlay: Path
) -> Outcome:
    outcome = await run(made, plan, folder, pipelines, overlay)
    _say(_row(outcome))
    for reason in _broken(outcome):
        _say(f"    BROKEN: {reason}")
    if _broken(outcome):
        keep_logs(folder, made.nodes, FOLDER / "chaos", outcome.prefix)
        _say(f"    logs of workers and brokers: {FOLDER.name}/chaos/")
    return outcome


def _broken(outcome: Outcome) -> list[str]:
    return [*outcome.verdict.broken(outcome.plan.delivery), *outcome.trouble]


def _row(outcome: Outcome) -> str:
    plan, found, times = outcome.plan, outcome.verdict, outcome.recoveries or (0.0,)
    recovery = f"{statistics.median(times):.1f} / {max(times):.1f}"
    return (
        f"{plan.fault.name:28s} {plan.delivery:14s} {len(outcome.recoveries):6d} {found.articles:8d} "
        f"{found.updates:7d} {found.lost:5d} {found.repeated:5d} {found.repeated_after:5d} {found.disorder:5d} "
        f"{found.contradictions:6d} {recovery:>18s} {max(outcome.stops, default=0.0):10.1f}"
    )


def _overlay(folder: Path) -> Path:
    """Knowledge that differs from ours: without sanctions."""
    home = folder / "knowledge"
    (home / "en").mkdir(parents=True)
    (home / "en" / "lexicon.toml").write_text('[[entry]]\nid = "impose-sanctions"\ndisabled = true\n')
    return home


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
