"""What the topics must hold once all is done, worked out from the input without Kafka, and what they hold.

read the input offline  → enriched, signals and rejected, as multisets of bytes
fold the signals offline → updates by id and bytes, and the threads
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from streams import events, wire
from streams.detect.frames import families
from streams.errors import Rejection
from streams.kafka import topics
from streams.kafka.rejected import from_record
from streams.kafka.scan import scan
from streams.pipeline import Pipeline, Read
from streams.reading import Reading
from streams.settings import Settings
from streams.track.fold import fold
from streams.track.state import State

Outcome = Read | Rejection


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `lost` and `repeated` count records of all outputs, `repeated_after` the updates that come
    twice to a subscriber; `disorder` counts threads whose `seq` is not 1, 2, 3 …, `contradictions` ids with two
    bodies, updates that the log of signals does not give, and threads whose record is not what it gives.
    """

    articles: int
    rejected: int
    updates: int
    lost: int
    repeated: int
    repeated_after: int
    disorder: int
    contradictions: int

    def broken(self, delivery: str) -> list[str]:
        """The promises of this kind of delivery that were not kept."""
        promised = ["lost", "repeated_after", "disorder", "contradictions"]
        if delivery == "exactly-once":
            promised.append("repeated")
        return [f"{name} {getattr(self, name)}" for name in promised if getattr(self, name)]


async def judge(settings: Settings, pipelines: Sequence[Pipeline]) -> Verdict:
    """Read all topics of this world and compare. An article may have been read with any of the pipelines, each
    with knowledge of its own: its enriched form says with which.
    """
    by_digest = {pipeline.knowledge.digest: pipeline for pipeline in pipelines}
    source = await records_of(settings, topics.ARTICLES)
    enriched = await records_of(settings, topics.ENRICHED)
    chosen = _chosen(enriched)
    outcomes = {(one.partition, one.offset): _read(one, by_digest, chosen, pipelines[0]) for one in source}
    signals = await records_of(settings, topics.SIGNALS)
    rejected = await records_of(settings, topics.ARTICLES + topics.REJECTED)
    lost, repeated = _differences(outcomes, enriched, signals, rejected)
    updates = [
        record for family in families() for record in await records_of(settings, topics.events_topic(family))
    ]
    folded = Folded.of(signals)
    missing, again = folded.compare(updates)
    return Verdict(
        articles=len(source),
        rejected=len(rejected),
        updates=len(updates),
        lost=lost + missing,
        repeated=repeated + again,
        repeated_after=_repeated_after(updates),
        disorder=_disorder(updates),
        contradictions=folded.contradictions(updates)
        + folded.stale(await records_of(settings, topics.THREADS)),
    )


async def records_of(settings: Settings, name: str) -> list[Any]:
    """All committed records of a topic of this world."""
    return [record async for record in scan(settings.broker, [settings.topic(name)])]


Arrival = tuple[str, str, str]
"""Id, version and time of arrival: deliveries that share them differ in nothing but the knowledge."""


def _chosen(enriched: Iterable[Any]) -> dict[Arrival, list[str]]:
    """The digests of the knowledge with which articles were read, by arrival."""
    found = defaultdict(list)
    for record in enriched:
        value = orjson.loads(record.value)
        article = value["article"]
        found[article["id"], article["version"], article["received"]].append(value["knowledge"])
    return found


def _read(
    record: Any,
    pipelines: Mapping[str, Pipeline],
    chosen: Mapping[Arrival, list[str]],
    default: Pipeline,
) -> Outcome:
    received = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    first = default.read(record.value, key=record.key, received=received, headers=dict(record.headers))
    if isinstance(first, Rejection) or len(pipelines) == 1:
        return first
    article = orjson.loads(wire.encode(first.enriched))["article"]
    digests = chosen.get((article["id"], article["version"], article["received"]))
    pipeline = pipelines.get(digests.pop(), default) if digests else default
    if pipeline is default:
        return first
    return pipeline.read(record.value, key=record.key, received=received, headers=dict(record.headers))


def _differences(
    outcomes: Mapping[tuple[int, int], Outcome],
    enriched: Iterable[Any],
    signals: Iterable[Any],
    rejected: Iterable[Any],
) -> tuple[int, int]:
    """How many outputs of reading are missing, and how many are there too often."""
    reads = [one for one in outcomes.values() if not isinstance(one, Rejection)]
    refused = [(*key, str(one.code)) for key, one in outcomes.items() if isinstance(one, Rejection)]
    found = [from_record(record) for record in rejected]
    pairs: list[tuple[Iterable[Any], Iterable[Any]]] = [
        ([wire.encode(one.enriched) for one in reads], [one.value for one in enriched]),
        ([wire.encode(one.reading) for one in reads if one.reading], [one.value for one in signals]),
        (refused, [(one.source_partition, one.source_offset, one.code) for one in found]),
    ]
    lost = repeated = 0
    for wanted, had in pairs:
        expected, there = Counter(wanted), Counter(had)
        lost += (expected - there).total()
        repeated += (there - expected).total()
    return lost, repeated


@dataclass(frozen=True, slots=True)
class Folded:
    """What the log of signals gives offline, in the order of its offsets: updates by id, and the threads."""

    updates: Mapping[str, bytes]
    threads: Mapping[bytes, bytes]

    @classmethod
    def of(cls, signals: Iterable[Any]) -> Folded:
        """Fold them all."""
        state, found = State.empty(), {}
        for record in signals:
            reading = wire.decode(record.value, Reading)
            layer, updates = fold(state, reading, reading.article.received)
            for update in updates:
                found[update.id] = events.to_record(update, "")[2]
            state.absorb(layer)
        return cls(found, dict(state.records()))

    def compare(self, updates: Iterable[Any]) -> tuple[int, int]:
        """How many updates are missing on the topics, and how many are there once more than they should."""
        there = Counter(orjson.loads(record.value)["id"] for record in updates)
        missing = sum(1 for name in self.updates if name not in there)
        return missing, sum(count - 1 for name, count in there.items() if name in self.updates)

    def contradictions(self, updates: Iterable[Any]) -> int:
        """Ids with another body than the log gives, or that it does not give at all."""
        bodies = defaultdict(set)
        for record in updates:
            bodies[orjson.loads(record.value)["id"]].add(record.value)
        return sum(1 for name, values in bodies.items() if values != {self.updates.get(name)})

    def stale(self, records: Iterable[Any]) -> int:
        """Threads on the compacted topic that are not as the log gives them."""
        there: dict[bytes, bytes | None] = {}
        for record in records:
            if not topics.is_position(record.key):
                there[record.key] = record.value
        held = {key: value for key, value in there.items() if value is not None}
        return sum(1 for key in held.keys() | self.threads.keys() if held.get(key) != self.threads.get(key))


def _repeated_after(updates: Iterable[Any]) -> int:
    """Updates that come twice to a subscriber, who drops what a thread has said already by `seq`."""
    last: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for record in updates:
        update = orjson.loads(record.value)
        if update["seq"] > last.get(update["thread"], 0):
            last[update["thread"]] = update["seq"]
            seen[update["id"]] += 1
    return sum(count - 1 for count in seen.values())


def _disorder(updates: Iterable[Any]) -> int:
    """Threads whose numbers, repeats left out, are not 1, 2, 3 …"""
    numbers = defaultdict(list)
    for record in updates:
        update = orjson.loads(record.value)
        numbers[update["thread"]].append(update["seq"])
    return sum(
        1 for seqs in numbers.values() if list(dict.fromkeys(seqs)) != list(range(1, len(set(seqs)) + 1))
    )
