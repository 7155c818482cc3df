"""`parley code`: pairs of actors in, PLOVER codes out."""

from __future__ import annotations

import sys

import click
import orjson

from streams.coding.coder import Coder
from streams.coding.pairs import PairError, pair_of
from streams.commands.inputs import lines


@click.command()
@click.argument("path", metavar="FILE|-")
def command(path: str) -> None:
    """Code what a source does to a target in an English sentence, by PLOVER.

    Reads JSON Lines with sentence, source and target; writes for each a line with the root ("event") and its quad
    class: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict. Lines that are no
    pair are named on standard error and left out; the exit code is then 1.
    """
    coder = Coder.load()
    known = {
        root: orjson.dumps({"event": root, "quad": quad}, option=orjson.OPT_APPEND_NEWLINE)
        for root, quad in coder.knowledge.quads.items()
    }
    out = sys.stdout.buffer
    wrong = 0
    for number, line in lines(path):
        try:
            pair = pair_of(line)
        except PairError as error:
            wrong += 1
            click.echo(f"parley: line {number} of {path}: {error}", err=True)
            continue
        out.write(known[coder.code(pair).event])
    out.flush()
    if wrong:
        sys.exit(1)
