"""`parley detect`: articles in, signals out, no Kafka."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from streams.commands.inputs import Plain, documents, knowledge_option, object_of, plain_options, received_of
from streams.errors import Rejection
from streams.pipeline import Pipeline
from streams.wire import encode


@click.command()
@click.argument("path", metavar="FILE|DIR|-")
@click.option("--all", "everything", is_flag=True, help="Also signals that are not kept (kept: false).")
@plain_options
@knowledge_option
def command(
    path: str, published: str | None, source: str | None, everything: bool, knowledge_dirs: tuple[Path, ...]
) -> None:
    """Read articles (JSON Lines, a JSON file, plain text, or a folder) and write their signals as JSON Lines.

    Rejected articles are named on standard error; the exit code is then 1.
    """
    pipeline = Pipeline.load(knowledge_dirs)
    out = sys.stdout.buffer
    rejected = 0
    for number, raw in enumerate(documents(path, Plain(published, source)), 1):
        read = pipeline.read(raw, received=received_of(object_of(raw)))
        if isinstance(read, Rejection):
            rejected += 1
            click.echo(f"parley: article {number} of {path}: {read.code}: {read.message}", err=True)
            continue
        for signal in read.enriched.signals:
            if signal.kept or everything:
                out.write(encode(signal) + b"\n")
    out.flush()
    if rejected:
        sys.exit(1)
