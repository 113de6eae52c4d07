"""The DN that a certificate request must carry: that of the login certificate.

Source: certyfikaty-KSeF.md, section 2 (the table of attributes).
"""

from __future__ import annotations

from collections import Counter

from cryptography import x509
from cryptography.x509.oid import NameOID

from bridge.simulator.identity import person_in

MEMBERS: dict[str, x509.ObjectIdentifier] = {
    "commonName": NameOID.COMMON_NAME,
    "countryName": NameOID.COUNTRY_NAME,
    "givenName": NameOID.GIVEN_NAME,
    "surname": NameOID.SURNAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "uniqueIdentifier": NameOID.X500_UNIQUE_IDENTIFIER,
    "organizationName": NameOID.ORGANIZATION_NAME,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}
_REQUIRED = ("commonName", "countryName")
_PREFIXES = {"Pesel": "PNOPL", "Nip": "TINPL"}


def enrolment_data(subject: x509.Name) -> dict[str, str] | None:
    """KSeF's `CertificateEnrollmentDataResponse` for a login certificate's subject.

    Values are verbatim, but for two things: several given names are joined by spaces, and a
    `serialNumber` such as `NIP-…` becomes `TINPL-…` (ksef-api issue 187). None when the subject
    lacks a common name or a country, without which no request can be made.
    """
    data = {}
    for member, oid in MEMBERS.items():
        values = [attribute.value for attribute in subject.get_attributes_for_oid(oid)]
        texts = [value for value in values if isinstance(value, str) and value]
        if texts:
            data[member] = " ".join(texts) if oid == NameOID.GIVEN_NAME else texts[0]
    if any(member not in data for member in _REQUIRED):
        return None
    if "serialNumber" in data:
        data["serialNumber"] = _uniform(data["serialNumber"])
    return data


def attributes_of(data: dict[str, str]) -> list[tuple[x509.ObjectIdentifier, str]]:
    """The data as attributes of a DN."""
    return [(MEMBERS[member], value) for member, value in data.items()]


def is_same_name(data: dict[str, str], subject: x509.Name) -> bool:
    """Whether a request's subject has exactly these attributes, in whatever order."""
    requested = Counter((attribute.oid, attribute.value) for attribute in subject)
    return requested == Counter(attributes_of(data))


def _uniform(serial_number: str) -> str:
    person = person_in(serial_number)
    if person is None:
        return serial_number
    return f"{_PREFIXES[person.type]}-{person.value}"
