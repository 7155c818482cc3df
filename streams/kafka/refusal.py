"""Why a broker does not let us in, in words that name the setting: aiokafka only says that it could not connect."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from streams.errors import ParleyError, SettingsError, UnreachableError
from streams.kafka.security import connection_options, who
from streams.settings import Settings

ANSWER_MS = 5000

_WRONG_HOST = {62, 64}
_EXPIRED = {9, 10}
"""OpenSSL's X509_V_ERR_…: the name or address does not match; the certificate is not yet or no more valid."""

_RIGHTS: dict[type[KafkaError], str] = {
    TopicAuthorizationFailedError: "topic",
    GroupAuthorizationFailedError: "group",
    TransactionalIdAuthorizationFailed: "transactional id",
    ClusterAuthorizationFailedError: "cluster",
}


class RefusedError(ParleyError):
    """A broker is there and does not let us in, or not do this; the message names the setting or the right."""


async def refusal(settings: Settings) -> ParleyError:
    """What is to be said after a client could not connect. A broker that turns us away comes before one that
    does not answer.
    """
    try:
        await check_login(settings)
    except (RefusedError, SettingsError) as error:
        return error
    return UnreachableError(settings.broker)


async def check_login(settings: Settings) -> None:
    """Raise `RefusedError` when a broker turns us away, found out by one more connection to each address.

    Raises `SettingsError` for a file that cannot be used.
    """
    options = connection_options(settings)
    for server in settings.servers:
        reason = await _reason(server, options, settings)
        if reason is not None:
            raise RefusedError(f"the broker at {server} {reason}")


def denied(error: KafkaError, settings: Settings) -> ParleyError:
    """What is to be said of an error that a client raised when it was connected."""
    what = next((word for kind, word in _RIGHTS.items() if isinstance(error, kind)), None)
    if what is None:
        return ParleyError(f"the broker at {settings.broker} gave up: {error}")
    names = ", ".join(_names(error.args))
    return RefusedError(
        f"the broker at {settings.broker} does not allow {who(settings)} this use of {what} {names}".rstrip()
        + ": SECURITY.md lists the rights that each part of Parley needs"
    )


def _names(args: Iterable[Any]) -> list[str]:
    """The names that aiokafka puts into an error: one, or a set of them."""
    found: list[str] = []
    for one in args:
        found += sorted(map(str, one)) if isinstance(one, set | frozenset | list | tuple) else [str(one)]
    return found


async def _reason(server: str, options: dict[str, Any], settings: Settings) -> str | None:
    """What the broker does to us, as the rest of a sentence; None when it lets us in or does not answer at all."""
    connections: list[Any] = []
    try:
        async with asyncio.timeout(ANSWER_MS / 1000):
            return await _ask(server, options, settings, connections)
    except (KafkaError, OSError, TimeoutError, ValueError) as error:
        return _words(error, settings, connected=bool(connections))
    finally:
        for connection in connections:
            connection.close()


async def _ask(
    server: str, options: dict[str, Any], settings: Settings, connections: list[Any]
) -> str | None:
    host, _, port = server.rpartition(":")
    connection = await create_conn(host.strip("[]"), int(port), request_timeout_ms=ANSWER_MS, **options)
    connections.append(connection)
    # A bad token shows only now: aiokafka takes the broker's no for a yes, and what it asks next is answered
    # with nothing.
    answer = await connection.send(MetadataRequest([]))
    return None if answer.brokers or "sasl_mechanism" not in options else _turned_down(settings)


def _words(error: Exception, settings: Settings, *, connected: bool) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _untrusted(error, settings)
    if isinstance(error, KafkaConnectionError):
        return _closed(error, settings, connected=connected)
    if isinstance(error, KafkaError):
        return _login_failed(error, settings)
    broken = isinstance(error, ConnectionResetError | ConnectionAbortedError)
    if isinstance(error, ssl.SSLError) or (broken and settings.security_protocol.endswith("SSL")):
        return _wrong_port(f"breaks off TLS ({getattr(error, 'reason', None) or error})", settings)
    return None


def _untrusted(error: ssl.SSLCertVerificationError, settings: Settings) -> str:
    if error.verify_code in _WRONG_HOST:
        return (
            "has a certificate for another name: use that name in broker, or have one made for this name "
            f"(ssl_check_hostname = false would let any holder of such a certificate in): {error.verify_message}"
        )
    if error.verify_code in _EXPIRED:
        return f"has a certificate that does not hold today: {error.verify_message}"
    given = (
        f"is {settings.ssl_cafile}" if settings.ssl_cafile else "is empty, so the system's authorities hold"
    )
    return (
        f"has a certificate that no authority we trust has signed ({error.verify_message}): "
        f"give its authority's in ssl_cafile, which {given}"
    )


def _wrong_port(what: str, settings: Settings) -> str:
    return f'{what}: compare security_protocol, which is "{settings.security_protocol}", with its listener on this port'


def _closed(error: KafkaConnectionError, settings: Settings, *, connected: bool) -> str:
    cause = error.__cause__
    if isinstance(cause, SettingsError):
        return f"was not asked, for we have no token: {cause}"
    if settings.security_protocol.startswith("SASL") and connected:
        return _turned_down(settings)
    if isinstance(cause, ssl.SSLError):
        if settings.ssl_certfile:
            return (
                f"does not accept our certificate ({cause.reason}): it must be signed by an authority that the "
                f"broker trusts; ssl_certfile is {settings.ssl_certfile}"
            )
        return f"wants a certificate of us ({cause.reason}): give ssl_certfile and ssl_keyfile"
    return _wrong_port("closes the connection at the first request", settings)


def _login_failed(error: KafkaError, settings: Settings) -> str:
    if isinstance(error, SaslAuthenticationFailed):
        return _turned_down(settings)
    if isinstance(error, UnsupportedSaslMechanismError):
        return f'does not take sasl_mechanism "{settings.sasl_mechanism}" on this port: choose another'
    if isinstance(error, IllegalSaslStateError):
        return _wrong_port("asks for no login", settings)
    return f"gave up: {error}"


def _turned_down(settings: Settings) -> str:
    if settings.sasl_token_file:
        return f"does not accept the token: look whether {settings.sasl_token_file} (sasl_token_file) has one that holds"
    where = (
        "sasl_password" if settings.sasl_password else f"{settings.sasl_password_file} (sasl_password_file)"
    )
    return (
        f'turns the user "{settings.sasl_username}" down by {settings.sasl_mechanism}: the user (sasl_username) or '
        f"the password in {where} is wrong"
    )
