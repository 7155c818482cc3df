"""Towns behind a preposition that no table of names knows by sight, in the countries that the text names."""

from __future__ import annotations

from collections.abc import Iterable

from streams.detect.clause import NAME, STOP, TRIGGER, Clause, Marks, Spot
from streams.detect.names import Named
from streams.enrich.naming import Name
from streams.enrich.towns import MAX_WORDS, Towns

_TAKEN = NAME | TRIGGER | STOP
_SLOTS = frozenset({"in", "to", "from", "of", "against", "on"})
"""Slots in which a bare name may be a town: "in", "into", "the town of", "strikes against"."""


def add_towns(
    names: list[Spot], clause: Clause, marks: Marks, text: str, earlier: Iterable[str], registry: Towns
) -> list[Spot]:
    """The names of a sentence with the towns that stand behind its markers. `earlier` are actors that the
    article named before; the states among them and those of the sentence say where a town may be.
    """
    found = [
        (start, *run)
        for end, (_start, slot) in marks.before.items()
        if slot in _SLOTS and (run := _run(end + 1, clause)) and (start := end + 1)
    ]
    if not found:
        return names
    countries = dict.fromkeys([*_countries(names), *earlier])
    spots = list(names)
    for start, *ends in found:
        for end in sorted(ends, reverse=True):
            written = text[clause.spans[start][0] : clause.spans[end - 1][1]]
            town = registry.find(written, countries)
            if town is not None:
                spots.append(Spot(start, end, (Named(Name(written, "place", town.name), town),)))
                for index in range(start, end):
                    clause.bits[index] = NAME
                break
    return sorted(spots, key=_start)


def _start(spot: Spot) -> int:
    return spot.start


def _run(start: int, clause: Clause) -> list[int]:
    """Where a name that begins at `start` may end: behind each capitalised word that follows without a break."""
    ends: list[int] = []
    words = 0
    for index in range(start, len(clause.words)):
        if clause.bits[index] & _TAKEN or words == MAX_WORDS:
            break
        if clause.capitals[index]:
            words += 1
            ends.append(index + 1)
        elif not ends or clause.words[index] not in "-'\u2019\u2010":
            break
    return ends


def _countries(names: list[Spot]) -> list[str]:
    """The states and the places' countries of a sentence, as far as they are codes."""
    found: list[str] = []
    for spot in names:
        if spot.place is not None and spot.place.place is not None and spot.place.place.country:
            found.append(spot.place.place.country)
        if spot.actor is not None:
            found.append(spot.actor.name.id)
    return found
