"""Certificate authorities made for one run, each with the certificate of a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.secret_register import register_secret


def new_authority(folder: Path, host: str = "localhost") -> Path:
    """The authority's own certificate; `server.crt` and `server.key` of `host` lie beside it."""
    folder.mkdir(parents=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    name = "Authority of this test"
    authority = _certificate(name, name, authority_key, authority_key, is_authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    server = _certificate(host, name, key, authority_key, is_authority=False)
    (folder / "server.crt").write_bytes(server.public_bytes(Encoding.PEM))
    key_file = folder / "server.key"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key_file.write_bytes(register_secret(pem))
    key_file.chmod(0o600)
    path = folder / "authority.crt"
    path.write_bytes(authority.public_bytes(Encoding.PEM))
    return path


def _certificate(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
