"""Which conflict or negotiation an event belongs to (`knowledge/processes.toml`).

Evidence adds up: a party that takes part counts 2, one that is only talked about 1.5, one that hosts or
mediates half; a place of the process, or the event's being in a party's country, 1.5; another with a
stake 1, a mediator of it 0.5, and 1 when it mediates here. From 3 on the event belongs to the process. So
two parties are enough, or a party and a place; one state alone is not. A group that fights in no other
process is enough alone. Of `anchors`, where given, one must be among actors or places; `need_place` asks
for a place of the process unless the actors are one of its `pairs`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from streams.enrich import naming
from streams.enrich.actors import Actors
from streams.enrich.places import Places
from streams.errors import KnowledgeError

FILE = "processes.toml"
THRESHOLD = 3.0

_PARTY = {"subject": 1.5, "host": 0.5, "mediator": 0.5}
_TAKES_PART = 2.0
_PLACE = 1.5
_STAKE = 1.0
_MEDIATES = 1.0
_COULD_MEDIATE = 0.5


@dataclass(frozen=True, slots=True)
class Process:
    """A conflict or negotiation: English name, actor ids by what they are in it, place ids or countries."""

    id: str
    name: str
    parties: frozenset[str]
    subjects: frozenset[str]
    mediators: frozenset[str]
    places: frozenset[str]
    anchors: frozenset[str]
    pairs: tuple[frozenset[str], ...]
    need_place: bool
    enough: frozenset[str]


class Processes:
    """All processes. `Processes.load(overlays)` reads them; raises `KnowledgeError` with the entry."""

    def __init__(self, processes: tuple[Process, ...]) -> None:
        self._processes = {process.id: process for process in processes}
        self._order = {process.id: number for number, process in enumerate(processes)}
        self._by_actor: dict[str, list[Process]] = {}
        for process in processes:
            for actor in process.parties:
                self._by_actor.setdefault(actor, []).append(process)

    @classmethod
    def load(cls, overlays: tuple[Path, ...] = ()) -> Processes:
        """The processes of our table with those of `overlays` laid over them; cached."""
        return _load(tuple(overlays))

    def get(self, process: str) -> Process | None:
        """The process with this id, or None."""
        return self._processes.get(process)

    def __iter__(self) -> Any:
        return iter(self._processes.values())

    def __len__(self) -> int:
        return len(self._processes)

    def match(self, actors: Mapping[str, str], places: Collection[str] = ()) -> tuple[str, ...]:
        """The ids of the processes that an event belongs to, best first, at most three.

        `actors` maps actor ids to roles; `places` are place ids and country codes (ISO 3166-1 alpha-3).
        """
        candidates = {process.id: process for actor in actors for process in self._by_actor.get(actor, ())}
        where = frozenset(places)
        kept: list[tuple[float, int, str]] = []
        for key, process in candidates.items():
            score = _score(process, actors, where)
            if score >= THRESHOLD:
                kept.append((-score, self._order[key], key))
        return tuple([key for _score_, _order, key in sorted(kept)[:3]])


def _score(process: Process, actors: Mapping[str, str], places: frozenset[str]) -> float:
    present = process.parties.intersection(actors)
    here = process.places & places
    if process.anchors and process.anchors.isdisjoint(actors) and process.anchors.isdisjoint(places):
        return 0.0
    if process.need_place and not here and not any(pair.issubset(actors) for pair in process.pairs):
        return 0.0
    score = sum(_PARTY.get(actors[actor], _TAKES_PART) for actor in present)
    if process.enough & present:
        score = max(score, THRESHOLD)
    if here or (process.parties - present) & places:
        score += _PLACE
    for actor, role in actors.items():
        if actor in process.parties:
            continue
        if role in ("mediator", "host") and actor in process.mediators:
            score += _MEDIATES
        elif actor in process.subjects:
            score += _STAKE
        elif actor in process.mediators:
            score += _COULD_MEDIATE
    return score


@lru_cache(maxsize=8)
def _load(overlays: tuple[Path, ...]) -> Processes:
    data = naming.table(FILE, overlays)
    actors = Actors.load(overlays)
    fights: dict[str, int] = {}
    for entry in data.values():
        for actor in entry.get("parties", []) if isinstance(entry, dict) else []:
            fights[actor] = fights.get(actor, 0) + 1
    own = frozenset(
        actor
        for actor, count in fights.items()
        if count == 1 and (info := actors.get(actor)) and info.kind == "group"
    )
    return Processes(
        tuple(_process(f"{FILE}: {key}", key, entry, own, overlays) for key, entry in data.items())
    )


def _process(where: str, key: str, entry: Any, own: frozenset[str], overlays: tuple[Path, ...]) -> Process:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry.get("parties"):
        raise KnowledgeError(f"{where}: needs a name and parties")
    unknown = set(entry) - {
        "name",
        "parties",
        "subjects",
        "mediators",
        "places",
        "anchors",
        "pairs",
        "need_place",
    }
    if unknown:
        raise KnowledgeError(f"{where}: no such field: {', '.join(sorted(unknown))}")
    parts = {
        part: frozenset(naming.texts(f"{where}.{part}", entry.get(part, [])))
        for part in ("parties", "subjects", "mediators", "places", "anchors")
    }
    pairs = tuple(frozenset(naming.texts(f"{where}.pairs", pair)) for pair in entry.get("pairs", []))
    actors, places = Actors.load(overlays), Places.load(overlays)
    for actor in frozenset().union(*pairs, *(parts[part] for part in parts if part != "places")):
        if actors.get(actor) is None:
            raise KnowledgeError(f"{where}: actors.toml has no {actor!r}")
    for place in parts["places"]:
        if places.get(place) is None and actors.get(place) is None:
            raise KnowledgeError(f"{where}: places: neither places.toml nor cities.tsv has {place!r}")
    return Process(
        id=key,
        name=entry["name"],
        pairs=pairs,
        need_place=bool(entry.get("need_place")),
        enough=own & parts["parties"],
        **parts,
    )
