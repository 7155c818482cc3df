"""What is new? Puts one signal's claims into a thread, field by field.

Each value that anybody reports is a fact with those who say so; the thread holds one value of each field.
`Merge` collects what changed: news, which is pushed, and detail, which only rides along with news.
"""

from __future__ import annotations

from typing import Any

from streams.events import Change, Kind, Significance
from streams.reading import CORE_ROLES, Actor, Signal, Time
from streams.track import figures, stages
from streams.track.look import PENDING, days
from streams.track.table import Family
from streams.track.thread import Fact, Thread, Who, place_value, stage_value, time_value

RANK: dict[Kind, int] = {"confirmation": 1, "development": 2, "correction": 3, "retraction": 4, "new": 5}
HOUR = 3600


class Merge:
    """One reading's effect on one thread. `n`, `group` and `at` say who speaks and when; `correcting` is
    a newer version of an article that the thread has, `copied` a copy of a text that it has.
    """

    def __init__(
        self, thread: Thread, row: Family, *, n: int, group: int, at: int, correcting: bool, copied: bool
    ) -> None:
        self.thread, self.row = thread, row
        self.n, self.group, self.at = n, group, at
        self.correcting, self.copied = correcting, copied
        self.news: list[Change] = []
        self.detail: list[Change] = []
        self.kind: Kind | None = None
        self.significance: Significance = "minor"
        self.trigger: str | None = None
        self.signal: Signal | None = None

    def take(self, signal: Signal) -> None:
        """Merge one signal of the reading."""
        self.signal = signal
        before = len(self.news)
        moved = stages.merge(self, signal)
        self._time(signal, moved=moved)
        self._place(signal, moved=moved)
        self._actors(signal)
        figures.merge(self, signal, moved=moved)
        self._assertion(signal)
        _unite(self.thread.processes, signal.processes)
        if len(self.news) > before or self.trigger is None:
            self.trigger = signal.id

    def note(self, signal: Signal) -> None:
        """Keep what somebody claims of an affair beside what the thread holds."""
        said: list[tuple[str, Any]] = [("stage", stage_value(signal.stage, signal.detail))]
        if signal.time is not None and signal.time.start:
            said.append(("time", time_value(signal.time)))
        if signal.place is not None and (signal.place.name or signal.place.country):
            said.append(("place", place_value(signal.place)))
        said += [("actor", f"{actor.id}:{actor.role}") for actor in signal.actors]
        said += [(f"attributes.{key}", value) for key, value in signal.attributes.items()]
        for name, value in said:
            self._say(name, value, signal.asserted_by)

    def push(self, change: Change, kind: Kind, *, major: bool = False) -> None:
        """Note a change that subscribers hear of."""
        self.news.append(change)
        if self.kind is None or RANK[kind] > RANK[self.kind]:
            self.kind = kind
        if major:
            self.significance = "major"

    def claim(self, name: str, value: Any, by: str | None) -> Fact:
        """The fact that says `value` of a field, with this article among those who say so."""
        if self.correcting and name != "actor":
            self.detach(name, value)
        return self._say(name, value, by)

    def _say(self, name: str, value: Any, by: str | None) -> Fact:
        fact = self.thread.fact(name, value)
        if fact is None:
            fact = Fact(name, value, by, self.at, self.group, [])
            self.thread.facts.append(fact)
        elif by is None:
            fact.by = None
        if self.n not in fact.articles:
            fact.articles.append(self.n)
        return fact

    def detach(self, name: str, value: Any) -> None:
        """This article says of a field no longer what it said, unless that is `value`."""
        for fact in self.thread.facts:
            if fact.field == name and fact.value != value and self.n in fact.articles:
                fact.articles.remove(self.n)

    def is_own(self, fact: Fact | None) -> bool:
        """Whether a value is this source's own: it said so first, or nobody else does."""
        if fact is None:
            return False
        if fact.group == self.group:
            return True
        groups = {entry.n: entry.group for entry in self.thread.entries}
        return not fact.more and all(groups.get(n) == self.group for n in fact.articles)

    @property
    def in_wave(self) -> bool:
        """Whether this belongs to the first wave of reports of the thread or of its present stage, where what
        others add is only detail.
        """
        first = int(self.thread.first_published.timestamp())
        stage = stages.current(self.thread)
        times = (first,) if stage is None else (first, stage.at)
        return any(abs(self.at - time) <= self.row.wave_hours * HOUR for time in times)

    def _time(self, signal: Signal, *, moved: bool) -> None:
        time, held = signal.time, self.thread.time
        if time is None or time.start is None:
            return
        current = self.thread.fact("time", time_value(held)) if held else None
        same = held is not None and days(held) == days(time)
        self.claim("time", time_value(held if held and same else time), signal.asserted_by)
        if held is None:
            self._fill("time", None, time.start, signal)
        elif same or (held.precision == "day" and time.precision != "day"):
            return
        elif self.correcting and self.is_own(current) and not moved:
            self.push(Change("time", held.start, time.start), "correction")
        elif signal.background or (current is not None and self.at < current.at):
            return
        elif moved or (held.precision != "day" and time.precision == "day"):
            self.detail.append(Change("time", held.start, time.start))
        elif self._is_move(signal, time, current):
            self.push(Change("time", held.start, time.start), "development")
        else:
            return
        self.thread.time = time

    def _is_move(self, signal: Signal, time: Time, current: Fact | None) -> bool:
        """Whether another day for what is planned is news, and no other outlet's slip."""
        if signal.detail in self.row.incidents and signal.detail == self.thread.detail:
            return days(time) > days(self.thread.time)
        planned = {*PENDING, "called-off"}
        if signal.stage not in planned or self.thread.stage not in planned:
            return False
        return self._later(current)

    def _place(self, signal: Signal, *, moved: bool) -> None:
        place, held = signal.place, self.thread.place
        if place is None or not (place.name or place.country):
            return
        current = self.thread.fact("place", place_value(held)) if held else None
        old, new = (held.name or held.country) if held else None, place.name or place.country
        self.claim("place", place_value(held if held and old == new else place), signal.asserted_by)
        if held is None:
            self._fill("place", None, new, signal)
        elif old == new or (place.name is None and place.country == held.country):
            return
        elif self.correcting and self.is_own(current):
            self.push(Change("place", old, new), "correction")
        elif signal.background or (current is not None and self.at < current.at):
            return
        elif held.name is None and place.country == held.country:
            self._fill("place", old, new, signal)
        elif moved:
            self.detail.append(Change("place", old, new))
        elif self.thread.stage in PENDING and signal.stage in PENDING and self._later(current):
            self.push(Change("place", old, new), "development")
        else:
            return
        self.thread.place = place

    def _later(self, current: Fact | None) -> bool:
        own = current is None or current.group == self.group
        return own or (current is not None and self.at - current.at > self.row.wave_hours * HOUR)

    def _fill(self, name: str, old: Any, new: Any, signal: Signal) -> None:
        """A field that was empty: news when it was awaited, detail otherwise."""
        awaited = self.thread.stage in PENDING and signal.stage in PENDING
        if awaited and not (self.in_wave or signal.background):
            self.push(Change(name, old, new), "development")
        else:
            self.detail.append(Change(name, old, new))

    def _actors(self, signal: Signal) -> None:
        old = self.thread.core
        swapped = self._swap(signal) if self.correcting else False
        joined = False
        for actor in signal.actors:
            self.claim("actor", f"{actor.id}:{actor.role}", signal.asserted_by)
            joined |= self._join(actor, signal)
        new = self.thread.core
        if not old or old == new:
            return
        change = Change("actors", sorted(old), sorted(new))
        if swapped:
            self.push(change, "correction", major=True)
        elif joined and not (signal.background or self.in_wave or self._is_old()):
            self.push(change, "development", major=True)
        else:
            self.detail.append(change)

    def _is_old(self) -> bool:
        """Whether this was published before what the thread already knows of its stage."""
        current = stages.current(self.thread)
        return current is not None and self.at < current.at

    def _join(self, actor: Actor, signal: Signal) -> bool:
        """Add an actor or raise it to a core role; True when it is one more in the core."""
        for who in self.thread.actors:
            if who.id == actor.id:
                raised = actor.role in CORE_ROLES and who.role not in CORE_ROLES
                if raised and who.role == "subject" and stages.is_equal(self.thread, signal):
                    who.role = actor.role
                    return True
                return False
        self.thread.actors.append(Who(actor.id, actor.name, actor.role, actor.sector, actor.person))
        return actor.role in CORE_ROLES

    def _swap(self, signal: Signal) -> bool:
        """A newer version names another actor in a role: whoever rested on this article alone goes."""
        named = {actor.id for actor in signal.actors}
        added = {actor.role for actor in signal.actors if actor.id not in {w.id for w in self.thread.actors}}
        gone = []
        for who in self.thread.actors:
            fact = self.thread.fact("actor", f"{who.id}:{who.role}")
            if who.id not in named and who.role in added and fact is not None and self.is_own(fact):
                gone.append(who)
                self.thread.facts.remove(fact)
        self.thread.actors = [who for who in self.thread.actors if who not in gone]
        return bool(gone)

    def _assertion(self, signal: Signal) -> None:
        """Somebody's claim becomes a fact when an independent source reports it, or its actor owns up."""
        by = self.thread.asserted_by
        if by is None or signal.background or signal.stage == "denied" or self.copied:
            return
        current = stages.current(self.thread)
        independent = signal.asserted_by is None and (current is None or not self.is_own(current))
        doers = {who.id for who in self.thread.actors if who.role in ("actor", "party")}
        owns_up = signal.asserted_by != by and signal.asserted_by in doers
        if independent or owns_up:
            self.thread.asserted_by = None
            self.push(Change("asserted_by", by, None), "confirmation")


def _unite(items: list[str], more: tuple[str, ...]) -> None:
    items.extend(item for item in more if item not in items)
