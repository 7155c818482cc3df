"""Two threads that turn out to be one affair: the younger goes into the older.

It happens when a correction makes them alike. The younger's last update is a retraction that names the
survivor, the survivor's a correction; both ids stay resolvable for as long as threads are kept.

Nothing splits a thread (`split_from` is there for it). In the streams under tests/evals no thread holds two affairs on
gold signals; on detected ones a single one does, two rounds of one article of which only one signal is misplaced for a
wrong day. What would part them is a newer version that is at odds with what the rest of the thread says and its own
older version did not. None of the streams tells such a story, so that nothing says whether a split would be right more
often than it tears an affair apart.
"""

from __future__ import annotations

from streams.events import Change
from streams.track import copies, same
from streams.track import look as looks
from streams.track.join import Join
from streams.track.look import Look
from streams.track.speaker import Speaker
from streams.track.state import State
from streams.track.thread import Entry, Group, Link, Thread

TELLING = frozenset({"time", "place", "actors"})
"""Fields whose change may show that two threads are one."""


def twin(join: Join, state: State, candidates: list[Look]) -> Look | None:
    """Another thread that a thread which was just put right turns out to be."""
    changed = {change.field for change in join.merge.news}
    if join.merge.kind != "correction" or not changed & TELLING:
        return None
    row = state.table.family(join.thread.family)
    look = looks.of_thread(join.thread, row)
    others = [other for other in candidates if other.id != look.id]
    likes = [(_alike(look, other, state), other.id, other) for other in others]
    likes = [like for like in likes if like[0] >= state.table.same.merge]
    return max(likes, key=lambda like: like[:2])[2] if likes else None


def _alike(one: Look, other: Look, state: State) -> float:
    """How alike two threads are, from whichever side speaks less for it."""
    row, weights = state.table.family(one.family), state.table.same
    if one.stage != other.stage:
        return 0.0
    return min(same.score(one, other, row, weights), same.score(other, one, row, weights))


def unite(one: Join, other: Thread, state: State, speaker: Speaker) -> Join:
    """Merge the younger of two threads into the older; the visit to the other thread."""
    visit = Join.visit(other, state, speaker)
    older_is_other = (other.first_published, other.id) < (one.thread.first_published, one.thread.id)
    survivor, loser = (visit, one) if older_is_other else (one, visit)
    _take_over(survivor.thread, loser.thread)
    survivor.merge.push(Change("merged_from", None, loser.thread.id), "correction", major=True)
    survivor.thread.reason = f"merged with {loser.thread.id}"
    loser.merge.push(Change("merged_into", None, survivor.thread.id), "retraction", major=True)
    loser.thread.reason = f"merged into {survivor.thread.id}"
    loser.thread.merged_into = survivor.thread.id
    loser.thread.entries, loser.thread.seen = [], ""
    return visit


def _take_over(survivor: Thread, loser: Thread) -> None:
    """Articles, publishers and what the survivor does not know yet."""
    best = {group.g: group for group in loser.groups}
    for entry in loser.entries:
        if survivor.entry(entry.id) is None:
            group = _group(survivor, entry, best.get(entry.group))
            survivor.entries.append(
                Entry(survivor.ordinal, entry.id, entry.version, entry.publisher, group, entry.at)
            )
            survivor.ordinal += 1
            survivor.articles += 1
    survivor.place = survivor.place or loser.place
    survivor.time = survivor.time or loser.time
    for key, value in loser.attributes.items():
        survivor.attributes.setdefault(key, value)
    survivor.processes.extend(process for process in loser.processes if process not in survivor.processes)
    survivor.seen += loser.seen
    survivor.last_published = max(survivor.last_published, loser.last_published)
    survivor.related.append(Link(loser.id, "merged-from"))


def _group(survivor: Thread, entry: Entry, theirs: Group | None) -> int:
    known = copies.group_of(survivor, entry.publisher)
    if known is None and theirs is not None:
        known = copies.group_of(survivor, theirs.name)
    if known is not None:
        return known
    number = survivor.next_group
    survivor.next_group += 1
    survivor.publishers += 1
    name, origin, best = (theirs.name, theirs.origin, theirs.best) if theirs else (entry.publisher, None, 0.0)
    survivor.groups.append(Group(number, name, origin, best))
    return number
