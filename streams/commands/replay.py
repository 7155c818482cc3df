"""`parley replay`: deliveries in order in, updates out, no Kafka."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import orjson

from streams.commands.inputs import (
    Plain,
    knowledge_option,
    lines,
    object_of,
    plain_options,
    plain_text,
    received_of,
)
from streams.errors import Rejection
from streams.events import to_record
from streams.pipeline import Pipeline
from streams.reading import Reading
from streams.track.fold import Folded, step
from streams.track.state import State
from streams.wire import decode, encode


@click.command()
@click.argument("path", metavar="FILE|-")
@click.option(
    "--signals",
    "of_readings",
    is_flag=True,
    help="The lines are readings (records of `signals`), not articles.",
)
@click.option(
    "--trace", is_flag=True, help="One line for each thread that a delivery touched, instead of updates."
)
@plain_options
@knowledge_option
def command(
    path: str,
    of_readings: bool,
    trace: bool,
    published: str | None,
    source: str | None,
    knowledge_dirs: tuple[Path, ...],
) -> None:
    """Read deliveries (one article a line, in order of arrival) and write the updates that they give.

    A line may be an article or an object with it under "article"; a plain text (.txt) is one delivery. Received
    is the line's "received", else when the article was updated or published. Bad lines are named on standard error; the exit code is then 1.
    """
    pipeline = None if of_readings else Pipeline.load(knowledge_dirs)
    state = State.empty()
    out = sys.stdout.buffer
    bad = 0
    deliveries = _deliveries(path, Plain(published, source))
    for number, reading in _readings(deliveries, pipeline):
        if isinstance(reading, str):
            bad += 1
            click.echo(f"parley: {path}, line {number}: {reading}", err=True)
            continue
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        if trace:
            _trace(number, reading, folded)
        else:
            for update in folded.updates:
                out.write(to_record(update, "")[2] + b"\n")
    out.flush()
    if bad:
        sys.exit(1)


def _deliveries(path: str, plain: Plain) -> Iterator[tuple[int, bytes]]:
    return iter([(1, plain_text(Path(path), plain))]) if path.endswith(".txt") else lines(path)


def _readings(
    deliveries: Iterator[tuple[int, bytes]], pipeline: Pipeline | None
) -> Iterator[tuple[int, Reading | str]]:
    """Line number and reading, or what is wrong with the line; lines without a reading are passed over."""
    for number, line in deliveries:
        if pipeline is None:
            try:
                yield number, decode(line, Reading)
            except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
                yield number, f"is no reading: {error}"
            continue
        fields = object_of(line)
        article = fields.get("article") if isinstance(fields.get("article"), dict) else fields
        raw = orjson.dumps(article) if fields else line
        read = pipeline.read(raw, received=received_of(article or {}))
        if isinstance(read, Rejection):
            yield number, f"{read.code}: {read.message}"
        elif read.reading is not None:
            yield number, read.reading


def _trace(number: int, reading: Reading, folded: Folded) -> None:
    for effect in folded.effects:
        row = {
            "delivery": number,
            "article": reading.article.id,
            "thread": effect.thread,
            "family": effect.family,
            "effect": effect.effect,
            "seq": effect.seq,
        }
        sys.stdout.buffer.write(encode(row) + b"\n")
