"""Names as the automaton finds them: an actor's or a place's, with what it takes for one to stand."""

from __future__ import annotations

from dataclasses import dataclass

from streams.enrich.actors import Name
from streams.enrich.places import PlaceInfo


@dataclass(frozen=True, slots=True)
class Named:
    """One meaning of a name in the text. `place` is set for places, and for capitals and states, which are
    places behind a locative and actors elsewhere. `clitic` is the slot of the particle that this form carries
    ("to", "on", "and"), as Arabic writes it on the name.
    """

    name: Name
    place: PlaceInfo | None = None
    clitic: str = ""

    @property
    def is_actor(self) -> bool:
        """Whether the name can take part in an event by itself."""
        return self.name.kind != "place" and bool(self.name.id)

    def stands(self, written: str, day: str, *, cased: bool) -> bool:
        """Whether the text writes it as a name: acronyms exactly so, others with a capital first letter in
        scripts that have capitals; and whether the name stands for the actor on `day`.
        """
        name = self.name
        if (name.since and day < name.since) or (name.until and day > name.until):
            return False
        if name.exact:
            return written == name.pattern or _same(written, name.pattern)
        if not cased or name.lower:
            return True
        first = written[0]
        return not (first.islower() and first.isalpha())


def _same(written: str, pattern: str) -> bool:
    return "".join(written.split()) == pattern.replace(" ", "")
