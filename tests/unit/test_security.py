"""How clients log in: secrets from files, what is said when a file is wrong, and what no log may show."""

from __future__ import annotations

import ast
import asyncio
import logging
from pathlib import Path

import pytest
import trustme
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from aiokafka.protocol.admin import SaslAuthenticateRequest
from cryptography.hazmat.primitives import serialization

from streams.errors import SettingsError, UnreachableError
from streams.kafka.refusal import denied, refusal
from streams.kafka.security import TokenFile, client_options, login
from streams.settings import Settings

SECRET = "hunter2-and-more"
STREAMS = Path(__file__).parents[2] / "streams"
CLIENTS = {"AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient", "create_conn"}
SASL = {"security_protocol": "SASL_PLAINTEXT", "sasl_username": "desk"}


@pytest.fixture
def files(tmp_path):
    """A certificate with its key, in the clear and encrypted, an authority, and a secret."""
    ca = trustme.CA()
    issued = ca.issue_cert("desk@parley.example", common_name="desk")
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    (tmp_path / "encrypted.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(SECRET.encode()),
        )
    )
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "other").write_text("another")
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff" + SECRET.encode())
    (tmp_path / "two words").write_text(f"{SECRET} {SECRET}")
    return tmp_path


def of(files, **given):
    """Settings whose files are in the folder."""
    return Settings(
        **{name: str(files / value) if "file" in name else value for name, value in given.items()}
    )


def tls(files, **given):
    return of(files, security_protocol="SSL", ssl_cafile="ca.pem", **given)


def test_a_client_without_a_login_gets_no_secret():
    """The plain protocol needs an address and nothing else."""
    assert client_options(Settings(broker="a:1, b:2")) == {
        "bootstrap_servers": ["a:1", "b:2"],
        "retry_backoff_ms": 50,
        "security_protocol": "PLAINTEXT",
    }


def test_the_login_leaves_the_address_out(files):
    """What programs hand on as `client` goes beside `bootstrap`; the password is that of the file, without its line's end."""
    options = login(of(files, **SASL, sasl_password_file="secret"))
    assert "bootstrap_servers" not in options
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("desk", SECRET)


def test_a_certificate_is_loaded_with_its_encrypted_key(files):
    """The key's password comes from its file, and names are checked unless the setting says otherwise."""
    pair = {"ssl_certfile": "cert.pem", "ssl_keyfile": "encrypted.pem", "ssl_key_password_file": "secret"}
    context = client_options(tls(files, **pair))["ssl_context"]
    assert context.check_hostname
    assert not client_options(tls(files, **pair, ssl_check_hostname=False))["ssl_context"].check_hostname


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**SASL, "sasl_password_file": "none"}, "sasl_password_file: cannot read .*none: No such file"),
        ({**SASL, "sasl_password_file": "empty"}, "sasl_password_file: .*empty is empty"),
        ({**SASL, "sasl_password_file": "bytes"}, "sasl_password_file: .*bytes is no text"),
        (
            {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "OAUTHBEARER",
                "sasl_token_file": "two words",
            },
            "sasl_token_file: .* must hold the token alone",
        ),
        ({"security_protocol": "SSL", "ssl_cafile": "none"}, "ssl_cafile: cannot read"),
        ({"security_protocol": "SSL", "ssl_cafile": "secret"}, "ssl_cafile: .* holds no certificate"),
        (
            {"security_protocol": "SSL", "ssl_certfile": "cert.pem", "ssl_keyfile": "none"},
            "ssl_keyfile: cannot read",
        ),
        (
            {"security_protocol": "SSL", "ssl_certfile": "cert.pem", "ssl_keyfile": "ca.pem"},
            "ssl_keyfile: .* is not the key in PEM of ssl_certfile",
        ),
        (
            {"security_protocol": "SSL", "ssl_certfile": "cert.pem", "ssl_keyfile": "encrypted.pem"},
            "ssl_keyfile: .* is encrypted; give its password in ssl_key_password_file",
        ),
        (
            {
                "security_protocol": "SSL",
                "ssl_certfile": "cert.pem",
                "ssl_keyfile": "encrypted.pem",
                "ssl_key_password_file": "other",
            },
            "ssl_key_password_file is wrong",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(files, given, said):
    """The message names the setting and the file, and shows nothing of what is in it."""
    with pytest.raises(SettingsError, match=said) as raised:
        client_options(of(files, **given))
    assert SECRET not in str(raised.value)
    assert SECRET not in repr(raised.value.__cause__)


def test_a_token_that_is_missing_for_a_moment_is_a_failed_connection(files):
    """A client that runs tries again, as when a broker is away; one that starts says what is wrong."""
    provider = TokenFile(str(files / "secret"))
    assert asyncio.run(provider.token()) == SECRET
    (files / "secret").write_text("renewed")
    assert asyncio.run(provider.token()) == "renewed"
    (files / "secret").unlink()
    with pytest.raises(KafkaConnectionError, match="sasl_token_file: cannot read"):
        asyncio.run(provider.token())
    with pytest.raises(SettingsError, match="sasl_token_file: cannot read"):
        TokenFile(str(files / "secret"))


def test_no_log_shows_what_authenticates(caplog):
    """At level DEBUG aiokafka writes its requests; the one that carries the password is left out, others are not."""
    request = SaslAuthenticateRequest(SECRET.encode()).prepare({36: (0, 1)})
    assert SECRET in repr(request)
    with caplog.at_level(logging.DEBUG, "aiokafka.conn"):
        logging.getLogger("aiokafka.conn").debug("Request to %s:%d %d: %s", "localhost", 9092, 7, request)
    assert caplog.messages == ["Request to localhost:9092 7: SaslAuthenticate(…)"]


async def test_nobody_there_is_not_a_refusal():
    """A port on which nothing listens is no broker that turns us away."""
    assert isinstance(await refusal(Settings(broker="127.0.0.1:1")), UnreachableError)


async def test_a_file_that_has_gone_is_the_reason(files):
    """When a client cannot connect because its password has gone, that is what is said."""
    settings = of(files, **SASL, sasl_password_file="none")
    assert "sasl_password_file: cannot read" in str(await refusal(settings))


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({**SASL, "sasl_password": SECRET}, 'the user "desk" (sasl_username)'),
        (
            {"security_protocol": "SASL_SSL", "sasl_mechanism": "OAUTHBEARER", "sasl_token_file": "t"},
            "the owner of the token in t (sasl_token_file)",
        ),
        (
            {"security_protocol": "SSL", "ssl_certfile": "c", "ssl_keyfile": "k"},
            "the owner of c (ssl_certfile)",
        ),
        ({}, "a client without a login"),
    ],
)
def test_who_is_denied_what_is_told(given, who):
    """The message names the broker, whom it takes us for, the topics, and where the rights are listed."""
    error = TopicAuthorizationFailedError({"signals", "articles"})
    said = str(denied(error, Settings(broker="kafka:1", **given)))
    assert said.startswith(f"the broker at kafka:1 does not allow {who} this use of topic articles, signals")
    assert "SECURITY.md" in said
    assert SECRET not in said


def test_every_client_takes_the_login():
    """No client of aiokafka's is made without options from outside, but the one that looks for the embedded broker."""
    bare = []
    for path in sorted(STREAMS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = (
                getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            )
            if name in CLIENTS and all(keyword.arg is not None for keyword in node.keywords):
                bare.append(f"{path.relative_to(STREAMS)}: {name}")
    assert bare == ["kafka/embedded.py: AIOKafkaClient"]
