"""Certificates that a test logs in with, made at run time."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bridge.simulator import clock
from tests.secret_register import register_secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Attributes = Iterable[tuple[x509.ObjectIdentifier, str]]

KSEF_ISSUER = (
    (NameOID.COUNTRY_NAME, "PL"),
    (NameOID.ORGANIZATION_NAME, "Ministerstwo Finansów"),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "Krajowa Administracja Skarbowa"),
    (NameOID.COMMON_NAME, "TEST CCK KSeF"),
)
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Credential:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return register_secret(pem.decode())


def new_nip() -> str:
    """A random NIP that satisfies KSeF's pattern and its own check digit."""
    while True:
        digits = [random.randint(1, 9) for _ in range(9)]  # noqa: S311 - no secret
        check = sum(map(int.__mul__, digits, _NIP_WEIGHTS)) % 11
        if check < 10:
            return "".join(map(str, [*digits, check]))


def new_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def seal_of(nip: str) -> Attributes:
    """The subject of a company's seal."""
    return (
        (NameOID.COUNTRY_NAME, "PL"),
        (NameOID.ORGANIZATION_NAME, "Firma sp. z o.o."),
        (NameOID.ORGANIZATION_IDENTIFIER, f"VATPL-{nip}"),
        (NameOID.COMMON_NAME, "Firma sp. z o.o."),
    )


def person(serial_number: str) -> Attributes:
    """The subject of a person, by a `serialNumber` such as `PNOPL-…` or `TINPL-…`."""
    return (
        (NameOID.COUNTRY_NAME, "PL"),
        (NameOID.GIVEN_NAME, "Jan"),
        (NameOID.SURNAME, "Kowalski"),
        (NameOID.SERIAL_NUMBER, serial_number),
        (NameOID.COMMON_NAME, "Jan Kowalski"),
    )


def certificate_for(
    subject: Attributes,
    *,
    key: PrivateKey | None = None,
    issuer: Attributes | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> Credential:
    """A self-signed certificate; with `issuer` it merely claims to be issued by that name."""
    own_key = key or new_ec_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer or subject))
        .public_key(own_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts or clock.now() - timedelta(days=1))
        .not_valid_after(ends or clock.now() + timedelta(days=1))
        .sign(own_key, hashes.SHA256())
    )
    return Credential(certificate, own_key)


def seal(nip: str) -> Credential:
    """A self-signed seal of the company with that NIP."""
    return certificate_for(seal_of(nip))


def _name(attributes: Attributes) -> x509.Name:
    # Without validation, which counts a CN's octets and not its characters.
    return x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in attributes])
