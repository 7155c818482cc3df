"""The tracker's knowledge, `knowledge/tracking.toml`: weights, families' habits, moves of stage.

table = load()
table.family("peace-talks").silence_days
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from streams.errors import KnowledgeError

FILE = Path(__file__).parent.parent / "knowledge" / "tracking.toml"


@dataclass(frozen=True, slots=True)
class Weights:
    """What speaks for and against two reports being of one affair; the file says what each means."""

    join: float
    reopen: float
    merge: float
    actors: float
    lone: float
    one_unknown: float
    reversed: float
    place_same: float
    place_within: float
    place_apart: float
    country_apart: float
    day_same: float
    day_near: float
    day_moved: float
    day_apart: float
    quiet: float
    next_round: float
    detail_same: float
    detail_apart: float
    process_same: float
    process_apart: float
    names: float
    helper_same: float
    helper_apart: float
    number_same: float
    copy: float


@dataclass(frozen=True, slots=True)
class Copies:
    """When two texts are near copies: shares of equal MinHash values and of names, days apart."""

    similarity: float
    names: float
    days: int


@dataclass(frozen=True, slots=True)
class Family:
    """One family's habits; the file's head says what each field means."""

    name: str
    silence_days: int
    linger_days: int
    near_days: int
    move_days: int
    rounds: bool
    place_strict: bool
    matter: bool
    remark: bool
    ended_by: dict[str, frozenset[str]]
    wave_hours: int
    kinds: tuple[frozenset[str], ...]
    course: tuple[str, ...]
    incidents: frozenset[str]
    asides: frozenset[str]
    denial: str
    near: tuple[str, ...]
    moves: dict[str, frozenset[str]]

    def allows(self, old: str, new: str) -> bool:
        """Whether a thread may go from one stage to the other."""
        return old == "denied" or new in self.moves.get(old, ())

    def details_apart(self, one: str | None, other: str | None) -> bool:
        """Whether two details cannot meet in one thread."""
        if one is None or other is None or one == other:
            return False
        mine = [kind for kind in self.kinds if one in kind]
        return (
            bool(mine)
            and any(other in kind for kind in self.kinds)
            and not any(other in kind for kind in mine)
        )

    def are_akin(self, one: str | None, other: str | None) -> bool:
        """Whether two details may be two words for one affair: of one kind, or the family knows no kinds."""
        if one is None or other is None or one == other or not self.kinds:
            return True
        return any(one in kind and other in kind for kind in self.kinds)

    def is_later(self, old: str | None, new: str | None) -> bool:
        """Whether the detail `new` comes after `old` in the family's course."""
        if new is None or new not in self.course:
            return False
        return old is None or old not in self.course or self.course.index(new) > self.course.index(old)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file, checked."""

    lateness_days: float
    future_minutes: int
    keep_days: int
    sure: float
    beside: float
    independent: tuple[int, ...]
    same: Weights
    copies: Copies
    families: dict[str, Family]

    def family(self, name: str) -> Family:
        """A family's row; a family that the file does not list has the defaults."""
        return self.families.get(name) or self.families["default"]

    def ends(self, family: str, detail: str | None) -> list[Family]:
        """The families whose threads such a detail of another family may end."""
        return [row for row in self.families.values() if detail in row.ended_by.get(family, ())]


@cache
def load(path: Path = FILE) -> Table:
    """The checked table of a file, read once.

    Raises `KnowledgeError`, which names the file and the entry, when something is missing or wrong.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return _table(raw)
    except (OSError, tomllib.TOMLDecodeError, KeyError, msgspec.ValidationError) as error:
        message = f"{path.name}: {error}; see the comments in the file for what each entry needs"
        raise KnowledgeError(message) from error


def _table(raw: dict[str, Any]) -> Table:
    default = raw["families"]["default"]
    families = {
        name: msgspec.convert({**default, **row, "name": name, "moves": _moves(raw, name)}, Family)
        for name, row in raw["families"].items()
    }
    return msgspec.convert({**raw, "families": families}, Table, from_attributes=True)


def _moves(raw: dict[str, Any], family: str) -> dict[str, list[str]]:
    own = raw.get("moves_of", {}).get(family, {})
    return {stage: allowed + own.get(stage, []) for stage, allowed in raw["moves"].items()}
