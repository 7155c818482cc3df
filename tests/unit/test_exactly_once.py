"""Exactly once: what belongs to one transaction, in what order a partition opens, what an error leaves behind."""

import asyncio
from dataclasses import dataclass, field

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from streams.kafka.delivery import Held, Ledger, StaleOwnerError
from streams.kafka.exactly_once import ExactlyOnce
from streams.kafka.producer import Outgoing
from streams.kafka.restoring import Restored, epoch_of
from streams.kafka.topics import POSITION_KEY
from streams.settings import Settings

INPUT, STATE = TopicPartition("signals", 3), TopicPartition("threads", 3)
OUTPUT = Outgoing("events.aid", b"k", b"v", 1)


@dataclass
class Broker:
    """A transactional producer that notes what it is asked, and shows only what is committed."""

    log: list = field(default_factory=list)
    pending: list = field(default_factory=list)
    committed: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    fail: dict = field(default_factory=dict)
    suspended: bool = False

    def connect(self, name):
        """The producer of a transactional id."""
        self.log.append(f"id {name}")
        return self

    async def start(self):
        """Shut out the last one, whose transaction is given up."""
        self._note("start")
        self.pending.clear()

    async def stop(self):
        """Disconnect."""
        self._note("stop")

    async def begin(self):
        """Begin."""
        self._note("begin")

    async def send(self, records):
        """Outputs."""
        await asyncio.sleep(0)
        self._note("send")
        self.pending += [record.value for record in records]

    async def append(self, partition, records, timestamp, headers):
        """State."""
        assert partition == STATE
        self._note("append")
        self.pending += [key for key, _ in records]
        self.headers += headers

    async def send_offsets(self, offsets, group):
        """The group's offset."""
        self._note("offsets")
        self.pending.append((group, offsets[INPUT].offset))

    async def commit(self):
        """All of it counts."""
        self._note("commit")
        self.committed += self.pending
        self.pending.clear()

    async def abort(self):
        """Nothing of it counts."""
        self._note("abort")
        self.pending.clear()

    async def read_state(self, settings, partition):
        """State that somebody of epoch 4 wrote last."""
        self._note("restore")
        return Restored({b"a": b"1", POSITION_KEY: b'{"offset": 70}'}, epoch=4)

    def mark(self):
        """Nothing to compare."""
        return 0

    def fresh(self, mark):
        """As the test says."""
        return not self.suspended

    def _note(self, what):
        self.log.append(what)
        if what in self.fail:
            raise self.fail.pop(what)


@pytest.fixture
def broker():
    """A new one."""
    return Broker()


@pytest.fixture
async def delivery(broker):
    """The strategy, opened on it."""
    ledger = Ledger(Settings(), STATE, broker.read_state)
    made = ExactlyOnce(
        Settings(), INPUT, ledger, group="parley-track", pulse=broker, new_sender=broker.connect
    )
    await made.open()
    await made.restore()
    return made


async def chunk(delivery):
    """One chunk with an output and a change."""
    await delivery.begin()
    await delivery.send([OUTPUT])
    await delivery.commit([(b"a", b"2")], 75, 1, {})


async def test_the_last_owner_is_shut_out_before_anything_is_read(broker, delivery):
    """The transactional id is that of the partition, and its producer starts before the state is read."""
    assert broker.log == ["id parley-track-3", "start", "restore"]


async def test_outputs_state_and_offset_are_one_transaction(broker, delivery):
    """All three are sent between begin and commit, and count together; state tells a newer epoch than before."""
    await chunk(delivery)
    assert broker.log[3] == "begin"
    assert broker.log[-1] == "commit"
    assert sorted(broker.log[4:-1]) == ["append", "offsets", "send"]
    assert set(broker.committed) == {b"v", b"a", POSITION_KEY, ("parley-track", 75)}
    assert epoch_of(broker.headers) == 5


@pytest.mark.parametrize("where", ["send", "append", "offsets"])
async def test_nothing_counts_when_something_fails(broker, delivery, where):
    """A failure of any part keeps the transaction from its commit; closing gives it up."""
    broker.fail = {where: ConnectionError("gone")}
    with pytest.raises(ConnectionError):
        await chunk(delivery)
    await delivery.close()
    assert "commit" not in broker.log
    assert broker.log[-2:] == ["abort", "stop"]
    assert broker.committed == broker.pending == []


async def test_a_producer_that_was_shut_out_is_a_stale_owner(broker, delivery):
    """The broker's word that another one has the id means: wait, you may have lost the partition."""
    broker.fail = {"append": ProducerFenced()}
    with pytest.raises(StaleOwnerError, match="another producer"):
        await chunk(delivery)


async def test_a_suspended_process_begins_nothing(broker, delivery):
    """After a long pause nothing is sent, not even in vain."""
    broker.suspended = True
    with pytest.raises(StaleOwnerError):
        await delivery.begin()
    assert broker.log[-1] == "restore"


async def test_closing_survives_a_transaction_that_cannot_be_given_up(broker, delivery):
    """What aiokafka asserts then is not our caller's matter: the next owner settles it."""
    await delivery.begin()
    broker.fail = {"abort": AssertionError("state")}
    await delivery.close()
    assert broker.log[-1] == "stop"


async def test_a_task_without_state_has_only_outputs_and_offset(broker):
    """The read agent keeps nothing: its position is the group's offset."""
    made = ExactlyOnce(
        Settings(),
        INPUT,
        Ledger(Settings(), None),
        group="parley-track",
        pulse=broker,
        new_sender=broker.connect,
    )
    await made.open()
    assert await made.restore() == Held(stateless=True)
    await chunk(made)
    assert "append" not in broker.log
    assert set(broker.committed) == {b"v", ("parley-track", 75)}
