"""How sure a candidate is: the probability that a careful reader gives this family, stage and actors."""

from __future__ import annotations

from streams.detect.candidate import Candidate
from streams.detect.filled import Filled
from streams.reading import CORE_ROLES

_ORGANISATION = "IGO"
"""PLOVER's sector of organisations of states."""

THRESHOLD = 0.5
"""Below it a signal is not kept."""

VERB, NOUN = 0.85, 0.75
GUESS = 0.07  # each guess at an actor
INCOMPLETE = 0.35  # a core role that the frame needs is empty
ALONE, CLEAR = 0.6, 0.8  # what a story's only event must reach; the same in one of sport and the like
STORY = 6  # sentences from which on a text is a whole story
CHATTY = 4  # one word of sport and the like in so many sentences makes a lone event doubtful
QUIET = 0.45  # the article speaks of sport, culture or weather
TITLE = 0.9  # headlines drop what decides


def first(candidate: Candidate, trigger: Filled, guesses: int) -> float:
    """The confidence of a candidate by itself."""
    entry = candidate.entry
    score = (NOUN if trigger.hit.item.voice == "noun" else VERB) * entry.weight
    score -= GUESS * (guesses + trigger.shaky)
    if not _complete(candidate):
        score *= INCOMPLETE
    if candidate.evidence.field == "title":
        score *= TITLE
    return max(0.01, min(0.99, score))


def _complete(candidate: Candidate) -> bool:
    """Whether everyone is there whom the frame needs: of a directed event who acts and on whom, of others so
    many core actors; where one is enough of an event that hits somebody, it is the one who is hit.
    """
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


def weigh(candidates: list[Candidate], quiet: int, sentences: int) -> None:
    """Lowers everything in an article whose words are of sport, culture, weather or crime."""
    if quiet >= max(3, sentences // 2):
        for candidate in candidates:
            candidate.confidence *= QUIET


def doubt(candidates: list[Candidate], quiet: int, sentences: int) -> None:
    """Lowers what stands alone in a whole story: news tells of one thing clearly or of several. Among words of
    sport and the like it must be clearer.
    """
    kept = [candidate for candidate in candidates if candidate.confidence >= THRESHOLD]
    bar = CLEAR if quiet > max(1, sentences // CHATTY) else ALONE
    if len(kept) == 1 and sentences >= STORY and kept[0].confidence < bar:
        kept[0].confidence *= QUIET
