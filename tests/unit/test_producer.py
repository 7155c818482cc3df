"""How records are packed into batches, and that nothing counts as sent before the broker says so."""

import asyncio

import pytest
from aiokafka import TopicPartition

from streams.kafka.producer import Outgoing, Sender, partition_of


class Batch:
    """A batch of at most three records."""

    def __init__(self):
        self.records, self.closed = [], False

    def append(self, *, key, value, timestamp, headers=()):
        """None when full, as aiokafka's."""
        if len(self.records) == 3:
            return None
        self.records.append(value)
        return object()

    def close(self):
        """No more."""
        self.closed = True


class Producer:
    """aiokafka's producer, as far as `Sender` uses it; answers when it is told to."""

    def __init__(self):
        self.sent, self.futures = [], []

    def create_batch(self):
        """A new one."""
        return Batch()

    async def partitions_for(self, topic):
        """Four, of any topic."""
        return {0, 1, 2, 3}

    async def send_batch(self, batch, topic, *, partition):
        """A future of the answer."""
        assert batch.closed
        self.sent.append((topic, partition, batch.records))
        self.futures.append(asyncio.get_running_loop().create_future())
        return self.futures[-1]


@pytest.fixture
def producer():
    """A new one."""
    return Producer()


async def submitted(producer, sending, count):
    """The task of a sending, once so many batches are submitted."""
    task = asyncio.ensure_future(sending)
    async with asyncio.timeout(2):
        while len(producer.sent) < count:  # noqa: ASYNC110
            await asyncio.sleep(0)
    return task


async def test_records_of_a_key_keep_their_order_over_batches(producer):
    """A full batch is followed by the next one of the same partition."""
    records = [Outgoing("t", b"k", b"%d" % number, 1) for number in range(5)]
    task = await submitted(producer, Sender(producer).send(records), 2)
    where = partition_of(b"k", 4)
    assert producer.sent == [("t", where, [b"0", b"1", b"2"]), ("t", where, [b"3", b"4"])]
    for future in producer.futures:
        future.set_result(None)
    await task


async def test_sending_waits_for_every_answer(producer):
    """One answer that is missing keeps the offset back."""
    records = [Outgoing(topic, b"k", b"v", 1) for topic in ("a", "b")]
    task = await submitted(producer, Sender(producer).send(records), 2)
    producer.futures[0].set_result(None)
    await asyncio.sleep(0.01)
    assert not task.done()
    producer.futures[1].set_result(None)
    await task


async def test_one_failure_fails_the_whole_sending(producer):
    """Whatever else arrived: it will be sent again."""
    records = [Outgoing(topic, b"k", b"v", 1) for topic in ("a", "b")]
    task = await submitted(producer, Sender(producer).send(records), 2)
    producer.futures[0].set_exception(ConnectionError("gone"))
    producer.futures[1].set_result(None)
    with pytest.raises(ConnectionError):
        await task


async def test_state_is_one_batch_or_an_error(producer):
    """Two batches could be torn apart by a crash."""
    sender = Sender(producer)
    task = await submitted(
        producer, sender.append(TopicPartition("s", 2), [(b"1", b"a"), (b"2", None)], 1), 1
    )
    producer.futures[0].set_result(None)
    await task
    assert producer.sent == [("s", 2, [b"a", None])]
    with pytest.raises(ValueError, match="one batch"):
        await sender.append(TopicPartition("s", 2), [(b"%d" % number, b"v") for number in range(4)], 1)
    assert len(producer.sent) == 1


@pytest.mark.parametrize(
    ("key", "digest"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_keys_go_where_other_clients_put_them(key, digest):
    """Kafka's Java client tests its murmur2 by these values."""
    assert partition_of(key, 8) == (digest & 0x7FFFFFFF) % 8


def test_the_size_of_a_record_is_never_too_small():
    """It decides what fits into a topic's records."""
    headers = [("name", b"value" * 10), ("é" * 20, None)]
    record = Outgoing("t", b"key", b"v" * 1000, 1, headers)
    bytes_of_headers = sum(len(name.encode()) + len(value or b"") for name, value in headers)
    assert record.size >= 1003 + bytes_of_headers
