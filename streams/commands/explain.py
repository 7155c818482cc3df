"""`parley explain`: for a person. The text with its marks, each signal with its quote, and what fired."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from streams.article import Article, Enriched
from streams.commands.inputs import (
    InputError,
    decoded,
    knowledge_option,
    object_of,
    plain_options,
    published_of,
    read_bytes,
    received_of,
)
from streams.detect.candidate import Candidate
from streams.errors import Rejected
from streams.parse import from_text, parse
from streams.pipeline import Pipeline
from streams.reading import Signal

STYLES = {"actor": "cyan", "person": "cyan", "place": "green", "time": "yellow"}


@click.command()
@click.argument("path", metavar="FILE|-")
@plain_options
@click.option("--all", "everything", is_flag=True, help="Also signals below the threshold.")
@knowledge_option
def command(
    path: str, published: str | None, source: str | None, everything: bool, knowledge_dirs: tuple[Path, ...]
) -> None:
    """Show what an article (JSON, or a plain text file) says, sentence by sentence, and which rules fired."""
    pipeline = Pipeline.load(knowledge_dirs)
    try:
        article = _article(path, published, source, pipeline)
    except Rejected as error:
        click.echo(f"parley: {path}: {error.code}: {error}", err=True)
        sys.exit(1)
    enriched = pipeline.read_article(article).enriched
    detected = pipeline.detect(article, enriched.language)
    console = Console(highlight=False, soft_wrap=True)
    _head(console, enriched, path)
    console.print(_marked(enriched))
    reasons = {_key(one): one for one in detected.candidates} if detected else {}
    shown = [signal for signal in enriched.signals if signal.kept or everything]
    console.print()
    for number, signal in enumerate(shown, 1):
        _signal(
            console, number, signal, reasons.get((signal.rule, signal.evidence.field, signal.evidence.start))
        )
    hidden = len(enriched.signals) - len(shown)
    console.print(
        f"{len(shown)} signals" + (f", {hidden} below the threshold (--all shows them)" if hidden else "")
    )


def _article(path: str, published: str | None, source: str | None, pipeline: Pipeline) -> Article:
    raw = read_bytes(path)
    when = published_of(path, published)
    fields = object_of(raw)
    if fields or path.endswith(".json"):
        read = parse(raw, key=None, received=received_of(fields), cleaner=pipeline.cleaner)
        if read.withdrawn:
            raise InputError(f"{path}: a withdrawal has no text to explain")
        return read
    received = when or datetime.now(UTC)
    return from_text(decoded(raw), received=received, published=when, source=source, cleaner=pipeline.cleaner)


def _head(console: Console, enriched: Enriched, path: str) -> None:
    article = enriched.article
    dateline = f", filed from {article.dateline.place}" if article.dateline and article.dateline.place else ""
    console.print(Text(article.title or path, style="bold"))
    console.print(
        f"{article.source or 'unknown publisher'}, {article.published.isoformat()}, language {enriched.language}{dateline}, "
        f"outcome {enriched.outcome}, knowledge {enriched.knowledge}\n"
    )


def _marked(enriched: Enriched) -> Text:
    """The text with actors, places and the signals' evidence marked, each sentence on a line."""
    text = Text(enriched.article.text)
    for mention in enriched.mentions:
        if mention.field == "text":
            text.stylize(STYLES[mention.kind], mention.start, mention.end)
    for signal in enriched.signals:
        if signal.kept and signal.evidence.field == "text":
            text.stylize("underline", signal.evidence.start, signal.evidence.end)
    marked = Text()
    number = {signal.id: index for index, signal in enumerate((s for s in enriched.signals if s.kept), 1)}
    for sentence in enriched.sentences:
        if sentence.field != "text":
            continue
        inside = [
            number[s.id]
            for s in enriched.signals
            if s.kept and s.evidence.field == "text" and sentence.start <= s.evidence.start < sentence.end
        ]
        marked.append(
            " ".join(f"[{index}]" for index in inside) + " " if inside else "", style="bold magenta"
        )
        marked.append_text(text[sentence.start : sentence.end])
        marked.append("\n")
    return marked


def _signal(console: Console, number: int, signal: Signal, candidate: Candidate | None) -> None:
    flags = "".join(
        (
            ", background" if signal.background else "",
            f", asserted by {signal.asserted_by}" if signal.asserted_by else "",
        )
    )
    kept = "" if signal.kept else " (not kept)"
    console.print(
        Text(f"[{number}] {signal.family} · {signal.stage} · {signal.detail}{flags}{kept}", style="bold")
    )
    for actor in signal.actors:
        person = f" ({actor.person})" if actor.person else ""
        console.print(
            f"    {actor.role}: {actor.id} {actor.name}{person}"
            + (f" «{actor.mention}»" if actor.mention else "")
        )
    if signal.place is not None:
        console.print(f"    place: {signal.place.name or '-'}, {signal.place.country or '-'}")
    if signal.time is not None:
        console.print(f"    time: {signal.time.start or '-'} ({signal.time.precision}) «{signal.time.text}»")
    for name, value in signal.attributes.items():
        console.print(f"    {name}: {value}")
    evidence = signal.evidence
    console.print(f"    quote: {evidence.field}[{evidence.start}:{evidence.end}] «{evidence.quote}»")
    if signal.plover and signal.cameo:
        mode = f"/{signal.plover.mode}" if signal.plover.mode else ""
        console.print(f"    codes: PLOVER {signal.plover.event}{mode}, CAMEO {signal.cameo.code}")
    why = "; ".join(candidate.why) if candidate else ""
    console.print(
        f"    rule: {signal.rule}, confidence {signal.confidence:.2f}" + (f"; {why}" if why else "")
    )
    console.print()


def _key(candidate: Candidate) -> tuple[str, str, int]:
    return candidate.entry.rule, candidate.evidence.field, candidate.evidence.start
