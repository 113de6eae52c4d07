"""TLS to a real MariaDB: the server proves itself by its certificate, or nothing is sent."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bridge import database
from bridge.doctor.codes import DoctorCode
from bridge.doctor.espocrm_database import check_espocrm
from bridge.doctor.found_settings import find_settings
from bridge.sessions.store import SessionStore
from bridge.state.database import StateDatabase, connect
from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.mariadb import MariaDb, private_mariadb


@dataclass
class Authority:
    """A certificate authority whose certificate is in `file`."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        basic = x509.BasicConstraints(ca=True, path_length=0)
        certificate = self._sign(self.subject, self.key.public_key(), basic)
        self.file = self._write(self.name, certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """The files of a certificate for a host, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        certificate = self._sign(subject, key.public_key(), names)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return (
            self._write(name, certificate.public_bytes(serialization.Encoding.PEM)),
            self._write(f"{name}.key", private),
        )

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder(self.subject, subject, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(extension, critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def _write(self, name: str, content: bytes) -> Path:
        path = self.folder / f"{name}.pem"
        path.write_bytes(content)
        return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "authority", "authority")


@pytest.fixture(scope="module")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    certificate, key = authority.issue("localhost")
    options = (f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--ssl-ca={authority.file}")
    with private_mariadb(tmp_path_factory.mktemp("t") / "db", *options) as server:
        yield server


@pytest.fixture(scope="module")
def url(server: MariaDb) -> str:
    """That of an account that the server lets in by TLS alone, at the certificate's host."""
    url = server.new_database()
    create_espocrm_tables(url)
    account = make_url(url).username
    server.execute(f"ALTER USER {account}@'127.0.0.1' REQUIRE SSL;")
    return url.replace("@127.0.0.1:", "@localhost:")


def found(url: str) -> DoctorCode:
    (result, *_) = check_espocrm(make_url(url)).results
    return result.code


def test_both_databases_are_used_over_tls(url: str, authority: Authority) -> None:
    engine = connect(make_url(f"{url}?charset=utf8mb4&ssl_ca={authority.file}"))
    state = StateDatabase(engine)
    state.create_tables()
    SessionStore(state).check()
    row = database.first_row(engine, "SHOW SESSION STATUS LIKE ?", ["Ssl_version"])
    assert row[1].startswith("TLSv1")
    engine.dispose()
    assert found(f"{url}?ssl_ca={authority.file}") is DoctorCode.DATABASE_REACHABLE


def test_a_client_proves_itself_where_the_server_asks_for_it(
    server: MariaDb, url: str, authority: Authority
) -> None:
    account = make_url(url).username
    certificate, key = authority.issue("bridge")
    server.execute(f"ALTER USER {account}@'127.0.0.1' REQUIRE X509;")
    try:
        with_ca = f"{url}?ssl_ca={authority.file}"
        assert found(with_ca) is DoctorCode.DATABASE_ACCESS_DENIED
        ours = f"&ssl_cert={certificate}&ssl_key={key}"
        assert found(with_ca + ours) is DoctorCode.DATABASE_REACHABLE
    finally:
        server.execute(f"ALTER USER {account}@'127.0.0.1' REQUIRE SSL;")


def test_another_authority_or_another_host_is_refused_with_a_word_on_why(
    url: str, authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path / "other", "other")
    assert found(f"{url}?ssl_ca={other.file}") is DoctorCode.DATABASE_CERTIFICATE_NOT_TRUSTED
    assert found(f"{url}?ssl_check_hostname=true") is DoctorCode.DATABASE_CERTIFICATE_NOT_TRUSTED
    by_address = f"{url.replace('@localhost:', '@127.0.0.1:')}?ssl_ca={authority.file}"
    assert found(by_address) is DoctorCode.DATABASE_CERTIFICATE_OF_ANOTHER_HOST
    assert found(f"{by_address}&ssl_check_hostname=false") is DoctorCode.DATABASE_REACHABLE
    engine = database.connect(make_url(f"{url}?ssl_ca={other.file}"))
    with pytest.raises(SQLAlchemyError):
        database.first_row(engine, "SELECT 1", [])


def test_a_server_without_tls_is_sent_nothing(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        received = pool.submit(greet_without_tls, server)
        url = f"mysql+pymysql://me:do-not-send@127.0.0.1:{server.getsockname()[1]}/espocrm"
        assert found(f"{url}?ssl_ca={authority.file}") is DoctorCode.DATABASE_WITHOUT_TLS
        assert received.result(timeout=30) == b""


def greet_without_tls(server: socket.socket) -> bytes:
    """Greet one client as a MariaDB without TLS does (Protocol::HandshakeV10); what it sends."""
    capabilities = 0x000F_F7FF
    greeting = (
        b"\x0a10.11.6-MariaDB\0"
        + struct.pack("<I8sx", 1, b"x" * 8)
        + struct.pack("<HBHHB10x", capabilities & 0xFFFF, 45, 2, capabilities >> 16, 21)
        + b"x" * 12
        + b"\0mysql_native_password\0"
    )
    connection, _ = server.accept()
    with connection:
        connection.sendall(struct.pack("<I", len(greeting)) + greeting)
        return connection.recv(4096)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("ssl_ca=/absent.pem", "ssl_ca: /absent.pem is not a readable file"),
        ("ssl=true", "ssl is unknown; there are ssl_ca"),
        ("ssl_verify_cert=true", "ssl_verify_cert is unknown"),
        ("ssl_check_hostname=perhaps", "true or false"),
        ("ssl_key=/absent.pem", "goes with ssl_cert"),
        ("ssl_cert=/absent.pem", "ssl_cert and ssl_key are not"),
        ("ssl_ca=/a.pem&ssl_ca=/b.pem", "twice"),
    ],
)
@pytest.mark.parametrize("name", ["ESPOCRM", "STATE"])
def test_what_cannot_be_used_is_named(name: str, query: str, complaint: str) -> None:
    url = f"mysql+pymysql://me:do-not-show@localhost/espocrm?{query}"
    settings = find_settings({f"KSEF_BRIDGE_{name}_DATABASE_URL": url})
    (problem,) = (each for each in settings.problems if "ssl" in each)
    assert problem.startswith(f"KSEF_BRIDGE_{name}_DATABASE_URL: ")
    assert complaint in problem
    assert "do-not-show" not in problem
    assert f"{name}_DATABASE_URL" in settings.unusable
