"""What the judge learns from: candidates of labelled articles with their traits, and whether they are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from streams.detect.candidate import Candidate
from streams.detect.traits import Story, traits
from streams.errors import Rejected, SettingsError
from streams.evaluation.gold import Event, Labelled, core
from streams.evaluation.match import pairs
from streams.evaluation.stream import Delivery
from streams.parse import parse
from streams.pipeline import Pipeline

Kind = Literal["unread", "stream", "read"]
"""Of what an article is: one that was read with a lexicon written before it, one of a stream, or one by which the
lexicons were written since.
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One candidate: its traits; whether gold has an event of its family and stage (`told`), of its family with its
    core actors (`right`), and of all of that (`strict`).
    """

    traits: dict[str, float]
    told: bool
    right: bool
    strict: bool


@dataclass(frozen=True, slots=True)
class Lecture:
    """One article's lessons, and its story. Those of a `group` are about the same and are never apart in folds."""

    id: str
    group: str
    kind: Kind
    gold: int
    story: Story
    lessons: tuple[Lesson, ...]


def of_articles(items: Iterable[Labelled], kind: Kind, pipeline: Pipeline) -> Iterator[Lecture]:
    """The lectures of labelled articles. Raises `SettingsError` for an article that is rejected."""
    for item in items:
        yield _lecture(item.article, item.gold, item.id, kind, pipeline)


def of_stream(deliveries: Iterable[Delivery], pipeline: Pipeline) -> Iterator[Lecture]:
    """The lectures of a stream with gold signals; its reports of one affair are a group. Raises `SettingsError` for
    an article that is rejected.
    """
    for one in deliveries:
        if one.article.get("status") == "withdrawn":
            continue
        threads = [str(signal.get("thread")) for signal in one.signals]
        group = min(threads, default=str(one.article["id"]))
        yield _lecture(one.article, list(one.signals), group, "stream", pipeline)


def _lecture(given: dict[str, Any], gold: list[Event], group: str, kind: Kind, pipeline: Pipeline) -> Lecture:
    when = given.get("received") or given.get("updated") or given["published"]
    received = datetime.fromisoformat(when).astimezone(UTC)
    try:
        article = parse(
            orjson.dumps(given), key=None, received=received, headers={}, cleaner=pipeline.cleaner
        )
    except Rejected as rejected:
        raise SettingsError(f"labelled article {given['id']}: {rejected}") from rejected
    detected = pipeline.detect(article, pipeline.language_of(article))
    if detected is None:
        return Lecture(str(given["id"]), group, kind, len(gold), Story(0), ())
    found, story = detected.candidates, detected.story
    events = [_event(one) for one in found]
    matched = {pair.signal: pair for pair in pairs(gold, events)}
    lessons = []
    for number, (one, seen) in enumerate(zip(found, traits(found, story), strict=True)):
        pair = matched.get(number)
        lessons.append(
            Lesson(
                seen,
                told=pair is not None and "stage" in pair,
                right=pair is not None and core(gold[pair.gold]) == one.core,
                strict=pair is not None and "strict" in pair,
            )
        )
    return Lecture(str(given["id"]), group, kind, len(gold), story, tuple(lessons))


def _event(candidate: Candidate) -> Event:
    """A candidate as an event of gold is written."""
    actors = [{"id": actor.id, "role": actor.role} for actor in candidate.actors]
    return {"family": candidate.family, "stage": candidate.stage, "actors": actors}
