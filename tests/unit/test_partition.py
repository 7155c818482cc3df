"""A partition's task: positions, the order of acknowledgements, failures, revocation; all without Kafka."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiokafka import TopicPartition

from streams.kafka.at_least_once import AtLeastOnce
from streams.kafka.compute import compute
from streams.kafka.delivery import Ledger, StaleOwnerError
from streams.kafka.partition import PartitionTask
from streams.kafka.producer import Outgoing
from streams.kafka.pulse import Pulse
from streams.kafka.restoring import Restored, epoch_headers
from streams.kafka.topics import POSITION_KEY
from streams.kafka.waiting import FULL, GapError, Waiting
from streams.kafka.work import Chunk, Pace
from streams.metrics import Metrics
from streams.settings import Settings

INPUT = TopicPartition("in", 0)
STATE = TopicPartition("state", 0)


@dataclass
class Rec:
    """An input record."""

    offset: int
    key: bytes = b"k"
    value: bytes = b"v"
    topic: str = "in"
    partition: int = 0
    timestamp: int = 1000
    headers: tuple = ()


def chunk(start, end, offsets=None, key=b"k"):
    """A chunk with a record at each offset, or at those given."""
    offsets = range(start, end) if offsets is None else offsets
    return Chunk("in", 0, start, end, [Rec(offset, key=key) for offset in offsets])


class CountWork:
    """Counts records by key; its state is the counts."""

    def __init__(self):
        self.counts = {}
        self.halted = False
        self.halt_at = None

    def restore(self, state):
        """Counts from their records."""
        self.counts = {key: int(value) for key, value in state.items() if key != POSITION_KEY}

    def resume(self):
        """Go on."""
        self.halted, self.halt_at = False, None

    def draft(self):
        """A draft of more counts."""
        return CountDraft(self)


class CountDraft:
    """Counts of one chunk."""

    def __init__(self, work):
        self.work, self.more = work, {}

    def step(self, record):
        """One more; the output tells the count."""
        count = self.more.get(record.key, self.work.counts.get(record.key, 0)) + 1
        self.more[record.key] = count
        if record.offset == self.work.halt_at:
            self.work.halted = True
        return [Outgoing("out", record.key, b"%d" % count, record.timestamp)]

    def changes(self):
        """The new counts."""
        return [(key, b"%d" % count) for key, count in self.more.items()]

    def facts(self):
        """Something beside the offset."""
        return {"now": "then"}

    def merge(self):
        """Keep them."""
        self.work.counts.update(self.more)


@dataclass
class World:
    """A broker and a consumer in memory, which note what happens in what order."""

    log: list = field(default_factory=list)
    written: list = field(default_factory=list)
    outputs: list = field(default_factory=list)
    seeks: list = field(default_factory=list)
    offset: int | None = None
    first: int = 0
    last: int = 1000
    fetching: bool = False
    fail: set = field(default_factory=set)
    hold: asyncio.Event | None = None
    suspended: bool = False

    # The consumer.
    async def committed(self, partition):
        """The group's offset."""
        return self.offset

    async def bounds(self, partition):
        """What is kept."""
        return self.first, self.last

    async def seek(self, partition, offset):
        """Noted."""
        self.seeks.append(offset)

    def fetch(self, partition, wanted):
        """Noted."""
        self.fetching = wanted

    def note(self, partition, offset):
        """The offset, to be committed."""
        self.log.append(("offset", offset))
        self.offset = offset

    # The pulse.
    def mark(self):
        """Nothing to compare."""
        return 0

    def fresh(self, mark):
        """As the test says."""
        return not self.suspended

    # The producer.
    async def start(self):
        """Connect."""
        self._trip("start")

    async def stop(self):
        """Disconnect."""
        self.log.append(("stop",))

    async def send(self, records):
        """Outputs are there when this returns."""
        if self.hold is not None:
            await self.hold.wait()
        self._trip("send")
        self.outputs += [record.value for record in records]
        self.log.append(("outputs", len(records)))

    async def append(self, partition, records, timestamp, headers):
        """State, whole or not at all."""
        self._trip("append")
        assert partition == STATE
        self.written += [(key, value, headers) for key, value in records]
        self.log.append(("state", [key for key, _ in records]))

    async def read_state(self, settings, partition):
        """What was written, read as the real one reads it."""
        restored = Restored()
        for key, value, headers in self.written:
            restored.add(key, value, headers)
        return restored

    @property
    def state(self):
        """The values by key."""
        return {key: value for key, value, _ in self.written}

    def _trip(self, where):
        if where in self.fail:
            self.fail.discard(where)
            raise ConnectionError(where)


