"""What ended is mended where it is read of: in the report, the profile, from the notification."""

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
    life.play(offline, "Blocked")
    life.run_job()
    life.play(login, "Revoked")
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
        assert offered.all_inner_texts() == [
            f"{LINK_ACTIVE[language]} Następny {nip}",
            f"{LINK_ACTIVE[language]} Następny offline {nip}",
        ]
        screen.picture("report-link-active", whole=False)
        offered.first.click()
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


WAYS = {
    "en": ["In EspoCRM", "From files", "By signature", "New"],
    "pl": ["W EspoCRM", "Z plików", "Podpisem", "Nowy"],
}


def open_ways(screen: Screen, profile: str) -> None:
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    screen.page.click("#main .detail-button-container .dropdown-toggle:visible")
    screen.page.click('#main a[data-action="ksefChangeToCertificate"]:visible')
    screen.page.wait_for_selector(f"{REPORT} tr")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_profile_changes_from_its_token_to_a_certificate(
    language: str, life: Life, logging_in: LoggingIn
) -> None:
    nip, uploaded_nip = new_nip(), new_nip()
    stored = life.certificate(nip, name=f"Czeka {nip}")
    first = life.records.token_profile("Lombard", nip, life.bridge.new_ksef_token(nip))
    token = life.bridge.new_ksef_token(uploaded_nip)
    second = life.records.token_profile("Kiosk", uploaded_nip, token)
    files = life.files(uploaded_nip, "Authentication")
    with logging_in(language) as screen:
        page = screen.page
        open_ways(screen, first)
        assert [each.strip() for each in screen.texts(f"{REPORT} tr .label")] == WAYS[language]
        assert page.locator(f"{REPORT} .ksef-portal a").count() == 1
        screen.picture("change-to-certificate", whole=False)
        page.locator(f"{REPORT} .ksef-actions button").first.click()
        page.locator(f"{REPORT} .label-success").first.wait_for()
        close_report(screen)
        changed = life.profile(first)
        assert changed["authorizationType"] == "Certificate"
        assert changed["authorizationCertificateId"] == stored
        assert changed["connectionStatus"] == "Connected"

        open_ways(screen, second)
        page.locator(f"{REPORT} .ksef-actions button").first.click()
        form = ".modal.in:has(.field[data-name='certificateFile'])"
        page.wait_for_selector(f"{form} .field[data-name='certificateFile']")
        certificate, key = files.written(life.folder / files.name)
        screen.type_in("name", files.name, form)
        screen.upload("certificateFile", certificate, form)
        screen.upload("keyFile", key, form)
        screen.type_in("password", files.password, form)
        screen.save(form)
        page.locator(f"{REPORT} .label-success").first.wait_for()
        changed = life.profile(second)
        assert changed["authorizationType"] == "Certificate"
        assert changed["connectionStatus"] == "Connected"
        screen.picture("changed-to-certificate", whole=False)
        assert screen.problems == []
