"""What is said about a certificate, read from one that looks like KSeF's (api-contract D.4)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID

from bridge.credentials.certificate import (
    CertificateFacts,
    CertificateKind,
    CertificateType,
    IdentifierType,
)
from bridge.credentials.environment import Environment
from bridge.credentials.inspection import CertificateInspection
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    DIGITAL_SIGNATURE,
    NOW,
    OTHER_ISSUER,
    QC_COMPLIANCE,
    QC_DEVICE,
    SEAL,
    Description,
    in_days,
    key_pem,
    ksef_issuer,
    pem_of,
)
from tests.credentials.inspecting import errors, inspect, warnings

EC_KEY = ec.generate_private_key(ec.SECP256R1())


def inspect_pair(
    description: Description,
    key: CertificateIssuerPrivateKeyTypes = EC_KEY,
    environment: Environment | None = None,
) -> CertificateInspection:
    certificate = description.issue(key.public_key(), key)
    files = {"a.crt": pem_of(certificate), "a.key": key_pem(key)}
    return inspect(files, environment=environment)


def facts_of(
    description: Description, key: CertificateIssuerPrivateKeyTypes = EC_KEY
) -> CertificateFacts:
    facts = inspect_pair(description, key).facts
    assert facts is not None
    return facts


def test_the_facts_of_a_ksef_certificate() -> None:
    certificate = Description().issue(EC_KEY.public_key())
    inspection = inspect({"a.crt": pem_of(certificate), "a.key": key_pem(EC_KEY)})
    assert inspection.findings == ()
    assert inspection.facts == CertificateFacts(
        type=CertificateType.AUTHENTICATION,
        kind=CertificateKind.KSEF,
        environment=Environment.TEST,
        serial_number="01F42D54DA3E29C5",
        subject_name=(
            "CN=Firma (uwierzytelnienie),O=Firma Spółka z o.o.,2.5.4.97=VATPL-6852332948,C=PL"
        ),
        issuer_name=(
            "CN=TEST CCK KSeF,OU=Krajowa Administracja Skarbowa,O=Ministerstwo Finansów,C=PL"
        ),
        identifier_type=IdentifierType.NIP,
        identifier_value="6852332948",
        key_algorithm="EC P-256",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        valid_from=datetime(2026, 3, 6, 21, 10, 9, tzinfo=UTC),
        valid_to=datetime(2028, 3, 6, 21, 10, 9, tzinfo=UTC),
        days_left=469,
        key_matches=True,
    )


@pytest.mark.parametrize(
    ("key_usage", "expected"),
    [
        (DIGITAL_SIGNATURE, CertificateType.AUTHENTICATION),
        (CONTENT_COMMITMENT, CertificateType.OFFLINE),
        ((*DIGITAL_SIGNATURE, "key_encipherment"), CertificateType.AUTHENTICATION),
        ((*DIGITAL_SIGNATURE, *CONTENT_COMMITMENT), None),
        (("key_encipherment",), None),
        (None, None),
    ],
)
def test_the_type_comes_from_key_usage_alone(
    key_usage: tuple[str, ...] | None, expected: CertificateType | None
) -> None:
    inspection = inspect_pair(
        Description(
            key_usage=key_usage,
            subject={**SEAL, NameOID.COMMON_NAME: "Firma (offline)"},
        )
    )
    assert inspection.facts is not None
    assert inspection.facts.type is expected
    assert warnings(inspection) == ([] if expected else ["certificate-type-undetermined"])
    # Still sealed: a certificate of no clear type is the administrator's choice.
    assert inspection.private_key is not None


@pytest.mark.parametrize(
    ("description", "kind", "environment"),
    [
        (Description(), CertificateKind.KSEF, Environment.TEST),
        (Description(issuer=ksef_issuer("CCK KSeF")), CertificateKind.KSEF, Environment.PRODUCTION),
        (Description(qc_statements=QC_COMPLIANCE), CertificateKind.KSEF, Environment.TEST),
        (
            Description(issuer=OTHER_ISSUER, qc_statements=QC_COMPLIANCE),
            CertificateKind.QUALIFIED,
            None,
        ),
        (Description(issuer=OTHER_ISSUER, qc_statements=QC_DEVICE), CertificateKind.UNKNOWN, None),
        (Description(issuer=OTHER_ISSUER, qc_statements=b"\x05"), CertificateKind.UNKNOWN, None),
        (Description(issuer=OTHER_ISSUER), CertificateKind.UNKNOWN, None),
        (Description(issuer=ksef_issuer("XCCK KSeF")), CertificateKind.UNKNOWN, None),
        (Description(self_signed=True), CertificateKind.SELF_SIGNED, None),
    ],
)
def test_kind_and_environment_come_from_the_issuer(
    description: Description, kind: CertificateKind, environment: Environment | None
) -> None:
    facts = facts_of(description)
    assert (facts.kind, facts.environment) == (kind, environment)


def test_issued_under_ones_own_name_by_another_key_is_not_self_signed() -> None:
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in SEAL.items()])
    assert facts_of(Description(issuer=subject)).kind is CertificateKind.UNKNOWN


PERSON = {
    NameOID.COUNTRY_NAME: "PL",
    NameOID.GIVEN_NAME: "Zażółć",
    NameOID.SURNAME: "Gęślą",
    NameOID.COMMON_NAME: "Zażółć Gęślą",
}
SERIAL = NameOID.SERIAL_NUMBER
ORGANIZATION = NameOID.ORGANIZATION_IDENTIFIER


@pytest.mark.parametrize(
    ("subject", "type_", "value"),
    [
        ({**PERSON, SERIAL: "PNOPL-22271569167"}, IdentifierType.PESEL, "22271569167"),
        ({**PERSON, SERIAL: "PESEL: 22271569167"}, IdentifierType.PESEL, "22271569167"),
        ({**PERSON, SERIAL: "TINPL-5265877635"}, IdentifierType.NIP, "5265877635"),
        ({**PERSON, SERIAL: "NIP-5265877635"}, IdentifierType.NIP, "5265877635"),
        (SEAL, IdentifierType.NIP, "6852332948"),
        ({**PERSON, ORGANIZATION: "VATPL-6852332948"}, IdentifierType.FINGERPRINT, None),
        ({**PERSON, SERIAL: "PNODE-22271569167"}, IdentifierType.FINGERPRINT, None),
        ({**PERSON, SERIAL: "TINPL-526587763"}, IdentifierType.FINGERPRINT, None),
        (PERSON, IdentifierType.FINGERPRINT, None),
    ],
)
def test_the_identifier_by_the_patterns_of_ksef(
    subject: dict[x509.ObjectIdentifier, str], type_: IdentifierType, value: str | None
) -> None:
    facts = facts_of(Description(subject=subject))
    assert facts.identifier_type is type_
    assert facts.identifier_value == (value or facts.fingerprint)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0x01F20A5D352AE590, "01F20A5D352AE590"),
        (0x018209160C631F1E, "018209160C631F1E"),
        (0x0321C82DA41B4362, "0321C82DA41B4362"),
        (1, "0000000000000001"),
        (0xABCDEF0123456789ABCD, "ABCDEF0123456789ABCD"),
    ],
)
def test_the_serial_number_keeps_its_leading_zeros(number: int, expected: str) -> None:
    assert facts_of(Description(serial_number=number)).serial_number == expected


@pytest.mark.parametrize(
    ("key", "algorithm", "accepted"),
    [
        (EC_KEY, "EC P-256", True),
        (ec.generate_private_key(ec.SECP384R1()), "EC P-384", True),
        (ec.generate_private_key(ec.SECP521R1()), "EC P-521", True),
        (ec.generate_private_key(ec.BrainpoolP256R1()), "EC brainpoolP256r1", True),
        (rsa.generate_private_key(65537, 2048), "RSA 2048", True),
        (rsa.generate_private_key(65537, 1024), "RSA 1024", False),  # noqa: S505
        (ec.generate_private_key(ec.SECP224R1()), "EC secp224r1", False),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", False),
        (dsa.generate_private_key(2048), "DSA 2048", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_key_and_whether_ksef_accepts_it(
    key: CertificateIssuerPrivateKeyTypes, algorithm: str, accepted: bool
) -> None:
    inspection = inspect_pair(Description(), key)
    assert inspection.facts is not None
    assert inspection.facts.key_algorithm == algorithm
    assert errors(inspection) == ([] if accepted else ["certificate-key-unaccepted"])


@pytest.mark.parametrize(
    ("days", "days_left", "error", "warning"),
    [
        (365, 365, [], []),
        (30, 30, [], []),
        (29.9, 29, [], ["certificate-expires-soon"]),
        (0.5, 0, [], ["certificate-expires-soon"]),
        (0, 0, [], ["certificate-expires-soon"]),
        (-0.5, -1, ["certificate-expired"], []),
        (-10, -10, ["certificate-expired"], []),
    ],
)
def test_validity(days: float, days_left: int, error: list[str], warning: list[str]) -> None:
    inspection = inspect_pair(Description(valid_to=in_days(days)))
    assert inspection.facts is not None
    assert inspection.facts.days_left == days_left
    assert errors(inspection) == error
    assert warnings(inspection) == warning


def test_not_yet_valid() -> None:
    start = in_days(0.1)
    inspection = inspect_pair(Description(valid_from=start))
    assert warnings(inspection) == ["certificate-not-yet-valid"]
    assert inspection.findings[0].params["date"] == start.date().isoformat()
    assert errors(inspection) == []


def test_facts_stand_beside_errors() -> None:
    certificate = Description(valid_to=in_days(-1)).issue(EC_KEY.public_key())
    inspection = inspect({"a.crt": pem_of(certificate)})
    assert errors(inspection) == ["private-key-missing", "certificate-expired"]
    assert inspection.facts is not None
    assert inspection.facts.key_matches is None
    assert inspection.facts.days_left == -1
    assert inspection.certificate_pem == pem_of(certificate).decode()


def test_a_key_that_does_not_match() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    certificate = Description().issue(EC_KEY.public_key())
    inspection = inspect({"a.crt": pem_of(certificate), "other.key": key_pem(other)})
    assert errors(inspection) == ["private-key-mismatch"]
    assert inspection.findings[0].params["file"] == "other.key"
    assert inspection.facts is not None
    assert inspection.facts.key_matches is False


def test_times_are_read_whatever_the_clock_says() -> None:
    facts = facts_of(replace(Description(), valid_to=datetime(2049, 1, 1, tzinfo=UTC)))
    assert facts.days_left == (datetime(2049, 1, 1, tzinfo=UTC) - NOW).days
    assert facts.valid_to.tzinfo is UTC


def test_random_bytes_never_break_the_inspection() -> None:
    for length in range(1, 300, 7):
        for start in (b"", b"0", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\n", b"MII"):
            inspection = inspect({"noise": start + secrets.token_bytes(length)})
            assert errors(inspection)
