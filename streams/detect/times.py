"""When a sentence's events happen, how long they last, and what they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streams.article import Sentence
from streams.detect.clause import Clause
from streams.detect.filled import Filled
from streams.detect.measures import counts, whole
from streams.detect.where_when import time_of
from streams.enrich.dates import Dates, Duration, TimeExpression
from streams.enrich.money import Money, Sum
from streams.reading import Time

_LASTING = frozenset({"peace-talks", "diplomacy", "defence-cooperation", "agreements", "ceasefires"})
"""Families whose events last, so that a length of time in their sentence is theirs."""

_COSTING = frozenset({"aid", "agreements", "defence-cooperation"})
"""Families whose events are worth a sum of money."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the article says before the sentence: when it was published, the day told of last, number words."""

    published: datetime
    previous: Time | None
    numbers: Mapping[str, float]


class Times:
    """The time expressions of a sentence, looked for when a trigger first asks."""

    def __init__(
        self, text: str, low: str, sentence: Sentence, dates: Dates, money: Money, known: Known
    ) -> None:
        self._text, self._low, self._sentence = text, low, sentence
        self._dates, self._money, self._known = dates, money, known
        self._expressions: list[TimeExpression] | None = None
        self._durations: list[Duration] | None = None
        self._sums: list[Sum] | None = None

    def of(self, trigger: Filled, clause: Clause, stage: str) -> tuple[Time | None, Time | None]:
        """The time of a trigger's event, and the vague one when there is no day."""
        sentence = self._sentence
        if self._expressions is None:
            self._expressions = self._dates.find(self._text, self._low, sentence.start, sentence.end)
        time, vague = time_of(trigger, clause, self._expressions, self._known.published, stage)
        if time is None and vague is None and any(expression.same_day for expression in self._expressions):
            time = self._known.previous
        return time, vague

    def attributes(self, family: str, clause: Clause) -> dict[str, Any]:
        """What the sentence counts and how long it lasted, as far as it matters for the family."""
        found: dict[str, Any] = {}
        if clause.counts:
            found |= counts(clause, self._known.numbers, self._dated(clause))
        if family in _LASTING:
            duration = self._duration()
            if duration is not None:
                found["duration"] = {"min": whole(duration.min), "unit": duration.unit}
        if family in _COSTING:
            told = self._sum()
            if told is not None:
                found["amount"] = {"value": told.value, "currency": told.currency}
        return found

    def _dated(self, clause: Clause) -> set[int]:
        """The tokens of the sentence's dates, whose numbers count nothing else."""
        return {
            token
            for one in self._expressions or ()
            for token, (start, end) in enumerate(clause.spans)
            if one.start <= start and end <= one.end
        }

    def facts(self, time: Time | None, attributes: dict[str, Any], clause: Clause) -> list[tuple[int, int]]:
        """Where in the text the time and the numbers stand (code points), as far as they are of this sentence."""
        sentence = self._sentence
        found = [
            (clause.spans[start][0], clause.spans[end - 1][1])
            for start, end, name in clause.counts
            if name in attributes
        ]
        if time is not None:
            at = self._text.find(time.text, sentence.start, sentence.end)
            if at >= 0:
                found.append((at, at + len(time.text)))
        duration = self._duration() if "duration" in attributes else None
        if duration is not None:
            found.append((duration.start, duration.end))
        told = self._sum() if "amount" in attributes else None
        if told is not None:
            found.append((told.start, told.end))
        return found

    def _duration(self) -> Duration | None:
        """The first length of time in the sentence, looked for once."""
        if self._durations is None:
            sentence = self._sentence
            self._durations = self._dates.durations(self._text, sentence.start, sentence.end)
        return self._durations[0] if self._durations else None

    def _sum(self) -> Sum | None:
        """The first sum of money in the sentence, looked for once."""
        if self._sums is None:
            sentence = self._sentence
            self._sums = self._money.find(self._text, sentence.start, sentence.end)
        return self._sums[0] if self._sums else None
