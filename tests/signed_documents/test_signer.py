"""What is told of who has signed, by the certificates that qualified providers issue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from bridge.credentials.certificate import IdentifierType
from bridge.signed_documents.signer import Signer
from tests.credentials.certificates import OTHER_ISSUER, QC_COMPLIANCE, QC_DEVICE, Description
from tests.signed_documents.inspecting import HandedOut
from tests.simulator.login_certificates import Credential, new_ec_key
from tests.simulator.signed_requests import enveloped, written

Subject = dict[x509.ObjectIdentifier, str]
PERSON: Subject = {
    NameOID.COMMON_NAME: "Żaneta Kowalska",
    NameOID.GIVEN_NAME: "Żaneta",
    NameOID.SURNAME: "Kowalska",
    NameOID.SERIAL_NUMBER: "PNOPL-89010112345",
}
COMPANY: Subject = {
    NameOID.COMMON_NAME: "Młyn sp. z o.o.",
    NameOID.ORGANIZATION_NAME: "Młyn sp. z o.o.",
    NameOID.ORGANIZATION_IDENTIFIER: "VATPL-5265877635",
}


def signer(subject: Subject, qc_statements: bytes | None = QC_COMPLIANCE) -> Signer:
    """Who is told to have signed with a certificate of another issuer, of that subject."""
    handed_out, key = HandedOut(by_fingerprint=NameOID.SERIAL_NUMBER not in subject), new_ec_key()
    if NameOID.ORGANIZATION_IDENTIFIER in subject:
        handed_out = HandedOut()
    description = Description(issuer=OTHER_ISSUER, subject=subject, qc_statements=qc_statements)
    certificate = description.issue(key.public_key())
    return handed_out.signer(written(enveloped(handed_out.document, Credential(certificate, key))))


def test_a_person_signs() -> None:
    found = signer(PERSON)
    assert (found.name, found.identifier_type, found.identifier_value) == (
        "Żaneta Kowalska",
        "Pesel",
        "89010112345",
    )
    assert (found.is_qualified, found.is_seal, found.organization_name) == (True, False, None)


def test_a_person_of_a_company_signs_as_a_person() -> None:
    found = signer({**PERSON, **COMPANY, NameOID.SERIAL_NUMBER: "TINPL-5265877635"})
    assert (found.identifier_type, found.identifier_value) == ("Nip", "5265877635")
    assert (found.is_seal, found.organization_name) == (False, "Młyn sp. z o.o.")


def test_a_company_seals() -> None:
    found = signer(COMPANY)
    assert (found.name, found.identifier_type, found.identifier_value) == (
        "Młyn sp. z o.o.",
        "Nip",
        "5265877635",
    )
    assert (found.is_qualified, found.is_seal) == (True, True)


def test_a_foreign_person_is_known_by_the_fingerprint() -> None:
    subject = {key: PERSON[key] for key in (NameOID.GIVEN_NAME, NameOID.SURNAME)}
    found = signer(subject)
    assert found == replace(
        found,
        name="Żaneta Kowalska",
        identifier_type=IdentifierType.FINGERPRINT,
        identifier_value=found.fingerprint,
    )


@pytest.mark.parametrize("statements", [None, QC_DEVICE, b"\x30\x03\x02\x01"])
def test_a_certificate_that_does_not_say_so_is_not_qualified(statements: bytes | None) -> None:
    assert not signer(PERSON, statements).is_qualified
