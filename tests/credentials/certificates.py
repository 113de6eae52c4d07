"""Certificates that look like KSeF's (api-contract D.4), and others, made at run time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import (
    CertificateIssuerPrivateKeyTypes,
    CertificatePublicKeyTypes,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from tests.secret_register import register_secret

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""The moment at which the tests inspect."""

SERIAL_NUMBER = 0x01F42D54DA3E29C5
DIGITAL_SIGNATURE = ("digital_signature",)
CONTENT_COMMITMENT = ("content_commitment",)
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# SEQUENCE { SEQUENCE { 0.4.0.1862.1.1 QcCompliance } } and the same with 0.4.0.1862.1.4 QcSSCD.
QC_COMPLIANCE = bytes.fromhex("300a3008060604008e460101")
QC_DEVICE = bytes.fromhex("300a3008060604008e460104")

SEAL = {
    NameOID.COUNTRY_NAME: "PL",
    NameOID.ORGANIZATION_IDENTIFIER: "VATPL-6852332948",
    NameOID.ORGANIZATION_NAME: "Firma Spółka z o.o.",
    NameOID.COMMON_NAME: "Firma (uwierzytelnienie)",
}


def name(attributes: dict[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])


def ksef_issuer(common_name: str = "TEST CCK KSeF") -> x509.Name:
    return name(
        {
            NameOID.COUNTRY_NAME: "PL",
            NameOID.ORGANIZATION_NAME: "Ministerstwo Finansów",
            NameOID.ORGANIZATIONAL_UNIT_NAME: "Krajowa Administracja Skarbowa",
            NameOID.COMMON_NAME: common_name,
        }
    )


OTHER_ISSUER = name({NameOID.COUNTRY_NAME: "PL", NameOID.COMMON_NAME: "Jakiś Wystawca"})


@cache
def authority_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@dataclass(frozen=True)
class Description:
    """A certificate to be made; the defaults are an Authentication one of KSeF's Test."""

    issuer: x509.Name = field(default_factory=ksef_issuer)
    subject: dict[x509.ObjectIdentifier, str] = field(default_factory=lambda: dict(SEAL))
    key_usage: tuple[str, ...] | None = DIGITAL_SIGNATURE
    qc_statements: bytes | None = None
    is_authority: bool = False
    self_signed: bool = False
    valid_from: datetime = datetime(2026, 3, 6, 21, 10, 9, tzinfo=UTC)
    valid_to: datetime = datetime(2028, 3, 6, 21, 10, 9, tzinfo=UTC)
    serial_number: int = SERIAL_NUMBER

    def issue(
        self,
        public_key: CertificatePublicKeyTypes,
        own_key: CertificateIssuerPrivateKeyTypes | None = None,
    ) -> x509.Certificate:
        subject = name(self.subject)
        builder = (
            x509.CertificateBuilder()
            .serial_number(self.serial_number)
            .issuer_name(subject if self.self_signed else self.issuer)
            .subject_name(subject)
            .not_valid_before(self.valid_from)
            .not_valid_after(self.valid_to)
            .public_key(public_key)
            .add_extension(x509.BasicConstraints(ca=self.is_authority, path_length=None), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
        )
        if self.key_usage is not None:
            builder = builder.add_extension(_key_usage(self.key_usage), True)
        if self.qc_statements is not None:
            extension = x509.UnrecognizedExtension(QC_STATEMENTS, self.qc_statements)
            builder = builder.add_extension(extension, False)
        signer = own_key if self.self_signed and own_key else authority_key()
        return builder.sign(signer, hashes.SHA256())


def _key_usage(allowed: tuple[str, ...]) -> x509.KeyUsage:
    all_uses = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{use: use in allowed for use in all_uses})


def pem_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def key_pem(key: CertificateIssuerPrivateKeyTypes) -> bytes:
    """The key as PEM, which no log may hold."""
    return register_secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)
