"""Frames: what can happen, the same in every language (`knowledge/frames.toml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from streams.enrich.naming import table
from streams.errors import KnowledgeError
from streams.reading import Role, Stage

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

FILE = "frames.toml"
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*")
OPERATORS: tuple[str, ...] = get_args(Operator)
SLOTS: frozenset[str] = frozenset(get_args(Slot))
STAGES: frozenset[str] = frozenset(get_args(Stage))
ROLES: frozenset[str] = frozenset(get_args(Role))


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of event. `slots` maps a slot to a role ("none": nobody); `on` maps an operator to the stage
    it gives ("drop": not reported); `codes` maps a stage (or "default") to PLOVER event, mode and CAMEO.
    `fill` are roles that the place's country takes, `at` is the role whose country is the place, where the
    text leaves one of them out; `mediators` are actors who are never more than that in it. With `members` those
    of one organisation may do it among themselves. `among` is the frame of what the same ones plan in an article
    that tells of that ("they will meet again": the next round of their talks).
    """

    id: str
    family: str
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
    among: Frame | None = None
    members: bool = False

    def coded(self, stage: str) -> tuple[str, str, str] | None:
        """PLOVER event, mode and CAMEO code of this event at `stage`; None where no mapping is honest."""
        return self.codes.get(stage) or self.codes.get("default")


def families(overlays: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The families of events in the order of `frames.toml`, then those of the user's folders: each has its topic.

    Raises `KnowledgeError` for a name that is no topic's.
    """
    return _families(table(FILE, overlays), FILE)


def _families(data: dict[str, Any], where: str) -> tuple[str, ...]:
    names = tuple(data.get("families", {}))
    wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
    if wrong is not None:
        raise KnowledgeError(f"{where}: family {wrong!r}: a topic's name has small letters and hyphens only")
    return names


def load_frames(data: dict[str, Any], where: str) -> dict[str, Frame]:
    """The frames of a parsed `frames.toml`. Raises `KnowledgeError` that names the file and the frame."""
    kinds = data.get("kinds", {})
    known = frozenset(_families(data, where))
    frames: dict[str, Frame] = {}
    for name, row in data.get("frames", {}).items():
        kind = row.get("kind")
        if kind not in kinds:
            raise KnowledgeError(f"{where}: frame {name}: kind {kind!r} is none of {sorted(kinds)}")
        try:
            frames[name] = _frame(name, row, kinds[kind], known)
        except (TypeError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{where}: frame {name}: {error}") from error
    return {name: _linked(frame, data["frames"][name], frames, where) for name, frame in frames.items()}


def _linked(frame: Frame, row: dict[str, Any], frames: dict[str, Frame], where: str) -> Frame:
    """The frame with the frame that it may turn into."""
    name = row.get("among")
    if name is None:
        return frame
    if name not in frames:
        raise KnowledgeError(f"{where}: frame {frame.id}: there is no frame {name!r}")
    return replace(frame, among=frames[name])


def _frame(name: str, row: dict[str, Any], kind: dict[str, Any], known: frozenset[str]) -> Frame:
    slots = {**kind["slots"], **row.get("slots", {})}
    on = {**kind["on"], **row.get("on", {})}
    _check("family", [row["family"]], known)
    _check("stage", [row["stage"]], STAGES)
    _check("slots", slots, SLOTS)
    _check("role", slots.values(), ROLES | {"none"})
    _check("operator", on, frozenset(OPERATORS))
    _check("stage", on.values(), STAGES | {"drop"})
    return Frame(
        id=name,
        family=row["family"],
        kind=row["kind"],
        stage=row["stage"],
        detail=row["detail"],
        needs=int(row.get("needs", kind["needs"])),
        slots=slots,
        on=on,
        codes={stage: (code[0], code[1], code[2]) for stage, code in row.get("codes", {}).items()},
        caller=row.get("caller"),
        fill=tuple(row.get("fill", ())),
        place_own=row.get("place") == "own",
        at=row.get("at"),
        members=bool(row.get("members", False)),
        mediators=frozenset(row.get("mediators", ())),
    )


def _check(what: str, values: Any, allowed: frozenset[str]) -> None:
    wrong = [value for value in values if value not in allowed]
    if wrong:
        raise ValueError(f"{what} {wrong[0]!r} is none of {sorted(allowed)}")
