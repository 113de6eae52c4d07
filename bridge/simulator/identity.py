"""Who logs in: KSeF's reading of a certificate's subject.

Source: auth/podpis-xades.md, "Wymagane atrybuty certyfikatów kwalifikowanych".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

SubjectIdentifierType = Literal["Nip", "Pesel", "Fingerprint"]

_PESEL_IN_SERIAL_NUMBER = re.compile(r"(PNOPL|PESEL).*?(?P<identifier>\d{11})", re.ASCII)
_NIP_IN_SERIAL_NUMBER = re.compile(r"(TINPL|NIP).*?(?P<identifier>\d{10})", re.ASCII)
_NIP_OF_ORGANIZATION = re.compile(r"(VATPL).*?(?P<identifier>\d{10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SubjectIdentifier:
    """A person or organization that authenticates: NIP, PESEL, or a certificate's SHA-256."""

    type: SubjectIdentifierType
    value: str


def identify(certificate: x509.Certificate) -> SubjectIdentifier | None:
    """The NIP or PESEL in the certificate's subject, None when it names neither.

    A seal, which is identified by `organizationIdentifier`, must not carry a given name or a
    surname; one that does is not recognised.
    """
    name = certificate.subject
    person = person_in(_attribute(name, NameOID.SERIAL_NUMBER))
    if person is not None:
        return person
    organization = _attribute(name, NameOID.ORGANIZATION_IDENTIFIER)
    if names_organization(name) and (found := _NIP_OF_ORGANIZATION.search(organization)):
        return SubjectIdentifier("Nip", found["identifier"])
    return None


def person_in(serial_number: str) -> SubjectIdentifier | None:
    """The PESEL or NIP of a person in the subject's `serialNumber`."""
    if found := _PESEL_IN_SERIAL_NUMBER.search(serial_number):
        return SubjectIdentifier("Pesel", found["identifier"])
    if found := _NIP_IN_SERIAL_NUMBER.search(serial_number):
        return SubjectIdentifier("Nip", found["identifier"])
    return None


def fingerprint(certificate: x509.Certificate) -> SubjectIdentifier:
    """The certificate's own SHA-256, 64 upper-case hex digits."""
    return SubjectIdentifier("Fingerprint", certificate.fingerprint(hashes.SHA256()).hex().upper())


def names_organization(name: x509.Name) -> bool:
    """Whether the name is that of a seal: an organization and no person."""
    return bool(_attribute(name, NameOID.ORGANIZATION_IDENTIFIER)) and not (
        _attribute(name, NameOID.GIVEN_NAME) or _attribute(name, NameOID.SURNAME)
    )


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    values = name.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""
