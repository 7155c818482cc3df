"""Whether everyone is there whom an event needs, and how plainly a sentence says it."""

from __future__ import annotations

from streams.detect.candidate import Candidate
from streams.reading import CORE_ROLES

VERB, NOUN = 0.85, 0.75
GUESS = 0.07  # each guess at an actor
PLAIN = 0.5
"""What a sentence without an article must reach to prove an entry."""

_ORGANISATION = "IGO"
"""PLOVER's sector of organisations of states."""


def plainly(candidate: Candidate) -> float:
    """How plainly its sentence says it: 0 where somebody is missing; less for a noun than for a verb, for an entry with
    less weight and for each guess.
    """
    if not complete(candidate):
        return 0.0
    return (NOUN if candidate.how.noun else VERB) * candidate.entry.weight - GUESS * candidate.how.guesses


def complete(candidate: Candidate) -> bool:
    """Whether everyone is there whom the frame needs: of a directed event who acts and on whom, of others so
    many core actors; where one is enough of an event that hits somebody, it is the one who is hit.
    """
    if candidate.whole:
        return True
    entry, frame = candidate.entry, candidate.entry.frame
    roles = {actor.role for actor in candidate.actors if actor.role in CORE_ROLES}
    needs = entry.needs if entry.needs is not None else frame.needs
    if frame.kind == "directed" and needs > 1:
        both = {"actor", "recipient"} <= roles or (len(candidate.core) >= needs and "party" in roles)
        return both or _at_home(candidate)
    if frame.kind == "directed" and needs == 1 < frame.needs and "recipient" in frame.fill:
        return "recipient" in roles or _at_home(candidate)
    return len(candidate.core) >= needs or _among_members(candidate)


def _among_members(candidate: Candidate) -> bool:
    """Whether the members of one organisation meet ("NATO ambassadors conferred in Brussels"), told with a day or a
    place.
    """
    told = candidate.place is not None or (candidate.time is not None and candidate.time.start is not None)
    if not told or not candidate.entry.frame.members or candidate.stage == "proposed":
        return False
    return any(actor.sector == _ORGANISATION and actor.role == "party" for actor in candidate.actors)


def _at_home(candidate: Candidate) -> bool:
    """Whether a state does to its own what others do to a recipient: its army bombed one of its provinces."""
    place = candidate.place
    if place is None or place.name is None or "recipient" not in candidate.entry.frame.fill:
        return False
    return any(actor.id == place.country and actor.role == "actor" for actor in candidate.actors)
