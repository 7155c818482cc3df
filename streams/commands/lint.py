"""`parley lint`: the knowledge files load, and every entry's proofs hold."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from streams.commands.inputs import knowledge_option
from streams.detect.proofs import failures
from streams.pipeline import Pipeline


@click.command()
@click.argument("languages", nargs=-1, metavar="[LANGUAGE]...")
@knowledge_option
def command(languages: tuple[str, ...], knowledge_dirs: tuple[Path, ...]) -> None:
    """Check knowledge: files against their schema, examples that must fire and counterexamples that must not."""
    pipeline = Pipeline.load(knowledge_dirs)
    known = pipeline.knowledge.languages
    unknown = [code for code in languages if code not in known]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]!r} is none of {', '.join(sorted(known))}", param_hint="LANGUAGE"
        )
    failed = 0
    for code in languages or sorted(known):
        for failure in failures(pipeline, code):
            failed += 1
            click.echo(str(failure))
        language = pipeline.knowledge.language(code)
        proofs = (
            sum(len(e.examples) + len(e.counterexamples) for e in language.entries.values())
            if language
            else 0
        )
        click.echo(f"{code}: {len(language.entries) if language else 0} entries, {proofs} proofs")
    if failed:
        click.echo(f"{failed} proofs do not hold", err=True)
        sys.exit(1)
