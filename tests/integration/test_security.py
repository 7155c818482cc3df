"""A broker with TLS, logins and rights: Parley with the rights of SECURITY.md and no others.

The rights are given by the commands that SECURITY.md shows, so that they are enough and the text stays true.
"""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from streams.cli import main
from streams.events import from_record
from streams.kafka.produce import produce
from streams.kafka.security import login
from streams.kafka.subscribe import subscribe
from streams.settings import Settings
from tests.apache_kafka import UnavailableError
from tests.conftest import unavailable
from tests.secured_kafka import KEY_PASSWORD, MECHANISMS, PASSWORD, SecuredKafka, secured_kafka, token
from tests.workers import WorkerProcess

pytestmark = pytest.mark.kafka

DOCUMENT = (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
RIGHTS = [
    shlex.split(line[len("$ $ACLS ") :]) for line in DOCUMENT.splitlines() if line.startswith("$ $ACLS")
]
USERS = sorted({one[one.index("--allow-principal") + 1].removeprefix("User:") for one in RIGHTS})
SEED = Path(__file__).parents[2] / "seeds" / "01-id-london-riyadh.json"
SECONDS = 60.0
WRONG = "wrong-horse-battery"
CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Stage:
    """The node, what the first subscriber printed, and what the worker and it wrote to their logs."""

    node: SecuredKafka
    printed: bytes
    log: str

    def login(self, user: str, how: str, **changes: object) -> dict[str, object]:
        """Settings of a user who logs in by a mechanism or a certificate."""
        return login_of(self.node, user, how) | changes


def login_of(node: SecuredKafka, user: str, how: str) -> dict[str, object]:
    """Settings of a user who logs in by a mechanism or a certificate; secrets are in files."""
    base: dict[str, object] = {"ssl_cafile": str(node.cafile), "health_port": -1, "tick_seconds": 0.0}
    if how == CERTIFICATE:
        return base | {"broker": node.tls, "security_protocol": "SSL", **node.certificate(user)}
    base |= {"broker": node.sasl, "security_protocol": "SASL_SSL", "sasl_mechanism": how}
    secret = node.folder / f"{user}-{'token' if how == 'OAUTHBEARER' else 'password'}"
    if how == "OAUTHBEARER":
        secret.write_text(token(user))
        return base | {"sasl_token_file": str(secret)}
    secret.write_text(PASSWORD + "\n")
    return base | {"sasl_username": user, "sasl_password_file": str(secret)}


def variables(settings: Mapping[str, object]) -> dict[str, str]:
    """The settings as environment variables."""
    return {f"PARLEY_{name.upper()}": str(value) for name, value in settings.items()}


@pytest.fixture(scope="module")
def node() -> Iterator[SecuredKafka]:
    """The node with its users, who have the rights of SECURITY.md, and a stranger who has none."""
    try:
        context = secured_kafka([*USERS, "stranger"])
        started = context.__enter__()
    except UnavailableError as reason:
        unavailable(reason)
    try:
        started.allow(RIGHTS)
        yield started
    finally:
        context.__exit__(None, None, None)


def parley_process(settings: Mapping[str, object], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that comes to its end, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *arguments],
        env=variables(settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def stage(node) -> Stage:
    """One article from its publisher by way of the worker to a subscriber, each with its own rights."""
    created = parley_process(login_of(node, "parley-operator", "SCRAM-SHA-512"), "topics", "create")
    assert created.returncode == 0, created.stderr
    log = node.folder / "worker.log"
    # PLAIN sends the password itself: a log that shows requests would show it.
    settings = login_of(node, "parley-worker", "PLAIN") | {"languages": "id"}
    broker = str(settings.pop("broker"))
    worker = WorkerProcess(broker, "", log, settings, "read,track")
    worker._arguments += ["--log-level", "DEBUG"]
    worker.start()
    try:
        sent = parley_process(login_of(node, "parley-publisher", "PLAIN"), "produce", str(SEED))
        assert sent.returncode == 0, sent.stderr
        printed = first_update(node)
    finally:
        worker.kill()
    return Stage(node, printed, log.read_text(errors="replace"))


def first_update(node: SecuredKafka) -> bytes:
    """What `parley subscribe` prints first."""
    arguments = ["subscribe", "peace-talks", "--group", "desk", "--start", "earliest", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streams.cli", *arguments],
        env=variables(login_of(node, "parley-subscriber", "SCRAM-SHA-256")),
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        return asyncio.run(asyncio.wait_for(asyncio.to_thread(process.stdout.readline), SECONDS))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def parley(monkeypatch, capfd, tmp_path):
    """Runs a command line with these settings: its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(settings, *arguments):
        for name, value in variables(settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["parley", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


def test_the_rights_of_the_document_are_enough_from_article_to_update(stage):
    """Operator, publisher, worker and subscriber do their work with their own rights alone, exactly once."""
    assert from_record(stage.printed).family == "peace-talks"
    assert "AuthorizationFailed" not in stage.log


def test_a_worker_that_logs_everything_logs_no_secret(stage):
    """At level DEBUG aiokafka tells of each request; what logs in is left out of it."""
    assert "SaslAuthenticate" in stage.log
    assert "MetadataRequest" in stage.log
    assert PASSWORD not in stage.log


@pytest.mark.parametrize("how", [*MECHANISMS, CERTIFICATE])
async def test_every_way_to_log_in_publishes_and_subscribes(stage, how):
    """Each mechanism, and a certificate with an encrypted key, brings an article in and an update out."""
    publisher = Settings(**stage.login("parley-publisher", how))
    sent = await produce([SEED.read_bytes()], bootstrap=publisher.broker, client=login(publisher))
    reader = Settings(**stage.login("parley-gateway", how))
    updates = subscribe(
        ["peace-talks"],
        group=f"gateway-{how}",
        start="snapshot",
        bootstrap=reader.broker,
        client=login(reader),
    )
    async with asyncio.timeout(SECONDS), updates:
        update = await anext(aiter(updates))
    assert (sent, update.family) == (1, "peace-talks")


@pytest.mark.parametrize(
    ("user", "arguments"),
    [
        ("parley-gateway", ("threads",)),
        ("parley-gateway", ("diff", "prefix:", "prefix:")),
        ("parley-operator", ("rejected", "list")),
        ("parley-operator", ("rejected", "send", "all")),
        ("parley-operator", ("topics", "create")),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one),
)
def test_every_other_command_logs_in_too(stage, parley, user, arguments):
    """What an operator or reader does by command works on a secured broker with the rights of the document."""
    code, _, err = parley(stage.login(user, "SCRAM-SHA-256"), *arguments)
    assert (code, "Error" in err) == (0, False), err


def test_a_token_is_read_anew_for_each_connection(stage, tmp_path):
    """The token in the file is replaced by one with rights; the options that exist connect with the new one."""

    async def both() -> int:
        path = tmp_path / "token"
        path.write_text(token("stranger"))
        given = stage.login("parley-publisher", "OAUTHBEARER", sasl_token_file=str(path))
        settings = Settings(**given)
        client = login(settings)
        path.write_text(token("parley-publisher"))
        return await produce([SEED.read_bytes()], bootstrap=settings.broker, client=client)

    assert asyncio.run(both()) == 1


@pytest.mark.parametrize("how", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_wrong_password_is_told_with_broker_and_setting(stage, parley, tmp_path, how):
    """One line says who was turned down where, and which file to look at, and shows no password."""
    (tmp_path / "p").write_text(WRONG)
    given = stage.login("parley-publisher", how, sasl_password_file=str(tmp_path / "p"))
    code, _, err = parley(given, "produce", str(SEED))
    assert (code, err.count("\n")) == (3, 1), err
    assert f'the broker at {stage.node.sasl} turns the user "parley-publisher" down by {how}' in err
    assert f"{tmp_path / 'p'} (sasl_password_file)" in err
    assert WRONG not in err


@pytest.mark.parametrize(
    "command", [("produce", str(SEED)), ("threads",), ("worker",)], ids=lambda one: one[0]
)
def test_a_token_that_does_not_hold_is_told(stage, parley, tmp_path, command):
    """The client takes the broker's no for a yes and would wait; the command says which file holds the token."""
    stale = token("parley-publisher", seconds=-3600)
    (tmp_path / "t").write_text(stale)
    given = stage.login("parley-publisher", "OAUTHBEARER", sasl_token_file=str(tmp_path / "t"))
    code, _, err = parley(given, *command)
    assert (code, err.count("\n")) == (3, 1), err
    assert f"the broker at {stage.node.sasl} does not accept the token" in err
    assert "(sasl_token_file)" in err
    assert stale not in err


def test_a_broker_of_an_unknown_authority_is_not_spoken_to(stage, parley, tmp_path):
    """Another authority's certificate in `ssl_cafile`, or none, ends with its name."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    for given in (str(tmp_path / "other.pem"), ""):
        changed = stage.login("parley-publisher", "PLAIN", ssl_cafile=given)
        code, _, err = parley(changed, "produce", str(SEED))
        assert (code, err.count("\n")) == (3, 1), err
        assert (
            f"the broker at {stage.node.sasl} has a certificate that no authority we trust has signed" in err
        )
        assert f"ssl_cafile, which is {given or 'empty'}" in err


def test_a_broker_with_another_name_is_not_spoken_to(stage, parley):
    """The name must be in the certificate, unless `ssl_check_hostname` is false."""
    address = stage.node.sasl.replace("localhost", "127.0.0.1")
    given = stage.login("parley-operator", "PLAIN", broker=address)
    code, _, err = parley(given, "topics", "create")
    assert code == 3
    assert f"the broker at {address} has a certificate for another name" in err
    assert "ssl_check_hostname" in err
    assert parley({**given, "ssl_check_hostname": "false"}, "topics", "create")[0] == 0


def test_a_certificate_that_is_missing_or_foreign_is_told(stage, parley):
    """A listener that asks for a certificate names the settings when it gets none, or one that it does not trust."""
    bare = {name: value for name, value in stage.login("x", CERTIFICATE).items() if "key" not in name}
    code, _, err = parley({**bare, "ssl_certfile": ""}, "produce", str(SEED))
    assert (code, err.count("\n")) == (3, 1), err
    assert f"the broker at {stage.node.tls} wants a certificate of us" in err
    assert "give ssl_certfile and ssl_keyfile" in err
    foreign = bare | stage.node.certificate("parley-publisher", trustme.CA())
    code, _, err = parley(foreign, "produce", str(SEED))
    assert (code, err.count("\n")) == (3, 1), err
    assert f"the broker at {stage.node.tls} does not accept our certificate" in err
    assert "ssl_certfile is" in err
    assert KEY_PASSWORD not in err


def test_a_listener_of_another_kind_is_told(stage, parley):
    """Whoever speaks in the clear to TLS, or TLS to what is in the clear, reads `security_protocol`."""
    for given in (
        {"broker": stage.node.sasl, "security_protocol": "PLAINTEXT"},
        {"broker": stage.node.bootstrap, "security_protocol": "SSL"},
    ):
        code, _, err = parley(given, "topics", "create")
        assert (code, err.count("\n")) == (3, 1), err
        assert f"the broker at {given['broker']} " in err
        assert f'compare security_protocol, which is "{given["security_protocol"]}"' in err


@pytest.mark.parametrize("agents", ["read", "track"])
def test_a_worker_whose_group_is_not_allowed_ends(stage, agents):
    """It does not wait for ever: it ends as by a broker that refuses, and says which group it was."""
    ended = parley_process(
        stage.login("parley-worker", "PLAIN", app_id="other", languages="id"), "worker", "--agents", agents
    )
    assert ended.returncode == 3, ended.stderr
    assert f"this use of group other-{agents}" in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("user", "command", "said"),
    [
        (
            "stranger",
            ("produce", str(SEED)),
            'not allow the user "stranger" (sasl_username) this use of topic articles',
        ),
        ("parley-subscriber", ("subscribe", "peace-talks", "--group", "other"), "this use of group other"),
        ("parley-subscriber", ("subscribe", "aid", "--group", "desk"), "hides what you may not read"),
        ("parley-publisher", ("worker",), 'the user "parley-publisher" (sasl_username) has the rights'),
        ("stranger", ("topics", "create"), "cannot be created: Authorization failed: SECURITY.md"),
    ],
    ids=["produce", "group", "subscribe", "worker", "topics"],
)
def test_who_lacks_a_right_is_told_which(stage, parley, user, command, said):
    """One line names the user and what was not allowed, and where the rights are listed."""
    began = time.monotonic()
    code, _, err = parley(stage.login(user, "PLAIN"), *command)
    assert said in err
    assert (code, err.count("\n")) == (3, 1), err
    assert time.monotonic() - began < 20
