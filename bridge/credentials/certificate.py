"""What an X.509 certificate says about itself, in KSeF's terms."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from bridge.credentials import der
from bridge.credentials.der import Malformed
from bridge.credentials.environment import Environment
from bridge.credentials.private_key import PublicKey

# Test and Demo have one issuer (ksef-api issues 239, 330 and 437).
_ISSUERS: dict[str, tuple[Environment, ...]] = {
    "TEST CCK KSeF": (Environment.TEST, Environment.DEMO),
    "CCK KSeF": (Environment.PRODUCTION,),
}
_PEM_BEGINNING = b"-----BEGIN "
_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_COMPLIANCE = "0.4.0.1862.1.1"
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
# What the library raises beside ValueError on what RFC 5280 does not describe.
_MALFORMED = (
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_LEAST_RSA_BITS = 2048
_LEAST_CURVE_BITS = 256

_PESEL_OF_PERSON = re.compile(r"(PNOPL|PESEL).*?(?P<identifier>\d{11})", re.ASCII)
_NIP_OF_PERSON = re.compile(r"(TINPL|NIP).*?(?P<identifier>\d{10})", re.ASCII)
_NIP_OF_ORGANIZATION = re.compile(r"(VATPL).*?(?P<identifier>\d{10})", re.ASCII)


class CertificateType(StrEnum):
    """KSeF's two types of certificates (certyfikaty-KSeF.md)."""

    AUTHENTICATION = "Authentication"
    OFFLINE = "Offline"


class CertificateKind(StrEnum):
    """Who stands behind a certificate."""

    KSEF = "Ksef"
    QUALIFIED = "Qualified"
    SELF_SIGNED = "SelfSigned"
    UNKNOWN = "Unknown"


class IdentifierType(StrEnum):
    """What KSeF knows a certificate's subject by."""

    NIP = "Nip"
    PESEL = "Pesel"
    FINGERPRINT = "Fingerprint"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is shown about a certificate.

    `serial_number` is 16 upper-case hex digits, the names are RFC 4514, `fingerprint` is SHA-256 in
    lower-case hex, the times are aware and in UTC, `days_left` counts whole days and is negative
    for an expired certificate. `type` is None when keyUsage does not tell, `environments` when the
    issuer tells nothing of where the certificate serves, `key_matches` when no private key could be
    opened.
    """

    type: CertificateType | None
    kind: CertificateKind
    environments: tuple[Environment, ...] | None
    serial_number: str
    subject_name: str
    issuer_name: str
    identifier_type: IdentifierType
    identifier_value: str
    key_algorithm: str
    fingerprint: str
    valid_from: datetime
    valid_to: datetime
    days_left: int
    key_matches: bool | None

    @property
    def environment(self) -> Environment | None:
        """The one environment that the certificate serves, None when the issuer names no single."""
        environments = self.environments or ()
        return environments[0] if len(environments) == 1 else None

    def serves(self, environment: Environment) -> bool:
        """Whether the issuer does not speak against a use in the environment."""
        return self.environments is None or environment in self.environments


def read_certificate(encoded: bytes) -> x509.Certificate:
    """A certificate in DER or PEM that is `sound`. Raises ValueError."""
    is_pem = encoded.startswith(_PEM_BEGINNING)
    load = x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate
    try:
        return sound(load(encoded))
    except x509.InvalidVersion:
        raise ValueError("a version that RFC 5280 does not have") from None


def sound(certificate: x509.Certificate) -> x509.Certificate:
    """The certificate itself, once names, extensions and key are known to be readable.

    The library reads them when it is asked for them. A key of an unknown kind is one that can be
    read. Raises ValueError.
    """
    try:
        _ = certificate.subject, certificate.issuer, certificate.extensions
        with suppress(UnsupportedAlgorithm):
            certificate.public_key()
    except _MALFORMED as error:
        raise ValueError(type(error).__name__) from None
    return certificate


def read_facts(
    certificate: x509.Certificate, *, now: datetime, key_matches: bool | None
) -> CertificateFacts:
    """The facts of a certificate that is `sound`."""
    kind = _kind(certificate)
    identifier_type, identifier_value = identifier_of(certificate)
    return CertificateFacts(
        type=_type(certificate),
        kind=kind,
        environments=_ISSUERS[_issuer(certificate)] if kind is CertificateKind.KSEF else None,
        serial_number=f"{certificate.serial_number:016X}",
        subject_name=certificate.subject.rfc4514_string(),
        issuer_name=certificate.issuer.rfc4514_string(),
        identifier_type=identifier_type,
        identifier_value=identifier_value,
        key_algorithm=_key_algorithm(certificate),
        fingerprint=_fingerprint(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        days_left=(certificate.not_valid_after_utc - now).days,
        key_matches=key_matches,
    )


def accepted_public_key(certificate: x509.Certificate) -> PublicKey | None:
    """The key if KSeF takes it: RSA from 2048 bits, EC from 256 (auth/podpis-xades.md)."""
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None
    if isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
        return key
    if isinstance(key, EllipticCurvePublicKey) and key.curve.key_size >= _LEAST_CURVE_BITS:
        return key
    return None


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether basicConstraints make this a certificate of a certification authority."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether keyUsage is absent, or allows a signature for authentication or for a document."""
    usage = _key_usage(certificate)
    return usage is None or usage.digital_signature or usage.content_commitment


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _type(certificate: x509.Certificate) -> CertificateType | None:
    usage = _key_usage(certificate)
    if usage is None or usage.digital_signature == usage.content_commitment:
        return None
    if usage.digital_signature:
        return CertificateType.AUTHENTICATION
    return CertificateType.OFFLINE


