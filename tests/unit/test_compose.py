"""`docker-compose.yml` and the `Dockerfile`, read as files: no Docker is needed to see that they fit together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from streams.cli import cli
from streams.settings import Settings
from tests.apache_kafka import KAFKA

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")
OURS = ("topics", "worker", "demo", "updates")


def interpolated(text: str) -> str:
    """The file's text as Compose reads it where no variable is set."""
    return VARIABLE.sub(r"\2", text)


COMPOSE: dict[str, Any] = yaml.safe_load(
    interpolated((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
)
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def listeners(text: str) -> dict[str, str]:
    """Listener name → host:port of one of Kafka's lists."""
    return dict(item.split("://") for item in text.split(","))


def parse(command: click.Command, arguments: list[str]) -> None:
    """Let click parse a command line down to its last verb without running it."""
    context = command.make_context(command.name, list(arguments))
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        _, verb, arguments = command.resolve_command(context, rest)
        assert verb is not None
        parse(verb, arguments)


def test_no_variable_without_a_default():
    """The file works as it stands: each variable has a default."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert text.count("${") == len(VARIABLE.findall(text)) > 0


def test_kafka_has_one_listener_for_the_network_and_one_for_the_host():
    """Services reach the broker by its name, programs of this machine by localhost, each on its own port."""
    environment = SERVICES["kafka"]["environment"]
    bound = listeners(environment["KAFKA_LISTENERS"])
    told = listeners(environment["KAFKA_ADVERTISED_LISTENERS"])
    assert told == {"NETWORK": "kafka:19092", "HOST": "localhost:9092"}
    assert {name: address.split(":")[1] for name, address in told.items()} == {
        name: address.split(":")[1] for name, address in bound.items() if name != "CONTROLLER"
    }
    protocols = dict(
        item.split(":") for item in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    )
    assert set(protocols) == set(bound)
    assert environment["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"1@{bound['CONTROLLER']}"
    assert environment["KAFKA_INTER_BROKER_LISTENER_NAME"] == "NETWORK"


def test_the_host_port_is_for_this_machine_only():
    """A broker without passwords is not offered to the network around it."""
    assert SERVICES["kafka"]["ports"] == ["127.0.0.1:9092:9092"]
    assert Settings().broker == "localhost:9092"


def test_kafka_is_the_version_that_the_tests_run():
    """The image is Apache's own, of the version that the integration tests start."""
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA}"


def test_what_kafka_holds_is_on_a_volume():
    """A new container finds the old one's log."""
    kafka = SERVICES["kafka"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert "kafka" in COMPOSE["volumes"]


def test_health_checks():
    """Whoever waits for the broker waits until it answers; what is no worker has no health to ask for."""
    assert SERVICES["kafka"]["healthcheck"]["test"][-1] == SERVICES["worker"]["environment"]["PARLEY_BROKER"]
    assert all(SERVICES[name]["healthcheck"] == {"disable": True} for name in OURS if name != "worker")
    assert "healthcheck" not in SERVICES["worker"]
    assert f"127.0.0.1:{Settings().health_port}/livez" in DOCKERFILE


def test_order_of_starting():
    """The worker starts when the broker is healthy and the topics exist, the demo when the worker is healthy,
    and whoever shows updates as soon as there are topics.
    """
    conditions = {
        name: {on: what["condition"] for on, what in SERVICES[name].get("depends_on", {}).items()}
        for name in SERVICES
    }
    assert conditions == {
        "kafka": {},
        "topics": {"kafka": "service_healthy"},
        "worker": {"kafka": "service_healthy", "topics": "service_completed_successfully"},
        "demo": {"worker": "service_healthy"},
        "updates": {"topics": "service_completed_successfully"},
    }


def test_workers_can_be_scaled():
    """No fixed name, port or identity keeps a second worker from starting."""
    worker = SERVICES["worker"]
    assert not {"container_name", "ports", "hostname"} & set(worker)
    assert "PARLEY_INSTANCE_ID" not in worker["environment"]


def test_a_worker_has_time_to_finish():
    """Docker waits longer for a stopping worker than the worker takes at most."""
    worker = SERVICES["worker"]
    assert int(worker["stop_grace_period"].removesuffix("s")) > worker["environment"]["PARLEY_STOP_SECONDS"]


def test_only_the_demonstration_has_a_profile():
    """`docker compose up` starts all but the demonstration."""
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "demo": ["demo"],
        "updates": ["demo"],
    }


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_a_real_one(name):
    """What a service runs is a verb of `parley` with arguments that it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # the image's working folder has the seeds too
        parse(cli, SERVICES[name]["command"])


def test_a_wrong_command_would_be_noticed():
    """The check above refuses a verb or an option that does not exist."""
    for arguments in (["no-such-verb"], ["worker", "--no-such-option"]):
        with pytest.raises(click.UsageError):
            parse(cli, arguments)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_a_real_one(name):
    """The services' environment is accepted as settings and points to the network's listener."""
    settings = Settings.load(None, {key: str(value) for key, value in SERVICES[name]["environment"].items()})
    assert settings.broker == "kafka:19092"
    assert settings.delivery == Settings().delivery
    assert settings.partitions == Settings().partitions


def test_the_image_runs_as_nobody_in_particular():
    """The container has no root rights, gets signals itself and ends on SIGTERM."""
    final = DOCKERFILE.split("FROM ")[-1]
    user = re.search(r"^USER (\d+):(\d+)$", final, re.MULTILINE)
    assert user is not None
    assert "0" not in user.groups()
    assert 'ENTRYPOINT ["parley"]' in final
    assert "STOPSIGNAL SIGTERM" in final
    assert all(SERVICES[name]["init"] for name in OURS)


def test_the_image_has_what_it_copies():
    """Everything that the Dockerfile copies from the folder exists and is let through by .dockerignore."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for name in line.split()[:-1]
    }
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert "--constraint constraints.txt" in DOCKERFILE
