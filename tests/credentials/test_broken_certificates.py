"""Certificates that a library takes, and then cannot read in part: wherever they come from."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.credentials.certificate import read_certificate
from bridge.credentials.environment import Environment
from bridge.enrolment.certificate_search import Found
from bridge.espocrm.profiles import AuthorizationType, Certificate, Profile
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.ksef.certificates import RetrievedCertificate
from bridge.ksef.errors import KsefAnswerUnreadable
from bridge.offline.errors import ProfileUnfit
from bridge.offline.offline_certificate import usable_certificate
from bridge.sessions.credential import Credential, credential_of
from bridge.sessions.errors import ProfileUnusable
from bridge.vault import Vault
from tests.credentials.certificates import NOW, Description
from tests.credentials.inspecting import errors, inspect

DER = (
    Description()
    .issue(ec.generate_private_key(ec.SECP256R1()).public_key())
    .public_bytes(Encoding.DER)
)
VERSION_6 = (bytes.fromhex("a003020102"), bytes.fromhex("a003020105"))
ONE_EXTENSION_TWICE = (bytes.fromhex("0603551d0e"), bytes.fromhex("0603551d13"))
SUBJECT_NOT_UTF_8 = ("Spółka".encode(), b"Sp\xff\xff\xc5\x82ka"[:7])
ISSUER_NOT_UTF_8 = ("Finansów".encode(), b"Finans\xff\xffw")
UNKNOWN_CURVE = (bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f"))


def broken(change: tuple[bytes, bytes]) -> bytes:
    assert change[0] in DER
    return DER.replace(*change)


def pem_of(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def row(der: bytes, type_: str) -> Certificate:
    return Certificate("c", "Active", type_, "Ksef", "ab" * 32, pem_of(der), "ksef1.x")


def credential(der: bytes) -> Credential:
    return credential_of(
        Profile(
            id="p",
            status="Active",
            nip="5265877635",
            internal_id="",
            environment=Environment.TEST,
            authorization_type=AuthorizationType.CERTIFICATE,
            token_sealed="",
            authorization_certificate=row(der, "Authentication"),
        )
    )


UNREADABLE = pytest.mark.parametrize(
    "change",
    [VERSION_6, ONE_EXTENSION_TWICE, SUBJECT_NOT_UTF_8, ISSUER_NOT_UTF_8],
    ids=["version 6", "one extension twice", "subject", "issuer"],
)


@UNREADABLE
def test_a_broken_certificate_is_refused(change: tuple[bytes, bytes]) -> None:
    for encoded in (broken(change), pem_of(broken(change)).encode()):
        with pytest.raises(ValueError, match=r"\S"):
            read_certificate(encoded)


@UNREADABLE
def test_one_in_a_file_is_damaged(change: tuple[bytes, bytes]) -> None:
    assert "file-damaged" in errors(inspect({"a.crt": broken(change)}))


@UNREADABLE
def test_one_in_espocrm_signs_no_invoice(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(ProfileUnfit) as refused:
        usable_certificate(row(broken(change), "Offline"), Environment.TEST, NOW)
    assert refused.value.code == "offline-certificate-unreadable"


@UNREADABLE
def test_one_in_espocrm_logs_nobody_in(change: tuple[bytes, bytes]) -> None:
    assert credential(broken(change)).signer() is None
    assert_unusable(broken(change))


def test_a_key_that_nobody_knows_logs_nobody_in() -> None:
    assert credential(broken(UNKNOWN_CURVE)).signer() is not None
    assert_unusable(broken(UNKNOWN_CURVE))


def assert_unusable(der: bytes) -> None:
    vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    with pytest.raises(ProfileUnusable) as refused:
        credential(der).open(vault)
    assert refused.value.params == {"reason": "certificate-unreadable"}


@UNREADABLE
def test_one_that_ksef_issues_is_not_stored(change: tuple[bytes, bytes]) -> None:
    """It would be read again with every answer about its request."""
    retrieved = RetrievedCertificate("018209160C631F1E", "name", "Offline", broken(change))
    with pytest.raises(KsefAnswerUnreadable):
        Found.of(retrieved)


def test_a_certificate_that_begins_when_the_calendar_ends() -> None:
    """In Warsaw that is a year that no calendar here has."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    issued = Description(valid_from=last, valid_to=last).issue(key)
    encoded = issued.public_bytes(Encoding.PEM)
    assert "certificate-not-yet-valid" in errors(inspect({"a.crt": encoded}))
