"""How any of aiokafka's clients logs in: `client_options` is the one place that makes its options of settings.

    AIOKafkaConsumer(**client_options(settings), group_id="desk")
    subscribe(["aid"], group="desk", bootstrap=settings.broker, client=login(settings))

Secrets come from files where they can: a file is read when a client is made, the token's for each connection.
"""

from __future__ import annotations

import logging
import re
import ssl
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError

from streams.errors import SettingsError
from streams.settings import Settings

RETRY_BACKOFF_MS = 50


def client_options(settings: Settings) -> dict[str, Any]:
    """Where the broker is and how to log in.

    Raises `SettingsError` for a file that cannot be read or does not hold what it should.
    """
    return {
        "bootstrap_servers": settings.servers,
        "retry_backoff_ms": RETRY_BACKOFF_MS,
        **connection_options(settings),
    }


def login(settings: Settings) -> dict[str, Any]:
    """The same without the broker's address: the `client` of `subscribe`, `produce` and others.

    Raises what `client_options` raises.
    """
    return {name: value for name, value in client_options(settings).items() if name != "bootstrap_servers"}


def connection_options(settings: Settings) -> dict[str, Any]:
    """What a single connection needs of it. Raises what `client_options` raises."""
    options: dict[str, Any] = {"security_protocol": settings.security_protocol}
    if settings.security_protocol.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        if settings.sasl_mechanism == "OAUTHBEARER":
            options["sasl_oauth_token_provider"] = TokenFile(settings.sasl_token_file)
        else:
            options["sasl_plain_username"] = settings.sasl_username
            options["sasl_plain_password"] = _password(settings)
    return options


def who(settings: Settings) -> str:
    """Whom a broker takes us for, in words that name the setting."""
    if settings.sasl_username:
        return f'the user "{settings.sasl_username}" (sasl_username)'
    if settings.sasl_token_file:
        return f"the owner of the token in {settings.sasl_token_file} (sasl_token_file)"
    if settings.ssl_certfile:
        return f"the owner of {settings.ssl_certfile} (ssl_certfile)"
    return "a client without a login"


def _password(settings: Settings) -> str:
    return settings.sasl_password or read_secret("sasl_password_file", settings.sasl_password_file)


class TokenFile(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka is untyped
    """The token that a file holds at the moment, for each connection anew: whoever renews it replaces the file.

    Raises `SettingsError` for a file that holds no token now.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._read()

    async def token(self) -> str:
        """The token. Raises `KafkaConnectionError` without one: a client that runs tries again, as it does when
        a broker is away.
        """
        try:
            return self._read()
        except SettingsError as error:
            raise KafkaConnectionError(str(error)) from error

    def _read(self) -> str:
        token = read_secret("sasl_token_file", self._path)
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise SettingsError(f"sasl_token_file: {self._path} must hold the token alone, on one line")
        return token


def read_secret(name: str, path: str) -> str:
    """The secret in the file that the setting `name` tells, without the end of the line.

    Raises `SettingsError` for a file that cannot be read or holds nothing.
    """
    try:
        secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{name}: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: {path} is no text in UTF-8") from None  # the error quotes the secret
    if not secret:
        raise SettingsError(f"{name}: {path} is empty")
    return secret


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
        path = getattr(settings, name)
        if path:
            _check_readable(name, path)
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile or None)
    except ssl.SSLError as error:
        raise SettingsError(f"ssl_cafile: {settings.ssl_cafile} holds no certificate in PEM") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = settings.ssl_check_hostname
    if settings.ssl_certfile:
        _load_certificate(context, settings)
    return context


def _load_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    def password() -> str:
        # Without this OpenSSL would ask at the terminal.
        if not settings.ssl_key_password_file:
            raise SettingsError(
                f"ssl_keyfile: {settings.ssl_keyfile} is encrypted; give its password in ssl_key_password_file"
            )
        return read_secret("ssl_key_password_file", settings.ssl_key_password_file)

    try:
        context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password)
    except ssl.SSLError as error:
        more = ", or ssl_key_password_file is wrong" if settings.ssl_key_password_file else ""
        raise SettingsError(
            f"ssl_keyfile: {settings.ssl_keyfile} is not the key in PEM of ssl_certfile {settings.ssl_certfile}{more}"
        ) from error


def _check_readable(name: str, path: str) -> None:
    try:
        with Path(path).open("rb"):
            pass
    except OSError as error:
        raise SettingsError(f"{name}: cannot read {path}: {error.strerror}") from error


class _Veil(logging.Filter):
    """Takes what authenticates out of aiokafka's account of each request, which it gives at level DEBUG."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                "SaslAuthenticate(…)" if type(one).__name__.startswith("SaslAuthenticate") else one
                for one in record.args
            )
        return True


# aiokafka.conn writes requests and responses whole, the password of PLAIN and the token among them.
logging.getLogger("aiokafka.conn").addFilter(_Veil())
