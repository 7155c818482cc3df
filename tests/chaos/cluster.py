"""Three nodes of Apache Kafka on loopback: what one of them holds, another one holds as well.

Each worker has listeners of its own, and reaches them through `Wires` that may be cut or slowed down.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.apache_kafka import ApacheKafka, fetch
from tests.chaos.wires import Wire
from tests.ports import unused_port

NODES = 3


class Node(ApacheKafka):
    """One of three brokers, each a controller too. `wires` are its addresses for the workers, one for each."""

    ready_timeout = 180.0
    """After a crash a node reads its logs before it answers, beside two others that do the same."""

    def __init__(self, libs: Path, folder: Path, number: int, workers: int) -> None:
        super().__init__(libs, folder)
        self.number = number
        self.voters = ""
        self.wires = [Wire(unused_port(), unused_port()) for _ in range(workers)]

    @property
    def voter(self) -> str:
        """Its part of the quorum's setting."""
        return f"{self.number}@127.0.0.1:{self._controller}"

    @property
    def pid(self) -> int:
        """The broker itself, below the guard."""
        assert self._process is not None, "only of a node that runs"
        shell = self._process.pid
        for child in Path(f"/proc/{shell}/task/{shell}/children").read_text().split():
            if b"kafka.Kafka" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        raise ProcessLookupError(f"node {self.number} has ended")

    def format_for(self, cluster: str, voters: str) -> None:
        """Prepare the folder for this cluster: once, before the first start."""
        self.voters = voters
        config = self.folder / "server.properties"
        config.write_text("\n".join(f"{key}={value}" for key, value in self._settings().items()))
        self.tool("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(config))

    def _settings(self) -> dict[str, object]:
        settings = super()._settings()
        del settings["controller.quorum.bootstrap.servers"]
        listeners, advertised, protocols = [], [], []
        for number, wire in enumerate(self.wires):
            listeners.append(f"WORKER{number}://127.0.0.1:{wire.target}")
            advertised.append(f"WORKER{number}://127.0.0.1:{wire.port}")
            protocols.append(f"WORKER{number}:PLAINTEXT")
        return settings | {
            "node.id": self.number,
            "controller.quorum.voters": self.voters,
            "listeners": ",".join([str(settings["listeners"]), *listeners]),
            "advertised.listeners": ",".join([str(settings["advertised.listeners"]), *advertised]),
            "listener.security.protocol.map": ",".join(
                [str(settings["listener.security.protocol.map"]), *protocols]
            ),
            "inter.broker.listener.name": "PLAINTEXT",
            "default.replication.factor": NODES,
            "min.insync.replicas": 2,
            "offsets.topic.replication.factor": NODES,
            "transaction.state.log.replication.factor": NODES,
            "transaction.state.log.min.isr": 2,
            "share.coordinator.state.topic.replication.factor": NODES,
            "share.coordinator.state.topic.min.isr": 2,
            "replica.lag.time.max.ms": 3000,
            "controller.quorum.election.timeout.ms": 500,
            "controller.quorum.fetch.timeout.ms": 1000,
        }


class Cluster:
    """The three nodes. `bootstrap` is for whoever looks from outside, `wired(n)` for worker number n."""

    def __init__(self, folder: Path, workers: int) -> None:
        libs = fetch()
        self.nodes = []
        for number in range(1, NODES + 1):
            home = folder / f"node-{number}"
            home.mkdir()
            self.nodes.append(Node(libs, home, number, workers))
        self.bootstrap = ",".join(node.bootstrap for node in self.nodes)

    def format(self) -> None:
        """Prepare all folders."""
        cluster = self.nodes[0].tool("kafka.tools.StorageTool", "random-uuid").strip()
        voters = ",".join(node.voter for node in self.nodes)
        for node in self.nodes:
            node.format_for(cluster, voters)

    def wired(self, worker: int) -> str:
        """The brokers as a worker sees them."""
        return ",".join(f"127.0.0.1:{node.wires[worker].port}" for node in self.nodes)

    async def start(self, *nodes: Node) -> None:
        """Run these nodes (all by default) and return when they answer."""
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes or self.nodes))

    async def kill(self, *nodes: Node) -> None:
        """End these nodes (all by default) at once."""
        await asyncio.gather(*(asyncio.to_thread(node.kill) for node in nodes or self.nodes))

    async def controller(self) -> Node:
        """The node that leads the quorum."""
        said = await asyncio.to_thread(
            self.nodes[0].tool,
            "org.apache.kafka.tools.MetadataQuorumCommand",
            "--bootstrap-server",
            self.bootstrap,
            "describe",
            "--status",
        )
        leader = next(line.split()[-1] for line in said.splitlines() if line.startswith("LeaderId"))
        return next(node for node in self.nodes if node.number == int(leader))


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """A formatted cluster that has not been started; its nodes and data are gone at the end. Raises
    `UnavailableError` without Java or Maven.
    """
    with tempfile.TemporaryDirectory(prefix="parley-chaos-") as folder:
        made = Cluster(Path(folder), workers)
        made.format()
        try:
            yield made
        finally:
            for node in made.nodes:
                node.kill()
