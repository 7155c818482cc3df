"""The judge's weights, fitted on lectures, and what they are worth on articles that they have not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from streams.detect.judge import called
from streams.detect.traits import FAMILY, FRAME, OPERATOR, of_story
from streams.evaluation import calibration, logistic
from streams.evaluation.lessons import Kind, Lecture, Lesson
from streams.evaluation.logistic import BIAS, Answer

PULL = 3.0
"""How strongly weights are held to 0: with a few thousand lessons, some traits have hardly any to speak for them."""
COUNTS: dict[Kind, float] = {"unread": 1.0, "stream": 1.0, "read": 0.3}
"""How much a lesson counts: a lexicon looks better than it is on articles by which it was written."""
HONEST: tuple[Kind, ...] = ("unread", "stream")
"""The kinds on which figures are honest."""
FOLDS = 10
LEAST_SURE = 0.95
"""What share of those called sure must be right."""
_STEPS = [number / 100 for number in range(90, 99)]
"""Chances that are tried for being called sure."""
DIGITS = 3
SUM = "sum"
"""The name of the only part that Platt's method looks at."""
_FREE = 1e-6

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of a candidate's two sums."""

    told: Weights
    right: Weights


@dataclass(frozen=True, slots=True)
class Chance:
    """A lesson with its chances, from weights that have not seen its article."""

    lesson: Lesson
    told: float
    right: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """An article's chances: those of its candidates, and that it `tells` anything at all."""

    lecture: Lecture
    chances: tuple[Chance, ...]
    tells: float = 0.0

    @property
    def traits(self) -> dict[str, float]:
        """The traits of its story."""
        told, right = [one.told for one in self.chances], [one.right for one in self.chances]
        return of_story(told, right, self.lecture.story)

    def kept(self, keep: float, tell: float) -> list[Chance]:
        """What the judge keeps of it at these thresholds."""
        if self.lecture.story.share and self.tells < tell:
            return []
        return [one for one in self.chances if (one.told + one.right) / 2 >= keep]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is kept at some thresholds: how many signals, F1 of those told (family and stage) and of those all right,
    the share with the right family and core actors, the calibration error, false alarms of so many articles without
    events; and of the sure ones how many, the right share and alarms.
    """

    got: int
    told: float
    strict: float
    precision: float
    error: float
    alarms: int
    empty: int
    sure: int
    sure_precision: float
    sure_alarms: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: the weights, those of a story among them, from which chance on signals are called sure, and
    every article with chances by weights that have not seen it.
    """

    fitted: Fitted
    tells: Weights
    sure: float
    ruled: list[Ruling]


def learn(lectures: Sequence[Lecture], pull: float = PULL) -> Learned:
    """Learns the weights. A candidate's sums are then stretched and moved so that chances are true on honest articles
    that were left out (Platt's method: a logistic model of what came true, over the sum). What a story tells is
    learned from such chances.
    """
    fitted = [fit([one for one in lectures if fold(one.group) != number], pull) for number in range(FOLDS)]
    ruled = [_ruling(one, fitted[fold(one.group)]) for one in lectures]
    seen = [chance for one in ruled if one.lecture.kind in HONEST for chance in one.chances]
    told = _platt([Answer({SUM: one.told}, one.lesson.told) for one in seen])
    right = _platt([Answer({SUM: one.right}, one.lesson.right) for one in seen])
    final = fit(lectures, pull)
    ruled = [_ruled(one, told, right) for one in ruled]
    parts = [
        _telling([one for one in ruled if fold(one.lecture.group) != number], pull) for number in range(FOLDS)
    ]
    ruled = [_told(one, parts[fold(one.lecture.group)]) for one in ruled]
    fitted_last = Fitted(_stretched(final.told, told), _stretched(final.right, right))
    return Learned(fitted_last, _telling(ruled, pull), _sure(ruled), ruled)


def _telling(ruled: Iterable[Ruling], pull: float) -> Weights:
    """The weights by which honest articles with candidates tell an event or none."""
    heard = [one for one in ruled if one.chances and one.lecture.kind in HONEST]
    return logistic.fit([Answer(one.traits, one.lecture.gold > 0) for one in heard], pull)


