"""A Parley in memory, so that a subscriber is tested without Kafka, and without waiting.

    import asyncio
    from streams.testing import FakeParley

    async def alert(parley, desk):
        async for update in parley.subscribe("ceasefires", group="desk", stage="concluded", start="earliest"):
            desk.append((update.seq, update.kind, update.stage))

    desk = []
    asyncio.run(alert(FakeParley.story(), desk))
    assert desk == [
        (2, "development", "concluded"),
        (4, "correction", "concluded"),
        (5, "retraction", "denied"),
    ]

The story's second update is on the topic twice, as it may happen, and is delivered once; its retraction
no longer matches `stage="concluded"`, and is delivered all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.events import Change, Claim, Counted, Kind, Quote, Significance, Update, thread_id, update_id
from streams.filter import Filter, Some
from streams.reading import Actor, Place, Plover, Time
from streams.subscription import Start, Subscription, Updates, families_of, start_of

_UNDER_WAY = -1


class FakeParley:
    """The topics `events.*` of one Parley, in memory: publish updates and subscribe to them.

    Subscriptions end after the last published update, so that a test ends; with `live=True` they wait
    for more, as the real one does. Groups keep their positions, so a second `subscribe` of a group goes
    on where the first was.
    """

    def __init__(self, updates: Iterable[Update] = (), *, live: bool = False) -> None:
        self.live = live
        self.log: list[Update] = []
        self.positions: dict[str, int] = {}
        self._waiting: set[asyncio.Event] = set()
        self.publish(*updates)

    @classmethod
    def story(cls) -> FakeParley:
        """One ceasefire from first report to retraction, see `story`."""
        return cls(story())

    def publish(self, *updates: Update) -> None:
        """Put updates on their topics, in this order; subscribers that wait go on."""
        self.log.extend(updates)
        for event in self._waiting:
            event.set()

    def open_threads(self) -> list[Update]:
        """Each thread's present state, as the topic `threads` gives it."""
        latest = {update.thread: update for update in sorted(self.log, key=lambda update: update.seq)}
        return list(latest.values())

    def subscribe(
        self,
        families: str | Iterable[str],
        *,
        group: str,
        start: Start = "latest",
        process: Some = None,
        actor: Some = None,
        country: Some = None,
        role: Some = None,
        stage: Some = None,
        language: Some = None,
        min_confidence: float = 0.0,
        min_publishers: int | None = None,
        minor: bool = False,
        session_timeout_seconds: float = 10.0,  # noqa: ARG002
        bootstrap: str = "",  # noqa: ARG002 - as in the real one; there is no broker here
        topic_prefix: str = "",  # noqa: ARG002
        client: Any = None,  # noqa: ARG002
    ) -> Updates:
        """As `streams.kafka.subscribe.subscribe`, from this Parley."""
        wanted = Filter.of(
            process=process,
            actor=actor,
            country=country,
            role=role,
            stage=stage,
            language=language,
            min_confidence=min_confidence,
            min_publishers=min_publishers,
            minor=minor,
        )
        return _FakeUpdates(self, families_of(families), group, start_of(start), wanted)


