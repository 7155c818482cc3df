"""What an event turns out to be in the light of what else the article tells: those who hold talks and "will meet
again" will hold talks again; whoever "mediated" in what was told before mediated in that.
"""

from __future__ import annotations

import dataclasses

from streams.detect.candidate import Candidate

_TALKS = "peace-talks"
_MEDIATE, _INVITE = "mediate", "invite"
_PENDING = ("proposed", "scheduled")
_SETTLED = frozenset({"prisoner-exchanges", "ceasefires", "agreements"})
"""What somebody brings about between two sides."""


def recast(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates of an article in the light of each other."""
    talks = {one.core for one in candidates if one.family == _TALKS and len(one.core) > 1}
    for one in candidates:
        frame = one.entry.frame.among
        if frame is not None and one.stage in _PENDING and one.core in talks:
            one.entry = dataclasses.replace(one.entry, frame=frame)
    return [
        one
        for one in candidates
        if not (_mediation_of_what_was_told(one, candidates) or _invites_to_talks(one, candidates))
    ]


def _invites_to_talks(one: Candidate, candidates: list[Candidate]) -> bool:
    """Whether an invitation is to the talks that its own sentence tells of."""
    return one.entry.frame.id == _INVITE and any(
        other.family == _TALKS and other.sentence == one.sentence and other.core <= one.core and other.core
        for other in candidates
    )


def _mediation_of_what_was_told(one: Candidate, candidates: list[Candidate]) -> bool:
    """Whether it only says who mediated in an event of a sentence before, which then has that mediator."""
    if one.entry.frame.id != _MEDIATE or one.stage in _PENDING or one.evidence.field == "title":
        return False
    for other in candidates:
        if other.family in _SETTLED and other.core == one.core and other.sentence < one.sentence:
            held = {actor.id for actor in other.actors}
            other.actors += [
                actor for actor in one.actors if actor.role == "mediator" and actor.id not in held
            ]
            return True
    return False
