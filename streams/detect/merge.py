"""The same event told twice in one article is one candidate: best evidence, union of what is known."""

from __future__ import annotations

from streams.detect.blame import attribute
from streams.detect.candidate import Candidate
from streams.detect.complete import complete, plainly
from streams.detect.recast import recast
from streams.reading import CORE_ROLES, Actor

_MORE_GUESSES = 2
"""So many guesses more the fuller telling of an event may need and still say who takes part."""


_DONE = {"concluded", "under-way"}


def merge(candidates: list[Candidate]) -> list[Candidate]:
    """Candidates without repeats, in order of the text; headlines come last, since texts say more."""
    candidates = attribute(recast(candidates))
    ordered = sorted(candidates, key=lambda one: (one.evidence.field == "title", one.anaphoric, one.sentence))
    kept: list[Candidate] = []
    for candidate in ordered:
        twin = next((other for other in kept if _same(other, candidate)), None)
        if twin is not None:
            _absorb(twin, candidate)
        elif not candidate.anaphoric:
            kept.append(candidate)
    if any(one.evidence.field == "text" for one in kept):
        kept = [one for one in kept if one.evidence.field == "text"]
    return sorted(kept, key=lambda one: (one.evidence.field == "title", one.evidence.start, one.entry.rule))


def _same(one: Candidate, other: Candidate) -> bool:  # noqa: PLR0911 - one question after the other
    if one.family != other.family:
        return False
    if _mediated(one, other) or _mediated(other, one) or _going_on(one, other):
        return True
    if other.anaphoric or other.evidence.field == "title":
        return not other.core or bool(one.core & other.core) or not one.core
    if one.stage != other.stage or one.background != other.background or one.asserted_by != other.asserted_by:
        return False
    if one.entry.frame.kind != other.entry.frame.kind and one.family not in ("peace-talks", "attacks"):
        return False
    if _counted_once(one, other) or _told_twice(one, other):
        return True
    if _differ(one.time.start if one.time else None, other.time.start if other.time else None):
        return False
    if _differ(one.place.name if one.place else None, other.place.name if other.place else None):
        return False
    if _turned(one, other) or _apart(one, other) or _said_apart(one, other):
        return False
    return one.core == other.core or one.core < other.core or other.core < one.core


def _mediated(talks: Candidate, mediation: Candidate) -> bool:
    """Whether one sentence tells of talks and, beside it, who mediates in them ("the talks that Qatar hosts")."""
    mediators = mediation.of_role("mediator")
    return (
        bool(mediators)
        and talks.sentence == mediation.sentence
        and talks.entry.frame.id != mediation.entry.frame.id
        and len(mediation.core) > 1
        and mediation.core == talks.core - mediators
    )


def _going_on(one: Candidate, other: Candidate) -> bool:
    """Whether one sentence says by two words that talks are held and that they go on ("hold a new round in the
    negotiations under way").
    """
    return (
        one.family == "peace-talks"
        and one.sentence == other.sentence
        and one.entry.frame.id == other.entry.frame.id
        and bool(one.core)
        and one.core == other.core
        and {one.stage, other.stage} == _DONE
    )


def _counted_once(one: Candidate, other: Candidate) -> bool:
    """Whether one sentence tells a deed and what it cost ("the strike that hit Kosti on Thursday killed nine, the
    state said on Friday"): the numbers are the same.
    """
    if one.family != "attacks" or one.sentence != other.sentence or not one.attributes:
        return False
    return one.attributes == other.attributes and (one.core <= other.core or other.core <= one.core)


def _told_twice(one: Candidate, other: Candidate) -> bool:
    """Whether two words for talks mean one round: the same ones, on the same day."""
    if one.family != "peace-talks" or one.core != other.core or one.time is None or other.time is None:
        return False
    return one.time.start is not None and one.time.start == other.time.start


def _turned(one: Candidate, other: Candidate) -> bool:
    """Whether each does to the other what the other does to it ("A accuses B", "B thanks A")."""
    mine, theirs = one.of_role("actor"), other.of_role("actor")
    if not mine or not theirs or mine == theirs:
        return False
    return mine <= other.core - theirs and theirs <= one.core - mine


def _apart(one: Candidate, other: Candidate) -> bool:
    """Whether two deeds of different kinds and different actors only share some of them: a border closed by one
    is not the threat that another makes to it.
    """
    if one.family != "escalation" or one.core == other.core:
        return False
    return one.entry.frame.detail != other.entry.frame.detail


def _said_apart(one: Candidate, other: Candidate) -> bool:
    """Whether two statements of different kinds are of different speakers: praise of France is not what Russia
    accuses it of.
    """
    if one.family != "statements" or one.entry.frame.id == other.entry.frame.id:
        return False
    return one.of_role("actor") != other.of_role("actor")


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _absorb(kept: Candidate, other: Candidate) -> None:
    if _going_on(kept, other):
        kept.stage, kept.operator = "under-way", other.operator or kept.operator
    kept.told += other.told
    kept.headed = kept.headed or other.evidence.field == "title"
    if kept.core > other.core and _mediated(kept, other):
        kept.actors = other.actors
    fuller = other.evidence.field == "text" and not other.anaphoric and kept.core < other.core
    if fuller and other.how.guesses <= kept.how.guesses + _MORE_GUESSES:
        kept.actors = _united(other.actors, kept.actors)
        kept.how, kept.whole = other.how, complete(other)
    elif other.core <= kept.core and plainly(other) > plainly(kept):
        kept.how, kept.whole = other.how, complete(other)
    kept.place = kept.place if kept.place is not None and kept.place.name else (other.place or kept.place)
    if kept.time is None or kept.time.start is None:
        kept.time = (
            other.time if other.time is not None and other.time.start and not other.background else kept.time
        )
    kept.attributes = {**other.attributes, **kept.attributes}


def _united(base: list[Actor], more: list[Actor]) -> list[Actor]:
    held = {actor.id for actor in base}
    return [*base, *(actor for actor in more if actor.id not in held and actor.role not in CORE_ROLES)]
