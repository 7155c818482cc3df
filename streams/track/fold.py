"""The tracker: `fold(state, reading, now) → (state, updates)`, pure and deterministic.

    state = State.empty()
    for reading in readings:
        layer, updates = fold(state, reading, reading.article.received)
        state.absorb(layer)

`now` is the highest arrival time so far, never a clock. One reading gives at most one update for each
thread. Steps: repeats are dropped, newer versions go where the older ones went, every other signal joins
the thread of its affair or founds one if it is sure enough, doubtful ones only join, and what is new of each
thread becomes its update. A tick makes
overdue what was planned and has not been reported.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from streams.events import Update, thread_id
from streams.reading import Reading, Signal
from streams.track import look as looks
from streams.track import mistakes, overdue, same, versions
from streams.track.closing import sweep
from streams.track.found import attach_background, found, relate
from streams.track.join import Join
from streams.track.look import Look
from streams.track.speaker import speaker_of, utc
from streams.track.state import State
from streams.track.thread import Thread, token


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reading did to one thread: the kind of its update, or `none`."""

    thread: str
    family: str
    effect: str
    seq: int


@dataclass(frozen=True, slots=True)
class Folded:
    """The layer after a reading, its updates, and what it did to each thread that it touched."""

    state: State
    updates: tuple[Update, ...]
    effects: tuple[Effect, ...]


def fold(state: State, reading: Reading, now: datetime) -> tuple[State, tuple[Update, ...]]:
    """The state after a reading, and the updates it gives.

    An overlay is written to and returned; a state that is none gets an overlay, which is returned.
    """
    folded = step(state, reading, now)
    return folded.state, folded.updates


def step(state: State, reading: Reading, now: datetime, choose: same.Choose = same.best) -> Folded:
    """`fold`, which also says what the reading did to each thread; `choose` finds the thread of a signal."""
    layer = state if state.is_overlay else state.overlay()
    now = _later(now, layer.now)
    sweep(layer, now)
    layer.now = now
    return _Step(layer, reading, now, choose).run()


def replay(readings: Iterable[Reading]) -> Iterator[tuple[Reading, tuple[Effect, ...], tuple[Update, ...]]]:
    """Each reading with what it did to the threads it touched and the updates it gives, from no state."""
    state = State.empty()
    for reading in readings:
        folded = step(state, reading, reading.article.received)
        state.absorb(folded.state)
        yield reading, folded.effects, folded.updates


