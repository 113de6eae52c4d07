"""A tested connection stays known until something changes that it was tested with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.certificate_life import Life
from tests.e2e.records import Records
from tests.installation import Installation, new_nip


@dataclass(frozen=True)
class Connected:
    """A profile that connects."""

    records: Records
    profile: str
    nip: str

    def save(self, **attributes: object) -> str:
        """The connection's status after the save."""
        path = f"KsefProfile/{self.profile}"
        return str(self.records.user.done("PUT", path, attributes)["connectionStatus"])

    def connect(self) -> None:
        assert self.records.connection_test(self.profile)["ok"]

    @property
    def status(self) -> str:
        found: Any = self.records.user.done("GET", f"KsefProfile/{self.profile}")
        return str(found["connectionStatus"])


@pytest.fixture
def by_token(records: Records, bridge: Installation) -> Connected:
    nip = new_nip()
    profile = records.token_profile("Token", nip, bridge.new_ksef_token(nip))
    tested = Connected(records, profile, nip)
    tested.connect()
    return tested


def test_linking_an_offline_certificate_changes_nothing(by_token: Connected, life: Life) -> None:
    certificate = life.certificate(by_token.nip, "Offline")

    assert by_token.save(offlineCertificateId=certificate) == "Connected"
    assert by_token.save(offlineCertificateId=None) == "Connected"


def test_company_details_change_nothing(by_token: Connected) -> None:
    details = {"address": "ul. Łąkowa 1", "companyName": "Sklep", "emailAddress": "a@b.pl"}

    assert by_token.save(name="Inna nazwa", **details) == "Connected"


def test_a_certificate_that_is_not_used_to_log_in_changes_nothing(
    by_token: Connected, life: Life
) -> None:
    certificate = life.certificate(by_token.nip)

    assert by_token.save(authorizationCertificateId=certificate) == "Connected"
    life.records.user.done("PUT", f"KsefCertificate/{certificate}", {"status": "Inactive"})
    assert by_token.status == "Connected"


def test_an_offline_certificate_that_is_switched_off_changes_nothing(
    by_token: Connected, life: Life
) -> None:
    certificate = life.certificate(by_token.nip, "Offline")
    by_token.save(offlineCertificateId=certificate)

    life.records.user.done("PUT", f"KsefCertificate/{certificate}", {"status": "Inactive"})

    assert by_token.status == "Connected"


def test_another_way_of_logging_in_makes_it_void(
    by_token: Connected, life: Life, bridge: Installation
) -> None:
    assert by_token.save(token=bridge.new_ksef_token(by_token.nip)) == "NotTested"
    by_token.connect()
    certificate = life.certificate(by_token.nip)
    by_certificate = {
        "authorizationType": "Certificate",
        "authorizationCertificateId": certificate,
    }
    assert by_token.save(**by_certificate) == "NotTested"
    by_token.connect()
    # A token is no matter of a profile that logs in by certificate.
    life.records.user.done("POST", f"KsefProfile/{by_token.profile}/forgetCredential", {})
    assert by_token.status == "Connected"
    another = life.certificate(by_token.nip)
    assert by_token.save(authorizationCertificateId=another) == "NotTested"
    by_token.connect()
    life.records.user.done("PUT", f"KsefCertificate/{another}", {"status": "Inactive"})
    assert by_token.status == "NotTested"


def test_a_new_offline_certificate_takes_back_that_the_former_had_ended(
    by_token: Connected, life: Life
) -> None:
    ended = life.certificate(by_token.nip, "Offline")
    by_token.save(offlineCertificateId=ended)
    life.end_in(ended, -1)
    life.run_job()
    assert by_token.status == "Failed"

    valid = life.certificate(by_token.nip, "Offline")

    assert by_token.save(offlineCertificateId=valid) == "NotTested"
