"""Keys and certificates made while the tests run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from bridge.ksef.contract import PublicKeyCertificate
from tests.secret_register import register_secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

Key = TypeVar("Key", rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

SEAL: Mapping[x509.ObjectIdentifier, str] = {
    NameOID.COUNTRY_NAME: "PL",
    NameOID.ORGANIZATION_NAME: "Firma sp. z o.o.",
    NameOID.ORGANIZATION_IDENTIFIER: "VATPL-5265877635",
    NameOID.COMMON_NAME: "Firma (uwierzytelnienie)",
}
PERSON: Mapping[x509.ObjectIdentifier, str] = {
    NameOID.COUNTRY_NAME: "PL",
    NameOID.GIVEN_NAME: "Zażółć",
    NameOID.SURNAME: "Gęślą-Jaźń",
    NameOID.SERIAL_NUMBER: "PNOPL-88102341294",
    NameOID.COMMON_NAME: "Zażółć Gęślą-Jaźń",
}


def rsa_key() -> rsa.RSAPrivateKey:
    return _registered(rsa.generate_private_key(65537, 2048))


def ec_key(curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    return _registered(ec.generate_private_key(curve))


def certificate(
    key: PrivateKey, subject: Mapping[x509.ObjectIdentifier, str] = SEAL
) -> x509.Certificate:
    """A self-signed certificate of `subject`, its issuer named alike."""
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject.items()])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def listed_key(
    key: PrivateKey,
    *,
    valid_from: datetime = NOW - timedelta(days=30),
    valid_to: datetime = NOW + timedelta(days=30),
    usage: tuple[str, ...] = ("KsefTokenEncryption",),
    public_key_id: str | None = None,
) -> PublicKeyCertificate:
    """The certificate of `key` as KSeF lists it."""
    der = certificate(key).public_bytes(Encoding.DER)
    return PublicKeyCertificate(
        certificate=base64.b64encode(der).decode(),
        certificate_id=_sha256(der),
        public_key_id=public_key_id or key_id(key),
        valid_from=valid_from,
        valid_to=valid_to,
        usage=usage,
    )


def key_id(key: PrivateKey) -> str:
    """`publicKeyId` of a key."""
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _sha256(spki)


def _sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _registered(key: Key) -> Key:
    register_secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