class _Step:
    """One reading on its way through the state."""

    def __init__(self, state: State, reading: Reading, now: datetime, choose: same.Choose) -> None:
        self.state, self.reading, self.now, self.choose = state, reading, now, choose
        self.speaker = speaker_of(reading, state)
        self.token = token(reading.article.id, reading.article.version)
        self.joins: dict[str, Join] = {}
        self.quiet: dict[str, Thread] = {}

    def run(self) -> Folded:
        if overdue.is_tick(self.reading):
            return self._tick()
        repeated = self.state.find(f"v|{self.token}")
        if repeated:
            return Folded(self.state, (), tuple(self._untouched(look) for look in repeated))
        known = [self.state.get(look.id) for look in self.state.find(f"i|{self.speaker.name}")]
        threads = sorted((thread for thread in known if thread is not None), key=lambda thread: thread.id)
        if self.reading.article.status == "withdrawn":
            self._withdraw(threads)
        elif all(self.speaker.at >= entry.at for t in threads if (entry := t.entry(self.speaker.name))):
            self._read(threads)
        else:
            for thread in threads:
                self.quiet[thread.id] = thread
        return self._finish()

    def _tick(self) -> Folded:
        updates, effects = [], []
        for look in overdue.missed(self.state, self.now):
            thread = self.state.get(look.id)
            assert thread is not None
            update = Join.visit(thread, self.state, self.speaker).miss()
            self.state.put(thread)
            if update is not None:
                updates.append(update)
                effects.append(Effect(thread.id, thread.family, update.kind, thread.seq))
        return Folded(self.state, tuple(updates), tuple(effects))

    def _withdraw(self, threads: list[Thread]) -> None:
        for thread in threads:
            entry = thread.entry(self.speaker.name)
            if entry is not None:
                join = Join.of_entry(thread, self.state, self.speaker, entry)
                versions.withdraw(join.merge, entry)
                self.joins[thread.id] = join

    def _read(self, threads: list[Thread]) -> None:
        signals = sorted((signal for signal in self.reading.signals if signal.kept), key=_surest)
        continued = versions.pair(signals, threads, self.state.table)
        for signal in signals:
            thread = continued.get(signal.id)
            if thread is not None:
                self._join(thread).take(signal)
            elif signal.background:
                self._recall(signal)
            else:
                self._place(signal)
        for thread in threads:
            if thread.id not in self.joins:
                self.quiet[thread.id] = thread
        for signal in sorted(self.reading.doubtful, key=_surest):
            self._support(signal)
        self._unite()

    def _unite(self) -> None:
        """A thread that was put right may turn out to be another one."""
        for join in list(self.joins.values()):
            if join.merge.kind != "correction":
                continue
            look = looks.of_thread(join.thread, self.state.table.family(join.thread.family))
            twin = mistakes.twin(join, self.state, self._candidates(look))
            other = self.state.get(twin.id) if twin is not None and twin.id not in self.joins else None
            if other is not None:
                self.joins[other.id] = mistakes.unite(join, other, self.state, self.speaker)

    def _join(self, thread: Thread) -> Join:
        if thread.id not in self.joins:
            self.joins[thread.id] = Join.of(thread, self.state, self.speaker)
        return self.joins[thread.id]

    def _place(self, signal: Signal) -> None:
        """Find the signal's thread, or found one."""
        look = self._look(signal)
        chosen = self._chosen(look, signal) or self._ended(signal)
        name = chosen[0].id if chosen else thread_id(signal.id)
        thread = self._thread(name)
        if thread is not None:
            self._join(thread).take(signal)
            return
        table = self.state.table
        if signal.confidence < (table.beside if self.joins else table.sure) or self._is_remark(signal):
            return
        thread = found(signal, name, self.speaker)
        relate(self.state, thread, look, self.joins)
        self.joins[name] = Join.founding(thread, self.state, self.speaker)
        self.joins[name].take(signal)

    def _support(self, signal: Signal) -> None:
        """What is told too doubtfully to found a thread may be one more report of a known one."""
        chosen = self._chosen(self._look(signal), signal)
        thread = self._thread(chosen[0].id) if chosen else None
        if thread is not None and thread.id not in self.joins and thread.id not in self.quiet:
            self._join(thread).take(signal)

    def _chosen(self, look: Look, signal: Signal) -> tuple[Look, float] | None:
        """The thread that a signal belongs to, among those that leave room for it."""
        fitting = [each for each in self._candidates(look) if not self.joins or self._fits(signal, each.id)]
        return self.choose(look, fitting, self.state.table, looks.seconds(self.now))

    def _ended(self, signal: Signal) -> tuple[Look, float] | None:
        """A thread of another family that the signal ends: an arrest, by the release."""
        for row in self.state.table.ends(signal.family, signal.detail):
            look = self._look(dataclasses.replace(signal, family=row.name))
            chosen = self.choose(look, self._candidates(look), self.state.table, looks.seconds(self.now))
            if chosen is not None:
                return chosen
        return None

    def _is_remark(self, signal: Signal) -> bool:
        """Whether it is only what those who take part say of an affair that the article reports."""
        if not (self.state.table.family(signal.family).remark and signal.core):
            return False
        return any(
            other.family != signal.family
            and not other.background
            and signal.core <= {actor.id for actor in other.actors}
            for other in self.reading.signals
        )

    def _fits(self, signal: Signal, thread: str) -> bool:
        """Whether what else the reading says of a thread leaves room for the signal."""
        told = self.joins[thread].signals if thread in self.joins else []
        row = self.state.table.family(signal.family)
        return all(same.may_meet(signal, other, row) for other in told)

    def _recall(self, signal: Signal) -> None:
        """What an article recalls may fill an empty field; it opens nothing and pushes nothing."""
        look = self._look(signal)
        look.texts = ()  # the text is of what it reports: a thread that has it is not thereby the one recalled
        chosen = self.choose(look, self._candidates(look), self.state.table, looks.seconds(self.now))
        thread = self._thread(chosen[0].id) if chosen else None
        if thread is not None:
            attach_background(thread, signal)
            if thread.id not in self.joins:
                self.quiet[thread.id] = thread

    def _look(self, signal: Signal) -> Look:
        row = self.state.table.family(signal.family)
        look = looks.of_signal(signal, self.reading.article, self.speaker.at, row)
        if self.speaker.sketch:
            look.texts = (self.speaker.sketch,)
        return look

    def _candidates(self, look: Look) -> list[Look]:
        row = self.state.table.family(look.family)
        found: dict[str, Look] = {}
        for key in looks.search_keys(look, row):
            self.state.gather(key, found)
        for name, join in self.joins.items():
            if join.thread.family == look.family:
                found[name] = looks.of_thread(join.thread, row)
        return list(found.values())

    def _thread(self, name: str) -> Thread | None:
        if name in self.joins:
            return self.joins[name].thread
        return self.quiet.get(name) or self.state.get(name)

    def _untouched(self, look: Look) -> Effect:
        thread = self.state.get(look.id)
        return Effect(look.id, look.family, "none", thread.seq if thread else 0)

    def _finish(self) -> Folded:
        updates, effects = [], []
        for join in self.joins.values():
            update = join.finish(self.now)
            self._keep(join.thread)
            if update is not None:
                updates.append(update)
            effect = update.kind if update else "none"
            effects.append(Effect(join.thread.id, join.thread.family, effect, join.thread.seq))
        for name, thread in self.quiet.items():
            if name not in self.joins:
                self._keep(thread)
                effects.append(Effect(name, thread.family, "none", thread.seq))
        return Folded(self.state, tuple(updates), tuple(effects))

    def _keep(self, thread: Thread) -> None:
        thread.seen += self.token
        self.state.put(thread)


CLAIMED = 0.8
"""How sure a claim is among the signals of its article, as a share of its confidence: facts come first."""


def _surest(signal: Signal) -> float:
    """The order in which an article's signals are placed: the surest first."""
    return -signal.confidence * (CLAIMED if signal.asserted_by is not None else 1.0)


def _later(now: datetime, before: datetime | None) -> datetime:
    now = utc(now)
    return now if before is None else max(now, before)
