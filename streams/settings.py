"""What an operator may set: defaults < a TOML file < environment variables `PARLEY_<SETTING>`.

    settings = Settings.load(Path("parley.toml"), os.environ)

A key that is not a setting, or a value of the wrong type or out of range, raises `SettingsError`
that names the setting, where it came from and what is allowed.
"""

from __future__ import annotations

import dataclasses
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from streams.errors import SettingsError

ENVIRONMENT_PREFIX = "PARLEY_"
DELIVERIES = ("exactly-once", "at-least-once")
COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
SECURITY_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
TOPIC_OVERRIDES = ("partitions", "retention_hours", "max_message_bytes")

_PREFIX = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]*[.-])?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. Durations are in the unit that their name says, sizes in bytes."""

    # Broker: host:port, several with commas; how to log in.
    broker: str = "localhost:9092"
    security_protocol: str = "PLAINTEXT"
    ssl_cafile: str = ""
    sasl_mechanism: str = "PLAIN"
    sasl_username: str = ""
    sasl_password: str = field(default="", repr=False)
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
    compression: str = "none"
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
        values: dict[str, Any] = {}
        if path is not None:
            for key, value in _read(path).items():
                values[key] = _checked(key, value, where=str(path))
        for name, text in (environ or {}).items():
            if name.startswith(ENVIRONMENT_PREFIX):
                key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
                values[key] = _checked(key, _parsed(key, text, name), where=f"environment variable {name}")
        return cls(**values)

    def embedded(self, bootstrap: str) -> Settings:
        """These settings for the embedded broker: its address, no idempotence and no transactions, short
        sessions (it makes a joining member wait half of one).
        """
        return dataclasses.replace(
            self,
            broker=bootstrap,
            delivery="at-least-once",
            idempotence=False,
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


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {path} is not TOML: {error}") from error


def _kind(key: str, where: str) -> Any:
    kinds = get_type_hints(Settings)
    if key not in kinds:
        known = ", ".join(sorted(kinds))
        raise SettingsError(f"{key} ({where}): there is no such setting; known are {known}")
    return kinds[key]


def _parsed(key: str, text: str, name: str) -> Any:
    """An environment variable's text as the value that a TOML file would hold."""
    kind = _kind(key, f"environment variable {name}")
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if kind in (int, float):
            return kind(text)
        if kind is str:
            return text
    except (ValueError, KeyError):
        return text  # `_checked` says what is wrong with it
    if key == "knowledge_dirs":
        return [part for part in text.split(os.pathsep) if part]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{key} (environment variable {name}): not a TOML value: {error}") from error


def _checked(key: str, value: Any, *, where: str) -> Any:
    kind = _kind(key, where)
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if kind in (int, str, bool) and type(value) is kind:
        return value
    if key == "knowledge_dirs" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(Path(item) for item in value)
    if key == "topics" and isinstance(value, dict):
        return {name: _checked_topic(name, table, where) for name, table in value.items()}
    if key == "sources" and isinstance(value, dict):
        return {name: _checked_seconds(name, seconds, where) for name, seconds in value.items()}
    wanted = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    tables = {"knowledge_dirs": "a list of folders", "topics": "a table by topic"}
    allowed = wanted.get(kind, tables.get(key, "a table by source"))
    raise SettingsError(f"{key} ({where}): {value!r} is not {allowed}")


def _checked_topic(name: str, table: Any, where: str) -> dict[str, int]:
    if not isinstance(table, dict):
        raise SettingsError(f"topics.{name} ({where}): {table!r} is not a table")
    for key, value in table.items():
        if key not in TOPIC_OVERRIDES:
            raise SettingsError(
                f"topics.{name}.{key} ({where}): no such setting; known are {', '.join(TOPIC_OVERRIDES)}"
            )
        if type(value) is not int or value < 1:
            raise SettingsError(f"topics.{name}.{key} ({where}): {value!r} is not a whole number from 1")
    return table


def _checked_seconds(source: str, value: Any, where: str) -> float:
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise SettingsError(f"sources.{source} ({where}): {value!r} is not a number of seconds above 0")
    return float(value)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f'{name}: "{value}" is not one of {", ".join(allowed)}')