def new_delivery(world):
    """The real strategy on the world's producer and state."""
    ledger = Ledger(Settings(), STATE, world.read_state)
    return AtLeastOnce(
        Settings(), INPUT, ledger, commit_offset=world.note, pulse=world, new_sender=lambda: world
    )


def new_task(world, work=None, **pace):
    """A task in the world, with no time to lose."""
    pace = {"backoff": 0.001, "longest_backoff": 0.002, "stale_backoff": 0.001, "finish": 0.2, **pace}
    return PartitionTask(
        INPUT, agent="test", source=world, work=work or CountWork(), delivery=new_delivery(world),
        metrics=Metrics(), pace=Pace(**pace),
    )  # fmt: skip


async def until(condition):
    """Wait for what must come soon."""
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@pytest.fixture
def world():
    """A new world."""
    return World()


@pytest.fixture
async def task(world):
    """An open task, closed at the end."""
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    yield task
    await task.close()


# What follows on.


def test_waiting_chunks_are_merged_until_there_are_enough():
    """Small chunks become one piece of work, and its end is the last one's."""
    waiting = Waiting()
    for start in (0, 2, 4):
        waiting.put(chunk(start, start + 2))
    records, end = waiting.take(0, most=3)
    assert ([record.offset for record in records], end) == ([0, 1, 2, 3], 4)


def test_what_is_done_is_dropped_and_what_overlaps_is_trimmed():
    """A repeated fetch adds nothing."""
    waiting = Waiting()
    waiting.put(chunk(0, 3))
    waiting.put(chunk(2, 7))
    records, end = waiting.take(4, most=100)
    assert ([record.offset for record in records], end) == ([4, 5, 6], 7)
    assert not waiting


def test_a_chunk_that_begins_later_is_a_gap():
    """Records were fetched and dropped somewhere: they must be fetched again."""
    waiting = Waiting()
    waiting.put(chunk(5, 7))
    with pytest.raises(GapError):
        waiting.take(4, most=100)


def test_a_gap_behind_good_chunks_waits_for_them():
    """What follows on is given first."""
    waiting = Waiting()
    waiting.put(chunk(0, 2))
    waiting.put(chunk(5, 7))
    assert waiting.take(0, most=100)[1] == 2
    with pytest.raises(GapError):
        waiting.take(2, most=100)


def test_offsets_that_are_missing_within_a_fetch_are_no_gap():
    """Markers and compacted records have offsets, and no record."""
    waiting = Waiting()
    waiting.put(chunk(0, 10, offsets=[1, 7]))
    waiting.put(chunk(10, 12, offsets=[]))
    records, end = waiting.take(0, most=100)
    assert ([record.offset for record in records], end) == ([1, 7], 12)


# The task.


async def test_outputs_then_state_with_position_then_the_offset(world, task):
    """This order loses nothing: an offset is only noted when everything before it is on the broker."""
    task.put(chunk(0, 3))
    await until(lambda: world.offset == 3)
    assert world.log == [("outputs", 3), ("state", [b"k", POSITION_KEY]), ("offset", 3)]
    assert world.state == {b"k": b"3", POSITION_KEY: b'{"offset":3,"now":"then"}'}


async def test_nothing_is_committed_before_the_outputs_are_acknowledged(world, task):
    """As long as the broker has not answered, neither state nor offset is written."""
    world.hold = asyncio.Event()
    task.put(chunk(0, 3))
    await asyncio.sleep(0.02)
    assert (world.log, world.state, world.offset, task.position) == ([], {}, None, 0)
    world.hold.set()
    await until(lambda: world.offset == 3)


