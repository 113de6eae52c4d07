"""Whether KSeF finds a NIP or PESEL in a certificate (auth/podpis-xades.md)."""

from __future__ import annotations

import re

from cryptography import x509
from cryptography.x509.oid import NameOID

from bridge.ksef.auth_token_request import SubjectIdentifierType

_PERSON = re.compile(r"(PNOPL|PESEL).*?\d{11}|(TINPL|NIP).*?\d{10}", re.ASCII)
_ORGANIZATION = re.compile(r"VATPL.*?\d{10}", re.ASCII)


def subject_identifier_type(certificate: x509.Certificate) -> SubjectIdentifierType:
    """How a login with `certificate` names its signer.

    A seal, which is known by `organizationIdentifier`, may not name a person as well.
    """
    if _PERSON.search(_attribute(certificate, NameOID.SERIAL_NUMBER)):
        return SubjectIdentifierType.CERTIFICATE_SUBJECT
    names_person = _attribute(certificate, NameOID.GIVEN_NAME) + _attribute(
        certificate, NameOID.SURNAME
    )
    organization = _attribute(certificate, NameOID.ORGANIZATION_IDENTIFIER)
    if not names_person and _ORGANIZATION.search(organization):
        return SubjectIdentifierType.CERTIFICATE_SUBJECT
    return SubjectIdentifierType.CERTIFICATE_FINGERPRINT


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    attributes = certificate.subject.get_attributes_for_oid(oid)
    return str(attributes[0].value) if attributes else ""
