"""What goes in and what is known of it: `Article`, and `Enriched` when it has been read.

Offsets count Unicode code points of `Article.text` (or `Article.title` where `field` says so), which is
cleaned, NFC-normalised text: the very string that is published in `articles.enriched`. Sentences and mentions
are structs, as an article has dozens of them and they are made several times as fast as frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from streams.reading import Reading, Signal

Outcome = Literal[
    "signals", "background-only", "below-threshold", "no-event", "language-unsupported", "withdrawn"
]
"""Why an article has signals on `signals` or none; one below the threshold may have a reading with doubtful ones."""

MentionKind = Literal["actor", "person", "place", "time"]


@dataclass(frozen=True, slots=True)
class Dateline:
    """`Moskow (ANTARA) -`: where an article was filed and by whom; no place of an event."""

    place: str | None = None
    agency: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One published news text after `parse`: cleaned, NFC, without boilerplate.

    `version` is a hash of what the publisher wrote (title, text, status), so a repeated delivery has the
    same one. `received` is the timestamp of the Kafka record. `credits` are agencies of origin named in
    the text ("Sumber: …", "(Reuters)"), as written. `extra` holds the fields Parley does not know.
    """

    id: str
    version: str
    title: str
    text: str
    published: datetime
    received: datetime
    url: str | None = None
    source: str | None = None
    updated: datetime | None = None
    language: str | None = None
    section: str | None = None
    status: str | None = None
    dateline: Dateline | None = None
    credits: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def withdrawn(self) -> bool:
        """Whether the publisher takes the article back."""
        return self.status == "withdrawn"


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of the title or the text: `start` and `end` in code points of that field."""

    start: int
    end: int
    field: Literal["title", "text"] = "text"


class Mention(msgspec.Struct, frozen=True):
    """A stretch of text that names an actor, a person, a place or a time. `id` is the actor id, the
    person id, the place's English name or the ISO date it stands for.
    """

    kind: MentionKind
    id: str
    start: int
    end: int
    field: Literal["title", "text"] = "text"


@dataclass(frozen=True, slots=True)
class Enriched:
    """An article as read: what `articles.enriched` carries. `signals` are all, also those not kept."""

    article: Article
    language: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    signals: tuple[Signal, ...]
    outcome: Outcome
    knowledge: str
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Read:
    """The result of reading one article: what goes to `articles.enriched`, and its reading, if any."""

    enriched: Enriched
    reading: Reading | None
