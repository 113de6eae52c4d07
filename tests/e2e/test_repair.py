"""What ended is mended where it is read of: in the report, in the profile, from the notification."""

from __future__ import annotations

import pytest

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.installation import new_nip

REPORT = ".modal.in .ksef-report"
LINK_ACTIVE = {"en": "Link the active certificate", "pl": "Powiąż aktywny certyfikat"}
INSTEAD = {"en": "can use instead", "pl": "może użyć zamiast niego"}


def close_report(screen: Screen) -> None:
    screen.page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    screen.page.locator(REPORT).wait_for(state="detached")


def fitting(life: Life, profile: str) -> list[tuple[str, str]]:
    found = life.records.user.done("GET", f"KsefProfile/{profile}/fittingCertificates")
    return [(each["field"], each["id"]) for each in found["list"]]


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_active_certificate_is_linked_in_the_report_and_in_the_profile(
    language: str, life: Life, logging_in: LoggingIn
) -> None:
    nip, other_nip = new_nip(), new_nip()
    login, offline = life.certificate(nip), life.certificate(nip, "Offline")
    profile = life.records.certificate_profile(
        "Piekarnia *Rogal*", nip, login, offlineCertificateId=offline
    )
    life.certificate(other_nip)
    assert fitting(life, profile) == [], "all is in order"
    next_login = life.certificate(nip, name=f"Następny {nip}")
    next_offline = life.certificate(nip, "Offline", name=f"Następny offline {nip}")
    life.play(login, "Revoked")
    life.play(offline, "Blocked")
    life.run_job()
    assert sorted(fitting(life, profile)) == [
        ("authorizationCertificate", next_login),
        ("offlineCertificate", next_offline),
    ]
    with logging_in(language) as screen:
        page = screen.page
        screen.open("#Notification", ".list-row")
        notice = page.locator(".list-row", has_text=f"Następny {nip}").first
        assert INSTEAD[language] in notice.inner_text()
        screen.picture("notification-link-active", whole=False)

        screen.open(f"#KsefProfile/view/{profile}", ".ksef-actions button")
        screen.picture("profile-link-active")
        page.click('[data-name="ksefTestConnection"]')
        offered = page.locator(f"{REPORT} .ksef-actions button")
        offered.first.wait_for()
        assert offered.all_inner_texts() == [f"{LINK_ACTIVE[language]} Następny {nip}"]
        screen.picture("report-link-active", whole=False)
        offered.click()
        step = page.locator(f"{REPORT} tr", has_text=life.record(offline)["name"])
        step.locator(".ksef-actions button").wait_for()
        assert life.profile(profile)["authorizationCertificateId"] == next_login
        close_report(screen)

        page.locator('#main [data-name="connectionCode"] .ksef-actions button').click()
        page.locator(f"{REPORT} .label-success").first.wait_for()
        assert page.locator(f"{REPORT} .label-danger").count() == 0
        stored = life.profile(profile)
        assert stored["offlineCertificateId"] == next_offline
        assert stored["connectionStatus"] == "Connected"
        assert screen.problems == []
