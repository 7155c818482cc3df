"""How a candidate was found, in numbers that mean the same in every language: what the judge weighs.

`how` notes what only the clause knows; `traits` says it of a candidate that is merged, with what the article around
it adds. A text of one sentence has nothing around it: it is judged as if it stood in a usual story.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from streams.detect.candidate import Candidate, How
from streams.detect.clause import Clause
from streams.detect.complete import complete
from streams.detect.filled import Filled

FAMILY, FRAME, OPERATOR = "family ", "frame ", "operator "
"""What the names of traits begin with that say which family, frame or operator it is."""

_USUAL_LENGTH: Final = 20
"""Words of a usual sentence."""
_FAR: Final = 12
"""Words from a trigger to its nearest name when there is none."""
_MOST_GUESSES, _MOST_SPARE, _MOST_TOLD = 5, 4, 3
"""Beyond these, more says no more."""
_STORY: Final = 6
"""Sentences from which on a text is a whole story, whose other sentences speak in full for or against a candidate."""
_LEAD: Final = 1
"""The last sentence of a story's head: the first of its text, behind the headline."""
_CENTRE: Final = 2
"""As many actors as a story is mostly about."""
_PAIR: Final = 2
"""As many as most events are between."""


_UNHEARD: Final = 0.01
"""Chances nearer to 0 or 1 say no more."""

_USUAL: Final = {
    "sentences": math.log(10),
    "story": 1.0,
    "clear others": math.log1p(2),
    "actors' share": 0.25,
    "centre": 1.0,
    "actors": math.log1p(6),
    "telling": 0.75,
}
"""What a usual story says of what it tells: the means of the gold articles."""


@dataclass(frozen=True, slots=True)
class Story:
    """The article around its candidates: how many sentences, words of sport and the like in them, sentences that
    name somebody, and in how many sentences each actor is named.
    """

    sentences: int
    quiet: int = 0
    telling: int = 0
    named: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of a whole story it is: from 0 for one sentence to 1."""
        return min(1.0, max(0, self.sentences - 1) / _STORY)


def how(trigger: Filled, clause: Clause, guesses: int) -> How:
    """What only the clause knows of a candidate, with so many `guesses` at its actors."""
    hit, scale = trigger.hit, clause.scale
    named = [group for group in clause.groups if group.actors]
    used = [group for group in named if trigger.holds(group)]
    far = [max(0, group.start - hit.end, hit.start - group.end) / scale for group in used]
    return How(
        noun=hit.item.voice == "noun",
        words=len(hit.tokens) / scale,
        guesses=guesses + trigger.shaky,
        far=min(far, default=float(_FAR)),
        spare=len(named) - len(used),
        rivals=len({other.start for other in clause.triggers}) - 1,
        length=len(clause.words) / scale,
    )


def traits(candidates: list[Candidate], story: Story) -> list[dict[str, float]]:
    """The traits of an article's candidates by name, in their order; those that are 0 may be left out."""
    own = [_own(candidate) for candidate in candidates]
    if story.sentences > 1:
        clear = [one["guesses"] == 0 and one["incomplete"] == 0 for one in own]
        centre = sorted(story.named, key=lambda actor: -story.named[actor])[:_CENTRE]
        for candidate, found, itself in zip(candidates, own, clear, strict=True):
            _around(candidate, sum(clear) - itself, centre, story, found)
    else:
        for found in own:
            found.update(_USUAL)
    return own


def of_story(told: list[float], right: list[float], story: Story) -> dict[str, float]:
    """The traits of a story by which it tells any event, given the chances of its candidates; at least one."""
    first, second = sorted([*told, 0.0], reverse=True)[:2]
    none = 1.0
    for one in told:
        none *= 1.0 - one
    share, count = story.share, max(1, story.sentences)
    return {
        "best": _odds(first),
        "second": _odds(second),
        "any": _odds(1.0 - none),
        "right": _odds(max(right)),
        "candidates": math.log1p(len(told)),
        "story": share,
        "sentences": math.log(count),
        "quiet": share * min(1.0, story.quiet / count),
        "ever quiet": share * (story.quiet > 0),
        "telling": share * story.telling / count,
        "actors": share * math.log1p(len(story.named)),
    }


def _odds(chance: float) -> float:
    """The logarithm of a chance's odds, within what a handful of articles can tell."""
    held = max(_UNHEARD, min(1.0 - _UNHEARD, chance))
    return math.log(held / (1.0 - held))


def _own(candidate: Candidate) -> dict[str, float]:
    """What a candidate says by itself."""
    how, frame, core = candidate.how, candidate.entry.frame, len(candidate.core)
    found = {
        "noun": float(how.noun),
        "doubted": 1.0 - candidate.entry.weight,
        "words": math.log(max(1.0, how.words)),
        "incomplete": float(not complete(candidate)),
        "guesses": min(how.guesses, _MOST_GUESSES) / _MOST_GUESSES,
        "nobody": float(core == 0),
        "one": float(core == 1),
        "many": float(core > _PAIR),
        "far": math.log1p(how.far),
        "spare": float(min(how.spare, _MOST_SPARE)),
        "rivals": math.log1p(how.rivals),
        "length": math.log(max(1.0, how.length) / _USUAL_LENGTH),
        "symmetric": float(frame.kind == "symmetric"),
        "directed": float(frame.kind == "directed"),
        "time": float(candidate.time is not None and candidate.time.start is not None),
        "place": float(candidate.place is not None and candidate.place.country is not None),
        "told": float(min(candidate.told - 1, _MOST_TOLD)),
        "headline": float(candidate.headed),
        FAMILY + frame.family: 1.0,
        FRAME + frame.id: 1.0,
    }
    if candidate.operator is not None:
        found[OPERATOR + candidate.operator] = 1.0
    return found


def _around(
    candidate: Candidate, clear: int, centre: list[str], story: Story, found: dict[str, float]
) -> None:
    """Adds what the article says of it: so many others are `clear`, and these actors are its centre."""
    share, count, named = story.share, story.sentences, story.named
    found["sentences"] = math.log(count)
    found["story"] = share
    found["lead"] = share * (candidate.sentence <= _LEAD and candidate.evidence.field == "text")
    found["quiet"] = share * min(1.0, story.quiet / count)
    found["ever quiet"] = share * (story.quiet > 0)
    found["clear others"] = share * math.log1p(clear)
    found["actors' share"] = share * min([named.get(actor, 0) for actor in candidate.core], default=0) / count
    found["centre"] = share * (not candidate.core.isdisjoint(centre))
    found["actors"] = share * math.log1p(len(named))
    found["telling"] = share * story.telling / count
