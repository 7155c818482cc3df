"""How commands meet a broker: what a client raises becomes one line that says what to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from streams.settings import Settings

T = TypeVar("T")


def run(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """The outcome of work that asks the broker and comes to its end.

    Raises `UnreachableError` when no broker answers, `RefusedError` when one does not let us in or not do this,
    and `ParleyError` with the broker's reason for anything else.
    """
    with reaching(settings), quiet():
        return asyncio.run(work)


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turns what Kafka's client raises within into errors of ours, as `run` does."""
    from aiokafka.errors import KafkaConnectionError, KafkaError  # noqa: PLC0415 - slow to import; --help is quick

    from streams.kafka.refusal import check_login, denied, refusal  # noqa: PLC0415 - as above

    if settings.sasl_token_file:
        with quiet():
            asyncio.run(
                check_login(settings)
            )  # a client whose token is bad would wait for long, and not say why
    try:
        yield
    except KafkaConnectionError as error:
        with quiet():
            raise asyncio.run(refusal(settings)) from error
    except KafkaError as error:
        raise denied(error, settings) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps the client's own account of a failure off the terminal: the error that it raises says it."""
    log = logging.getLogger("aiokafka")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