class _FakeUpdates(Updates):
    """One subscription to a `FakeParley`. A token is the position after the update."""

    def __init__(
        self, parley: FakeParley, families: tuple[str, ...], group: str, start: Start, wanted: Filter
    ) -> None:
        super().__init__()
        self._parley, self._families, self._group, self._start = parley, families, group, start
        self._filter = wanted
        self._subscription = Subscription(wanted)
        self._snapshot: list[Update] = []
        self._position = 0
        self._news = asyncio.Event()

    async def _open(self) -> None:
        self._parley._waiting.add(self._news)  # noqa: SLF001 - the two are one double
        log = self._parley.log
        position = self._parley.positions.get(self._group)
        self._subscription = Subscription(self._filter)
        if position is not None:
            for update in log[:position]:
                self._offer(update)
        elif isinstance(self._start, datetime):
            start = self._start
            position = next((at for at, update in enumerate(log) if update.as_of >= start), len(log))
        else:
            position = 0 if self._start == "earliest" else len(log)
        if self._start == "snapshot" and self._group not in self._parley.positions:
            states = [one for one in self._parley.open_threads() if one.family in self._families]
            self._snapshot = [one for one in states if self._subscription.offer_state(one)]
        self._position = position
        if not self._snapshot:
            self._done(position)

    async def _close(self) -> None:
        self._parley._waiting.discard(self._news)  # noqa: SLF001

    async def _next(self) -> tuple[Update, int] | None:
        if self._snapshot:
            update = self._snapshot.pop(0)
            # The group has a position once it has the whole snapshot.
            return update, _UNDER_WAY if self._snapshot else self._position
        while True:
            while self._position < len(self._parley.log):
                update = self._parley.log[self._position]
                self._position += 1
                if self._offer(update):
                    return update, self._position
                self._done(self._position)
            if not self._parley.live:
                return None
            self._news.clear()
            await self._news.wait()

    def _done(self, token: int) -> None:
        if token != _UNDER_WAY:
            self._parley.positions[self._group] = token

    def _offer(self, update: Update) -> bool:
        return update.family in self._families and self._subscription.offer(update)


def story() -> tuple[Update, ...]:
    """A truce in Sudan: scheduled, agreed (twice on the topic), confirmed, its day corrected, denied."""
    scheduled = _scheduled()
    agreed = _next(
        scheduled, "development", changes=(Change("stage", "scheduled", "concluded"),),
        stage="concluded", detail="agreed", confidence=0.86,
    )  # fmt: skip
    confirmed = _next(
        agreed, "confirmation", significance="minor", confidence=0.96, publishers=_counted("news.example", "blog.example"),
        evidence=(*agreed.evidence, Quote("a3", "fr", "La trêve a été acceptée par les deux camps.")),
    )  # fmt: skip
    corrected = _next(
        confirmed, "correction", reason="article-corrected",
        changes=(Change("time", "2025-06-01", "2025-06-02"),), time=Time("2025-06-02", "2025-06-02", "day", "Monday"),
    )  # fmt: skip
    denied = _next(
        corrected, "retraction", reason="denied-by-party", changes=(Change("stage", "concluded", "denied"),),
        stage="denied", confidence=0.4, claims=(Claim("stage", "denied", "RSF", "news.example", "a5"),), disputed=True,
    )  # fmt: skip
    return scheduled, agreed, agreed, confirmed, corrected, denied


def _scheduled() -> Update:
    thread = thread_id("story")
    began = datetime(2025, 5, 30, 9, 0, tzinfo=UTC)
    return Update(
        id=update_id(thread, 1, "story-1"),
        thread=thread,
        seq=1,
        kind="new",
        significance="major",
        family="ceasefires",
        stage="scheduled",
        detail=None,
        first_published=began,
        as_of=began,
        actors=(Actor("SDN", "Sudan", "party", "MIL"), Actor("RSF", "Rapid Support Forces", "party", "REB")),
        place=Place("Khartoum", "SDN"),
        time=Time("2025-06-01", "2025-06-01", "day", "Sunday"),
        processes=("sudan",),
        plover=Plover("AGREE", None, 1, 5.0),
        confidence=0.7,
        publishers=_counted("news.example"),
        articles=_counted("a1"),
        evidence=(Quote("a1", "en", "The army and the RSF are to lay down arms on Sunday."),),
        headlines={"en": "Ceasefire planned between Sudan and Rapid Support Forces"},
    )


def _next(before: Update, kind: Kind, *, significance: Significance = "major", **changed: Any) -> Update:
    """The update that follows `before` an hour later, with the `changed` fields."""
    seq = before.seq + 1
    return replace(
        before,
        id=update_id(before.thread, seq, f"story-{seq}"),
        seq=seq,
        kind=kind,
        significance=significance,
        as_of=before.as_of + timedelta(hours=1),
        articles=_counted(*before.articles.latest, f"a{seq}"),
        **{"changes": (), "reason": None, **changed},
    )


def _counted(*names: str) -> Counted:
    return Counted(len(names), names)
