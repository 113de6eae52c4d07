"""Who has signed, as the certificate tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from bridge.credentials.certificate import CertificateFacts, CertificateKind, IdentifierType


@dataclass(frozen=True, slots=True)
class Signer:
    """A person or an organization, by the identifier that KSeF knows it by.

    `is_qualified` is what the certificate says of itself (qcStatements); KSeF verifies it.
    """

    name: str
    identifier_type: IdentifierType
    identifier_value: str
    organization_name: str | None
    issuer_name: str
    is_qualified: bool
    is_seal: bool
    valid_to: datetime
    fingerprint: str


def signer_of(
    certificate: x509.Certificate, facts: CertificateFacts, *, by_fingerprint: bool
) -> Signer:
    """The signer; `by_fingerprint` when the login request says so."""
    person = " ".join(
        filter(None, (_first(certificate, oid) for oid in (NameOID.GIVEN_NAME, NameOID.SURNAME)))
    )
    organization = _first(certificate, NameOID.ORGANIZATION_NAME) or None
    identifier_type, identifier_value = facts.identifier_type, facts.identifier_value
    if by_fingerprint:
        identifier_type, identifier_value = IdentifierType.FINGERPRINT, facts.fingerprint
    return Signer(
        name=_first(certificate, NameOID.COMMON_NAME) or person or facts.subject_name,
        identifier_type=identifier_type,
        identifier_value=identifier_value,
        organization_name=organization,
        issuer_name=facts.issuer_name,
        is_qualified=facts.kind is CertificateKind.QUALIFIED,
        # A seal names an organization and no person (auth/podpis-xades.md).
        is_seal=not person and bool(_first(certificate, NameOID.ORGANIZATION_IDENTIFIER)),
        valid_to=facts.valid_to,
        fingerprint=facts.fingerprint,
    )


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value).strip() if values else ""
