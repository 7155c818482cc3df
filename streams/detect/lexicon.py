"""What evokes a frame in a language (`knowledge/<language>/lexicon.toml`), with its proofs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from streams.detect.frames import ROLES, SLOTS, STAGES, Frame
from streams.enrich.shapes import MAX_PATTERN
from streams.errors import KnowledgeError

Voice = Literal["active", "passive", "noun"]

_FIELDS = frozenset({
    "id", "frame", "verbs", "passive", "nouns", "stage", "detail", "slots", "needs", "context", "unless", "weight",
    "examples", "counterexamples", "disabled",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that fires its entry; `stage` and `core` are checked too where they are given."""

    text: str
    stage: str | None = None
    core: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One way of saying a frame.

    `verbs` are active forms (with gaps and the object's noun, where that decides the frame), `passive`
    forms that are passive by themselves, `nouns` event nouns. `context` patterns must stand somewhere in
    the sentence, `unless` patterns must not. `weight` says how plainly its words tell it (1 at most). `where` is file and line.
    """

    id: str
    frame: Frame
    language: str
    verbs: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    stage: str | None = None
    detail: str | None = None
    slots: dict[str, str] | None = None
    needs: int | None = None
    context: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    weight: float = 1.0
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[str, ...] = ()
    where: str = ""

    @property
    def rule(self) -> str:
        """The name that a signal carries: language, frame and entry."""
        return f"{self.language}/{self.frame.id}/{self.id}"

    def fits(self, conditions: set[str]) -> bool:
        """Whether a sentence with these condition words is one in which the entry may fire."""
        if self.context and conditions.isdisjoint(self.context):
            return False
        return not self.unless or conditions.isdisjoint(self.unless)

    def role(self, slot: str) -> str:
        """The role of who stands in `slot`, "none" for nobody."""
        if self.slots and slot in self.slots:
            return self.slots[slot]
        return self.frame.slots.get(slot, "none")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What the automaton finds: an entry and the voice of the form that was matched."""

    entry: Entry
    voice: Voice


def load_lexicon(
    tables: Iterable[tuple[str, dict[str, Any]]],
    lists: dict[str, str],
    language: str,
    frames: dict[str, Frame],
) -> dict[str, Entry]:
    """The entries of a lexicon by id, from their tables, each with where it stands (file and line).

    `lists` are named patterns: `{sport}` in an entry's pattern stands for the list of that name. Raises
    `KnowledgeError` naming file, line and entry.
    """
    entries: dict[str, Entry] = {}
    for where, table in tables:
        name = table.get("id") or "without an id"
        try:
            if table.get("disabled"):
                continue
            if name in entries:
                raise ValueError("stands twice")  # noqa: TRY301 - told like all that is wrong with an entry
            entries[name] = _entry(_with_lists(table, lists), language, frames, where)
        except (KeyError, TypeError, ValueError) as error:
            raise KnowledgeError(f"{where}: entry {name}: {error}") from error
    return entries


_PATTERNS = ("verbs", "passive", "nouns", "context", "unless")
_MAX_NESTING = 4


def _with_lists(table: dict[str, Any], lists: dict[str, str]) -> dict[str, Any]:
    """The entry with every `{name}` in its patterns replaced; lists may name lists."""
    if not any("{" in pattern for part in _PATTERNS for pattern in table.get(part, ())):
        return table
    replaced = dict(table)
    for part in _PATTERNS:
        patterns = list(table.get(part, ()))
        for _ in range(_MAX_NESTING):
            patterns = [
                _short(re.sub(r"\{(\w+)\}", lambda match: _named(match.group(1), lists), pattern))
                for pattern in patterns
            ]
        replaced[part] = patterns
    return replaced


def _short(pattern: str) -> str:
    if len(pattern) > MAX_PATTERN:
        raise ValueError(
            f"has {len(pattern)} characters with its lists, {MAX_PATTERN} are allowed: {pattern[:80]!r}"
        )
    return pattern


def _named(name: str, lists: dict[str, str]) -> str:
    if name not in lists:
        raise ValueError(f"{{{name}}} is none of the lists: {', '.join(sorted(lists)) or 'there are none'}")
    return lists[name]


def _entry(table: dict[str, Any], language: str, frames: dict[str, Frame], where: str) -> Entry:
    unknown = set(table) - _FIELDS
    if unknown:
        raise ValueError(f"has no field {min(unknown)!r}; the fields are {sorted(_FIELDS)}")
    frame = frames.get(table["frame"])
    if frame is None:
        raise ValueError(f"frame {table['frame']!r} is not in frames.toml")
    if not (table.get("verbs") or table.get("passive") or table.get("nouns")):
        raise ValueError("has neither verbs, passive nor nouns")
    if not table.get("examples"):
        raise ValueError("has no examples: no entry without proof")
    stage = table.get("stage")
    if stage is not None and stage not in STAGES:
        raise ValueError(f"stage {stage!r} is none of {sorted(STAGES)}")
    slots = table.get("slots")
    for slot, role in (slots or {}).items():
        if slot not in SLOTS or role not in ROLES | {"none"}:
            raise ValueError(f"slots: {slot} = {role!r} is no slot and role")
    return Entry(
        id=table["id"],
        frame=frame,
        language=language,
        verbs=tuple(table.get("verbs", ())),
        passive=tuple(table.get("passive", ())),
        nouns=tuple(table.get("nouns", ())),
        stage=stage,
        detail=table.get("detail"),
        slots=slots,
        needs=table.get("needs"),
        context=tuple(table.get("context", ())),
        unless=tuple(table.get("unless", ())),
        weight=float(table.get("weight", 1.0)),
        examples=tuple(_example(text) for text in table["examples"]),
        counterexamples=tuple(table.get("counterexamples", ())),
        where=where,
    )


def _example(text: str) -> Example:
    """`Sentence. => stage AAA BBB`: stage and core actors are optional."""
    match = re.fullmatch(r"(.*?)(?:\s*=>\s*([a-z-]+)((?:\s+[A-Z0-9_]+)*))?", text, re.DOTALL)
    assert match is not None
    sentence, stage, actors = match.groups()
    if stage is not None and stage not in STAGES:
        raise ValueError(f"example {text!r}: stage {stage!r} is none of {sorted(STAGES)}")
    core = frozenset(actors.split()) if actors and actors.strip() else None
    return Example(sentence, stage, core)
