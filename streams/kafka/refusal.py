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
from streams.kafka.security import connection_options
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
    """What is to be said after a client could not connect, found out by one more connection to each address.

    A broker that turns us away comes before one that does not answer.
    """
    try:
        options = connection_options(settings)
    except SettingsError as error:
        return error
    for server in settings.servers:
        reason = await _reason(server, options, settings)
        if reason is not None:
            return RefusedError(f"the broker at {server} {reason}")
    return UnreachableError(settings.broker)


def denied(error: KafkaError, settings: Settings) -> ParleyError:
    """What is to be said of an error that a client raised when it was connected."""
    what = next((word for kind, word in _RIGHTS.items() if isinstance(error, kind)), None)
    if what is None:
        return ParleyError(f"the broker at {settings.broker} gave up: {error}")
    names = ", ".join(_names(error.args))
    return RefusedError(
        f"the broker at {settings.broker} does not allow {_who(settings)} this use of {what} {names}".rstrip()
        + ": SECURITY.md lists the rights that each part of Parley needs"
    )


def _names(args: Iterable[Any]) -> list[str]:
    """The names that aiokafka puts into an error: one, or a set of them."""
    found: list[str] = []
    for one in args:
        found += sorted(map(str, one)) if isinstance(one, set | frozenset | list | tuple) else [str(one)]
    return found


def _who(settings: Settings) -> str:
    if settings.sasl_username:
        return f'the user "{settings.sasl_username}" (sasl_username)'
    if settings.sasl_token_file:
        return f"the owner of the token in {settings.sasl_token_file} (sasl_token_file)"
    if settings.ssl_certfile:
        return f"the owner of {settings.ssl_certfile} (ssl_certfile)"
    return "a client without a login"


async def _reason(server: str, options: dict[str, Any], settings: Settings) -> str | None:
    """What the broker does to us, as the rest of a sentence; None when it does not answer at all."""
    host, _, port = server.rpartition(":")
    connected = False
    connection = None
    try:
        async with asyncio.timeout(ANSWER_MS / 1000):
            connection = await create_conn(
                host.strip("[]"), int(port), request_timeout_ms=ANSWER_MS, **options
            )
            connected = True
            # A broker says nothing of a bad token: it closes the connection at what is asked next.
            await connection.send(MetadataRequest([]))
    except ssl.SSLCertVerificationError as error:
        return _untrusted(error, settings)
    except ssl.SSLError as error:
        return _no_tls(error, settings)
    except KafkaConnectionError as error:
        return _closed(error, settings, connected=connected)
    except KafkaError as error:
        return _login_failed(error, settings)
    except (OSError, TimeoutError, ValueError):
        return None
    finally:
        if connection is not None:
            connection.close()
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


def _no_tls(error: ssl.SSLError, settings: Settings) -> str:
    return (
        f"breaks off TLS ({error.reason or error}): compare security_protocol, which is "
        f'"{settings.security_protocol}", with its listener on this port'
    )


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
    return (
        "closes the connection at the first request: compare security_protocol, which is "
        f'"{settings.security_protocol}", with its listener on this port'
    )


def _login_failed(error: KafkaError, settings: Settings) -> str:
    if isinstance(error, SaslAuthenticationFailed):
        return _turned_down(settings)
    if isinstance(error, UnsupportedSaslMechanismError | IllegalSaslStateError):
        return f'does not take sasl_mechanism "{settings.sasl_mechanism}" on this port: choose another'
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
