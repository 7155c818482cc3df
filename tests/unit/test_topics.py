"""The table of topics."""

import pytest

from streams.detect.frames import families
from streams.kafka.topics import POSITION_KEY, TopicsError, is_position, table
from streams.settings import Settings


def by_name(settings: Settings):
    """The table by full name."""
    return {row.name: row for row in table(settings)}


def test_every_family_has_its_topic_and_every_input_its_rejected_one():
    """The table is complete: five of the flow, two for rejected records, one for each family."""
    rows = by_name(Settings())
    wanted = {"articles", "articles.enriched", "signals", "threads", "articles.rejected", "signals.rejected"}
    assert set(rows) == wanted | {f"events.{family}" for family in families()}
    assert len(families()) == 14


def test_articles_spread_while_what_decides_is_in_one_order():
    """Reading scales by partitions, tracking sees everything in one."""
    rows = by_name(Settings(partitions=5))
    counts = [rows[name].partitions for name in ("articles", "articles.enriched", "signals", "threads")]
    assert counts == [5, 5, 1, 1]


def test_only_threads_are_compacted_and_kept_for_ever():
    """State stays, records go by time."""
    for name, row in by_name(Settings()).items():
        compacted = name == "threads"
        assert (row.config["cleanup.policy"] == "compact") == compacted
        assert (row.config["retention.ms"] == "-1") == compacted


def test_a_rejected_record_fits_with_its_headers():
    """What was as large as the input topic takes still goes whole to the rejected topic."""
    rows = by_name(Settings())
    assert rows["articles.rejected"].max_message_bytes >= rows["articles"].max_message_bytes + 16 * 1024


def test_names_carry_the_prefix_and_no_underscore():
    """A prefix makes a second world; "_" and "." would collide in Kafka's metric names."""
    names = by_name(Settings(topic_prefix="new."))
    assert all(name.startswith("new.") and "_" not in name for name in names)


def test_an_override_changes_one_topic():
    """`[topics."articles"]` changes what it names and nothing else."""
    settings = Settings(topics={"articles": {"partitions": 32, "retention_hours": 2}}, topic_prefix="p.")
    rows = by_name(settings)
    assert rows["p.articles"].partitions == 32
    assert rows["p.articles"].config["retention.ms"] == str(2 * 3_600_000)
    assert rows["p.articles.enriched"].partitions == 8


def test_an_override_of_an_unknown_topic_is_named():
    """A slip in a topic's name is no silent default."""
    with pytest.raises(TopicsError, match=r"topics\.artciles"):
        table(Settings(topics={"artciles": {"partitions": 1}}))


def test_state_lies_in_as_many_partitions_as_its_input():
    """A partition of `threads` belongs to one of `signals`."""
    with pytest.raises(TopicsError, match="same number"):
        table(Settings(topics={"signals": {"partitions": 4}}))


def test_position_records_are_told_from_threads():
    """Readers of `threads` skip the position; a thread's id is a UUID."""
    assert is_position(POSITION_KEY)
    assert not is_position(b"2b0c9c2e-52c5-5c2b-9d0e-3f6b0f7d8a11")
    assert not is_position(None)
