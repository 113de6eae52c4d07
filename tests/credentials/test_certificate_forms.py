"""Certificates built in ways that are rare: names given twice, without extensions, on odd keys."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bridge.credentials.certificate import CertificateFacts, CertificateKind, IdentifierType
from tests.credentials.certificates import (
    OTHER_ISSUER,
    Description,
    authority_key,
    in_days,
    key_pem,
    pem_of,
)
from tests.credentials.inspecting import errors, inspect, warnings

KEY = ec.generate_private_key(ec.SECP256R1())
CURVE = bytes.fromhex("06082a8648ce3d030107")
UNKNOWN_CURVE = bytes.fromhex("06082a8648ce3d03017f")
COMPLIANCE, DEVICE = (bytes.fromhex(f"3008060604008e46010{each}") for each in (1, 4))
ORGANIZATION, SERIAL = NameOID.ORGANIZATION_IDENTIFIER, NameOID.SERIAL_NUMBER
SEAL, PERSON = "VATPL-6852332948", "TINPL-5265877635"
Names = list[tuple[x509.ObjectIdentifier, str]]


def sequence(*elements: bytes) -> bytes:
    content = b"".join(elements)
    return bytes((0x30, len(content))) + content


def name(attributes: Names) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def bare(subject: x509.Name, issuer: x509.Name) -> x509.Certificate:
    """A certificate without any extension."""
    return (
        x509.CertificateBuilder(issuer, subject, KEY.public_key(), serial_number=1)
        .not_valid_before(in_days(-1))
        .not_valid_after(in_days(400))
        .sign(authority_key(), hashes.SHA256())
    )


def facts_of(certificate: bytes) -> CertificateFacts:
    facts = inspect({"a.crt": certificate}).facts
    assert facts is not None
    return facts


@pytest.mark.parametrize(
    ("attributes", "type_", "value"),
    [
        ([(ORGANIZATION, "NTRPL-1"), (ORGANIZATION, SEAL)], IdentifierType.NIP, "6852332948"),
        ([(SERIAL, "1"), (SERIAL, PERSON)], IdentifierType.NIP, "5265877635"),
        ([(SERIAL, PERSON), (SERIAL, "PNOPL-22271569167")], IdentifierType.NIP, "5265877635"),
        ([(SERIAL, "1"), (ORGANIZATION, SEAL)], IdentifierType.NIP, "6852332948"),
        ([(SERIAL, PERSON), (ORGANIZATION, SEAL)], IdentifierType.NIP, "5265877635"),
        ([(NameOID.GIVEN_NAME, "Jan"), (ORGANIZATION, SEAL)], IdentifierType.FINGERPRINT, None),
        ([(NameOID.SURNAME, "Kowalski"), (ORGANIZATION, SEAL)], IdentifierType.FINGERPRINT, None),
        ([], IdentifierType.FINGERPRINT, None),
    ],
)
def test_an_identifier_is_looked_for_in_every_place_in_order(
    attributes: Names, type_: IdentifierType, value: str | None
) -> None:
    facts = facts_of(pem_of(bare(name(attributes), OTHER_ISSUER)))
    assert facts.identifier_type is type_
    assert facts.identifier_value == (value or facts.fingerprint)


@pytest.mark.parametrize(
    ("issuer", "kind"),
    [
        ([], CertificateKind.UNKNOWN),
        ([(NameOID.ORGANIZATION_NAME, "CCK KSeF")], CertificateKind.UNKNOWN),
        ([(NameOID.COMMON_NAME, "CCK KSeF")], CertificateKind.KSEF),
        (
            [(NameOID.COMMON_NAME, "CCK KSeF"), (NameOID.COMMON_NAME, "second")],
            CertificateKind.KSEF,
        ),
        (
            [(NameOID.COMMON_NAME, "first"), (NameOID.COMMON_NAME, "CCK KSeF")],
            CertificateKind.UNKNOWN,
        ),
    ],
)
def test_the_first_common_name_of_the_issuer_counts(issuer: Names, kind: CertificateKind) -> None:
    assert facts_of(pem_of(bare(name([(ORGANIZATION, SEAL)]), name(issuer)))).kind is kind


def test_a_certificate_without_extensions_may_be_used_for_anything() -> None:
    certificate = bare(name([(ORGANIZATION, SEAL)]), OTHER_ISSUER)
    inspection = inspect({"a.crt": pem_of(certificate), "a.key": key_pem(KEY)})
    assert errors(inspection) == []
    assert warnings(inspection) == ["certificate-type-undetermined", "certificate-kind-unknown"]


@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        (sequence(COMPLIANCE), CertificateKind.QUALIFIED),
        (sequence(DEVICE, COMPLIANCE), CertificateKind.QUALIFIED),
        (sequence(DEVICE), CertificateKind.UNKNOWN),
        (sequence(), CertificateKind.UNKNOWN),
        (sequence(sequence()), CertificateKind.UNKNOWN),
        (sequence(b"\x02\x01\x01"), CertificateKind.UNKNOWN),
        (sequence(sequence(b"\x02\x01\x01")), CertificateKind.UNKNOWN),
        (b"", CertificateKind.UNKNOWN),
    ],
)
def test_a_qualified_certificate_says_so_in_any_of_its_statements(
    statements: bytes, kind: CertificateKind
) -> None:
    description = Description(issuer=OTHER_ISSUER, qc_statements=statements)
    assert facts_of(pem_of(description.issue(KEY.public_key()))).kind is kind


def test_under_ones_own_name_with_a_key_that_cannot_have_signed_it() -> None:
    """The signature is ECDSA in each; the key within is RSA, or on a curve nobody knows."""
    subject = [*Description().subject.items()]
    issuer = name(subject)
    other = rsa.generate_private_key(65537, 2048).public_key()
    signed_by_another = Description(issuer=issuer).issue(other)
    unknown = Description(issuer=issuer).issue(KEY.public_key()).public_bytes(Encoding.DER)
    for certificate in (pem_of(signed_by_another), unknown.replace(CURVE, UNKNOWN_CURVE)):
        assert facts_of(certificate).kind is CertificateKind.UNKNOWN


def test_the_algorithm_of_a_key_that_cannot_be_read_is_shown_by_its_number() -> None:
    der = Description().issue(KEY.public_key()).public_bytes(Encoding.DER)
    facts = facts_of(der.replace(CURVE, UNKNOWN_CURVE))
    assert facts.key_algorithm == "1.2.840.10045.2.1"


@pytest.mark.parametrize(("bits", "accepted"), [(2048, True), (2040, False)])
def test_rsa_keys_begin_at_2048_bits(bits: int, accepted: bool) -> None:
    certificate = Description().issue(rsa.generate_private_key(65537, bits).public_key())
    found = errors(inspect({"a.crt": pem_of(certificate)}))
    assert ("certificate-key-unaccepted" in found) is not accepted