def _told(ruling: Ruling, weights: Weights) -> Ruling:
    if not ruling.chances:
        return ruling
    return replace(ruling, tells=logistic.odds(logistic.score(weights, ruling.traits)))


def _sure(ruled: Iterable[Ruling]) -> float:
    """The least chance from which on nearly all is right of each honest kind of articles that were left out."""
    seen = [(one.lecture.kind, chance) for one in ruled for chance in one.chances]
    for least in _STEPS:
        above = [[one for kind, one in seen if kind == its and one.right >= least] for its in HONEST]
        if all(sum(one.lesson.right for one in part) >= LEAST_SURE * len(part) for part in above):
            return least
    return _STEPS[-1]


def fit(lectures: Iterable[Lecture], pull: float = PULL) -> Fitted:
    """The weights under which these lessons are likeliest."""
    heard = [(lesson, COUNTS[one.kind]) for one in lectures for lesson in one.lessons]
    return Fitted(
        logistic.fit([Answer(lesson.traits, lesson.told, count) for lesson, count in heard], pull),
        logistic.fit([Answer(lesson.traits, lesson.right, count) for lesson, count in heard], pull),
    )


def fold(group: str) -> int:
    """The fold of a group: the same wherever and whenever."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=4).digest(), "big") % FOLDS


def _ruling(lecture: Lecture, fitted: Fitted) -> Ruling:
    """An article with sums in the place of chances."""
    score = logistic.score
    return Ruling(
        lecture,
        tuple(
            Chance(one, score(fitted.told, one.traits), score(fitted.right, one.traits))
            for one in lecture.lessons
        ),
    )


def _ruled(ruling: Ruling, told: Weights, right: Weights) -> Ruling:
    """An article with its sums made chances."""
    return Ruling(
        ruling.lecture,
        tuple(
            Chance(
                one.lesson,
                logistic.odds(logistic.score(told, {SUM: one.told})),
                logistic.odds(logistic.score(right, {SUM: one.right})),
            )
            for one in ruling.chances
        ),
    )


def _platt(answers: Sequence[Answer]) -> Weights:
    return logistic.fit(answers, _FREE)


def _stretched(weights: Weights, platt: Weights) -> Weights:
    found = {name: weight * platt[SUM] for name, weight in weights.items()}
    found[BIAS] += platt[BIAS]
    return found


def figures(ruled: Iterable[Ruling], keep: float, tell: float, sure: float) -> Figures:
    """What is kept of these articles at these thresholds."""
    gold = alarms = empty = sure_alarms = 0
    got: list[Chance] = []
    for one in ruled:
        kept = one.kept(keep, tell)
        got += kept
        gold += one.lecture.gold
        if not one.lecture.gold:
            empty += 1
            alarms += bool(kept)
            sure_alarms += any(chance.right >= sure for chance in kept)
    above = [one for one in got if one.right >= sure]
    every = max(1, gold + len(got))
    return Figures(
        len(got),
        2 * sum(one.lesson.told for one in got) / every,
        2 * sum(one.lesson.strict for one in got) / every,
        sum(one.lesson.right for one in got) / max(1, len(got)),
        calibration.error([(called(one.right, sure), one.lesson.right) for one in got]),
        alarms,
        empty,
        len(above),
        sum(one.lesson.right for one in above) / max(1, len(above)),
        sure_alarms,
    )


def written(fitted: Fitted) -> Iterator[str]:
    """The lines of the table of a candidate's weights, for both sums."""
    for name in sorted(
        fitted.right, key=lambda name: (name != BIAS, name.startswith((FAMILY, FRAME, OPERATOR)), name)
    ):
        told, right = (_rounded(weights.get(name, 0.0)) for weights in (fitted.told, fitted.right))
        yield f"{_key(name):32} = [{told:6.3f}, {right:6.3f}]"


def written_story(tells: Weights) -> Iterator[str]:
    """The lines of the table of a story's weights."""
    for name in sorted(tells, key=lambda name: (name != BIAS, name)):
        yield f"{_key(name):32} = {_rounded(tells[name]):6.3f}"


def _rounded(weight: float) -> float:
    return round(weight, DIGITS) + 0.0


def _key(name: str) -> str:
    return name if name.isalpha() else f'"{name}"'
