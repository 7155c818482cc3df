"""Fixtures that several suites share: the brokers, and a world (topic prefix) of its own for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn
from uuid import uuid4

import pytest

from streams.build import stale
from tests.apache_kafka import ApacheKafka, UnavailableError, apache_kafka


def pytest_configure() -> None:
    """Stops at once when the tests would run compiled modules that are older than their sources."""
    older = stale()
    if older:
        raise pytest.UsageError(
            f"{older[0]} is newer than what was compiled from it: run `make setup` or `make plain`"
        )


def unavailable(reason: UnavailableError) -> NoReturn:
    """Skip with the reason why there is no Apache Kafka here; fail where there must be one."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason}; with CI=true that is a failure")
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def kafka() -> Iterator[ApacheKafka]:
    """One node of Apache Kafka for the whole run; tests keep apart by topic prefix."""
    try:
        node = apache_kafka()
        started = node.__enter__()
    except UnavailableError as reason:
        unavailable(reason)
    try:
        yield started
    finally:
        node.__exit__(None, None, None)


@pytest.fixture
def prefix() -> str:
    """A topic prefix that no other test uses."""
    return f"t{uuid4().hex[:8]}."
