"""`parley actors`: who Parley knows, with the codes that others join on."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from streams.commands.inputs import knowledge_option
from streams.enrich.actors import ActorInfo, Actors, names
from streams.errors import KnowledgeError

COLUMNS = ("id", "name", "kind", "iso2", "cameo", "cow", "wikidata", "sector", "capital")


@click.command()
@click.option(
    "--csv", "as_csv", is_flag=True, help="Comma-separated values with a header, for a spreadsheet."
)
@click.option(
    "--kind", type=click.Choice(["state", "organisation", "group"]), help="Only actors of this kind."
)
@click.option("--language", help="Add what texts of this language call them, with | between.")
@knowledge_option
def command(as_csv: bool, kind: str | None, language: str | None, knowledge_dirs: tuple[Path, ...]) -> None:
    """List all actors: states, organisations and armed groups with their ISO, CAMEO, COW and Wikidata codes.

    A code that nobody has given is empty.
    """
    called = _called(language, knowledge_dirs) if language else {}
    header = [*COLUMNS, *(["names"] if language else [])]
    infos = [info for info in Actors.load(knowledge_dirs) if kind in (None, info.kind)]
    rows = [[*_row(info), *(["|".join(called.get(info.id, ()))] if language else [])] for info in infos]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([header, *rows])
        return
    for row in rows:
        click.echo("  ".join(value for value in row if value))


def _row(info: ActorInfo) -> Iterator[str]:
    for column in COLUMNS:
        value = getattr(info, column)
        yield "" if value is None else str(value)


def _called(language: str, overlays: tuple[Path, ...]) -> dict[str, list[str]]:
    """The patterns of a language's names by actor, each once."""
    try:
        written = names(language, overlays=overlays)
    except KnowledgeError as error:
        raise click.BadParameter(str(error), param_hint="--language") from error
    found: dict[str, list[str]] = {}
    for name in written:
        held = found.setdefault(name.id, [])
        if name.pattern not in held:
            held.append(name.pattern)
    return found
