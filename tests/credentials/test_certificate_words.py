"""What the findings about a certificate say, at the edges of time, use and number."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.credentials.certificate import CertificateType
from bridge.credentials.findings import FILES
from bridge.credentials.inspection import CertificateInspection
from tests.credentials.certificates import (
    CONTENT_COMMITMENT,
    NOW,
    Description,
    in_days,
    key_pem,
    pem_of,
)
from tests.credentials.inspecting import errors, inspect, warnings

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]


def pair(description: Description) -> dict[str, bytes]:
    return {"a.crt": pem_of(description.issue(KEY.public_key())), "a.key": key_pem(KEY)}


def said(inspection: CertificateInspection) -> dict[str, dict[str, str | int]]:
    assert {each.field for each in inspection.findings} <= {FILES}
    return {each.code: each.params for each in inspection.findings}


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (
            Description(valid_to=in_days(-5)),
            {"certificate-expired": {"file": "a.crt", "date": "2026-11-18"}},
        ),
        (
            Description(valid_from=in_days(5)),
            {
                "certificate-not-yet-valid": {
                    "file": "a.crt",
                    "date": "2026-11-28",
                    "time": "13:00",
                    "timeZone": "CET",
                }
            },
        ),
        (
            Description(valid_to=in_days(5)),
            {"certificate-expires-soon": {"file": "a.crt", "date": "2026-11-28", "days": 5}},
        ),
    ],
)
def test_the_day_is_told(
    description: Description, expected: dict[str, dict[str, str | int]]
) -> None:
    assert said(inspect(pair(description))) == expected


def test_validity_includes_its_first_and_last_second() -> None:
    second = timedelta(seconds=1)
    first = inspect(pair(Description(valid_from=NOW)))
    assert (errors(first), warnings(first)) == ([], [])
    assert warnings(inspect(pair(Description(valid_from=NOW + second)))) == [
        "certificate-begins-soon"
    ]
    assert errors(inspect(pair(Description(valid_to=NOW)))) == []
    assert errors(inspect(pair(Description(valid_to=NOW - second)))) == ["certificate-expired"]


@pytest.mark.parametrize(("days", "told"), [(29.5, True), (30, False), (30.5, False)])
def test_the_end_is_told_from_thirty_days_before(days: float, told: bool) -> None:
    found = said(inspect(pair(Description(valid_to=in_days(days)))))
    assert ("certificate-expires-soon" in found) is told


def test_a_ksef_certificate_that_cannot_sign_is_for_nothing() -> None:
    files = pair(Description(key_usage=("key_encipherment",)))
    for expected_type, code in (
        (CertificateType.OFFLINE, "certificate-not-for-offline"),
        (CertificateType.AUTHENTICATION, "certificate-cannot-authenticate"),
    ):
        assert errors(inspect(files, expected_type=expected_type)) == [code]


def test_several_keys_none_of_which_fits_are_a_mismatch() -> None:
    files = {f"{number}.key": key_pem(key) for number, key in enumerate(OTHER_KEYS)}
    inspection = inspect({**files, "a.crt": pair(Description())["a.crt"]})
    assert said(inspection) == {"private-key-mismatch": {"file": "0.key"}}
    assert inspection.private_key is None


def test_what_is_missing_or_too_much_is_said_of_the_files() -> None:
    assert said(inspect({})) == {"certificate-missing": {}, "private-key-missing": {}}
    offline = Description(key_usage=CONTENT_COMMITMENT).issue(OTHER_KEYS[0].public_key())
    second = {"b.crt": pem_of(offline), "b.key": key_pem(OTHER_KEYS[0])}
    assert "key-pairs-several" in said(inspect({**pair(Description()), **second}))


def test_the_public_key_is_named_by_its_digest() -> None:
    encoded = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashlib.sha256(encoded).hexdigest()
    assert inspect(pair(Description())).public_key_sha256 == digest
    alone = inspect({"a.crt": pair(Description())["a.crt"]})
    assert alone.public_key_sha256 == digest
