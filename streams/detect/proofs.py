"""Every entry proves itself: its examples fire it, its counterexamples do not. `parley lint` and a test run this.

What fires is what a sentence says plainly. How likely it is, the judge asks of articles: a proof has none around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from streams.article import Article
from streams.detect.complete import PLAIN, plainly

if TYPE_CHECKING:
    from streams.detect.candidate import Candidate
    from streams.detect.lexicon import Entry, Example
    from streams.pipeline import Pipeline

REFERENCE = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
"""A Wednesday: every example is read as if published then."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A proof that does not hold: which entry, which sentence, and what came out instead."""

    rule: str
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.problem}: {self.text!r}"


def failures(pipeline: Pipeline, language: str) -> Iterator[Failure]:
    """The proofs of `language` that do not hold."""
    compiled = pipeline.knowledge.language(language)
    for entry in compiled.entries.values() if compiled else ():
        for example in entry.examples:
            problem = _fires(pipeline, entry, example)
            if problem:
                yield Failure(entry.rule, example.text, problem)
        for text in entry.counterexamples:
            fired = [
                one
                for one in _candidates(pipeline, language, text)
                if one.entry is entry and plainly(one) >= PLAIN
            ]
            if fired:
                yield Failure(
                    entry.rule, text, f"fires ({fired[0].stage}, {sorted(fired[0].core)}) and must not"
                )


def _fires(pipeline: Pipeline, entry: Entry, example: Example) -> str | None:
    candidates = _candidates(pipeline, entry.language, example.text)
    same = [one for one in candidates if one.entry.frame.family == entry.frame.family]
    own = [one for one in same if one.entry is entry or one.entry.frame is entry.frame]
    if not own:
        return f"does not fire; got {[(one.entry.rule, one.stage) for one in candidates]}"
    best = max(own, key=lambda one: (one.stage == example.stage, one.core == example.core, plainly(one)))
    if example.stage is not None and best.stage != example.stage:
        return f"stage is {best.stage}, not {example.stage}"
    if example.core is not None and best.core != example.core:
        return f"core actors are {sorted(best.core)}, not {sorted(example.core)}"
    if example.core and plainly(best) < PLAIN:
        return f"is not told plainly: {plainly(best):.2f}"
    return None


def _candidates(pipeline: Pipeline, language: str, text: str) -> list[Candidate]:
    article = Article("example", "", "", text, REFERENCE, REFERENCE, language=language)
    detected = pipeline.detect(article, language)
    return detected.candidates if detected else []
