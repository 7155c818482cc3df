"""`Join`: one reading joining one thread. Counts article and publisher, merges, makes the update."""

from __future__ import annotations

from datetime import UTC, datetime

from streams.events import Change, Update
from streams.reading import Signal
from streams.track import copies, present
from streams.track.merge_claims import Merge
from streams.track.pack import NAMES, QUOTE_BYTES, QUOTES, trim
from streams.track.speaker import NAME_BYTES, Speaker
from streams.track.state import State
from streams.track.thread import Entry, Group, Said, Thread, clip, is_current


class Join:
    """One reading's visit to one thread."""

    def __init__(self, thread: Thread, merge: Merge, speaker: Speaker, entry: Entry, state: State) -> None:
        self.thread, self.merge, self.speaker, self.entry = thread, merge, speaker, entry
        self.steps = state.table.independent
        self.is_new = False
        self.signals: list[Signal] = []

    @classmethod
    def of(cls, thread: Thread, state: State, speaker: Speaker) -> Join:
        """The reading's article joins the thread, as one more or as a newer version of one it has."""
        entry = thread.entry(speaker.name)
        if entry is not None:
            return cls.of_entry(thread, state, speaker, entry)
        corrects = speaker.article.correction and copies.group_of(thread, speaker.publisher) is not None
        group, copied = _group(thread, speaker, state)
        entry = Entry(
            thread.ordinal, speaker.name, speaker.article.version, speaker.publisher, group, speaker.at
        )
        thread.entries.append(entry)
        thread.ordinal += 1
        thread.articles += 1
        copies.remember(thread, group, speaker.sketch, speaker.at)
        merge = _merge(thread, state, speaker, entry, correcting=corrects and not copied, copied=copied)
        return cls(thread, merge, speaker, entry, state)

    @classmethod
    def of_entry(cls, thread: Thread, state: State, speaker: Speaker, entry: Entry) -> Join:
        """A newer version of an article that the thread has."""
        entry.version, entry.at = speaker.article.version, speaker.at
        merge = _merge(thread, state, speaker, entry, correcting=True, copied=False)
        return cls(thread, merge, speaker, entry, state)

    @classmethod
    def visit(cls, thread: Thread, state: State, speaker: Speaker) -> Join:
        """A thread that the reading changes though its article does not join it."""
        entry = Entry(-1, speaker.name, speaker.article.version, speaker.publisher, -1, speaker.at)
        merge = _merge(thread, state, speaker, entry, correcting=False, copied=False)
        return cls(thread, merge, speaker, entry, state)

    @classmethod
    def founding(cls, thread: Thread, state: State, speaker: Speaker) -> Join:
        """The reading founds the thread."""
        join = cls.of(thread, state, speaker)
        join.is_new = True
        return join

    def take(self, signal: Signal) -> None:
        """Merge one signal of the reading. What somebody claims of an affair that the same reading reports
        as a fact is only noted: it changes nothing, and nobody is quoted with it.
        """
        if self._is_only_claimed(signal):
            self.merge.note(signal)
            return
        self.signals.append(signal)
        self.merge.take(signal)
        for group in self.thread.groups:
            if group.g == self.entry.group and not signal.background:
                group.best = max(group.best, signal.confidence)

    def _is_only_claimed(self, signal: Signal) -> bool:
        if signal.asserted_by is None or signal.stage == "denied":
            return False
        return any(other.asserted_by is None and not other.background for other in self.signals)

    def miss(self) -> Update | None:
        """Say that the planned day has passed without a report."""
        self.thread.overdue = self.thread.planned
        self.merge.push(Change("overdue", None, self.thread.planned), "development")
        return self._update()

    def finish(self, now: datetime) -> Update | None:
        """Bring the thread up to date; its update, when there is one."""
        thread, speaker = self.thread, self.speaker
        thread.touched = now
        said = datetime.fromtimestamp(speaker.at, UTC)
        if self.signals:
            thread.first_published = min(thread.first_published, said)
            thread.last_published = max(thread.last_published, said)
        names = (name for name in speaker.article.names if name not in thread.names)
        thread.names = (thread.names + list(names))[:NAMES]
        thread.facts = [f for f in thread.facts if f.articles or f.more or is_current(thread, f)]
        self._quote()
        return self._update()

    def _update(self) -> Update | None:
        thread, merge = self.thread, self.merge
        kind = "new" if self.is_new else merge.kind
        changes = () if self.is_new else tuple(merge.news + merge.detail)
        corrects = merge.correcting and self.speaker.article.correction
        if corrects and not self.is_new and kind in (None, "development"):
            kind = "correction"  # also of what no field holds: the words of the article say what was wrong
        reached = max((step for step in self.steps if step <= thread.publishers), default=1)
        if reached > thread.confirmed:
            if kind is None:
                kind = "confirmation"
                changes = (Change("publishers", thread.confirmed, thread.publishers),)
            thread.confirmed = reached
        if kind is None:
            return None
        if kind == "correction" and thread.reason is None:
            thread.reason = f"corrected by {self.speaker.publisher}"
        elif kind not in ("correction", "retraction"):
            thread.reason = None
        thread.seq += 1
        thread.kind = kind
        thread.significance = "major" if self.is_new else merge.significance
        thread.as_of, thread.backfill = self.speaker.as_of, self.speaker.backfill
        thread.flags = list(self.speaker.flags)
        thread.knowledge = self.speaker.knowledge or thread.knowledge
        trim(thread)
        article = self.speaker.article
        trigger = merge.trigger or f"{article.id}:{article.version}"
        update = present.update(
            thread,
            kind=kind,
            significance="major" if self.is_new else merge.significance,
            changes=changes,
            trigger=trigger,
        )
        thread.update = update.id
        return update

    def _quote(self) -> None:
        """Keep a quote for each language: that of the latest news, and no mere claim for what is a fact."""
        first = self.merge.trigger if self.merge.news and not self.is_new else None
        told: set[str] = set()
        for signal in sorted(self.signals, key=lambda signal: signal.id != first):
            if signal.language in told:
                continue
            told.add(signal.language)
            quote = clip(signal.evidence.quote, QUOTE_BYTES)
            said = Said(self.speaker.name, signal.language, quote)
            held = next((each for each in self.thread.evidence if each.language == said.language), None)
            if held is None and len(self.thread.evidence) < QUOTES:
                self.thread.evidence.append(said)
            elif held is not None and self.merge.news and not self._is_lesser(signal):
                self.thread.evidence[self.thread.evidence.index(held)] = said

    def _is_lesser(self, signal: Signal) -> bool:
        """Whether the signal is a claim, or a recollection, and the thread a fact."""
        return signal.background or (signal.asserted_by is not None and self.thread.asserted_by is None)


def _merge(
    thread: Thread, state: State, speaker: Speaker, entry: Entry, *, correcting: bool, copied: bool
) -> Merge:
    row = state.table.family(thread.family)
    return Merge(
        thread, row, n=entry.n, group=entry.group, at=speaker.at, correcting=correcting, copied=copied
    )


def _group(thread: Thread, speaker: Speaker, state: State) -> tuple[int, bool]:
    """The independent source that an article counts for, and whether it copies another's text."""
    rules = state.table.copies
    copied = copies.copied_from(thread, speaker.article, speaker.sketch, speaker.at, rules)
    own = copies.group_of(thread, speaker.publisher)
    if copied is not None:
        return copied, copied != own
    if own is not None:
        return own, False
    group = thread.next_group
    thread.next_group += 1
    thread.publishers += 1
    thread.groups.append(Group(group, clip(speaker.publisher, NAME_BYTES), speaker.article.origin, 0.0))
    return group, False
