"""What a headline leaves out: the "and" of a list ("Iran, Iraq sign …") and the "is" of a plan ("Japan to host …").

Both are told from a plain sentence's comma and purpose by where they stand: the names open the sentence, and what
they do follows at once.
"""

from __future__ import annotations

from streams.detect.clause import (
    COMMAS,
    CONJUNCTION,
    NAME,
    OPERATOR,
    PHRASE,
    PURPOSE,
    TRIGGER,
    Clause,
    Spot,
)

_LEADING = NAME | CONJUNCTION | PHRASE
_DOES = TRIGGER | OPERATOR | PURPOSE


def lists(last: Spot, spot: Spot, clause: Clause) -> bool:
    """Whether the comma between two names that open a sentence joins them."""
    if last.actor is None or spot.actor is None or spot.start != last.end + 1 or not _opens(last.end, clause):
        return False
    end = spot.end
    while end + 1 < len(clause.words) and clause.words[end] in COMMAS and clause.bits[end + 1] & NAME:
        end = _behind(end + 1, clause)
    return clause.any(_DOES, end, end + 1)


def plan(clause: Clause) -> None:
    """Adds the future that stands in the purpose word right behind the names that open a sentence."""
    first = clause.groups[0] if clause.groups else None
    if first is None or first.slot or not first.mentions or not _opens(first.end, clause):
        return
    if clause.any(PURPOSE, first.end, first.end + 1) and not clause.any(TRIGGER, first.end, first.end + 1):
        clause.operators.append((first.end, first.end + 1, "future"))


def _opens(end: int, clause: Clause) -> bool:
    return all(bits & _LEADING for bits in clause.bits[:end])


def _behind(start: int, clause: Clause) -> int:
    while start < len(clause.words) and clause.bits[start] & NAME:
        start += 1
    return start
