"""Readings for tests of the tracker, in a few words: `tell("a1", signal("peace-talks", "scheduled", "RUS UKR"))`.

Texts are stood for by numbers: two readings with the same `text` have the same MinHash signature.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from streams.reading import Actor, Evidence, Place, Reading, Signal, Source, Time
from streams.track.fold import step
from streams.track.state import State

START = datetime(2025, 3, 20, 8, tzinfo=UTC)
ROLES = {"+": "actor", ">": "recipient", "@": "host", "&": "mediator", "?": "subject"}

NAMES = {"RUS": "Russia", "UKR": "Ukraine", "USA": "United States", "SAU": "Saudi Arabia", "SDN": "Sudan"}


def at(hours: float) -> datetime:
    """So many hours after the stories begin."""
    return START + timedelta(hours=hours)


def day(days: int) -> str:
    """The ISO date so many days after the stories begin."""
    return (START + timedelta(days=days)).date().isoformat()


def actor(word: str) -> Actor:
    """`RUS` is a party; +RUS acts, >RUS is acted on, @RUS hosts, &RUS mediates, ?RUS is talked about."""
    role, name = (ROLES[word[0]], word[1:]) if word[0] in ROLES else ("party", word)
    return Actor(name, NAMES.get(name, name), role)


def signal(
    family,
    stage,
    actors,
    *,
    detail=None,
    place=None,
    country=None,
    when=None,
    background=False,
    by=None,
    processes=(),
    language="en",
    confidence=0.8,
    quote=None,
    **attributes,
):
    """A signal without ids; `tell` gives it those of its article."""
    return Signal(
        id="",
        article="",
        family=family,
        stage=stage,
        detail=detail,
        background=background,
        asserted_by=by,
        actors=tuple(actor(word) for word in actors.split()),
        place=Place(place, country) if place or country else None,
        time=Time(when, when, "day", when) if when else None,
        attributes={
            key: value if isinstance(value, dict) else {"value": value} for key, value in attributes.items()
        },
        processes=tuple(processes),
        language=language,
        evidence=Evidence(quote or f"{actors} {stage} ({family}).", 0, len(quote or "") or 10),
        rule="test",
        confidence=confidence,
        kept=True,
    )


def tell(
    article,
    *signals,
    hours=0.0,
    received=None,
    publisher=None,
    version="1",
    text=None,
    origin=None,
    updated=None,
    status=None,
    names=None,
    backfill=False,
    correction=False,
):
    """The reading of an article, published `hours` after the stories begin and received at once."""
    published = at(hours)
    told = tuple(_place(one, article, n) for n, one in enumerate(signals))
    known = (
        tuple(sorted({who.id for one in told for who in one.actors}))
        if names is None
        else tuple(names.split())
    )
    return Reading(
        article=Source(
            id=article,
            version=version,
            published=published,
            received=at(max(hours, updated or hours) if received is None else received),
            language=told[0].language if told else "en",
            title=article,
            publisher=publisher or f"{article} times",
            origin=origin,
            updated=None if updated is None else at(updated),
            status=status,
            signature=signature(article if text is None else text),
            names=known,
            backfill=backfill,
            correction=correction,
        ),
        signals=told,
        knowledge="test",
    )


def _place(one, article, n):
    from dataclasses import replace

    core = "+".join(sorted(one.core))
    return replace(one, id=f"{article}/{one.family}/{core}/{n}", article=article)


def signature(text) -> tuple[int, ...]:
    """The MinHash signature of the text that this stands for."""
    return tuple(random.Random(str(text)).getrandbits(32) for _ in range(64))


class World:
    """A state that readings are told to, one after the other."""

    def __init__(self) -> None:
        self.state = State.empty()
        self.told = []

    def tell(self, *args, **kwargs):
        """Fold one more reading; its updates."""
        return self.fold(tell(*args, **kwargs)).updates

    def fold(self, reading):
        """Fold a reading that was made before."""
        folded = step(self.state, reading, reading.article.received)
        self.state.absorb(folded.state)
        self.told.extend(folded.updates)
        return folded

    def kinds(self) -> list[str]:
        """Kinds of all updates so far."""
        return [update.kind for update in self.told]

    def threads(self) -> int:
        """How many threads there are."""
        return len(self.state)
