"""One node of Apache Kafka for tests and benchmarks: jars by Maven, a KRaft node in a temporary folder.

`python -m tests.apache_kafka` only fetches the jars into `.kafka/` of the checkout, where they stay.
Docker is not needed; Java 17 and Maven are.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from streams.kafka.embedded import GUARD
from tests.ports import unused_port

KAFKA = "4.3.1"
LOG4J = "2.24.3"
FOLDER = Path(__file__).resolve().parent.parent / ".kafka"
READY_TIMEOUT = 60.0
QUICK = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""The Java machine for tests: small, and its code is compiled at once, though not well."""
SERVER = ("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC")
"""As a broker in service has it, for measuring: a minute of load later hot code is compiled well."""

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>parley</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>{KAFKA}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>{LOG4J}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>{LOG4J}</version></dependency>
  </dependencies>
</project>
"""

LOG4J_XML = """<Configuration status="ERROR">
  <Appenders><Console name="out" target="SYSTEM_OUT"><PatternLayout pattern="%d %p %c{1} %m%n"/></Console></Appenders>
  <Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
"""


class UnavailableError(Exception):
    """This machine cannot run Apache Kafka; the message is the one line that a skip shows."""


def fetch() -> Path:
    """The folder with Kafka's jars, fetched with Maven on first use. Raises `UnavailableError`."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise UnavailableError(
                f"Apache Kafka needs Java 17 and Maven: there is no `{program}` on the PATH"
            )
    libs = FOLDER / KAFKA / "libs"
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs in one checkout fetch once
        if not libs.is_dir():
            _maven(libs)
    return libs


def _maven(libs: Path) -> None:
    """Copy the jars into `libs`, which appears only when all are there."""
    libs.parent.mkdir(exist_ok=True)
    (libs.parent / "pom.xml").write_text(POM)
    (libs.parent / "log4j2.xml").write_text(LOG4J_XML)
    partial = libs.with_name("libs.partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]
    done = subprocess.run(
        [*command, f"-DoutputDirectory={partial}"],
        cwd=libs.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode or not list(partial.glob("kafka_*.jar")):
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        raise UnavailableError(f"Maven could not fetch Apache Kafka's jars: {lines[0]}")
    partial.rename(libs)


class ApacheKafka:
    """A combined broker and controller in KRaft mode on a free port; `bootstrap` is `host:port`."""

    ready_timeout = READY_TIMEOUT

    def __init__(self, libs: Path, folder: Path, machine: tuple[str, ...] = QUICK) -> None:
        self.libs = libs
        self.folder = folder
        self._machine = machine
        self.port, self._controller = unused_port(), unused_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.log = folder / "kafka.log"
        self._process: subprocess.Popen[bytes] | None = None

    def java(self, name: str, *arguments: str, machine: tuple[str, ...] = QUICK) -> list[str]:
        """The command that runs the class `name` from the jars."""
        log4j = f"-Dlog4j2.configurationFile={self.libs.parent / 'log4j2.xml'}"
        return ["java", *machine, log4j, "-cp", f"{self.libs}/*", name, *arguments]

    def tool(self, name: str, *arguments: str, stdin: str = "", timeout: float = 60.0) -> str:
        """What the class `name` (a tool of Kafka's) prints, given `stdin`."""
        done = subprocess.run(
            self.java(name, *arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stdout} {done.stderr}")
        return done.stdout

    def format(self) -> None:
        """Prepare the folder: once, before the first start."""
        config = self.folder / "server.properties"
        config.write_text("\n".join(f"{key}={value}" for key, value in self._settings().items()))
        cluster = self.tool("kafka.tools.StorageTool", "random-uuid").strip()
        format_it = ("format", "--standalone", "-t", cluster, "-c", str(config), *self._format_arguments())
        self.tool("kafka.tools.StorageTool", *format_it)

    def start(self) -> None:
        """Run the node and return when it answers."""
        command = self.java("kafka.Kafka", str(self.folder / "server.properties"), machine=self._machine)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "apache-kafka", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # In a process of its own: the caller's event loop may be running.
        probe = f"import asyncio; from streams.kafka.embedded import answers; asyncio.run(answers({self.bootstrap!r}))"
        try:
            subprocess.run(
                [sys.executable, "-c", probe],
                cwd=FOLDER.parent,
                timeout=self.ready_timeout,
                check=True,
                capture_output=True,
            )
        except subprocess.SubprocessError:
            tail = self.log.read_text(errors="replace")[-2000:]
            self.kill()
            raise RuntimeError(
                f"Apache Kafka did not answer on {self.bootstrap} within {self.ready_timeout:.0f} s:\n{tail}"
            ) from None

    def kill(self) -> None:
        """End the node at once, as a crash would; `start` brings it back with what it holds."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            process.wait(timeout=30)

    def _format_arguments(self) -> tuple[str, ...]:
        """More for the storage tool: a node with users of its own has them here."""
        return ()

    def _settings(self) -> dict[str, object]:
        controller = f"CONTROLLER://127.0.0.1:{self._controller}"
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "listeners": f"PLAINTEXT://{self.bootstrap},{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap},{controller}",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{self._controller}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.folder / "data",
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,  # a killed worker is missed quickly
            "broker.session.timeout.ms": 3000,  # a crashed node may come back after that
            "broker.heartbeat.interval.ms": 500,
            "log.cleaner.backoff.ms": 200,  # compaction can be watched
            "offsets.topic.num.partitions": 4,
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.num.partitions": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
        }


@contextlib.contextmanager
def apache_kafka(machine: tuple[str, ...] = QUICK) -> Iterator[ApacheKafka]:
    """A running node, gone with its data at the end; `machine` are the options of its Java machine. Raises `UnavailableError` without Java or Maven."""
    libs = fetch()
    with tempfile.TemporaryDirectory(prefix="parley-kafka-") as folder:
        node = ApacheKafka(libs, Path(folder), machine)
        node.format()
        node.start()
        try:
            yield node
        finally:
            node.kill()


def main(arguments: Sequence[str]) -> int:
    """Fetch the jars and say where they are; 1 with one line when this machine cannot."""
    try:
        libs = fetch()
    except UnavailableError as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    jars = len(list(libs.iterdir()))
    sys.stdout.write(f"Apache Kafka {KAFKA}: {jars} jars in {libs.relative_to(FOLDER.parent)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
