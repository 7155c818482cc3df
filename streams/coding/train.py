"""Learns the weights for coding: `python -m streams.coding.train PAIRS.tsv`, or scores by folds with `--folds`.

The pairs are a table with tabs: sentence, source, target, root, quad. The same pairs give the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import click

from streams.coding.coder import WEIGHTS, Coder
from streams.coding.features import features
from streams.coding.knowledge import KNOWLEDGE, Knowledge, load
from streams.coding.learn import Lesson, Plan, learn
from streams.coding.model import dump, model, rounded
from streams.coding.pairs import Coded, Pair, PairError, labelled
from streams.coding.score import Score, report, score

PLAN = Plan()
_SEED = 7

Labelled = Sequence[tuple[Pair, Coded]]


def weights(pairs: Labelled, knowledge: Knowledge, plan: Plan = PLAN) -> dict[str, list[int]]:
    """What is learned from labelled pairs. Raises `PairError` for a root that the knowledge lacks."""
    lessons = [
        Lesson(tuple(features(pair, knowledge)), _number(gold.event, knowledge)) for pair, gold in pairs
    ]
    return rounded(learn(lessons, len(knowledge.roots), plan))


def folded(pairs: Labelled, knowledge: Knowledge, folds: int, seed: int = _SEED) -> Score:
    """The score of pairs each of which was coded by what was learned from the other folds: every fold has its
    share of every root.
    """
    order = random.Random(seed)  # noqa: S311 - an order, not a secret
    numbers = list(range(len(pairs)))
    order.shuffle(numbers)
    numbers.sort(key=lambda number: pairs[number][1].event)
    coded: list[tuple[Coded, Coded]] = []
    for fold in range(folds):
        inside = set(numbers[fold::folds])
        learned = weights([one for number, one in enumerate(pairs) if number not in inside], knowledge)
        coder = Coder(knowledge, model(knowledge.roots, learned))
        coded += [(pairs[number][1], coder.code(pairs[number][0])) for number in sorted(inside)]
    return score(coded)


def _number(root: str, knowledge: Knowledge) -> int:
    try:
        return knowledge.roots.index(root)
    except ValueError:
        raise PairError(f"the root {root!r} is none of {', '.join(knowledge.roots)}") from None


@click.command()
@click.argument("table", metavar="PAIRS.tsv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--folds", type=click.IntRange(min=2), help="Score by so many folds instead of writing weights."
)
@click.option("--seed", default=_SEED, show_default=True, help="How pairs are dealt to folds.")
@click.option("--language", default="en", show_default=True, help="Whose knowledge.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the weights go; else beside the knowledge."
)
def command(table: Path, folds: int | None, seed: int, language: str, out: Path | None) -> None:
    """Learn how much features weigh from labelled pairs."""
    knowledge = load(language)
    try:
        with table.open(encoding="utf-8", newline="\n") as lines:
            pairs = list(labelled(lines))
        if folds:
            click.echo(report(folded(pairs, knowledge, folds, seed)))
            return
        learned = weights(pairs, knowledge)
    except PairError as error:
        raise click.ClickException(f"{table}: {error}") from error
    (out or KNOWLEDGE / language / WEIGHTS).write_bytes(dump(knowledge.roots, learned))
    click.echo(f"{len(learned)} features from {len(pairs)} pairs")


if __name__ == "__main__":
    command()
