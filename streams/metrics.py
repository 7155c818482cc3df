"""Every figure that a worker publishes on `/metrics`, by its literal name.

One `Metrics` per worker with a registry of its own, so that two workers in one process do not mix.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Counters and gauges of one worker; labels have few values: agent, topic, code, partition."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        # Records of an input topic whose outputs are on the broker.
        self.read = Counter("parley_records_read", "Input records done", ["agent"], registry=registry)
        # Records put on any output topic, rejected ones included.
        self.written = Counter("parley_records_written", "Output records", ["agent"], registry=registry)
        # Records that went to a rejected topic, by the stable code.
        self.rejected = Counter(
            "parley_records_rejected", "Rejected records", ["agent", "code"], registry=registry
        )
        # Records that a topic's retention had deleted before we came to read them.
        self.lost = Counter(
            "parley_records_lost", "Input records deleted before they were read", ["agent"], registry=registry
        )
        # Records of a task's state that nobody can read; their threads begin anew.
        self.damaged = Counter("parley_state_damaged", "Damaged records of state", registry=registry)
        # Times that a partition's task threw everything away and opened again, by what went wrong.
        self.reopened = Counter(
            "parley_partition_reopened", "Partition tasks reopened", ["agent", "error"], registry=registry
        )
        # Times that the fetched position did not follow on, so that the task had to seek again.
        self.gaps = Counter(
            "parley_partition_gaps", "Chunks out of order, fetched again", ["agent"], registry=registry
        )
        # Partitions whose state is restored and that take records.
        self.open = Gauge("parley_partitions_open", "Open partitions", ["agent"], registry=registry)
        # Partitions that the rejection limit has stopped until an operator resumes them.
        self.halted = Gauge("parley_partitions_halted", "Halted partitions", ["agent"], registry=registry)
        # Input records that wait, by partition.
        self.lag = Gauge(
            "parley_lag_records", "Records not yet done", ["agent", "topic", "partition"], registry=registry
        )
        # 1 while an agent's input has brought nothing for `silence_seconds`.
        self.silent = Gauge("parley_input_silent", "No new input for long", ["agent"], registry=registry)
        # Articles of the sources that the settings name, and 1 while this worker has had none for too long.
        self.heard = Counter("parley_source_articles", "Articles by source", ["source"], registry=registry)
        self.source_silent = Gauge(
            "parley_source_silent", "No new article for long", ["source"], registry=registry
        )
        # From restoring to taking records.
        self.opening = Histogram(
            "parley_open_seconds", "Opening a partition", ["agent"], buckets=SECONDS, registry=registry
        )
        # Pure computing of one chunk, and everything up to its commit.
        self.computing = Histogram(
            "parley_compute_seconds", "Computing a chunk", ["agent"], buckets=SECONDS, registry=registry
        )
        self.chunk = Histogram(
            "parley_chunk_seconds", "A chunk up to its commit", ["agent"], buckets=SECONDS, registry=registry
        )

    def done(self, agent: str, records: int, outputs: int, computing: float, delivering: float) -> None:
        """A piece is committed; `computing` and `delivering` in seconds."""
        self.read.labels(agent).inc(records)
        self.written.labels(agent).inc(outputs)
        self.computing.labels(agent).observe(computing)
        self.chunk.labels(agent).observe(computing + delivering)

    def articles_of(self, source: str) -> float:
        """How many articles of a source have come."""
        return self.registry.get_sample_value("parley_source_articles_total", {"source": source}) or 0.0

    def text(self) -> bytes:
        """What `/metrics` answers, in Prometheus' text format."""
        return generate_latest(self.registry)
