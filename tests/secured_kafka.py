"""A node of Apache Kafka as one is secured in production: TLS, four ways to log in, certificates, and rights.

Beside its two secured listeners it has the plain one of `ApacheKafka`, for the node itself and its operator. Who
comes by that one may do everything; everybody else may do what `allow` grants.
"""

from __future__ import annotations

import base64
import concurrent.futures
import contextlib
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

from tests.apache_kafka import ApacheKafka, fetch
from tests.ports import unused_port

PASSWORD = "correct-horse-battery"
KEY_PASSWORD = "staple-of-the-key"
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
JAAS = "org.apache.kafka.common.security"


class SecuredKafka(ApacheKafka):
    """`sasl` and `tls` are the addresses of the two secured listeners, `ca` who signs, `users` who may log in.

    Every user has `PASSWORD`, with every mechanism; `certificate` gives one, with `KEY_PASSWORD` for its key.
    """

    def __init__(self, libs: Path, folder: Path, users: Iterable[str]) -> None:
        super().__init__(libs, folder)
        self.users = tuple(users)
        self.ca = trustme.CA()
        self.cafile = folder / "ca.pem"
        self.sasl, self.tls = (f"localhost:{unused_port()}" for _ in range(2))
        self.ca.cert_pem.write_to_path(str(self.cafile))

    def certificate(self, name: str, ca: trustme.CA | None = None) -> dict[str, str]:
        """Settings of a client that has a certificate of this name, signed by `ca` or else by the node's."""
        issued = (ca or self.ca).issue_cert(f"{name}@parley.example", common_name=name)
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for number, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(str(folder / "cert.pem"), append=number > 0)
        cipher = serialization.BestAvailableEncryption(KEY_PASSWORD.encode())
        (folder / "key.pem").write_bytes(_pkcs8(issued, cipher))
        (folder / "password").write_text(KEY_PASSWORD + "\n")
        return {
            "ssl_certfile": str(folder / "cert.pem"),
            "ssl_keyfile": str(folder / "key.pem"),
            "ssl_key_password_file": str(folder / "password"),
        }

    def allow(self, commands: Iterable[list[str]]) -> None:
        """Run the arguments of `kafka-acls` commands, two at a time, by the plain listener."""

        def run(arguments: list[str]) -> None:
            self.tool(
                "org.apache.kafka.tools.AclCommand", "--bootstrap-server", self.bootstrap, "--add", *arguments
            )

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(run, commands))

    def _format_arguments(self) -> tuple[str, ...]:
        scram = [
            f"{mechanism}=[name={user},password={PASSWORD}]"
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for user in self.users
        ]
        return tuple(part for one in scram for part in ("--add-scram", one))

    def _settings(self) -> dict[str, object]:
        settings = super()._settings()
        keystore = self.folder / "broker.pem"
        issued = self.ca.issue_cert("localhost")
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        keystore.write_bytes(_pkcs8(issued, serialization.NoEncryption()) + chain)
        secured = f"SASL_SSL://{self.sasl},SSL://{self.tls}"
        settings["listeners"] = f"{settings['listeners']},{secured}"
        settings["advertised.listeners"] = f"{settings['advertised.listeners']},{secured}"
        settings["listener.security.protocol.map"] = (
            f"{settings['listener.security.protocol.map']},SASL_SSL:SASL_SSL,SSL:SSL"
        )
        settings |= {f"listener.name.sasl_ssl.{name}": value for name, value in self._logins().items()}
        return settings | {
            "inter.broker.listener.name": "PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": keystore,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.cafile,
            "listener.name.ssl.ssl.client.auth": "required",
            "listener.name.ssl.ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/,DEFAULT",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
        }

    def _logins(self) -> dict[str, object]:
        """What the listener with passwords and tokens needs, without its prefix."""
        users = " ".join(f'user_{user}="{PASSWORD}"' for user in self.users)
        unsecured = f"{JAAS}.oauthbearer.OAuthBearerLoginModule"
        return {
            "sasl.enabled.mechanisms": ",".join(MECHANISMS),
            "plain.sasl.jaas.config": f"{JAAS}.plain.PlainLoginModule required {users};",
            "scram-sha-256.sasl.jaas.config": f"{JAAS}.scram.ScramLoginModule required;",
            "scram-sha-512.sasl.jaas.config": f"{JAAS}.scram.ScramLoginModule required;",
            "oauthbearer.sasl.jaas.config": f'{unsecured} required unsecuredLoginStringClaim_sub="broker";',
        }


def token(user: str, seconds: float = 3600) -> str:
    """A token without a signature for Kafka's own unsecured validator: only tests trust such a one."""
    now = time.time()
    claims = {"sub": user, "iat": now - 1, "exp": now + seconds}
    return ".".join((_encoded({"alg": "none"}), _encoded(claims), ""))


def _encoded(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _pkcs8(issued: trustme.LeafCert, cipher: serialization.KeySerializationEncryption) -> bytes:
    """The private key as Kafka and OpenSSL both read it."""
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher)


@contextlib.contextmanager
def secured_kafka(users: Iterable[str]) -> Iterator[SecuredKafka]:
    """A running node with these users, gone with its data at the end. Raises `UnavailableError`."""
    libs = fetch()
    with tempfile.TemporaryDirectory(prefix="parley-kafka-") as folder:
        node = SecuredKafka(libs, Path(folder), users)
        node.format()
        node.start()
        try:
            yield node
        finally:
            node.kill()
