"""Renew Now, and what keeps a certificate from being renewed, as both administrators see it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.browser import Screen
from tests.e2e.certificate_life import Life
from tests.e2e.certificate_package import UnpackedPackage
from tests.e2e.certificate_request import MODAL, REQUESTED
from tests.e2e.renewing_company import RENEW, RenewingCompany
from tests.secret_register import register_secret

RENEW_NOW = '[data-name="ksefRenew"]:visible'
EDIT = 'button[data-name="edit"]'
NO_LOGIN = {"en": "Only whoever logs in as the subject", "pl": "może tylko ten, kto"}
BEGUN = {"en": "is requested. Once KSeF has issued it", "pl": "Złożono wniosek o następcę"}


@pytest.fixture
def screen(new_screen: Screen) -> Screen:
    """Each test has a window of its own."""
    return new_screen


def press_renew(screen: Screen, certificate: str) -> None:
    screen.open(f"#KsefCertificate/view/{certificate}", EDIT)
    screen.page.click(RENEW_NOW)
    screen.page.wait_for_selector(f'{MODAL} .field[data-name="withPackage"] input')


def confirm(screen: Screen) -> None:
    with screen.page.expect_response(re.compile(r"/renew$")):
        screen.page.click(f'{MODAL} button[data-name="renew"]')


def test_without_a_package(life: Life, screen: Screen) -> None:
    company = RenewingCompany.founded(life)
    press_renew(screen, company.certificates["Authentication"])
    screen.picture("renew-now", whole=False)
    confirm(screen)
    assert BEGUN[screen.language] in screen.notice("success")
    screen.picture("renewal-begun", whole=False)
    [successor] = company.successors("Authentication")
    company.run_until_renewed("Authentication")
    company.assert_renewed_once("Authentication")
    screen.open(f"#KsefCertificate/view/{successor['id']}", EDIT)
    assert company.certificates["Authentication"] in str(
        screen.field("predecessor").locator("a").get_attribute("href")
    )
    assert not screen.field("renewalCode").is_visible()
    screen.picture("renewed")
    assert screen.problems == []


def test_with_a_package(life: Life, screen: Screen, tmp_path: Path) -> None:
    company = RenewingCompany.founded(life)
    press_renew(screen, company.certificates["Offline"])
    screen.field("withPackage", MODAL).locator("input").check()
    confirm(screen)
    screen.page.wait_for_selector(REQUESTED)
    password = register_secret(screen.page.locator(f"{REQUESTED} input").input_value())
    screen.picture("renew-now-password", whole=False)
    screen.page.click(f'.modal-dialog:has({REQUESTED}) [data-name="close"]')
    company.run_until_renewed("Offline")
    company.assert_renewed_once("Offline")
    [successor] = company.successors("Offline")
    screen.open(f"#KsefCertificate/view/{successor['id']}", EDIT)
    with screen.page.expect_download() as downloading:
        screen.field("package").locator("a").click()
    package = tmp_path / "package.zip"
    downloading.value.save_as(package)
    assert UnpackedPackage.from_zip(package, tmp_path / "unpacked").opens_with(password)
    assert screen.problems == []


def test_what_keeps_it_from_being_renewed(life: Life, screen: Screen) -> None:
    company = RenewingCompany.founded(life)
    stranger = RenewingCompany.founded(life)
    offline = stranger.certificates["Offline"]
    for profile in stranger.profiles:
        life.set_status(profile, "Inactive")
    body = {"offlineCertificateId": offline}
    life.records.user.done("PUT", f"KsefProfile/{company.profiles[1]}", body)
    press_renew(screen, offline)
    confirm(screen)
    assert NO_LOGIN[screen.language] in screen.page.locator(".modal.in, .alert-danger").inner_text()
    screen.picture("renew-now-refused", whole=False)

    life.end_in(offline, 20)
    life.run_job(RENEW)
    screen.open(f"#KsefCertificate/view/{offline}", EDIT)
    assert NO_LOGIN[screen.language] in screen.field("renewalCode").inner_text()
    screen.picture("renewal-does-not-go-on")
