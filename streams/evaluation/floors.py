"""Floors: figures on gold files below which a change is refused. They only rise, and belong to one corpus."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from streams.evaluation.tally import Tally

_HEAD = """# F1 on the gold files below which a change is refused; alarms: articles without events that raise one; corpus:
# the file's digest. Raised by `parley eval --floors … --raise` when detection got better; never lowered but for another corpus,
# and once, most by .01 to .03 and one by .11, when a judge fitted to unread articles took the place of one set by hand on these.
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least F1 by level, the most false alarms, and the digest of the gold file that they hold for."""

    strict: float
    family: float
    alarms: int
    corpus: str


def load(path: Path) -> dict[str, Floor]:
    """The floors by gold file (its name without the ending); none when there is no such file yet."""
    if not path.exists():
        return {}
    return {name: Floor(**table) for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def digest(path: Path) -> str:
    """A gold file's digest."""
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def reached(gold: Path, found: Tally) -> Floor:
    """The floor that these figures are worth: hundredths, rounded down."""
    return Floor(
        int(found.f1("strict") * 100) / 100, int(found.f1("family") * 100) / 100, found.alarms, digest(gold)
    )


def shortfalls(name: str, floor: Floor, now: Floor) -> list[str]:
    """What is worse than the floor, in words; a floor of another corpus says so."""
    if floor.corpus != now.corpus:
        return [f"{name}: the gold file changed; raise its floor"]
    found = [
        f"{name}: {level} F1 fell from {old:.2f} to {new:.2f}"
        for level, old, new in (("strict", floor.strict, now.strict), ("family", floor.family, now.family))
        if new < old
    ]
    if now.alarms > floor.alarms:
        found.append(f"{name}: {now.alarms} false alarms, not {floor.alarms}")
    return found


def raised(floor: Floor | None, now: Floor) -> Floor:
    """The better of both, figure by figure; a floor of another corpus does not count."""
    if floor is None or floor.corpus != now.corpus:
        return now
    return Floor(
        max(floor.strict, now.strict),
        max(floor.family, now.family),
        min(floor.alarms, now.alarms),
        now.corpus,
    )


def write(path: Path, floors: dict[str, Floor]) -> None:
    """Writes all floors, sorted by name."""
    tables = [
        "\n".join([f'["{name}"]', *(f"{key} = {_toml(value)}" for key, value in asdict(floor).items())])
        for name, floor in sorted(floors.items())
    ]
    path.write_text(_HEAD + "\n" + "\n\n".join(tables) + "\n", encoding="utf-8")


def _toml(value: float | str) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
