"""A season of news in one go: `python -m tests.soak` reads and tracks a million articles and watches memory.

Articles come ten thousand a day, made from templates on all states that we know: of ten, three tell nothing, five
report an affair of the last days once more and two a new one. Each hour a tick comes, as from a worker. Threads close
and are forgotten meanwhile, so that memory must stand still once as many close as open: exit code 1 when the last third
needs more than the middle one by a tenth.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson

from streams.errors import Rejection
from streams.pipeline import Pipeline
from streams.reading import Reading
from streams.track import overdue
from streams.track.fold import step
from streams.track.state import State
from tests.fuzz.engines import resident
from tests.generated import DAYS, EVENTS, PLACES, QUIET

A_DAY = 10_000
"""Articles of a day."""
BEGIN = datetime(2025, 9, 1, tzinfo=UTC)
QUIET_SHARE, AGAIN_SHARE = 0.3, 0.7
"""Articles that tell nothing; of the others, those that report what is known."""
KNOWN = 2_000
"""Affairs that are still reported: those of the last day."""
TIMES = 20
"""How often the run says how it stands."""
FLAT = 1.1
"""How much more the last third of the run may hold than the middle one."""


class Point(NamedTuple):
    """How a run stands after so many articles; `resident` in megabytes, `rate` in articles a second."""

    articles: int
    resident: float
    threads: int
    updates: int
    rate: float


def articles(count: int, states: Sequence[str], seed: int) -> Iterator[tuple[bytes, datetime]]:
    """Raw articles with the time at which they come."""
    dice = random.Random(seed)
    known: deque[tuple[str, str, str, str]] = deque(maxlen=KNOWN)
    for number in range(count):
        at = BEGIN + timedelta(days=number / A_DAY)
        if dice.random() < QUIET_SHARE:
            text = QUIET.format(number=number)
        else:
            if not known or dice.random() > AGAIN_SHARE:
                known.append((dice.choice(EVENTS), *dice.sample(states, 2), dice.choice(PLACES)))
            event, a, b, place = dice.choice(known)
            told = event.format(a=a, b=b, place=place, day=DAYS[at.weekday()])
            text = f"{told} Our reporter has covered it in note {number}."
        fields = {
            "id": f"article-{number}",
            "source": f"paper-{dice.randrange(400)}.example",
            "published": at.isoformat(),
            "title": f"Report {number}",
            "text": text,
        }
        yield orjson.dumps(fields), at


def readings(pipeline: Pipeline, count: int, seed: int) -> Iterator[tuple[int, Reading | None]]:
    """Each article's number and reading, ticks between them."""
    states = [info.name for info in pipeline.knowledge.actors if info.kind == "state"]
    hour = BEGIN
    for number, (raw, at) in enumerate(articles(count, states, seed), 1):
        if at >= hour:
            yield number, overdue.tick(at)
            hour += timedelta(hours=1)
        read = pipeline.read(raw, received=at)
        assert not isinstance(read, Rejection), f"article {number} is rejected: {read}"
        yield number, read.reading


def run(count: int, seed: int) -> Iterator[Point]:
    """Read and track so many articles; how it stands, `TIMES` in all."""
    pipeline, state = Pipeline.load(), State.empty()
    updates, last, began = 0, 0, time.process_time()
    for number, reading in readings(pipeline, count, seed):
        if reading is not None:
            folded = step(state, reading, reading.article.received)
            state.absorb(folded.state)
            updates += len(folded.updates)
        if number - last >= count / TIMES:
            spent = time.process_time() - began
            yield Point(number, resident() / 1e6, len(state), updates, (number - last) / spent)
            last, began = number, time.process_time()


def main(given: Sequence[str]) -> int:
    """Run and print; 1 when memory grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(given)
    points = []
    for point in run(options.articles, options.seed):
        points.append(point)
        sys.stdout.write(
            f"{point.articles:9,d} articles: {point.resident:5.0f} MB, {point.threads:7,d} threads, "
            f"{point.updates:9,d} updates, {point.rate:6.0f} articles/s\n"
        )
        sys.stdout.flush()
    third = len(points) // 3
    middle, end = (max(point.resident for point in part) for part in (points[third:-third], points[-third:]))
    flat = end <= middle * FLAT
    sys.stdout.write(
        f"most in the middle third {middle:.0f} MB, in the last {end:.0f} MB: "
        f"{'memory stands still' if flat else 'memory GROWS'}\n"
    )
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
