"""Markers that say "in" before a city and "to" before anybody else: French "à Minsk", "à Israël".

A capital so marked may also stand for its government ("a remis à Kiev 200 corps"). `settle` decides by what
is named; `towards` reads the capital as recipient where the event wants one that nothing else is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.detect.clause import Clause, Group, Spot

if TYPE_CHECKING:
    from streams.detect.roles import Filled


def settle(clause: Clause) -> list[Group]:
    """Gives groups in the slot "at" their slot "in" or "to"; returns those of cities."""
    cities: list[Group] = []
    for group in clause.groups:
        if group.slot == "at":
            group.slot = "to"
            if any(_city(spot) for spot in group.mentions):
                group.slot = "in"
                cities.append(group)
    return cities


def _city(spot: Spot) -> bool:
    named = spot.place
    return named is not None and named.place is not None and bool(named.place.name)


def towards(filled: Filled, cities: list[Group]) -> None:
    """Moves a capital from "in" to "to" where a directed event needs two and has nobody acted on."""
    frame, entry = filled.frame, filled.hit.item.entry
    if not cities or frame.kind != "directed" or frame.needs == 1 or frame.fill:
        return
    if any(held and entry.role(slot) == "recipient" for slot, held in filled.slots.items()):
        return
    for group in list(filled.slots.get("in", [])):
        if any(group is city for city in cities) and any(spot.actor is not None for spot in group.mentions):
            group.slot = "to"
            filled.slots["in"].remove(group)
            filled.add("to", group)
