"""`parley fit`: the weights by which the tracker tells one affair from another, fitted on gold streams; or the judge's."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from streams.commands import fit_judge
from streams.commands.inputs import knowledge_option
from streams.errors import SettingsError
from streams.evaluation import fitting
from streams.evaluation.fitting import PULL, Figures, Told
from streams.evaluation.regression import loss
from streams.pipeline import Pipeline
from streams.track import table as tables
from streams.track.table import Table


@click.command()
@click.argument(
    "streams",
    nargs=-1,
    required=True,
    metavar="GOLD...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--table",
    "path",
    default=tables.FILE,
    show_default="the shipped one",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The table that has the weights.",
)
@click.option(
    "--pull",
    default=PULL,
    show_default=True,
    type=click.FloatRange(0.0, min_open=True),
    help="How strongly the weights are held to those of the table.",
)
@click.option(
    "--write", is_flag=True, help="Write the weights to the table, unless they do worse on streams left out."
)
@click.option(
    "--judge",
    is_flag=True,
    help="Fit the weights of detection's confidences instead, on articles and streams.",
)
@knowledge_option
def command(
    streams: tuple[Path, ...],
    path: Path,
    pull: float,
    *,
    write: bool,
    judge: bool,
    knowledge_dirs: tuple[Path, ...],
) -> None:
    """Fit the weights of "same affair?" on gold streams (JSON Lines of {"article", "golds", "signals"}).

    Each stream is told twice, with its gold signals and with those that are detected, and gold decides which thread a
    signal joins. A logistic regression over these decisions gives the weights. Prints them, and what tracking reaches
    with the table's weights and, on each stream, with weights that are fitted on the others.

    With --judge, the weights of `judge.toml` are fitted on labelled articles ({"article", "gold"}) and streams, and
    what they are worth is said of articles left out. Articles are read as they were before rules were written by
    them, with the knowledge of the commit before theirs, and once more, for little, as they are read now.
    """
    if judge:
        fit_judge.run(streams, Pipeline.load(knowledge_dirs), write=write)
        return
    if len(streams) < 2:  # noqa: PLR2004 - one to fit on, one to measure
        raise SettingsError("parley fit: give two streams or more, so that one can be left out")
    table, pipeline = tables.load(path), Pipeline.load(knowledge_dirs)
    told = [fitting.load(one, pipeline, table) for one in streams]
    before = fitting.figures(told, [table] * len(told))
    unseen = fitting.left_out(told, table, pull)
    after = fitting.figures(told, unseen)
    fitted = fitting.fit(told, table.same, pull)
    seen = fitting.figures(told, [dataclasses.replace(table, same=fitted)] * len(told))
    click.echo("\n".join(_weights(told, table, fitted, unseen)))
    click.echo("\n".join(_figures(before, after, seen)))
    worse = [kind for kind, found in after.items() if found.is_worse(before[kind])]
    click.echo(f"left out, worse than the table on: {', '.join(worse) or 'nothing'}")
    if not write:
        return
    if worse:
        click.echo("not written: the table's own weights do better on streams left out", err=True)
        sys.exit(1)
    path.write_text(fitting.written(path.read_text(encoding="utf-8"), fitted), encoding="utf-8")


def _weights(
    told: Sequence[Told], table: Table, fitted: tables.Weights, unseen: Sequence[Table]
) -> Iterator[str]:
    yield f"{'':24}{'decisions':>10} {'loss':>7} {'left out':>9}"
    for one, other in zip(told, unseen, strict=True):
        losses = (loss(one.choices, fitting.values(each)) for each in (table.same, other.same))
        yield f"{one.name:24}{len(one.choices):10} " + " ".join(
            f"{value:{width}.3f}" for value, width in zip(losses, (7, 9), strict=True)
        )
    yield f"{'weight':24}{'table':>10} {'fitted':>7}"
    for name, old, new in fitting.changed(table.same, fitted):
        yield f"{name:24}{old:10.2f} {new:7.2f}"


def _figures(
    before: dict[str, Figures], after: dict[str, Figures], seen: dict[str, Figures]
) -> Iterator[str]:
    yield f"{'signals, weights':24}{'B³':>10} {'updates P/R':>14} {'kind F1':>8}"
    for kind in before:
        for name, found in (("table", before), ("left out", after), ("fitted on all", seen)):
            one = found[kind]
            told = f"{one.precision:.3f}/{one.recall:.3f}"
            yield f"{kind + ', ' + name:24}{one.b3:10.3f} {told:>14} {one.kind:8.3f}"