async def test_markers_alone_move_the_position(world, task):
    """A chunk without records is committed as well, or its offsets would be read for ever."""
    task.put(chunk(0, 4, offsets=[]))
    await until(lambda: world.offset == 4)
    assert world.outputs == []


@pytest.mark.parametrize("where", ["send", "append", "start"])
async def test_a_failure_is_repeated_from_the_last_position(world, where):
    """Producer and state are thrown away; what was not committed is computed again from the restored state."""
    if where == "start":
        world.fail.add(where)
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    task.put(chunk(0, 2))
    await until(lambda: world.offset == 2)
    world.fail.add(where)
    seeks = len(world.seeks)
    if where != "start":
        task.put(chunk(2, 4))
        await until(lambda: len(world.seeks) > seeks and task.opened)
        assert world.seeks[-1] == 2
    task.put(chunk(2, 4))
    await until(lambda: world.offset == 4)
    assert world.state[b"k"] == b"4"
    await task.close()


async def test_a_gap_seeks_back_and_keeps_the_state(world, task):
    """The task asks for what it missed; nothing is skipped."""
    task.put(chunk(5, 7))
    await until(lambda: world.seeks == [0, 0])
    task.put(chunk(0, 7))
    await until(lambda: world.offset == 7)
    assert world.state[b"k"] == b"7"


async def test_the_position_record_counts_more_than_the_offset(world):
    """They differ after a crash between the two; the position is what the state belongs to."""
    world.offset, world.written = 3, [(b"k", b"5", []), (POSITION_KEY, b'{"offset":5}', [])]
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    assert world.seeks == [5]
    task.put(chunk(3, 7))
    await until(lambda: world.offset == 7)
    assert world.state[b"k"] == b"7"
    await task.close()


async def test_what_a_stale_owner_wrote_is_passed_over_and_repaired(world):
    """A worker that was suspended in the middle of a write finished it after its successor had written."""
    old, new = epoch_headers(1), epoch_headers(2)
    world.written = [
        (b"k", b"5", old), (POSITION_KEY, b'{"offset":5}', old),
        (b"k", b"9", new), (POSITION_KEY, b'{"offset":9}', new),
        (b"k", b"7", old), (POSITION_KEY, b'{"offset":7}', old),
    ]  # fmt: skip
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    assert world.seeks == [9]
    task.put(chunk(9, 10, key=b"other"))
    await until(lambda: world.offset == 10)
    mine = epoch_headers(3)
    repaired = {(b"k", b"9"), (POSITION_KEY, b'{"offset":9}')}
    assert {(key, value) for key, value, _ in world.written[6:8]} == repaired
    new_ones = [(b"other", b"1", mine), (POSITION_KEY, b'{"offset":10,"now":"then"}', mine)]
    assert world.written[8:] == new_ones
    await task.close()


async def test_lost_state_is_made_again_and_nothing_is_told_twice(world):
    """With an empty partition of state and an offset, the input is done once more up to there, in silence, also when
    that breaks off in the middle; the group's offset never goes back.
    """
    world.offset = 5
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    assert world.seeks == [0]
    task.put(chunk(0, 3))
    await until(lambda: task.position == 3)
    assert (world.outputs, world.offset) == ([], 5)
    await task.close()

    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    assert world.seeks[-1] == 3
    task.put(chunk(3, 7))
    await until(lambda: world.offset == 7)
    assert world.outputs == [b"6", b"7"]
    assert world.state == {b"k": b"7", POSITION_KEY: b'{"offset":7,"now":"then"}'}
    await task.close()


async def test_a_damaged_position_record_counts_as_none(world, caplog):
    """The group's offset says where the state stands, and the log what was found."""
    world.offset, world.written = 3, [(b"k", b"3", []), (POSITION_KEY, b'{"offs', [])]
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    assert world.seeks == [3]
    assert "position record is damaged" in caplog.text
    task.put(chunk(3, 4))
    await until(lambda: world.offset == 4)
    assert world.outputs == [b"4"]
    await task.close()


async def test_records_that_retention_deleted_are_counted_and_passed(world, task):
    """The loss is not ours, but it must be seen, and the stream goes on."""
    task.put(chunk(0, 2))
    await until(lambda: world.offset == 2)
    world.first = 10
    task.out_of_range()
    await until(lambda: world.seeks[-1] == 10)
    assert task._metrics.lost.labels("test")._value.get() == 8


