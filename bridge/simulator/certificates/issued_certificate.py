"""Certificates that look like those that KSeF issues.

Source: a certificate of the Test environment (api-contract D.4) and certyfikaty-KSeF.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from bridge.credentials.environment import Environment
from bridge.simulator import clock

CertificateType = Literal["Authentication", "Offline"]
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

COMMON_NAME_LENGTH = 64

_SUFFIXES: dict[CertificateType, str] = {
    "Authentication": " (uwierzytelnienie)",
    "Offline": " (offline)",
}
_SUBJECT_ORDER = (
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_IDENTIFIER,
    NameOID.ORGANIZATION_NAME,
    NameOID.SERIAL_NUMBER,
    NameOID.GIVEN_NAME,
    NameOID.SURNAME,
    NameOID.X500_UNIQUE_IDENTIFIER,
    NameOID.COMMON_NAME,
)
_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# ETSI EN 319 412-5: a retention period of 0 years, and the type: 1 for a person, 2 for a seal.
_QC_STATEMENTS_BEFORE_TYPE = bytes.fromhex(
    "3022 300b 0606 04008e460103 020100 3013 0606 04008e460106 3009 0607 04008e4601 06"
)
_QC_PERSON, _QC_SEAL = b"\x01", b"\x02"


# The CN and CRL of Test are those of a real certificate, and Demo's certificates name the same CN
# (ksef-api issues 239, 330 and 437). The CN of Production is documented, its CRL is made up alike.
_ISSUERS = {
    Environment.TEST: ("TEST CCK KSeF", "ksef-test.mf.gov.pl/security/crl/testmfksef2.crl"),
    Environment.DEMO: ("TEST CCK KSeF", "ksef-test.mf.gov.pl/security/crl/testmfksef2.crl"),
    Environment.PRODUCTION: ("CCK KSeF", "ksef.mf.gov.pl/security/crl/mfksef2.crl"),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key that signs certificates, the certificate of it, and where its CRL would be."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    revocation_list: str


def new_issuer(environment: Environment) -> Issuer:
    """An issuer named as that environment's, under a root made for it; both have P-384 keys."""
    common_name, revocation_list = _ISSUERS[environment]
    root_key, key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP384R1())
    now = clock.now().replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_authority_name(common_name))
        .issuer_name(_authority_name(common_name.replace("CCK KSeF", "CCK MF ROOT")))
        .public_key(key.public_key())
        .serial_number(new_serial_number())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(_authority_key(root_key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(_subject_key(key.public_key()), critical=False)
        .sign(root_key, hashes.SHA384())
    )
    return Issuer(certificate, key, f"https://{revocation_list}")


def new_serial_number() -> int:
    """Eight octets of which the first is 01, as KSeF's serial numbers begin."""
    return int.from_bytes(b"\x01" + secrets.token_bytes(7))


def serial_text(serial_number: int) -> str:
    """A serial number as KSeF's API writes it: 16 upper-case hex digits."""
    return f"{serial_number:016X}"


def cut(text: str, length: int = COMMON_NAME_LENGTH) -> str:
    """The beginning of the text that a CN, which X.520 allows 64 characters, has room for."""
    return text[:length].rstrip()


def attribute(oid: x509.ObjectIdentifier, value: str) -> x509.NameAttribute[str]:
    """An attribute of a name; `cryptography` would count a CN's octets and not its characters."""
    return x509.NameAttribute(oid, value, _validate=False)


def subject_name(
    attributes: Iterable[tuple[x509.ObjectIdentifier, str]], certificate_type: CertificateType
) -> x509.Name:
    """The subject of an issued certificate: the requested attributes in KSeF's order.

    KSeF itself ends the CN with `(uwierzytelnienie)` or `(offline)`. The documentation does not
    tell this, yet it demands that the DN of the request is that of the login certificate, and the
    certificates seen in the wild end so (ksef-api issues 330 and 378). So the ending of a KSeF
    certificate that was used to log in is replaced. What gets too long by it is cut.
    """
    ordered = sorted(attributes, key=lambda each: _SUBJECT_ORDER.index(each[0]))
    return x509.Name(
        attribute(oid, _ending(value, certificate_type) if oid == NameOID.COMMON_NAME else value)
        for oid, value in ordered
    )


def build_certificate(
    issuer: Issuer,
    subject: x509.Name,
    public_key: PublicKey,
    certificate_type: CertificateType,
    valid_from: datetime,
) -> x509.Certificate:
    """A certificate for two years to the second, with the extensions of KSeF's in their order."""
    starts = valid_from.replace(microsecond=0)
    organization = bool(subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(public_key)
        .serial_number(new_serial_number())
        .not_valid_before(starts)
        .not_valid_after(_two_years_after(starts))
        .add_extension(_authority_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(certificate_type), critical=True)
        .add_extension(_subject_key(public_key), critical=False)
        .add_extension(_distribution_points(issuer.revocation_list), critical=False)
        .add_extension(
            x509.UnrecognizedExtension(
                _QC_STATEMENTS,
                _QC_STATEMENTS_BEFORE_TYPE + (_QC_SEAL if organization else _QC_PERSON),
            ),
            critical=False,
        )
        .sign(issuer.key, hashes.SHA256())
    )


def _ending(common_name: str, certificate_type: CertificateType) -> str:
    for suffix in _SUFFIXES.values():
        common_name = common_name.removesuffix(suffix)
    suffix = _SUFFIXES[certificate_type]
    return cut(common_name, COMMON_NAME_LENGTH - len(suffix)) + suffix


def _two_years_after(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year + 2)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + 2, day=28)


def _authority_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ministerstwo Finansów"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Krajowa Administracja Skarbowa"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _authority_key(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _subject_key(key: PublicKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key)


def _distribution_points(address: str) -> x509.CRLDistributionPoints:
    names = [x509.UniformResourceIdentifier(address)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])


def _key_usage(
    certificate_type: CertificateType | None = None, *, signs_certificates: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=certificate_type == "Authentication",
        content_commitment=certificate_type == "Offline",
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
