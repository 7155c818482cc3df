"""Markers that say "in" before a place and "to" before anybody else: French "à Minsk", "au Liban".

A state or capital so marked may also be acted on ("a remis à Kiev 200 corps"). `settle` decides by what is
named; `towards` reads such a place as recipient where the event wants one that nothing else is.
"""

from __future__ import annotations

from streams.detect.clause import Clause, Group
from streams.detect.filled import Filled


def settle(clause: Clause) -> list[Group]:
    """Gives groups in the slot "at" their slot "in" or "to"; returns those of places."""
    places: list[Group] = []
    for group in clause.groups:
        if group.slot == "at":
            group.slot = "to"
            if any(spot.place is not None for spot in group.mentions):
                group.slot = "in"
                places.append(group)
    return places


def _city(group: Group) -> bool:
    return any(
        spot.place is not None and spot.place.place is not None and spot.place.place.name
        for spot in group.mentions
    )


def towards(filled: Filled, places: list[Group]) -> None:
    """Moves a place from "in" to "to" where an event lacks somebody: a directed one that has nobody acted on
    and needs somebody or is a statement about a state, a proposal that names only who makes it.
    """
    frame, entry = filled.frame, filled.hit.item.entry
    if (
        not places
        or frame.fill
        or frame.kind == "sole"
        or (frame.kind == "symmetric" and frame.stage != "proposed")
    ):
        return
    role = "party" if frame.kind == "symmetric" else "recipient"
    held = sum(
        len(group.mentions) or 2
        for slot, groups in filled.slots.items()
        if entry.role(slot) == role
        for group in groups
    )
    if held >= (frame.needs if role == "party" else 1):
        return
    for group in list(filled.slots.get("in", [])):
        wanted = frame.needs > 1 or (frame.place_own and not _city(group))
        if (
            wanted
            and any(group is place for place in places)
            and any(spot.actor is not None for spot in group.mentions)
        ):
            group.slot = "to"
            filled.slots["in"].remove(group)
            filled.add("to", group)