async def test_a_topic_made_anew_is_read_from_its_start(world):
    """A position beyond the end belongs to another topic of the same name."""
    world.offset, world.last = 50, 5
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    task.out_of_range()
    await until(lambda: world.seeks[-1] == 0)
    await task.close()


async def test_fetching_pauses_when_many_chunks_wait_and_goes_on(world, task):
    """A slow broker must not fill the memory."""
    world.hold = asyncio.Event()
    for start in range(FULL + 1):
        task.put(chunk(start, start + 1))
        await asyncio.sleep(0)
    assert not world.fetching
    world.hold.set()
    await until(lambda: world.offset == FULL + 1)
    assert world.fetching


async def test_a_closed_task_writes_nothing_more(world):
    """After a revocation somebody else may own the partition."""
    task = new_task(world, finish=0.01)
    task.start()
    await until(lambda: task.opened)
    world.hold = asyncio.Event()
    task.put(chunk(0, 3))
    await asyncio.sleep(0.01)
    await task.close()
    world.hold.set()
    task.put(chunk(0, 3))
    await asyncio.sleep(0.01)
    assert (world.outputs, world.state, world.offset) == ([], {}, None)


async def test_closing_lets_the_chunk_under_way_finish(world):
    """A graceful end repeats nothing."""
    task = new_task(world)
    task.start()
    await until(lambda: task.opened)
    world.hold = asyncio.Event()
    task.put(chunk(0, 3))
    await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.02, world.hold.set)
    await task.close()
    assert world.offset == 3


async def test_a_suspended_process_writes_nothing_before_it_has_looked_again(world, task):
    """A stale owner throws its state away and restores it."""
    world.suspended = True
    task.put(chunk(0, 2))
    await until(lambda: task._metrics.reopened.labels("test", StaleOwnerError.__name__)._value.get() == 1)
    assert (world.outputs, world.offset) == ([], None)
    world.suspended = False
    await until(lambda: task.opened)
    task.put(chunk(0, 2))
    await until(lambda: world.offset == 2)


async def test_a_halted_partition_waits_for_an_operator(world):
    """Up to the record that halts everything is committed, after it nothing, until it is resumed."""
    work = CountWork()
    work.halt_at = 2
    task = new_task(world, work)
    task.start()
    await until(lambda: task.opened)
    task.put(chunk(0, 6))
    await until(lambda: world.offset == 3 and not world.fetching)
    assert task.halted
    assert world.seeks[-1] == 3
    task.resume()
    await until(lambda: world.fetching)
    task.put(chunk(3, 6))
    await until(lambda: world.offset == 6)
    assert world.state[b"k"] == b"6"
    await task.close()


# The pulse.


def test_a_long_pause_is_noticed_whoever_wakes_first():
    """The beating thread or the task may run first after a suspension; both ways the task learns of it."""
    now = [0.0]
    pulse = Pulse(1.0, clock=lambda: now[0])
    mark = pulse.mark()
    now[0] = 0.9
    assert pulse.fresh(mark)
    pulse.beat()
    now[0] = 5.0
    assert not pulse.fresh(mark)
    pulse.beat()
    assert not pulse.fresh(mark)
    assert pulse.fresh(pulse.mark())


# Computing.


async def test_a_piece_is_cut_where_its_state_fits_into_one_batch():
    """State and position are one batch, or a crash could tear them apart."""
    records = [Rec(offset, key=b"%d" % offset + b"x" * 100) for offset in range(100)]
    piece = await compute(CountWork(), records, Pace(batch_bytes=8000))
    assert 10 <= piece.count < 100
    assert piece.end == piece.count
    assert len(piece.changes) == piece.count


async def test_long_computing_lets_others_run():
    """Heartbeats, health checks and other partitions share the loop."""
    turns = 0

    async def other():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await compute(CountWork(), [Rec(offset) for offset in range(20_000)], Pace(slice=0.0005, chunk=20_000))
    task.cancel()
    assert turns >= 5
