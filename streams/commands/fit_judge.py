"""`parley fit --judge`: the weights by which the judge gives confidences, fitted on labelled articles and streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from streams.commands import unread
from streams.detect import judge
from streams.detect.judge import Judge
from streams.enrich.naming import KNOWLEDGE
from streams.evaluation import judging, lessons, stream
from streams.evaluation.gold import load
from streams.evaluation.judging import Figures, Learned
from streams.evaluation.lessons import Kind, Lecture
from streams.pipeline import Pipeline

KEEP = (0.3, 0.35, 0.4, 0.45, 0.5)
TELL = (0.7, 0.75, 0.8, 0.85, 0.9)
"""Thresholds that are tried."""

_HEAD = """# How sure a candidate is and whether it is kept: weights of its traits (`streams/detect/traits.py` says what each is).
# The first of each pair is for the chance that an event of this family and stage is told, the second for the chance
# that it is of this family with these core actors, which is the signal's confidence.
#
# Learned by `parley fit --judge`, {day}, from {lessons}.
# On articles left out, at the thresholds below:
{figures}
"""
_KEPT = """
[kept]
keep = {keep} # what the mean of both chances must reach
tell = {tell} # what the chance of a story to tell anything must reach, else nothing of it is kept
sure = {sure} # the chance of the second kind that is called .9: from there on nearly all is right
"""
_STORY = """
# The chance of a story to tell any event: its candidates' best chances, and what it speaks of.
[story]
"""
_WEIGHTS = """
[weights]
"""


def run(paths: Sequence[Path], pipeline: Pipeline, *, write: bool) -> None:
    """Learn the weights, say what they are worth, and write them if wanted. Raises `SettingsError` for an article
    that is rejected.
    """
    lectures = list(_lectures(paths, pipeline))
    learned = judging.learn(lectures)
    now = pipeline.knowledge.judge
    click.echo("\n".join(_counts(lectures)))
    click.echo("\n".join(_tried(learned)))
    click.echo("at the thresholds of the table:")
    click.echo("\n".join(_figures(learned, now)))
    click.echo("\n".join(judging.written_story(learned.tells)))
    click.echo("\n".join(judging.written(learned.fitted)))
    if write:
        (KNOWLEDGE / judge.FILE).write_text(_table(lectures, learned, now), encoding="utf-8")


def _lectures(paths: Sequence[Path], pipeline: Pipeline) -> Iterator[Lecture]:
    articles = [path for path in paths if not stream.is_stream(path)]
    yield from unread.lectures(articles)
    for path in articles:
        yield from lessons.of_articles(load(path), "read", pipeline)
    for path in paths:
        if path not in articles:
            yield from lessons.of_stream(stream.load(path), pipeline)


def _counts(lectures: Sequence[Lecture]) -> Iterator[str]:
    yield f"{'':8}{'articles':>9} {'candidates':>11} {'told':>6} {'right':>6} {'counts':>7}"
    for kind in get_args(Kind):
        part = [one for one in lectures if one.kind == kind]
        found = [lesson for one in part for lesson in one.lessons]
        told, right = sum(one.told for one in found), sum(one.right for one in found)
        yield f"{kind:8}{len(part):9} {len(found):11} {told:6} {right:6} {judging.COUNTS[kind]:7}"


_COLUMNS = f"{'':8}{'keep':>5} {'tell':>5} {'got':>5} {'stage F1':>9} {'strict F1':>9} {'right':>6} {'error':>6} {'alarms':>8} {'sure':>5} {'right':>6} {'alarms':>7}"


def _tried(learned: Learned) -> Iterator[str]:
    """What thresholds are worth, on articles left out."""
    yield _COLUMNS
    for kind in judging.HONEST:
        for tell in TELL:
            for keep in KEEP:
                yield _line(kind, keep, tell, _of(learned, kind, keep, tell))


def _figures(learned: Learned, now: Judge) -> Iterator[str]:
    yield _COLUMNS
    for kind in judging.HONEST:
        yield _line(kind, now.keep, now.tell, _of(learned, kind, now.keep, now.tell))


def _of(learned: Learned, kind: Kind, keep: float, tell: float) -> Figures:
    part = [one for one in learned.ruled if one.lecture.kind == kind]
    return judging.figures(part, keep, tell, learned.sure)


def _line(kind: Kind, keep: float, tell: float, one: Figures) -> str:
    alarms = f"{one.alarms}/{one.empty}"
    return (
        f"{kind:8}{keep:5} {tell:5} {one.got:5} {one.told:9.3f} {one.strict:9.3f} {one.precision:6.3f}"
        f" {one.error:6.3f} {alarms:>8} {one.sure:5} {one.sure_precision:6.3f} {one.sure_alarms:7}"
    )


def _table(lectures: Sequence[Lecture], learned: Learned, now: Judge) -> str:
    """The whole file."""
    counts = [
        (kind, sum(len(one.lessons) for one in lectures if one.kind == kind)) for kind in get_args(Kind)
    ]
    told = ", ".join(f"{count} candidates ({kind})" for kind, count in counts)
    figures = "\n".join(f"#   {line}".rstrip() for line in _figures(learned, now))
    day = datetime.now(UTC).date().isoformat()
    head = _HEAD.format(day=day, lessons=told, figures=figures)
    kept = _KEPT.format(keep=now.keep, tell=now.tell, sure=learned.sure)
    story = _STORY + "\n".join(judging.written_story(learned.tells)) + "\n"
    return head + kept + story + _WEIGHTS + "\n".join(judging.written(learned.fitted)) + "\n"
