"""What is said about a certificate, read from one that looks like KSeF's (api-contract D.4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
from bridge.credentials.findings import Severity
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
from tests.credentials.inspecting import CATALOGUE, errors, inspect, warnings

EC_KEY = ec.generate_private_key(ec.SECP256R1())
TEST_OR_DEMO = (Environment.TEST, Environment.DEMO)


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
        environments=(Environment.TEST, Environment.DEMO),
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
    ("description", "kind", "environments"),
    [
        (Description(), CertificateKind.KSEF, TEST_OR_DEMO),
        (
            Description(issuer=ksef_issuer("CCK KSeF")),
            CertificateKind.KSEF,
            (Environment.PRODUCTION,),
        ),
        (Description(qc_statements=QC_COMPLIANCE), CertificateKind.KSEF, TEST_OR_DEMO),
        (
            Description(issuer=OTHER_ISSUER, qc_statements=QC_COMPLIANCE),
            CertificateKind.QUALIFIED,
            None,
        ),
        (Description(issuer=OTHER_ISSUER, qc_statements=QC_DEVICE), CertificateKind.UNKNOWN, None),
        (Description(issuer=OTHER_ISSUER, qc_statements=b"\x05"), CertificateKind.UNKNOWN, None),
        (Description(issuer=OTHER_ISSUER), CertificateKind.UNKNOWN, None),
        (Description(issuer=ksef_issuer("XCCK KSeF")), CertificateKind.UNKNOWN, None),
        (Description(issuer=ksef_issuer("DEMO CCK KSeF")), CertificateKind.UNKNOWN, None),
        (Description(self_signed=True), CertificateKind.SELF_SIGNED, None),
    ],
)
def test_kind_and_environments_come_from_the_issuer(
    description: Description, kind: CertificateKind, environments: tuple[Environment, ...] | None
) -> None:
    facts = facts_of(description)
    assert (facts.kind, facts.environments) == (kind, environments)
    single = Environment.PRODUCTION if environments == (Environment.PRODUCTION,) else None
    assert facts.environment is single


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
    ("subject", "named"),
    [
        (PERSON, None),
        ({**PERSON, SERIAL: "PESEL-2227156916"}, "serialNumber=PESEL-2227156916"),
        ({**PERSON, SERIAL: "PNOPL-222715-69167"}, "serialNumber=PNOPL-222715-69167"),
        ({**PERSON, SERIAL: "pnopl-22271569167"}, "serialNumber=pnopl-22271569167"),
        ({**PERSON, SERIAL: "pesel-2227156916"}, "serialNumber=pesel-2227156916"),
        ({**PERSON, SERIAL: "22271569167"}, "serialNumber=22271569167"),
        ({**PERSON, SERIAL: "2227156916"}, "serialNumber=2227156916"),
        ({**PERSON, SERIAL: "TINPL-526-587-76-35"}, "serialNumber=TINPL-526-587-76-35"),
        ({**PERSON, SERIAL: "NIP 526 587 76 35"}, "serialNumber=NIP 526 587 76 35"),
        ({**PERSON, SERIAL: "PNODE-1"}, None),
        ({**PERSON, ORGANIZATION: "VATPL-6852332948"}, "organizationIdentifier=VATPL-6852332948"),
        ({**PERSON, NameOID.COMMON_NAME: "Jan 22271569167"}, "CN=Jan 22271569167"),
        ({**SEAL, ORGANIZATION: "NTRPL-0000123456"}, None),
        ({**SEAL, ORGANIZATION: "6852332948"}, "organizationIdentifier=6852332948"),
        ({**SEAL, ORGANIZATION: "VATPL-685-233-29-48"}, "organizationIdentifier=VATPL-685-233-29"),
        ({**SEAL, ORGANIZATION: "VATPL-685233294"}, "organizationIdentifier=VATPL-685233294"),
        ({**SEAL, ORGANIZATION: "NTRPL-0000123456", SERIAL: "x"}, None),
        (
            {**SEAL, ORGANIZATION: "NTRPL-0000123456", NameOID.ORGANIZATION_NAME: "NIPPON 2026"},
            None,
        ),
        (
            {**SEAL, ORGANIZATION: "NTRPL-0000123456", NameOID.COMMON_NAME: "NIP 6852332948"},
            "CN=NIP 6852332948",
        ),
        (
            {**SEAL, ORGANIZATION: "NTRPL-0000123456", NameOID.COMMON_NAME: "Firma 685-233-29-48"},
            "CN=Firma 685-233-29-48",
        ),
    ],
)
def test_a_subject_in_which_ksef_finds_nothing_is_told_with_what_was_meant(
    subject: dict[x509.ObjectIdentifier, str], named: str | None
) -> None:
    inspection = inspect_pair(Description(subject=subject))
    assert inspection.private_key is not None
    assert inspection.facts is not None
    assert inspection.facts.identifier_type is IdentifierType.FINGERPRINT
    [finding] = inspection.findings
    assert finding.severity is Severity.WARNING
    text = CATALOGUE.text(finding.code, "pl", finding.params)
    assert inspection.facts.fingerprint in text
    if named is None:
        assert finding.code == "certificate-known-by-fingerprint"
    else:
        assert finding.code == "certificate-identifier-unreadable"
        assert named in text


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
    ("new_key", "algorithm", "accepted"),
    [
        (lambda: EC_KEY, "EC P-256", True),
        (lambda: ec.generate_private_key(ec.SECP384R1()), "EC P-384", True),
        (lambda: ec.generate_private_key(ec.SECP521R1()), "EC P-521", True),
        (lambda: ec.generate_private_key(ec.BrainpoolP256R1()), "EC brainpoolP256r1", True),
        (lambda: rsa.generate_private_key(65537, 2048), "RSA 2048", True),
        (lambda: rsa.generate_private_key(65537, 1024), "RSA 1024", False),  # noqa: S505
        (lambda: ec.generate_private_key(ec.SECP224R1()), "EC secp224r1", False),
        (lambda: ed25519.Ed25519PrivateKey.generate(), "Ed25519", False),
        (lambda: dsa.generate_private_key(2048), "DSA 2048", False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_key_and_whether_ksef_accepts_it(
    new_key: Callable[[], CertificateIssuerPrivateKeyTypes], algorithm: str, accepted: bool
) -> None:
    inspection = inspect_pair(Description(), new_key())
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


@pytest.mark.parametrize("minutes", [1, 60, 119, 180])
def test_a_certificate_that_begins_within_three_hours_is_new_and_not_wrong(minutes: int) -> None:
    inspection = inspect_pair(Description(valid_from=NOW + timedelta(minutes=minutes)))
    assert warnings(inspection) == ["certificate-begins-soon"]
    assert errors(inspection) == []
    assert inspection.private_key is not None


@pytest.mark.parametrize("beyond", [timedelta(hours=3, seconds=1), timedelta(days=90)])
def test_a_certificate_that_begins_later_is_refused(beyond: timedelta) -> None:
    inspection = inspect_pair(Description(valid_from=NOW + beyond))
    assert errors(inspection) == ["certificate-not-yet-valid"]
    assert warnings(inspection) == []


@pytest.mark.parametrize(
    ("now", "hours", "said"),
    [
        (
            NOW,
            2,
            ("2026-11-23 at 15:00 Warsaw time", "(czas środkowoeuropejski, UTC+1)", "godz. 15:00"),
        ),
        (
            NOW.replace(hour=22),
            2,
            ("2026-11-24 at 01:00 Warsaw time", "UTC+1)", "od 2026-11-24, godz. 01:00 czasu"),
        ),
        (
            datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
            4,
            ("at 15:30 Warsaw time (Central European Summer Time, UTC+2)", "letni, UTC+2)"),
        ),
    ],
)
def test_hour_and_zone_are_those_of_warsaw_and_named_in_words(
    now: datetime, hours: int, said: tuple[str, ...]
) -> None:
    certificate = Description(valid_from=now + timedelta(hours=hours)).issue(EC_KEY.public_key())
    files = {"a.crt": pem_of(certificate), "a.key": key_pem(EC_KEY)}
    finding = inspect(files, now=now).findings[0]
    texts = " ".join(CATALOGUE.text(finding.code, each, finding.params) for each in ("en", "pl"))
    assert [words for words in said if words not in texts] == []
    assert "CET" not in texts
    assert "CEST" not in texts


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
