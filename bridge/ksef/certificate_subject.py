"""How a login names its signer (auth/podpis-xades.md)."""

from __future__ import annotations

from cryptography import x509

from bridge.credentials.certificate import IdentifierType, identifier_of
from bridge.ksef.auth_token_request import SubjectIdentifierType


def subject_identifier_type(certificate: x509.Certificate) -> SubjectIdentifierType:
    """By its subject where KSeF finds a NIP or PESEL there, else by its fingerprint."""
    identifier_type, _ = identifier_of(certificate)
    if identifier_type is IdentifierType.FINGERPRINT:
        return SubjectIdentifierType.CERTIFICATE_FINGERPRINT
    return SubjectIdentifierType.CERTIFICATE_SUBJECT
