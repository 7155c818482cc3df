"""How sure a candidate is, and whether it is kept.

Two sums of its traits (`traits`), with weights that `parley fit --judge` learned: how likely a careful reader gives an
event of this family and stage (`told`), and how likely he gives this family with these core actors (`right`), which
is its confidence. A third sum, over traits of the story and its best candidates, says how likely it tells any event
(`tells`). Kept is what is likely enough by the first two, in a story that is likely to tell anything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from streams.detect.candidate import Candidate
from streams.detect.traits import Story, of_story, traits
from streams.errors import KnowledgeError

FILE = "judge.toml"
BIAS: Final = "bias"
"""The name of the weight that every candidate has."""
TOLD, RIGHT = "told", "right"
"""The names of the two sums."""
KNEE, SURE = 0.8, 0.9
"""Up to the one a confidence is the chance itself; from the other on, signals must be right nearly always."""
_LEAST, _MOST = 0.01, 0.99
"""Nothing is surer, and nothing less sure."""


@dataclass(frozen=True, slots=True)
class Judge:
    """The weights of the three sums by trait, and what they must reach: the mean of a candidate's chances `keep`, the
    story's chance `tell`; a sentence alone has no story. A chance of `sure` is called .9, since only above it nearly
    all is right.
    """

    told: dict[str, float]
    right: dict[str, float]
    tells: dict[str, float]
    keep: float
    tell: float
    sure: float

    def judge(self, candidates: list[Candidate], story: Story) -> None:
        """Gives every candidate of an article its confidence, and says which are kept."""
        if not candidates:
            return
        found = traits(candidates, story)
        told = [chance(self.told, one) for one in found]
        right = [chance(self.right, one) for one in found]
        for candidate, its in zip(candidates, right, strict=True):
            candidate.confidence = called(its, self.sure)
        if story.share and chance(self.tells, of_story(told, right, story)) < self.tell:
            return
        for candidate, its in zip(candidates, told, strict=True):
            candidate.kept = (its + candidate.confidence) / 2 >= self.keep


def called(right: float, sure: float) -> float:
    """The confidence of a chance to be right: itself up to `KNEE`; from there to `sure` it rises to `SURE`."""
    if right > sure:
        right = SURE + (_MOST - SURE) * (right - sure) / (1.0 - sure)
    elif right > KNEE:
        right = KNEE + (SURE - KNEE) * (right - KNEE) / (sure - KNEE)
    return max(_LEAST, min(_MOST, right))


def chance(weights: dict[str, float], found: dict[str, float]) -> float:
    """How likely it is by a logistic model."""
    total = weights.get(BIAS, 0.0)
    for name, value in found.items():
        if value:
            total += weights.get(name, 0.0) * value
    return 1.0 / (1.0 + math.exp(-total))


def load(data: dict[str, Any], where: str) -> Judge:
    """The judge of a parsed `judge.toml`. Raises `KnowledgeError` for one that lacks something or has no numbers."""
    try:
        told, right = (
            {name: float(pair[number]) for name, pair in data["weights"].items()} for number in range(2)
        )
        tells = {name: float(weight) for name, weight in data["story"].items()}
        keep, tell, sure = (float(data["kept"][name]) for name in ("keep", "tell", "sure"))
        return Judge(told, right, tells, keep, tell, sure)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise KnowledgeError(f"{where}: no weights and thresholds as expected: {error!r}") from error
