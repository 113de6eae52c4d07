"""Certificates that KSeF revokes or blocks, or that expire: records, profiles and people know."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.e2e.credential_files import CredentialFiles, dated_files
from tests.e2e.rest import RestUser
from tests.installation import new_nip
from tests.offline.invoices import invoice_xml

LOGIN_ENDED = ("Failed", "profile-certificate-ended")
OFFLINE_ENDED = ("Failed", "profile-offline-certificate-ended")
SHORT_LIFE_SECONDS = 12
ENDED = ("Revoked", "Blocked", "Expired")
LABELS = {
    "Revoked": {"en": "Revoked", "pl": "Unieważniony"},
    "Blocked": {"en": "Blocked", "pl": "Zablokowany"},
    "Expired": {"en": "Expired", "pl": "Wygasły"},
}


def two_companies(life: Life) -> tuple[str, str, str, str]:
    """Two profiles in which the same subject logs in, each time with another certificate."""
    nip = new_nip()
    first, second = life.certificate(nip), life.certificate(nip)
    one = life.records.certificate_profile("Pierwszy", nip, first)
    unit = f"{nip}-12345"
    other = life.records.certificate_profile("Drugi", nip, second, internalId=unit)
    return one, first, other, second


@pytest.mark.parametrize("status", ENDED)
def test_the_profile_says_so_after_the_job(
    life: Life, status: str, everybody: Counter[str], administrators: dict[str, RestUser]
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    profile = life.records.certificate_profile("Sklep *Zażółć*", nip, certificate)
    assert life.records.connection_test(profile)["connectionStatus"] == "Connected"
    life.play(certificate, status)

    life.run_job()
    life.run_job()

    assert (life.status(certificate), life.state(profile)) == (status, LOGIN_ENDED)
    params = life.profile(profile)["connectionParams"]
    assert params == {"certificate": life.record(certificate)["name"], "status": status}
    assert life.told(certificate) == everybody
    messages = life.messages(certificate)
    for language, label in LABELS[status].items():
        [message] = messages[administrators[language].name]
        assert label in message
        assert f"[Sklep \\*Zażółć\\*](#KsefProfile/view/{profile})" in message
        assert "https://ap-test.ksef.mf.gov.pl/web/" in message


@pytest.mark.parametrize("status", ENDED)
def test_the_profile_of_an_offline_certificate_says_so_too(
    life: Life, status: str, everybody: Counter[str]
) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline")
    profile = life.records.certificate_profile(
        "Offline", nip, life.certificate(nip), offlineCertificateId=offline
    )
    life.records.connection_test(profile)
    rights = life.profile(profile)["permissions"]
    life.play(offline, status)

    life.run_job()

    assert (life.status(offline), life.state(profile)) == (status, OFFLINE_ENDED)
    assert life.profile(profile)["permissions"] == rights
    # It can log in; that is no reason to forget what it cannot do.
    report = life.records.connection_test(profile)
    assert (report["ok"], report["connectionStatus"]) == (False, "Failed")
    assert report["steps"][-1]["name"] == "offline-certificate"
    assert {step["status"] for step in report["steps"][:-1]} <= {"ok", "warning"}
    life.run_job("KsefCheckConnections")
    assert life.state(profile) == OFFLINE_ENDED
    assert life.told(offline) == everybody
    assert life.told(profile) == everybody, "the same notification names the profile"


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize("use", ["access token", "connection test", "check of connections"])
def test_the_profile_says_so_on_its_next_use(
    life: Life, status: str, use: str, everybody: Counter[str]
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    profile = life.records.certificate_profile("Następne użycie", nip, certificate)
    life.play(certificate, status)

    first = used(life, profile, use)

    assert (life.status(certificate), life.state(profile)) == (status, LOGIN_ENDED), first
    assert life.told(certificate) == everybody
    again = [used(life, profile, each) for each in ("connection test", "access token")]
    assert again[1]["code"] == "certificate-not-active"
    life.run_job("KsefCheckConnections")
    life.run_job()
    assert life.state(profile) == LOGIN_ENDED
    assert life.told(certificate) == life.told(profile) == everybody, "told once for all"


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize("use", ["offline signing", "connection test"])
def test_an_offline_certificate_that_ksef_ended_says_so_when_it_is_tried(
    life: Life, status: str, use: str, everybody: Counter[str]
) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline")
    profile = life.records.certificate_profile(
        "Offline", nip, life.certificate(nip), offlineCertificateId=offline
    )
    life.play(offline, status)

    if use == "connection test":
        report = life.records.connection_test(profile)
        assert (report["ok"], report["connectionCode"]) == (False, OFFLINE_ENDED[1])
    for _ in range(2):
        answer = life.records.user.call("POST", f"KsefProfile/{profile}/tryOfflineSigning", {})
        assert answer.status == 409, answer.body

    assert (life.status(offline), life.state(profile)) == (status, OFFLINE_ENDED)
    assert life.told(offline) == everybody


def test_a_state_that_was_asked_for_lately_is_not_asked_for_again(life: Life) -> None:
    nip = new_nip()
    profile = life.records.certificate_profile(
        "Offline", nip, life.certificate(nip), offlineCertificateId=life.certificate(nip, "Offline")
    )
    counts = [life.lists()]
    for _ in range(3):
        life.records.connection_test(profile)
        counts.append(life.lists())
    first, second, third = (later - sooner for sooner, later in pairwise(counts))
    assert (first, second) == (third + 1, third)


def used(life: Life, profile: str, use: str) -> Any:
    if use == "access token":
        return life.espocrm.script("access_token.php", profile)
    if use == "connection test":
        return life.records.connection_test(profile)
    return life.run_job("KsefCheckConnections")


@pytest.mark.parametrize("use", ["screen", "program"])
def test_an_offline_certificate_whose_time_is_over_says_so_at_its_use(
    use: str, life: Life, everybody: Counter[str], tmp_path: Path
) -> None:
    end = time.monotonic() + SHORT_LIFE_SECONDS
    days = SHORT_LIFE_SECONDS / 86400
    files = dated_files("Na chwilę", valid_from_days=-1, valid_to_days=days, is_offline=True)
    offline = life.records.certificate(files)
    nip = new_nip()
    profile = life.records.token_profile(
        "Po terminie", nip, life.bridge.new_ksef_token(nip), offlineCertificateId=offline
    )
    time.sleep(max(0.0, end + 1 - time.monotonic()))

    for _ in range(2):
        if use == "screen":
            route = f"KsefProfile/{profile}/tryOfflineSigning"
            answer = life.records.user.call("POST", route, {})
            assert answer.status == 409, answer.body
        else:
            invoice = tmp_path / "invoice.xml"
            invoice.write_text(invoice_xml(seller=f"<NIP>{nip}</NIP>"))
            said = life.espocrm.script("verification_links.php", profile, str(invoice))
            assert said["code"].startswith("offline-certificate-")

    assert (life.status(offline), life.state(profile)) == ("Expired", OFFLINE_ENDED)
    life.run_job()
    life.run_job("KsefCheckConnections")
    assert life.state(profile) == OFFLINE_ENDED
    assert life.told(offline) == everybody


def test_dates_are_enough_for_whatever_ksef_has_not_issued(
    life: Life, everybody: Counter[str]
) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline")
    profile = life.records.token_profile(
        "Po terminie", nip, life.bridge.new_ksef_token(nip), offlineCertificateId=offline
    )
    spare = life.certificate(nip)
    life.records.user.done("PUT", f"KsefCertificate/{spare}", {"status": "Inactive"})
    for certificate in (offline, spare):
        life.end_in(certificate, -0.01)

    life.run_job()

    assert (life.status(offline), life.state(profile)) == ("Expired", OFFLINE_ENDED)
    assert life.status(spare) == "Expired"
    assert life.told(offline) == everybody
    assert not life.told(spare)


def test_one_list_tells_of_all_certificates_of_a_subject(life: Life) -> None:
    nip = new_nip()
    first, spare, offline = (
        life.certificate(nip),
        life.certificate(nip),
        life.certificate(nip, "Offline"),
    )
    for number in range(3):
        unit = f"{nip}-1234{number}"
        life.records.certificate_profile(f"Oddział {number}", nip, first, internalId=unit)
    life.run_job()
    others = life.lists()
    life.run_job()
    each_run = life.lists() - others

    life.records.certificate_profile("Oddział 3", nip, spare, internalId=f"{nip}-12343")
    before = life.lists()
    life.run_job()
    assert life.lists() - before == each_run, "a further profile of the subject asks for nothing"
    for certificate in (first, spare, offline):
        assert life.record(certificate)["lastCheckedAt"]


def test_another_login_of_the_subject_tells_when_the_first_cannot(life: Life) -> None:
    one, first, other, second = two_companies(life)
    offline = life.certificate(life.record(first)["identifierValue"], "Offline")
    life.play(first, "Revoked")
    life.play(offline, "Revoked")

    life.run_job()

    assert life.status(first) == life.status(offline) == "Revoked"
    assert life.status(second) == "Active"
    assert life.state(one) == LOGIN_ENDED
    assert life.state(other)[0] == "NotTested"


def test_a_blocked_one_comes_back(life: Life, everybody: Counter[str]) -> None:
    one, first, _, _ = two_companies(life)
    life.play(first, "Blocked")
    life.run_job()
    assert (life.status(first), life.state(one)) == ("Blocked", LOGIN_ENDED)

    life.play(first, "Active")
    life.run_job()

    assert (life.status(first), life.state(one)) == ("Active", ("NotTested", None))
    assert life.records.connection_test(one)["connectionStatus"] == "Connected"
    life.run_job()
    assert life.told(first) == everybody + everybody, "blocked, and active again"


def test_what_was_switched_off_by_hand_stays_off_until_it_ends(life: Life) -> None:
    _, _, other, second = two_companies(life)
    spare = life.certificate(life.record(second)["identifierValue"])
    life.records.user.done("PUT", f"KsefCertificate/{spare}", {"status": "Inactive"})
    life.run_job()
    assert life.status(spare) == "Inactive"

    life.play(spare, "Revoked")
    life.run_job()

    assert life.status(spare) == "Revoked"
    assert life.state(other)[0] == "NotTested", "nobody uses it"


def test_the_last_known_state_is_kept_while_ksef_is_away(life: Life) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    profile = life.records.certificate_profile("Bez KSeF", nip, certificate)
    life.records.connection_test(profile)
    life.run_job()
    checked = life.record(certificate)["lastCheckedAt"]
    assert checked
    life.espocrm.execute(
        "UPDATE ksef_certificate SET last_checked_at = '2026-01-01 00:00:00' WHERE id = :id",
        id=certificate,
    )
    life.play(certificate, "Revoked")
    broken = {"rules": [{"effect": "server-error"}]}
    assert life.bridge.simulator.call("PUT", "/_simulator/chaos", json_body=broken).status < 300
    try:
        life.run_job()
    finally:
        life.bridge.simulator.call("PUT", "/_simulator/chaos", json_body={"rules": []})

    record = life.record(certificate)
    assert (record["status"], record["lastCheckedAt"]) == ("Active", "2026-01-01 00:00:00")
    assert life.state(profile)[0] == "Connected"
    life.run_job()
    assert life.status(certificate) == "Revoked"


def test_a_certificate_without_profiles_that_expires_is_no_news(life: Life) -> None:
    spare = life.certificate(new_nip())
    life.end_in(spare, -1)
    life.run_job()
    assert life.status(spare) == "Expired"
    assert life.told(spare) == Counter()


def test_a_certificate_that_another_was_uploaded_over_is_not_announced(life: Life) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.records.certificate_profile("Wymieniony", nip, certificate)
    replaced = life.record(certificate)["serialNumber"]
    life.upload_over(certificate, life.files(nip, "Authentication"))
    assert life.record(certificate)["serialNumber"] != replaced

    life.run_job()

    assert life.told(replaced) == Counter()
    unknown = life.files(nip, "Authentication")
    life.run_job()
    assert life.told(serial_number(unknown)), "the control: another one is announced"


def test_what_kept_a_certificate_from_being_renewed_is_not_said_of_its_follower(
    life: Life,
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.espocrm.execute(
        "UPDATE ksef_certificate SET renewal_code = 'enrolment-certificate-limit',"
        " renewal_told_codes = '[\"enrolment-certificate-limit\"]',"
        " renewal_attempted_at = UTC_TIMESTAMP(), last_checked_at = UTC_TIMESTAMP() WHERE id = :id",
        id=certificate,
    )
    life.upload_over(certificate, life.files(nip, "Authentication"))
    [row] = life.espocrm.rows(
        "SELECT renewal_code, renewal_told_codes, renewal_attempted_at, last_checked_at"
        " FROM ksef_certificate WHERE id = :id",
        id=certificate,
    )
    assert set(row.values()) == {None}


def test_the_end_of_an_offline_certificate_hides_no_login_that_fails(life: Life) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline")
    login = life.certificate(nip)
    profile = life.records.certificate_profile("Oba", nip, login, offlineCertificateId=offline)
    failed = ("Failed", "ksef-permissions-missing")
    life.espocrm.execute(
        "UPDATE ksef_profile SET connection_status = :status, connection_code = :code"
        " WHERE id = :id",
        status=failed[0],
        code=failed[1],
        id=profile,
    )
    life.end_in(offline, -1)
    life.run_job()
    assert (life.status(offline), life.state(profile)) == ("Expired", failed)


def serial_number(files: CredentialFiles) -> str:
    return f"{x509.load_pem_x509_certificate(files.certificate).serial_number:016X}"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_screens_say_it_in_words(language: str, life: Life, logging_in: LoggingIn) -> None:
    nip = new_nip()
    login, offline = life.certificate(nip), life.certificate(nip, "Offline")
    profile = life.records.certificate_profile(
        "Zakład *Wiśniewska*", nip, login, offlineCertificateId=offline
    )
    life.play(offline, "Blocked")
    life.run_job()
    with logging_in(language) as screen:
        screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
        said = screen.field("connectionCode").inner_text()
        assert life.record(offline)["name"] in said
        assert LABELS["Blocked"][language] in said
        screen.picture("profile-offline-certificate-ended")
        screen.page.click('[data-name="ksefTestConnection"]')
        step = screen.page.locator(".modal.in .ksef-report tr", has_text="Offline").last
        step.wait_for()
        assert LABELS["Blocked"][language] in step.inner_text()
        screen.picture("connection-test-offline-certificate-ended", whole=False)
        screen.open("#Notification", ".list-row")
        shown = screen.page.locator(".list-row", has_text=life.record(offline)["name"]).first
        assert LABELS["Blocked"][language] in shown.inner_text()
        screen.picture("notification-certificate-ended", whole=False)
        screen.open(f"#KsefCertificate/view/{offline}", 'button[data-name="edit"]')
        assert LABELS["Blocked"][language] in screen.field("status").inner_text()
        screen.picture("certificate-ended")
        assert screen.problems == []


REVOKED_ON = {"en": r"revoked on [\d./-]+", "pl": r"unieważniony [\d./-]+"}
STILL_VALID = {"en": ("valid until", "days left"), "pl": ("ważny do", "pozostało")}
REPLACE = {"en": "Request another certificate", "pl": "Złóż wniosek o inny certyfikat"}
ACTIVATE = {"en": "set it to Active again", "pl": "aktywuj ten certyfikat"}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_revoked_one_is_nowhere_called_valid_and_is_to_be_replaced(
    language: str, life: Life, logging_in: LoggingIn
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip, name=f"Wycofany {nip}")
    profile = life.records.certificate_profile("Wycofana", nip, certificate)
    life.play(certificate, "Revoked")
    life.run_job()
    with logging_in(language) as screen:
        screen.open(f"#KsefCertificate/view/{certificate}", 'button[data-name="edit"]')
        said = [screen.field(name).inner_text() for name in ("facts", "daysLeft")]
        screen.picture("certificate-revoked")
        name = life.record(certificate)["name"]
        row = screen.find_in_list("KsefCertificate", certificate, name)
        row = f'{row} td.cell[data-name="daysLeft"]'
        said.append(screen.text_of(row))
        label = screen.page.locator(f"{row} .label")
        assert label.evaluate("shown => shown.scrollWidth <= shown.clientWidth"), "cut"
        screen.picture("certificates-revoked")
        for each in said:
            assert re.search(REVOKED_ON[language], each), each
            assert not [words for words in STILL_VALID[language] if words in each], each
        screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
        screen.page.click('[data-name="ksefTestConnection"]')
        report = screen.page.locator(".modal.in .ksef-report")
        report.wait_for()
        assert REPLACE[language] in report.inner_text()
        assert ACTIVATE[language] not in report.inner_text()
        assert screen.problems == []


def test_who_modified_the_certificate_last_stays(life: Life) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.records.certificate_profile("Zmieniony", nip, certificate)
    before = life.record(certificate)["modifiedById"]
    life.play(certificate, "Revoked")
    life.run_job()
    assert life.record(certificate)["modifiedById"] == before
