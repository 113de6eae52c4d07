"""What the extension's screens compute, run by Node.js as a browser would."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "espo_extension/files/client/custom/modules/ksef/src"
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ACME")])
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
PASSWORD = BestAvailableEncryption(b"a password")
OPEN = NoEncryption()


def certificate() -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(NAME, NAME, EC_KEY.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(EC_KEY, hashes.SHA256())


def key(encoding: Encoding, form: PrivateFormat, encryption: KeySerializationEncryption) -> bytes:
    return RSA_KEY.private_bytes(encoding, form, encryption)


CERTIFICATE = certificate()
TRADITIONAL = PrivateFormat.TraditionalOpenSSL
PKCS8 = PrivateFormat.PKCS8
FILES = {
    "certificate.crt": (CERTIFICATE.public_bytes(Encoding.PEM), False),
    "certificate.der": (CERTIFICATE.public_bytes(Encoding.DER), False),
    "open.pem": (key(Encoding.PEM, PKCS8, OPEN), False),
    "open-traditional.pem": (key(Encoding.PEM, TRADITIONAL, OPEN), False),
    "open-pkcs8.der": (key(Encoding.DER, PKCS8, OPEN), False),
    "open-rsa.der": (key(Encoding.DER, TRADITIONAL, OPEN), False),
    "open-ec.der": (EC_KEY.private_bytes(Encoding.DER, TRADITIONAL, OPEN), False),
    "encrypted.pem": (key(Encoding.PEM, PKCS8, PASSWORD), True),
    "encrypted-traditional.pem": (key(Encoding.PEM, TRADITIONAL, PASSWORD), True),
    "encrypted.der": (key(Encoding.DER, PKCS8, PASSWORD), True),
    "both.pem": (
        CERTIFICATE.public_bytes(Encoding.PEM) + key(Encoding.PEM, PKCS8, PASSWORD),
        True,
    ),
    "both.p12": (
        pkcs12.serialize_key_and_certificates(b"n", EC_KEY, CERTIFICATE, None, PASSWORD),
        True,
    ),
    "empty": (b"", False),
    "text": (b"not a key", False),
    "cut.der": (b"\x30", False),
}


def node(*arguments: str) -> str:
    finished = subprocess.run(
        ["node", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_what_the_screens_say() -> None:
    node("--test", *map(str, sorted(HERE.glob("*.test.js"))))


def test_a_password_is_asked_for_when_a_file_needs_one(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        (tmp_path / name).write_bytes(content)
    answers = json.loads(node(str(HERE / "needs_password.js"), *(str(tmp_path / n) for n in FILES)))
    assert dict(zip(FILES, answers, strict=True)) == {
        name: needed for name, (_, needed) in FILES.items()
    }


@pytest.mark.parametrize("module", sorted(MODULES.rglob("*.js")), ids=lambda path: path.stem)
def test_each_module_is_named_after_its_file(module: Path) -> None:
    name = module.relative_to(MODULES).with_suffix("").as_posix()
    assert f"define('modules/ksef/{name}'," in module.read_text("utf-8")
