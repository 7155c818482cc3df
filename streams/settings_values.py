"""Where settings come from: values of a TOML file or of environment variables, each checked against its type."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from streams.credentials import SECRETS
from streams.errors import SettingsError

TOPIC_OVERRIDES = ("partitions", "retention_hours", "max_message_bytes")

Kinds = Mapping[str, Any]
"""The type of each setting by its name."""


def read(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises `SettingsError` when it cannot be read, or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"the settings file {path} is not TOML: {error}") from error


def _kind(kinds: Kinds, key: str, where: str) -> Any:
    if key not in kinds:
        known = ", ".join(sorted(kinds))
        raise SettingsError(f"{key} ({where}): there is no such setting; known are {known}")
    return kinds[key]


def parsed(kinds: Kinds, key: str, text: str, name: str) -> Any:
    """The text of the environment variable `name` as the value that a TOML file would hold.

    Raises `SettingsError` for a key that is no setting, or a text that no such value can have.
    """
    kind = _kind(kinds, key, f"environment variable {name}")
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if kind in (int, float):
            return kind(text)
        if kind is str:
            return text
    except (ValueError, KeyError):
        return text  # `checked` says what is wrong with it
    if key == "knowledge_dirs":
        return [part for part in text.split(os.pathsep) if part]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{key} (environment variable {name}): not a TOML value: {error}") from error


def checked(kinds: Kinds, key: str, value: Any, *, where: str) -> Any:
    """The value of a setting as its type has it. Raises `SettingsError` when it is of another."""
    kind = _kind(kinds, key, where)
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
    shown = "what is given" if key in SECRETS else repr(value)
    raise SettingsError(f"{key} ({where}): {shown} is not {allowed}")


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
