"""What a person wants to see of a signal: the words that say so, who is named, what fired."""

from __future__ import annotations

from streams.article import Mention, Sentence
from streams.detect.clause import Clause, Spot
from streams.detect.filled import Filled
from streams.reading import Evidence

CONTEXT = 24
"""Code points of prefix and suffix that help to find a quote again."""
SHORT, LONG = 90, 200
"""A quote shorter than the one goes on to the end of its clause, up to the other (code points)."""


def evidence(
    trigger: Filled, clause: Clause, text: str, sentence: Sentence, facts: list[tuple[int, int]]
) -> Evidence:
    """The words that say so: trigger, actors, operator and `facts` (time, numbers); a quote that is short,
    or ends with its verb, goes on to the end of the clause, so that it carries what the event is about.
    """
    tokens = [(trigger.hit.start, trigger.hit.end)]
    tokens += [
        (group.start, group.end) for held in trigger.slots.values() for group in held if group.mentions
    ]
    if trigger.operation.start >= 0 and trigger.operation.end > trigger.operation.start:
        tokens.append((trigger.operation.start, trigger.operation.end))
    facts = [*facts, *[(clause.spans[first][0], clause.spans[last - 1][1]) for first, last in tokens]]
    start, end = min(fact[0] for fact in facts), max(fact[1] for fact in facts)
    said = clause.spans[trigger.hit.end - 1][1]
    if end - start < SHORT or end <= said:
        for index in range(trigger.hit.end, trigger.right):
            if clause.spans[index][1] - min(start, said - SHORT) > LONG:
                break
            if clause.words[index].isalnum():
                end = max(end, clause.spans[index][1])
    return Evidence(
        quote=text[start:end],
        start=start,
        end=end,
        field=sentence.field,
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )


def mentions(names: list[Spot], spans: list[tuple[int, int]], sentence: Sentence) -> list[Mention]:
    """Every actor, person and place that a sentence names."""
    found: list[Mention] = []
    for spot in names:
        start, end = spans[spot.start][0], spans[spot.end - 1][1]
        actor = spot.actor
        if actor is not None:
            person = actor.name.person
            found.append(
                Mention("person" if person else "actor", person or actor.name.id, start, end, sentence.field)
            )
        elif spot.place is not None:
            found.append(Mention("place", spot.place.name.id, start, end, sentence.field))
    return found


def why(trigger: Filled, clause: Clause, operator: str | None) -> tuple[str, ...]:
    """What fired, in words: the trigger, who stands in which slot, the operator."""
    said = [f"{trigger.hit.item.voice} «{' '.join(clause.words[trigger.hit.start : trigger.hit.end])}»"]
    for slot, groups in trigger.slots.items():
        said += [f"{slot}: {' '.join(clause.words[one.start : one.end])}" for one in groups]
    if operator is not None:
        words = " ".join(
            clause.words[trigger.operation.start : max(trigger.operation.end, trigger.operation.start + 1)]
        )
        said.append(f"{operator}: {words}")
    return tuple(said)
