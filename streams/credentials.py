"""Which settings of a login belong together: a contradiction is found before anybody connects.

A setting that its protocol or mechanism would pass over is an error too: who gives a certificate and forgets
the protocol would otherwise speak to the broker in the clear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from streams.errors import SettingsError

if TYPE_CHECKING:
    from streams.settings import Settings

SECRETS = frozenset({"sasl_password"})
"""Settings whose value no message may show."""

_FILES = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password_file")
_PASSWORD = ("sasl_username", "sasl_password", "sasl_password_file")
_TOKEN = ("sasl_token_file",)
_TLS = (*_FILES, "ssl_check_hostname")

NO_CREDENTIALS: Mapping[str, Any] = {
    "security_protocol": "PLAINTEXT",
    "ssl_check_hostname": True,
    "sasl_mechanism": "PLAIN",
    **dict.fromkeys((*_FILES, *_PASSWORD, *_TOKEN), ""),
}
"""Every setting of a login as it is for a broker that asks for none."""


def check_credentials(settings: Settings) -> None:
    """Raise `SettingsError` for a login that lacks something, or has what is not used."""
    protocol, mechanism = settings.security_protocol, settings.sasl_mechanism
    if not protocol.endswith("SSL"):
        _unused(settings, _TLS, f'security_protocol "{protocol}" has no TLS: take "SSL" or "SASL_SSL"')
    if not protocol.startswith("SASL"):
        _unused(
            settings, (*_PASSWORD, *_TOKEN), f'security_protocol "{protocol}" has no login: take "SASL_SSL"'
        )
    elif mechanism == "OAUTHBEARER":
        _unused(settings, _PASSWORD, 'sasl_mechanism "OAUTHBEARER" takes sasl_token_file alone')
        _needed(settings, "sasl_token_file", "a file with the token")
    else:
        _unused(settings, _TOKEN, f'sasl_mechanism "{mechanism}" takes a password: take "OAUTHBEARER"')
        _check_password(settings)
    _check_certificate(settings)


def _check_password(settings: Settings) -> None:
    _needed(settings, "sasl_username", "the user's name")
    if settings.sasl_password and settings.sasl_password_file:
        raise SettingsError("sasl_password and sasl_password_file are both given: leave one out")
    if not settings.sasl_password:
        _needed(settings, "sasl_password_file", "a file with the password, or sasl_password itself")


def _check_certificate(settings: Settings) -> None:
    if settings.ssl_certfile and not settings.ssl_keyfile:
        raise SettingsError(
            "ssl_keyfile: is empty though ssl_certfile is given; it may be the same file, when that holds both"
        )
    if settings.ssl_keyfile and not settings.ssl_certfile:
        raise SettingsError("ssl_certfile: is empty though ssl_keyfile is given; give the key's certificate")
    if settings.ssl_key_password_file and not settings.ssl_keyfile:
        raise SettingsError("ssl_keyfile: is empty though ssl_key_password_file is given; give the key")


def _needed(settings: Settings, name: str, what: str) -> None:
    if not getattr(settings, name):
        raise SettingsError(
            f'{name}: is empty; security_protocol "{settings.security_protocol}" with sasl_mechanism '
            f'"{settings.sasl_mechanism}" needs {what}'
        )


def _unused(settings: Settings, names: Iterable[str], why: str) -> None:
    for name in names:
        if getattr(settings, name) != NO_CREDENTIALS[name]:
            raise SettingsError(f"{name}: is given, but {why}, or leave it out")
