"""What each broker can. A contract test may be skipped only for an ability that stands here as False.

`test_abilities` probes every cell, so the table is neither optimistic nor out of date.
"""

from __future__ import annotations

ABILITIES: dict[str, dict[str, bool]] = {
    #                  the embedded broker     Apache Kafka
    "headers": {"tansu": True, "kafka": True},  # repeated and empty ones, in order
    "timestamps": {"tansu": True, "kafka": True},  # a record keeps its producer's time
    "time-index": {"tansu": False, "kafka": True},  # offsets by the records' time, not by that of appending
    "gzip": {"tansu": True, "kafka": True},
    "snappy": {"tansu": True, "kafka": True},
    "lz4": {"tansu": True, "kafka": True},
    "zstd": {"tansu": True, "kafka": True},
    "large-records": {"tansu": True, "kafka": True},  # the largest that our topics allow
    "idempotence": {"tansu": False, "kafka": True},
    "transactions": {"tansu": False, "kafka": True},
    "compaction": {"tansu": False, "kafka": True},
    "restart": {"tansu": False, "kafka": True},  # what it holds is there after it ended and came back
}

BROKERS = ("tansu", "kafka")


def can(broker: str, ability: str) -> bool:
    """Whether the broker has the ability; KeyError for one that the table does not know."""
    return ABILITIES[ability][broker]
