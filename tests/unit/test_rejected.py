"""Rejected records: headers that say what, where and why, and the limit that stops a broken feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiokafka.structs import ConsumerRecord

from streams.errors import Code, Rejection
from streams.kafka.rejected import RejectionLimit, from_record, headers_for, original_headers

REJECTION = Rejection(Code.BAD_DATE, "parse", "published: 'yesterday' is no RFC 3339 time")


def record(headers):
    """A record of the rejected topic."""
    return ConsumerRecord(
        topic="articles.rejected",
        partition=2,
        offset=7,
        timestamp=1_742_860_800_000,
        timestamp_type=0,
        key=b"a1",
        value=b"{bad",
        checksum=None,
        serialized_key_size=2,
        serialized_value_size=4,
        headers=headers,
    )


def test_headers_keep_the_original_ones_first_and_add_kafka_streams_names():
    """The record's own headers stay, in order; ours follow under Kafka Streams' names."""
    headers = headers_for(REJECTION, "articles", 3, 41, [("trace", b"t-1")])
    assert headers == [
        ("trace", b"t-1"),
        ("__streams.errors.exception", b"streams.errors.Rejected: bad-date"),
        ("__streams.errors.message", b"published: 'yesterday' is no RFC 3339 time"),
        ("__streams.errors.topic", b"articles"),
        ("__streams.errors.partition", b"3"),
        ("__streams.errors.offset", b"41"),
        ("__streams.errors.code", b"bad-date"),
        ("__streams.errors.stage", b"parse"),
    ]


def test_a_second_rejection_replaces_the_headers_of_the_first():
    """A record that was sent again with its error headers and rejected again carries one set of them."""
    once = headers_for(REJECTION, "articles", 3, 41, [("trace", b"t-1")])
    twice = headers_for(Rejection(Code.NO_TEXT, "parse", "empty"), "articles", 0, 50, once)
    assert len(twice) == len(once)
    assert dict(twice)["__streams.errors.code"] == b"no-text"
    assert original_headers(twice) == [("trace", b"t-1")]


def test_a_message_that_is_no_unicode_or_very_long_still_makes_a_header():
    """Lone surrogates are replaced and a long message is cut: a rejection must never fail itself."""
    headers = dict(headers_for(Rejection(Code.NOT_UTF8, "parse", "\ud800" * 5000), "articles", 0, 0))
    assert headers["__streams.errors.message"] == b"?" * 1000


def test_a_rejected_record_reads_back_as_it_was_written():
    """Code, stage, message, source and the original headers come back from the record."""
    rejected = from_record(record(tuple(headers_for(REJECTION, "w.articles", 3, 41, [("trace", b"t-1")]))))
    assert rejected.position == "articles.rejected:2:7"
    assert (rejected.code, rejected.stage) == ("bad-date", "parse")
    assert (rejected.source_topic, rejected.source_partition, rejected.source_offset) == ("w.articles", 3, 41)
    assert rejected.headers == (("trace", b"t-1"),)
    assert rejected.timestamp == datetime(2025, 3, 25, tzinfo=UTC)


def test_a_record_without_our_headers_goes_back_to_the_topic_it_is_named_after():
    """A foreign tool's dead letter has no headers of ours: the topic's name says where it came from."""
    assert from_record(record(())).source_topic == "articles"


def test_the_limit_needs_two_hundred_records():
    """A handful of bad records at a quiet hour is no broken feed."""
    limit = RejectionLimit()
    assert not limit.observe(199, 199, now=0.0)
    assert limit.observe(1, 1, now=1.0)


def test_the_limit_needs_more_than_half():
    """Exactly half is still within the limit, one more is not."""
    limit = RejectionLimit()
    assert not limit.observe(400, 200, now=10.0)
    assert limit.observe(1, 1, now=10.5)


def test_records_older_than_five_minutes_do_not_count():
    """The window moves: what was rejected before it is forgotten."""
    limit = RejectionLimit()
    limit.observe(150, 150, now=0.0)
    assert limit.observe(100, 100, now=299.0)
    assert not limit.passed(now=301.0)


def test_a_reset_forgets_the_window():
    """After an operator resumed the partition, counting starts anew."""
    limit = RejectionLimit()
    assert limit.observe(500, 500, now=0.0)
    limit.reset()
    assert not limit.observe(1, 1, now=1.0)


@pytest.mark.parametrize("rate", [1, 50])
def test_memory_of_the_window_is_bounded(rate):
    """Any number of observations keeps at most one bucket a second."""
    limit = RejectionLimit()
    for step in range(2000):
        limit.observe(1, 0, now=step / rate)
    assert len(limit._buckets) <= 301
