"""Certificates that have all that qualified ones have, but for a qualified issuer.

Source: ETSI EN 319 412-2 (persons), 412-3 (seals), 412-5 (QCStatements), 319 421 (timestamps).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bridge.simulator import clock
from bridge.simulator.certificates.issued_certificate import PublicKey
from bridge.simulator.identity import names_organization

_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# QcCompliance, QcSSCD, and QcType, whose last octet is 1 for a signature and 2 for a seal.
_QC_STATEMENTS_BEFORE_TYPE = bytes.fromhex(
    "3029 3008 0606 04008e460101 3008 0606 04008e460104"
    "3013 0606 04008e460106 3009 0607 04008e4601 06"
)
_QC_SIGNATURE, _QC_SEAL = b"\x01", b"\x02"
_POLICY_OF_SIGNATURES = x509.ObjectIdentifier("0.4.0.194112.1.2")  # QCP-n-qscd
_POLICY_OF_SEALS = x509.ObjectIdentifier("0.4.0.194112.1.3")  # QCP-l-qscd


@dataclass(frozen=True, slots=True)
class Authority:
    """A key that signs certificates, and the certificate of it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def new_root() -> Authority:
    """An authority that has certified itself."""
    return _new_authority("TEST Root CA", None)


def new_subordinate(root: Authority) -> Authority:
    """The authority that issues to persons, companies and the timestamping unit."""
    return _new_authority("TEST Qualified CA", root)


def qualified_certificate(
    issuer: Authority, subject: x509.Name, public_key: PublicKey
) -> x509.Certificate:
    """A certificate for seals when the subject is an organization and no person, for signatures
    otherwise; valid from an hour ago, for two years. Raises ValueError for a subject that
    cannot be encoded."""
    seal = names_organization(subject)
    policy = x509.PolicyInformation(_POLICY_OF_SEALS if seal else _POLICY_OF_SIGNATURES, None)
    statements = _QC_STATEMENTS_BEFORE_TYPE + (_QC_SEAL if seal else _QC_SIGNATURE)
    return (
        _issued_by(issuer, subject, public_key)
        .add_extension(_key_usage(content_commitment=True), critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
        .add_extension(x509.UnrecognizedExtension(_QC_STATEMENTS, statements), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )


def timestamping_certificate(issuer: Authority, public_key: PublicKey) -> x509.Certificate:
    """The certificate of a timestamping unit."""
    return (
        _issued_by(issuer, _own_name("TEST TSU"), public_key)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(issuer.key, hashes.SHA256())
    )


def _new_authority(common_name: str, issuer: Authority | None) -> Authority:
    key = ec.generate_private_key(ec.SECP384R1())
    name = _own_name(common_name)
    issuing_key = issuer.key if issuer else key
    now = clock.now().replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_authority_key(issuing_key), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(issuing_key, hashes.SHA384())
    )
    return Authority(certificate, key)


def _issued_by(
    issuer: Authority, subject: x509.Name, public_key: PublicKey
) -> x509.CertificateBuilder:
    now = clock.now().replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=730))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_authority_key(issuer.key), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _own_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(
                NameOID.ORGANIZATION_NAME, "TEST: KSeF simulator, nothing qualified"
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority_key(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def _key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
