"""Whom an attack is blamed on: "an air strike hit Kosti … the army accuses the RSF of the attack" is one attack by
the RSF, and no accusation beside it.
"""

from __future__ import annotations

import dataclasses

from streams.detect.candidate import Candidate
from streams.reading import Actor

_DONE = ("concluded", "under-way")
_ACCUSE = "accuse"


def attribute(candidates: list[Candidate]) -> list[Candidate]:
    """The candidates without the accusations that only say who an attack of the same article is by; the attack
    has whom they name.
    """
    kept = []
    for one in candidates:
        attack = _attack(one, candidates) if one.entry.frame.id == _ACCUSE else None
        if attack is None:
            kept.append(one)
        else:
            attack.actors = [*_blamed(one, attack), *attack.actors]
    return kept


def _attack(accusation: Candidate, candidates: list[Candidate]) -> Candidate | None:
    """The attack on whoever accuses that the accusation is about: its sentence speaks of an attack, and the
    article tells of one before, by nobody or by whom it blames.
    """
    accuser, blamed = accusation.of_role("actor"), accusation.of_role("recipient")
    about = any(other.family == "attacks" and other.sentence == accusation.sentence for other in candidates)
    if not accuser or not blamed or not about:
        return None
    for other in candidates:
        told = (
            other.family == "attacks" and other.stage in _DONE and not (other.background or other.anaphoric)
        )
        country = other.place.country if other.place is not None else None
        hit = other.of_role("recipient") | ({country} if country else set())
        if (
            told
            and other.sentence < accusation.sentence
            and accuser & hit
            and other.of_role("actor") <= blamed
        ):
            return other
    return None


def _blamed(accusation: Candidate, attack: Candidate) -> list[Actor]:
    held = {actor.id for actor in attack.actors}
    return [
        dataclasses.replace(actor, role="actor")
        for actor in accusation.actors
        if actor.role == "recipient" and actor.id not in held
    ]
