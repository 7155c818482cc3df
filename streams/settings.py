"""What an operator may set: defaults < a TOML file < environment variables `PARLEY_<SETTING>`.

    settings = Settings.load(Path("parley.toml"), os.environ)

A key that is not a setting, or a value of the wrong type or out of range, raises `SettingsError`
that names the setting, where it came from and what is allowed.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from streams import settings_values as values_of
from streams.credentials import NO_CREDENTIALS, check_credentials
from streams.errors import SettingsError

ENVIRONMENT_PREFIX = "PARLEY_"
DELIVERIES = ("exactly-once", "at-least-once")
COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")

_PREFIX = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[.-])?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Durations are in the unit that their name says, sizes in bytes."""

    # Broker: host:port, several with commas; how to log in. What belongs together is in `credentials`.
    broker: str = "localhost:9092"
    security_protocol: str = "PLAINTEXT"
    ssl_cafile: str = ""  # who vouches for the broker; empty: whom the system trusts
    ssl_certfile: str = ""  # who we are, for a broker that asks for a certificate
    ssl_keyfile: str = ""
    ssl_key_password_file: str = ""
    ssl_check_hostname: bool = True
    sasl_mechanism: str = "PLAIN"
    sasl_username: str = ""
    sasl_password: str = field(default="", repr=False)
    sasl_password_file: str = ""
    sasl_token_file: str = ""  # read anew for each connection, so that the token may change
    idempotence: bool = True  # False for the embedded broker: also works around what it does wrong

    # Which world: the prefix goes before every topic and group.
    topic_prefix: str = ""
    app_id: str = "parley"
    instance_id: str = ""  # static membership: unique for each live process, empty for none

    # Guarantees.
    delivery: str = "exactly-once"  # needs a broker with transactions; the embedded one has none

    # Topics: what `parley topics` creates.
    partitions: int = 8
    replication: int = 1
    retention_hours: int = 24 * 7
    events_retention_hours: int = 24 * 365
    max_message_bytes: int = 1024 * 1024
    topics: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    # Reading and tracking.
    knowledge_dirs: tuple[Path, ...] = ()
    languages: str = (
        ""  # made ready before the first article, with commas; empty: all. Others wait for theirs
    )
    lateness_days: float = 7.0
    slow_article_seconds: float = 1.0  # processor time

    # Rejections that stop a partition.
    rejection_share: float = 0.5
    rejection_least: int = 200
    rejection_window_seconds: float = 300.0

    # The worker.
    session_timeout_seconds: float = 10.0
    chunk_size: int = 2000  # records at most between two commits
    slice_ms: float = 1.0  # computing without a pause for the event loop
    fetch_wait_ms: int = 20
    compression: str = "lz4"  # brokers copy, keep and compact less
    commit_interval_seconds: float = 0.25
    tick_seconds: float = 3600.0  # between two looks for what is overdue; 0 for none
    stall_seconds: float = 20.0  # without progress on records that are there: not live, and the worker ends
    silence_seconds: float = 0.0  # without a new input record: an alarm in log and metrics; 0 for none
    sources: Mapping[str, float] = field(default_factory=dict)  # by an article's `source`: the same alarm
    stop_seconds: float = 10.0  # for a graceful end
    health_port: int = 6066  # on loopback; 0 takes a free one, -1 none

    @classmethod
    def load(cls, path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings of the file `path` (when given) with those of `environ` on top.

        Raises `SettingsError` when the file cannot be read, or for any setting that is wrong.
        """
        kinds = get_type_hints(cls)
        values: dict[str, Any] = {}
        if path is not None:
            for key, value in values_of.read(path).items():
                values[key] = values_of.checked(kinds, key, value, where=str(path))
        for name, text in (environ or {}).items():
            if name.startswith(ENVIRONMENT_PREFIX):
                key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
                value = values_of.parsed(kinds, key, text, name)
                values[key] = values_of.checked(kinds, key, value, where=f"environment variable {name}")
        return cls(**values)

    def embedded(self, bootstrap: str) -> Settings:
        """These settings for the embedded broker: its address, no login, no idempotence and no transactions,
        short sessions (it makes a joining member wait half of one); in memory nothing is gained by compression.
        """
        return dataclasses.replace(
            self,
            **NO_CREDENTIALS,
            broker=bootstrap,
            delivery="at-least-once",
            idempotence=False,
            compression="none",
            replication=1,
            session_timeout_seconds=2.0,
        )

    def topic(self, name: str) -> str:
        """The full name of a topic."""
        return self.topic_prefix + name

    def group(self, agent: str) -> str:
        """The consumer group of an agent ("read" or "track"): each has its own, so that scaling the one
        does not disturb the other.
        """
        return f"{self.topic_prefix}{self.app_id}-{agent}"

    @property
    def ready_languages(self) -> list[str]:
        """The codes in `languages` one by one."""
        return [code.strip() for code in self.languages.split(",") if code.strip()]

    @property
    def servers(self) -> list[str]:
        """The broker's addresses one by one."""
        return [server.strip() for server in self.broker.split(",") if server.strip()]

    def __post_init__(self) -> None:
        _one_of("delivery", self.delivery, DELIVERIES)
        if self.delivery == "exactly-once" and not self.idempotence:
            raise SettingsError(
                'delivery: "exactly-once" needs idempotence = true; on a broker that has no transactions use '
                '"at-least-once", whose repeats carry the same ids'
            )
        _one_of("compression", self.compression, COMPRESSIONS)
        _one_of("security_protocol", self.security_protocol, SECURITY_PROTOCOLS)
        _one_of("sasl_mechanism", self.sasl_mechanism, SASL_MECHANISMS)
        check_credentials(self)
        if not self.servers:
            raise SettingsError('broker: is empty; give host:port, for instance "localhost:9092"')
        if not _PREFIX.fullmatch(self.topic_prefix):
            raise SettingsError(
                f'topic_prefix: "{self.topic_prefix}" must consist of letters, digits, "." and "-", '
                'and end with "." or "-"'
            )
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", self.app_id):
            raise SettingsError(f'app_id: "{self.app_id}" must consist of letters, digits, "." and "-"')
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"{name}: {value} is out of range; allowed is {low} to {high}")


_RANGES: Mapping[str, tuple[float, float]] = {
    "partitions": (1, 10_000),
    "replication": (1, 100),
    "retention_hours": (1, 24 * 36_500),
    "events_retention_hours": (1, 24 * 36_500),
    "max_message_bytes": (16 * 1024, 64 * 1024 * 1024),
    "lateness_days": (0, 36_500),
    "slow_article_seconds": (0.001, 600),
    "rejection_share": (0.01, 1),
    "rejection_least": (1, 10_000_000),
    "rejection_window_seconds": (1, 86_400),
    "session_timeout_seconds": (1, 300),
    "chunk_size": (1, 100_000),
    "slice_ms": (0.1, 1000),
    "fetch_wait_ms": (1, 10_000),
    "commit_interval_seconds": (0.001, 60),
    "tick_seconds": (0, 86_400),
    "stall_seconds": (1, 86_400),
    "silence_seconds": (0, 31 * 86_400),
    "stop_seconds": (1, 600),
    "health_port": (-1, 65_535),
}


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f'{name}: "{value}" is not one of {", ".join(allowed)}')
