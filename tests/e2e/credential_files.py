"""Certificate and key files as an administrator has them: the portal's, and broken ones."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from bridge.simulator.command import simulator
from tests.credentials.certificates import CONTENT_COMMITMENT, DIGITAL_SIGNATURE, Description
from tests.secret_register import register_secret

_TELLING_CHARACTERS = 40
_NIP_DIGITS = 10


@dataclass(frozen=True)
class CredentialFiles:
    """What is uploaded: the two files, and the password of the key."""

    name: str
    certificate: bytes
    key: bytes
    password: str

    @property
    def certificate_name(self) -> str:
        return f"{self.name}.crt"

    @property
    def key_name(self) -> str:
        return f"{self.name}.key"

    @property
    def private_key(self) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key(self.key, self.password.encode())
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def pkcs12(self) -> bytes:
        """Both in one file, under the same password."""
        return _registered_file(
            serialize_key_and_certificates(
                b"KSeF",
                self.private_key,
                x509.load_pem_x509_certificate(self.certificate),
                None,
                BestAvailableEncryption(self.password.encode()),
            )
        )

    def combined_pem(self) -> bytes:
        """Both in one file, the key in clear."""
        key = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return _registered_file(self.certificate + key)

    def written(self, folder: Path) -> tuple[Path, Path]:
        """The two files on disk, for a browser to upload."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / self.certificate_name, folder / self.key_name
        for path, content in zip(paths, (self.certificate, self.key), strict=True):
            path.write_bytes(content)
        return paths


def new_password() -> str:
    """With Polish letters, as people have them."""
    return register_secret(f"Zażółć {secrets.token_urlsafe(12)}")


def portal_files(
    folder: Path,
    simulator_port: int,
    nip: str,
    certificate_type: str,
    environment: str = "Test",
    name: str = "Sklep Kowalski",
) -> CredentialFiles:
    """The files that the portal hands out; for Test they are issued by the running simulator.

    Of a company, or of a person whose PESEL stands in place of its NIP.
    """
    password = new_password()
    holder = "--nip" if len(nip) == _NIP_DIGITS else "--pesel"
    asked = (
        *("--port", str(simulator_port), "certificate", holder, nip),
        *("--type", certificate_type, "--environment", environment, "--name", name),
        *("--password", password, "--out", str(folder)),
    )
    written = CliRunner().invoke(simulator, asked, catch_exceptions=False)
    assert written.exit_code == 0, written.output
    certificate, key = (Path(line) for line in written.output.splitlines()[-2:])
    return _registered(
        CredentialFiles(certificate.stem, certificate.read_bytes(), key.read_bytes(), password)
    )


def dated_files(
    name: str, *, valid_from_days: float, valid_to_days: float, is_offline: bool = False
) -> CredentialFiles:
    """A certificate that looks like KSeF's, valid between two days from now."""
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = Description(
        valid_from=now + timedelta(days=valid_from_days),
        valid_to=now + timedelta(days=valid_to_days),
        serial_number=secrets.randbits(63),
        key_usage=CONTENT_COMMITMENT if is_offline else DIGITAL_SIGNATURE,
    ).issue(key.public_key())
    password = new_password()
    key_file = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    return _registered(CredentialFiles(name, pem, key_file, password))


def _registered(files: CredentialFiles) -> CredentialFiles:
    """Nothing of the key may be found anywhere: neither the file's text nor the key inside it."""
    _registered_file(files.key)
    register_private_key(files.private_key)
    return files


def register_private_key(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    """Neither its files without a password nor its number alone may be found."""
    register_secret(private_number(key))
    register_secret(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    for line in key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).splitlines():
        _registered_line(line)


def private_number(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """The number that is the secret, big-endian, as long as the key."""
    numbers = key.private_numbers()
    number = numbers.d if isinstance(numbers, rsa.RSAPrivateNumbers) else numbers.private_value
    return number.to_bytes(-(-key.key_size // 8), "big")


def _registered_file(content: bytes) -> bytes:
    """Its lines of base64, and pieces of the upload's base64 wherever it may have been cut."""
    is_private = False
    for line in content.splitlines():
        is_private = (b"PRIVATE KEY" in line and b"BEGIN" in line) or (
            is_private and b"-----END" not in line
        )
        if is_private:
            _registered_line(line)
    for piece in _pieces(base64.b64encode(content)):
        register_secret(piece)
    return content


def _registered_line(line: bytes) -> None:
    if len(line) >= _TELLING_CHARACTERS and not line.startswith(b"-----"):
        register_secret(line)


def _pieces(encoded: bytes) -> Iterator[bytes]:
    """From the middle on: files of one kind begin alike."""
    for start in range(len(encoded) // 2, len(encoded) - 64, 64):
        yield encoded[start : start + 64]