def _kind(certificate: x509.Certificate) -> CertificateKind:
    if _is_self_signed(certificate):
        return CertificateKind.SELF_SIGNED
    if _issuer(certificate) in _ISSUERS:
        return CertificateKind.KSEF
    if _is_qualified(certificate):
        return CertificateKind.QUALIFIED
    return CertificateKind.UNKNOWN


def _is_self_signed(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (InvalidSignature, TypeError, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _is_qualified(certificate: x509.Certificate) -> bool:
    """Whether qcStatements hold QcCompliance (ETSI EN 319 412-5 section 4.2.1)."""
    try:
        extension = certificate.extensions.get_extension_for_oid(_QC_STATEMENTS).value
    except x509.ExtensionNotFound:
        return False
    if not isinstance(extension, x509.UnrecognizedExtension):
        return False
    try:
        statements = der.read(extension.value).children()
        return any(
            statement.children()[0].object_identifier() == _QC_COMPLIANCE
            for statement in statements
        )
    except (IndexError, Malformed):
        return False


def _issuer(certificate: x509.Certificate) -> str:
    return "".join(_values(certificate.issuer, NameOID.COMMON_NAME)[:1])


def identifier_of(certificate: x509.Certificate) -> tuple[IdentifierType, str]:
    """KSeF's own reading of a subject (auth/podpis-xades.md); a seal names no person."""
    subject = certificate.subject
    for serial_number in _values(subject, NameOID.SERIAL_NUMBER):
        if match := _PESEL_OF_PERSON.search(serial_number):
            return IdentifierType.PESEL, match["identifier"]
        if match := _NIP_OF_PERSON.search(serial_number):
            return IdentifierType.NIP, match["identifier"]
    if not (_values(subject, NameOID.GIVEN_NAME) or _values(subject, NameOID.SURNAME)):
        for organization in _values(subject, NameOID.ORGANIZATION_IDENTIFIER):
            if match := _NIP_OF_ORGANIZATION.search(organization):
                return IdentifierType.NIP, match["identifier"]
    return IdentifierType.FINGERPRINT, _fingerprint(certificate)


def _values(name: x509.Name, attribute: x509.ObjectIdentifier) -> list[str]:
    return [str(each.value) for each in name.get_attributes_for_oid(attribute)]


def _key_algorithm(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return certificate.public_key_algorithm_oid.dotted_string
    if isinstance(key, EllipticCurvePublicKey):
        return f"EC {_CURVES.get(key.curve.name, key.curve.name)}"
    if isinstance(key, RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, DSAPublicKey):
        return f"DSA {key.key_size}"
    return type(key).__name__.removesuffix("PublicKey")


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
