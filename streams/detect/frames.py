"""Frames: what can happen, the same in every language (`knowledge/frames.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from streams.errors import KnowledgeError
from streams.reading import Family, Role, Stage

Kind = Literal["symmetric", "directed", "sole"]
Slot = Literal[
    "subj", "obj", "mod", "by", "with", "between", "against", "on", "to", "from", "for", "of", "about", "in", "at",
    "host", "mediator", "source",
]  # fmt: skip
"""Where an actor stands to a trigger: as subject, object or modifier, or behind a marker of the grammar. "at" is
a marker that says "in" before a place and "to" before anybody else (French "à", "au")."""

Operator = Literal[
    "deny", "cancel", "refuse", "negation", "call", "offer", "seek", "conditional", "modal", "agree", "plan",
    "future", "end", "begin", "ongoing",
]  # fmt: skip
"""What a clause may do to an event, strongest first: where several stand, the first of this list decides."""

OPERATORS: tuple[str, ...] = get_args(Operator)
SLOTS: frozenset[str] = frozenset(get_args(Slot))
FAMILIES: frozenset[str] = frozenset(get_args(Family))
STAGES: frozenset[str] = frozenset(get_args(Stage))
ROLES: frozenset[str] = frozenset(get_args(Role))


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of event. `slots` maps a slot to a role ("none": nobody); `on` maps an operator to the stage
    it gives ("drop": not reported); `codes` maps a stage (or "default") to PLOVER event, mode and CAMEO.
    `fill` are roles that the place's country takes, `at` is the role whose country is the place, where the
    text leaves one of them out; `mediators` are actors who are never more than that in it.
    """

    id: str
    family: Family
    kind: Kind
    stage: Stage
    detail: str
    needs: int
    slots: dict[str, str]
    on: dict[str, str]
    codes: dict[str, tuple[str, str, str]]
    caller: str | None = None
    fill: tuple[str, ...] = ()
    place_own: bool = False
    at: str | None = None
    mediators: frozenset[str] = frozenset()

    def coded(self, stage: str) -> tuple[str, str, str] | None:
        """PLOVER event, mode and CAMEO code of this event at `stage`; None where no mapping is honest."""
        return self.codes.get(stage) or self.codes.get("default")


def load_frames(data: dict[str, Any], where: str) -> dict[str, Frame]:
    """The frames of a parsed `frames.toml`. Raises `KnowledgeError` that names the file and the frame."""
    kinds = data.get("kinds", {})
    frames: dict[str, Frame] = {}
    for name, table in data.get("frames", {}).items():
        kind = table.get("kind")
        if kind not in kinds:
            raise KnowledgeError(f"{where}: frame {name}: kind {kind!r} is none of {sorted(kinds)}")
        try:
            frames[name] = _frame(name, table, kinds[kind])
        except (TypeError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{where}: frame {name}: {error}") from error
    return frames


def _frame(name: str, table: dict[str, Any], kind: dict[str, Any]) -> Frame:
    slots = {**kind["slots"], **table.get("slots", {})}
    on = {**kind["on"], **table.get("on", {})}
    _check("family", [table["family"]], FAMILIES)
    _check("stage", [table["stage"]], STAGES)
    _check("slots", slots, SLOTS)
    _check("role", slots.values(), ROLES | {"none"})
    _check("operator", on, frozenset(OPERATORS))
    _check("stage", on.values(), STAGES | {"drop"})
    return Frame(
        id=name,
        family=table["family"],
        kind=table["kind"],
        stage=table["stage"],
        detail=table["detail"],
        needs=int(table.get("needs", kind["needs"])),
        slots=slots,
        on=on,
        codes={stage: (code[0], code[1], code[2]) for stage, code in table.get("codes", {}).items()},
        caller=table.get("caller"),
        fill=tuple(table.get("fill", ())),
        place_own=table.get("place") == "own",
        at=table.get("at"),
        mediators=frozenset(table.get("mediators", ())),
    )


def _check(what: str, values: Any, allowed: frozenset[str]) -> None:
    wrong = [value for value in values if value not in allowed]
    if wrong:
        raise ValueError(f"{what} {wrong[0]!r} is none of {sorted(allowed)}")
