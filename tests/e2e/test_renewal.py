"""Certificates renew themselves 30 days before they end, or at once by hand."""

from __future__ import annotations

import pytest

from tests.e2e.certificate_life import Life
from tests.e2e.renewing_company import COLLECT, RENEW, RenewingCompany
from tests.e2e.rest import RestUser
from tests.secret_register import register_secret


def test_both_types_are_renewed_and_no_profile_is_without(
    life: Life, administrators: dict[str, RestUser]
) -> None:
    company = RenewingCompany.founded(life)
    company.end_in(30.5)
    company.run()
    assert company.successors("Authentication") == [], "not before its time"

    company.end_in(29.9)
    company.run_until_renewed()
    company.assert_renewed_once()

    company.run(RENEW, COLLECT, RENEW)
    company.assert_renewed_once()
    for type_, old in company.certificates.items():
        [new] = company.used(type_)
        record = life.record(new)
        assert (record["type"], record["kind"]) == (type_, "Ksef")
        assert record["keyAlgorithm"] == life.record(old)["keyAlgorithm"]
        assert (record["predecessorId"], record["autoRenew"]) == (old, True)
        assert (record["packageId"], record["enrolmentCode"]) == (None, None)
        assert record["name"].startswith(f"{type_} {company.nip} requested 20")
        told = life.messages(new)
        assert "odnowiony" in told[administrators["pl"].name][0]
        assert f"(#KsefProfile/view/{company.profiles[1]})" in told[administrators["en"].name][0]


def test_what_nobody_uses_or_is_not_to_be_renewed_is_left_alone(life: Life) -> None:
    company = RenewingCompany.founded(life)
    unused = life.certificate(company.nip, autoRenew=True)
    life.records.user.done(
        "PUT", f"KsefCertificate/{company.certificates['Offline']}", {"autoRenew": False}
    )
    life.end_in(unused, 20)
    company.end_in(20)
    company.run_until_renewed("Authentication")
    company.run()
    assert company.successors("Offline") == []
    rows = life.espocrm.rows(
        "SELECT id FROM ksef_certificate WHERE predecessor_id = :id", id=unused
    )
    assert rows == []


def test_a_certificate_of_nobody_who_logs_in_is_told_once_and_waits(life: Life) -> None:
    company = RenewingCompany.founded(life)
    stranger = RenewingCompany.founded(life)
    offline = life.certificate(stranger.nip, "Offline", autoRenew=True)
    for profile in stranger.profiles:
        life.set_status(profile, "Inactive")
    life.records.user.done(
        "PUT", f"KsefProfile/{company.profiles[1]}", {"offlineCertificateId": offline}
    )
    life.end_in(offline, 20)
    company.run(RENEW)
    company.run(RENEW)
    assert life.record(offline)["renewalCode"] == "renewal-needs-login"
    assert {len(each) for each in life.messages(offline).values()} == {1}
    life.set_status(stranger.profiles[0], "Active")
    later(life, offline)
    company.run(RENEW)
    rows = life.espocrm.rows(
        "SELECT id FROM ksef_certificate WHERE predecessor_id = :id", id=offline
    )
    assert len(rows) == 1


def test_by_hand_with_a_package(life: Life) -> None:
    company = RenewingCompany.founded(life)
    user, old = life.records.user, company.certificates["Offline"]
    begun = user.done("POST", f"KsefCertificate/{old}/renew", {"withPackage": True})
    register_secret(begun["packagePassword"])
    again = user.call("POST", f"KsefCertificate/{old}/renew", {"withPackage": True})
    assert again.status == 409
    company.run_until_renewed("Offline")
    company.assert_renewed_once("Offline")
    record = life.record(begun["certificateId"])
    assert record["packageId"]
    for told in life.messages(begun["certificateId"]).values():
        assert [f"id={record['packageId']}" in message for message in told] == [True]


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_may(life: Life, who: str, outsiders: dict[str, RestUser]) -> None:
    company = RenewingCompany.founded(life)
    route = f"KsefCertificate/{company.certificates['Offline']}/renew"
    assert outsiders[who].call("POST", route, {"withPackage": False}).status == 403


def later(life: Life, certificate: str) -> None:
    """A day has passed since the last attempt."""
    life.espocrm.execute(
        "UPDATE ksef_certificate SET renewal_attempted_at = "
        "renewal_attempted_at - INTERVAL 1 DAY WHERE id = :id",
        id=certificate,
    )
