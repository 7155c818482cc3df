"""What another run gives: updates gained, lost and changed, thread by thread.

Threads of two runs are the same when they have the same id, else when they share most of their articles. Updates
of such a pair are the same when the same article made them, told by the moment when it was received (`as_of`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from streams.events import Change, Update

Runs = Mapping[str, Sequence[Update]]


@dataclass(frozen=True, slots=True)
class Changed:
    """One update of both runs that does not say the same, and what it says otherwise."""

    before: Update
    after: Update
    fields: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run gives more, less and otherwise than the one before; `same` counts what is equal, `threads` how
    many threads were gained and lost.
    """

    gained: list[Update] = field(default_factory=list)
    lost: list[Update] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: int = 0
    threads: tuple[int, int] = (0, 0)


def compare(before: Iterable[Update], after: Iterable[Update]) -> Difference:
    """How the second run differs from the first; updates come in the order of their runs."""
    old, new = _by_thread(before), _by_thread(after)
    pairs = _pairs(old, new)
    gained: list[Update] = []
    lost: list[Update] = []
    changed: list[Changed] = []
    same = 0
    for name in old:
        mine = {update.as_of: update for update in old[name]}
        theirs = {update.as_of: update for update in new.get(pairs.get(name, ""), ())}
        lost += [update for at, update in mine.items() if at not in theirs]
        gained += [update for at, update in theirs.items() if at not in mine]
        for at in mine.keys() & theirs.keys():
            fields = _fields(mine[at], theirs[at])
            if fields:
                changed.append(Changed(mine[at], theirs[at], fields))
            else:
                same += 1
    alone = [name for name in new if name not in set(pairs.values())]
    gained += [update for name in alone for update in new[name]]
    return Difference(
        gained=sorted(gained, key=_order),
        lost=sorted(lost, key=_order),
        changed=sorted(changed, key=lambda each: _order(each.after)),
        same=same,
        threads=(len(alone), len(old) - len(pairs)),
    )


def _order(update: Update) -> tuple[Any, ...]:
    return update.as_of, update.thread, update.seq


def _by_thread(updates: Iterable[Update]) -> dict[str, list[Update]]:
    found: dict[str, list[Update]] = defaultdict(list)
    for update in updates:
        if not any(each.seq == update.seq for each in found[update.thread][-2:]):  # a repeat on the topic
            found[update.thread].append(update)
    return found


def _pairs(old: Runs, new: Runs) -> dict[str, str]:
    """Which thread of the one run is which of the other: first by id, then by the articles in common."""
    pairs = {name: name for name in old if name in new}
    told = {name: _articles(new[name]) for name in new if name not in pairs}
    by_article: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, articles in told.items():
        for article in articles:
            by_article[new[name][0].family, article].add(name)
    likely = []
    for name in old:
        if name in pairs:
            continue
        articles, family = _articles(old[name]), old[name][0].family
        for other in {one for article in articles for one in by_article[family, article]}:
            share = len(articles & told[other]) / min(len(articles), len(told[other]))
            likely.append((share, name, other))
    taken: set[str] = set()
    for share, name, other in sorted(likely, reverse=True):
        if share > 1 / 2 and name not in pairs and other not in taken:
            pairs[name] = other
            taken.add(other)
    return pairs


def _articles(updates: Iterable[Update]) -> frozenset[str]:
    return frozenset(article for update in updates for article in update.articles.latest)


def _fields(one: Update, other: Update) -> tuple[Change, ...]:
    """What two updates say differently of the world; ids, counts and quotes are not of it."""
    mine, theirs = _told(one), _told(other)
    return tuple(Change(name, mine[name], theirs[name]) for name in mine if mine[name] != theirs[name])


def _told(update: Update) -> dict[str, Any]:
    return {
        "kind": update.kind,
        "significance": update.significance,
        "stage": update.stage,
        "detail": update.detail,
        "actors": sorted(f"{actor.id}:{actor.role}" for actor in update.actors),
        "place": (update.place.name or update.place.country) if update.place else None,
        "time": (update.time.start if update.time else None),
        "attributes": dict(update.attributes),
        "asserted_by": update.asserted_by,
        "disputed": update.disputed,
        "processes": sorted(update.processes),
    }
