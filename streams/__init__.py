"""Parley: the world's news as typed, deduplicated event updates on Kafka.

In reading order, with the flow:

    pipeline        READ FIRST: raw bytes → Article → Enriched → Reading; pure, synchronous
    parse, clean    bytes to clean text; bad input is a value (`errors.Rejection`)
    enrich/         language, sentences, dates; names of actors and places; processes
    detect/         frames, grammar and lexicon find events: match → clause → groups → roles → stage → signals
    reading         what one article says: `Signal`, `Reading`
    track/          fold(state, reading, now) → (state, updates): same affair? anything new?
    events          what a subscriber gets: `Update`, as a CloudEvent
    evaluation/     how good detection is on labelled articles
    coding/         PLOVER root and quad class of a sentence, its source and its target
    knowledge/      what all this knows, as TOML with its proofs
    kafka/          the only folder that speaks to a broker: topics, transport, agents, subscribe
    commands/       the verbs of the command line `parley`

For subscribers: `subscribe` (Kafka) and `streams.testing.FakeParley` (none). For programs that read articles
themselves: `Pipeline`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streams.article import Article, Enriched, Read
    from streams.errors import KnowledgeError, ParleyError, Rejection, SettingsError
    from streams.events import Update
    from streams.kafka.produce import produce
    from streams.kafka.subscribe import subscribe
    from streams.pipeline import Pipeline
    from streams.reading import Actor, Place, Reading, Signal, Time
    from streams.settings import Settings

_HOME = {
    "Actor": "streams.reading",
    "Article": "streams.article",
    "Enriched": "streams.article",
    "KnowledgeError": "streams.errors",
    "ParleyError": "streams.errors",
    "Pipeline": "streams.pipeline",
    "Place": "streams.reading",
    "Read": "streams.article",
    "Reading": "streams.reading",
    "Rejection": "streams.errors",
    "Settings": "streams.settings",
    "SettingsError": "streams.errors",
    "Signal": "streams.reading",
    "Time": "streams.reading",
    "Update": "streams.events",
    "produce": "streams.kafka.produce",
    "subscribe": "streams.kafka.subscribe",
}
"""Where each public name lives; it is imported when it is first used, so that pure code never loads Kafka."""

__all__ = [
    "Actor",
    "Article",
    "Enriched",
    "KnowledgeError",
    "ParleyError",
    "Pipeline",
    "Place",
    "Read",
    "Reading",
    "Rejection",
    "Settings",
    "SettingsError",
    "Signal",
    "Time",
    "Update",
    "produce",
    "subscribe",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
