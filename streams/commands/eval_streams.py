"""The part of `parley eval` that judges tracking on gold streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.evaluation import permute, stream, threads
from streams.evaluation.permute import Drift
from streams.evaluation.stream import PUSHES, Delivery
from streams.evaluation.threads import Score, Slip
from streams.pipeline import Pipeline
from streams.reading import Reading

EXAMPLES = 4
"""Deliveries shown of a false merge or split."""

DELAYS = (6, 48)
"""Hours by which deliveries are delayed at most, to see what depends on the order of arrival."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A stream with what is read in it and its score."""

    deliveries: list[Delivery]
    readings: list[Reading | None]
    score: Score


def judge(paths: Sequence[Path], pipeline: Pipeline, *, given: bool) -> dict[Path, Judged]:
    """Each stream with its score, on detected signals or on the `given` ones. Raises `SettingsError`."""
    found = {}
    for path in paths:
        deliveries = stream.load(path)
        readings = (stream.given_readings if given else stream.readings_of)(deliveries, pipeline)
        found[path] = Judged(deliveries, readings, threads.score(deliveries, list(stream.trace(readings))))
    return found


def report(judged: Mapping[Path, Judged], errors: int) -> Iterator[str]:
    """The figures of each stream and of all, then `errors` slips, false merges and false splits of each."""
    yield f"{'':24}{'items':>6} {'found':>6}  {'B³ P/R/F1':>18}  {'updates P/R/F1':>18} {'kind F1':>8}"
    for path, one in judged.items():
        yield _row(path.stem, one.score)
    everything = threads.total(one.score for one in judged.values())
    yield _row("all", everything)
    for kind in PUSHES:
        count = everything.kinds[kind]
        yield f"  {kind:12} gold {count['gold']:4}  got {count['got']:4}  right {count['right']:4}"
    for one in judged.values():
        yield from _examples(one.deliveries, one.score, errors)


def permuted(judged: Mapping[Path, Judged], runs: int, seed: int, errors: int) -> Iterator[str]:
    """What differs when each stream is told again so often with its deliveries delayed by chance, and `errors`
    articles and fields that differ most often.
    """
    yield f"{'told again':24}{'within':>8} {'deliveries that moved':>22} {'threads that end otherwise':>27}"
    for hours in DELAYS:
        everything = Drift()
        for path, one in judged.items():
            drift = permute.measure(one.readings, hours, runs, seed)
            everything.add(drift)
            yield _drift(path.stem, hours, drift)
            for (what, where), count in drift.examples.most_common(errors):
                yield f"     {what}: {where} ({count} of {runs})"
        yield _drift("all", hours, everything)


def _drift(name: str, hours: int, drift: Drift) -> str:
    moved = f"{drift.moved} of {drift.deliveries} {drift.grouping:.2%}"
    ended = f"{drift.ended} of {drift.threads} {drift.ending:.2%}"
    return f"{name:24}{hours:6} h {moved:>22} {ended:>27}"


def _row(name: str, score: Score) -> str:
    b3, updates = ("/".join(f"{value:.3f}" for value in values) for values in (score.b3, score.updates))
    return f"{name:24}{len(score.items):6} {score.found:6.3f}  {b3:>18}  {updates:>18} {score.kind_f1:8.3f}"


def _examples(deliveries: Sequence[Delivery], score: Score, errors: int) -> Iterator[str]:
    if not errors:
        return
    merges, splits = score.merges(), score.splits()
    yield f"false merges: {len(merges)}, false splits: {len(splits)}, wrong pushes: {len(score.slips)}"
    for thread, golds in list(merges.items())[:errors]:
        yield f"-- thread {thread[:8]} mixes {', '.join(golds)}"
        for gold in golds:
            yield from _deliveries(deliveries, gold, score.at[gold, thread])
    for gold, found in list(splits.items())[:errors]:
        yield f"-- {gold} is split into {', '.join(thread[:8] for thread in found)}"
        for thread in found:
            yield from _deliveries(deliveries, thread[:8], score.at[gold, thread])
    for slip in score.slips[:errors]:
        yield _slip(deliveries, slip)


def _deliveries(deliveries: Sequence[Delivery], name: str, numbers: Sequence[int]) -> Iterator[str]:
    for number in numbers[:EXAMPLES]:
        article = deliveries[number - 1].article
        yield f"     {name}: {number} {article['id']} {article.get('title', '')}"


def _slip(deliveries: Sequence[Delivery], slip: Slip) -> str:
    article = deliveries[slip.delivery - 1].article
    thread = slip.thread[:8] if slip.thread else "no thread"
    return (
        f"-- {slip.delivery} {article['id']} ({article.get('language', '?')}) {slip.gold or 'no gold thread'} "
        f"[{slip.family}] wanted {slip.wanted or 'none'}, got {slip.got or 'none'} on {thread}: {article.get('title', '')}"
    )
