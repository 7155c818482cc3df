"""Why a gold event has no signal that is all right, and why a signal is no gold event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from streams.evaluation.gold import Event, core
from streams.evaluation.tally import Judged

Cause = Literal[
    "no trigger", "dropped", "wrong stage", "missed actor", "surplus actor", "wrong actor", "wrong role", "spurious"
]  # fmt: skip
"""No trigger: nothing of the family was seen. Dropped: it was seen, with too little confidence. Wrong role: all
core actors, in other roles. Spurious: a signal for no event."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that went wrong in an article: what was expected, what came instead, and why."""

    article: str
    cause: Cause
    expected: Event | None
    got: Event | None

    def lines(self) -> Iterator[str]:
        """The mistake for a person, with quotes and the rule."""
        yield f"{self.article}: {self.cause}"
        if self.expected:
            yield f"  expected {_event(self.expected)} «{self.expected.get('quote', '')[:90]}»"
        if self.got:
            quote = self.got["evidence"]["quote"][:90]
            yield f"  got      {_event(self.got)} «{quote}» {self.got['rule']} {self.got['confidence']:.2f}"


def _event(event: Event) -> str:
    who = ", ".join(f"{actor['id']}:{actor['role']}" for actor in event.get("actors", []))
    return f"{event['family']} {event['stage']} [{who}]"


def mistakes(judged: Judged, signals: Iterable[Event]) -> Iterator[Mistake]:
    """What is wrong in an article; `signals` are all of it, those below the threshold too."""
    article, gold = judged.item.id, judged.item.gold
    dropped = {signal["family"] for signal in signals if not signal["kept"]}
    paired = {pair.gold: pair for pair in judged.found}
    for index, event in enumerate(gold):
        pair = paired.get(index)
        if pair is None:
            yield Mistake(article, "dropped" if event["family"] in dropped else "no trigger", event, None)
            continue
        signal = judged.signals[pair.signal]
        cause = _cause(event, signal)
        if cause is not None:
            yield Mistake(article, cause, event, signal)
    used = {pair.signal for pair in judged.found}
    for index, signal in enumerate(judged.signals):
        if index not in used:
            yield Mistake(article, "spurious", None, signal)


def _cause(event: Event, signal: Event) -> Cause | None:
    if event["stage"] != signal["stage"]:
        return "wrong stage"
    wanted, got = core(event), core(signal)
    if wanted != got:
        return "missed actor" if got < wanted else "surplus actor" if got > wanted else "wrong actor"
    roles = [{(a["id"], a["role"]) for a in one["actors"] if a["id"] in wanted} for one in (event, signal)]
    return "wrong role" if roles[0] != roles[1] else None
