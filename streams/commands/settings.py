"""How commands get their settings: a TOML file, `PARLEY_*` of the environment, then options."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from streams.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def settings_options(function: F) -> F:
    """Adds --config, --broker and --topic-prefix; `settings_of` makes settings of them."""
    for option in (
        click.option("--topic-prefix", help="Goes before every topic and group (PARLEY_TOPIC_PREFIX)."),
        click.option("--broker", help="host:port of Kafka (PARLEY_BROKER)."),
        click.option(
            "--config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A TOML file of settings.",
        ),
    ):
        function = option(function)
    return function


def settings_of(config: Path | None, broker: str | None, topic_prefix: str | None, **more: Any) -> Settings:
    """The settings: file, then environment, then the options that are given. Raises `SettingsError`."""
    settings = Settings.load(config, os.environ)
    given = {"broker": broker, "topic_prefix": topic_prefix, **more}
    return dataclasses.replace(
        settings, **{name: value for name, value in given.items() if value is not None}
    )


def login(settings: Settings) -> dict[str, Any]:
    """How aiokafka logs in, without the address of the broker. Raises `SettingsError`."""
    from streams.kafka import security  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    return security.login(settings)
