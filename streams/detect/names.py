"""Names as the automaton finds them: an actor's or a place's, with what it takes for one to stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streams.detect.match import Hit
from streams.enrich.actors import Name
from streams.enrich.places import PlaceInfo


@dataclass(frozen=True, slots=True)
class Named:
    """One meaning of a name in the text. `place` is set for places, and for capitals and states, which are
    places behind a locative and actors elsewhere. `clitic` is the slot of the particle that this form carries
    ("to", "on", "and"), as Arabic writes it on the name."""

    name: Name
    place: PlaceInfo | None = None
    clitic: str = ""

    @property
    def is_actor(self) -> bool:
        """Whether the name can take part in an event by itself."""
        return self.name.kind != "place" and bool(self.name.id)

    def stands(self, text: str, spans: list[tuple[int, int]], hit: Hit[Any], cased: bool, day: str) -> bool:
        """Whether the text writes it as a name: acronyms exactly so, others with a capital first letter in
        scripts that have capitals; and whether the name stands for the actor on `day`."""
        if (self.name.since and day < self.name.since) or (self.name.until and day > self.name.until):
            return False
        start, end = spans[hit.start][0], spans[hit.end - 1][1]
        if self.name.exact:
            return _same(text[start:end], self.name.pattern)
        if not cased or self.name.lower:
            return True
        first = text[start]
        return first.isupper() or not first.isalpha() or not (first.islower() or first.isupper())


def _same(written: str, pattern: str) -> bool:
    return "".join(written.split()) == pattern.replace(" ", "")
