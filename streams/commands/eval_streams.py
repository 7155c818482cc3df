"""The part of `parley eval` that judges tracking on gold streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from streams.evaluation import stream, threads
from streams.evaluation.stream import PUSHES, Delivery
from streams.evaluation.threads import Score, Slip
from streams.pipeline import Pipeline

EXAMPLES = 4
"""Deliveries shown of a false merge or split."""


def judge(
    paths: Sequence[Path], pipeline: Pipeline, *, given: bool
) -> dict[Path, tuple[list[Delivery], Score]]:
    """Each stream with its score, on detected signals or on the `given` ones. Raises `SettingsError`."""
    found = {}
    for path in paths:
        deliveries = stream.load(path)
        readings = (stream.given_readings if given else stream.readings_of)(deliveries, pipeline)
        found[path] = deliveries, threads.score(deliveries, list(stream.trace(readings)))
    return found


def report(judged: Mapping[Path, tuple[list[Delivery], Score]], errors: int) -> Iterator[str]:
    """The figures of each stream and of all, then `errors` slips, false merges and false splits of each."""
    yield f"{'':24}{'items':>6} {'found':>6}  {'B³ P/R/F1':>18}  {'updates P/R/F1':>18} {'kind F1':>8}"
    for path, (_, score) in judged.items():
        yield _row(path.stem, score)
    everything = threads.total(score for _, score in judged.values())
    yield _row("all", everything)
    for kind in PUSHES:
        count = everything.kinds[kind]
        yield f"  {kind:12} gold {count['gold']:4}  got {count['got']:4}  right {count['right']:4}"
    for deliveries, score in judged.values():
        yield from _examples(deliveries, score, errors)


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
