"""A certificate requested in EspoCRM: password, notification, package, link to the profile."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_request import (
    CHECK_NOW,
    JOB,
    LINK,
    MODAL,
    NOTIFICATIONS,
    REQUESTED,
    CertificateRequest,
    Wanted,
    check_now,
    notifications,
    open_notifications,
)
from tests.e2e.credential_files import portal_files, private_number
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret
from tests.secret_search import leaks

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WITHIN_SECONDS = 60
LEAST_PASSWORD = 20
WANTED = {
    "en": Wanted("Authentication", "EC P-256", "EspoCRM logging in"),
    "pl": Wanted("Offline", "RSA 2048", "Faktury offline Zażółć"),
}
STATUS = {
    "Requested": {"en": "Requested", "pl": "Zawnioskowany"},
    "Active": {"en": "Active", "pl": "Aktywny"},
}
SHOWN_ONCE = {"en": "shown only now", "pl": "wyświetlane tylko teraz"}
NOT_TAKEN = {"en": "that KSeF does not take: * / :", "pl": "których KSeF nie przyjmuje: * / :"}


@pytest.fixture(scope="module", params=["en", "pl"])
def requested(
    request: pytest.FixtureRequest,
    bridge: Installation,
    administrators: dict[str, RestUser],
    tmp_path_factory: pytest.TempPathFactory,
    logging_in: LoggingIn,
) -> Iterator[CertificateRequest]:
    language: str = request.param
    user = administrators[language]
    folder = tmp_path_factory.mktemp("files")
    nip = new_nip()
    records = Records(user)
    files = portal_files(folder, bridge.simulator.port, nip, "Authentication", name="Wiśniewska")
    name = f"Zakład *Wiśniewska* <b>{language}</b>"
    profile = records.certificate_profile(name, nip, records.certificate(files))
    with logging_in(language) as screen:
        yield CertificateRequest(screen, records, profile, name, nip, WANTED[language], folder)


def test_a_name_that_ksef_would_refuse_is_told_at_once(requested: CertificateRequest) -> None:
    screen = requested.screen
    sent: list[str] = []
    screen.page.on(
        "request", lambda made: sent.append(made.url) if "requestCertificate" in made.url else None
    )
    requested.open_form()
    requested.fill_form(name="Kasa: *1/2*")
    requested.send_form()
    told = screen.page.locator(".popover:visible")
    told.wait_for()
    assert NOT_TAKEN[screen.language] in told.inner_text()
    screen.picture("request-certificate-name", whole=False)
    assert sent == []


def test_the_password_is_shown_until_it_is_kept(requested: CertificateRequest) -> None:
    screen = requested.screen
    requested.fill_form()
    screen.picture("request-certificate", whole=False)
    requested.send_form()
    screen.page.wait_for_selector(REQUESTED)

    box = screen.page.locator(f"{REQUESTED} input")
    requested.password = register_secret(box.input_value())
    assert len(requested.password) >= LEAST_PASSWORD
    assert SHOWN_ONCE[screen.language] in screen.text_of(f"{REQUESTED} .alert-warning")
    assert requested.wanted.name in screen.text_of(REQUESTED)
    screen.page.keyboard.press("Escape")
    screen.page.mouse.click(10, 600)
    box.wait_for()
    screen.picture("package-password", whole=False)

    screen.page.click(f'.modal-dialog:has({REQUESTED}) [data-name="close"]')
    screen.page.wait_for_selector(CHECK_NOW)
    screen.settle()
    requested.certificate = screen.page.url.rsplit("/", 1)[1]
    assert requested.status() == STATUS["Requested"][screen.language]
    assert requested.wanted.key_algorithm in screen.field("facts").inner_text()
    assert requested.password not in screen.page.content()
    screen.picture("certificate-requested", whole=False)


def test_the_record_says_what_is_wanted_and_by_whom(requested: CertificateRequest) -> None:
    record, wanted = requested.record, requested.wanted
    assert (record["name"], record["type"]) == (wanted.name, wanted.type)
    assert record["requestedByProfileId"] == requested.profile
    assert (record["status"], record["autoRenew"]) == ("Requested", True)


def test_it_is_issued(requested: CertificateRequest, espocrm: EspoCrm) -> None:
    """The job finds out, or whoever does not want to wait presses Check Now."""
    end = time.monotonic() + WITHIN_SECONDS
    while requested.record["status"] == "Requested":
        assert time.monotonic() < end, requested.record
        if requested.screen.language == "en":
            espocrm.run_job(JOB)
        else:
            check_now(requested.screen)
        time.sleep(1)
    record = requested.record
    assert record["status"] == "Active", record
    assert (record["type"], record["kind"]) == (requested.wanted.type, "Ksef")
    assert (record["identifierValue"], record["keyAlgorithm"]) == (
        requested.nip,
        requested.wanted.key_algorithm,
    )
    assert record["hasPrivateKey"]


def test_one_click_on_the_notification_downloads_the_package(requested: CertificateRequest) -> None:
    screen = requested.screen
    open_notifications(screen)
    told = screen.page.locator(f"{NOTIFICATIONS} .list-row", has_text=requested.wanted.name)
    told.first.wait_for()
    assert told.count() == 1, "told once"
    screen.picture("notification", whole=False)
    with screen.page.expect_download() as downloading:
        told.locator('a[href*="entryPoint=download"]').click()
    package = requested.folder / downloading.value.suggested_filename
    downloading.value.save_as(package)
    assert package.suffix == ".zip"
    requested.package = package


def test_the_other_administrators_are_told_in_their_language(
    requested: CertificateRequest, administrators: dict[str, RestUser], root_user: RestUser
) -> None:
    told = {
        who: [each for each in notifications(user) if requested.certificate in each]
        for who, user in {**administrators, "root": root_user}.items()
    }
    assert {who: len(messages) for who, messages in told.items()} == {"en": 1, "pl": 1, "root": 1}
    assert "Download the package" in told["en"][0]
    assert "Pobierz pakiet" in told["pl"][0]


def test_openssl_opens_the_key_and_it_is_the_certificates(requested: CertificateRequest) -> None:
    package, password = requested.unpacked(), requested.password
    assert not package.opens_with(password[:-1])
    assert package.opens_with(password)
    assert package.key_public_key(password) == package.certificate_public_key()
    kind = rsa.RSAPrivateKey if requested.wanted.type == "Offline" else ec.EllipticCurvePrivateKey
    assert isinstance(package.private_key(password), kind)
    assert requested.nip in package.readme
    assert password not in package.readme


def test_it_is_linked_where_it_fits_and_works(
    requested: CertificateRequest, bridge: Installation
) -> None:
    screen = requested.screen
    screen.open(f"#KsefCertificate/view/{requested.certificate}", LINK)
    assert requested.status() == STATUS["Active"][screen.language]
    assert "entryPoint=download" in str(
        screen.field("package").locator("a").first.get_attribute("href")
    )
    screen.picture("certificate-issued")
    screen.page.click(LINK)
    row = screen.page.locator(f"{MODAL} .ksef-report tr", has_text=requested.nip)
    row.wait_for()
    screen.picture("link-to-profile", whole=False)
    with screen.page.expect_response(re.compile(rf"/KsefProfile/{requested.profile}$")):
        row.locator("button").click()
    assert requested.profile_name in screen.notice("success")
    screen.picture("linked-to-profile", whole=False)

    profile = requested.records.user.done("GET", f"KsefProfile/{requested.profile}")
    assert profile[f"{requested.link_field}Id"] == requested.certificate
    report = requested.records.connection_test(requested.profile)
    assert (report["ok"], report["connectionStatus"]) == (True, "Connected"), report
    if requested.wanted.type == "Offline":
        route = f"KsefProfile/{requested.profile}/tryOfflineSigning"
        url = requested.records.user.done("POST", route, {})["kod2"]["url"]
        path = url.removeprefix("https://qr-test.ksef.mf.gov.pl")
        said = bridge.simulator.call("GET", path, headers={"Accept": "application/json"}).json
        assert said["valid"], said


def test_it_is_not_offered_where_it_is_linked_already(requested: CertificateRequest) -> None:
    fitting = requested.records.user.done(
        "GET", f"KsefCertificate/{requested.certificate}/fittingProfiles"
    )
    assert requested.profile not in [each["id"] for each in fitting["list"]]


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_may(
    who: str, requested: CertificateRequest, outsiders: dict[str, RestUser]
) -> None:
    certificate = requested.certificate
    body = requested.wanted.body
    answers = [
        outsiders[who].call("POST", f"KsefProfile/{requested.profile}/requestCertificate", body),
        outsiders[who].call("POST", f"KsefCertificate/{certificate}/collect", {}),
        outsiders[who].call("GET", f"KsefCertificate/{certificate}/fittingProfiles"),
        outsiders[who].call("GET", f"Attachment/file/{requested.record['packageId']}"),
    ]
    assert {answer.status for answer in answers} == {403}


def test_the_link_of_the_package_is_of_no_use_to_others(
    requested: CertificateRequest,
    browser: Browser,
    outsiders: dict[str, RestUser],
    passwords: dict[str, str],
    screenshots: Path,
) -> None:
    user = outsiders["regular"]
    link = f"{user.url}/?entryPoint=download&id={requested.record['packageId']}"
    assert requested.screen.page.request.get(link).status == 200, "the control"
    with Screen.logged_in(
        browser, user.url, user.name, passwords[user.name], "pl", screenshots
    ) as screen:
        answer = screen.page.request.get(link)
        assert answer.status == 403
        assert not answer.body().startswith(b"PK")
    stranger = browser.new_context()
    assert not stranger.request.get(link).body().startswith(b"PK")
    stranger.close()


def test_password_and_key_are_nowhere_but_in_the_package(
    requested: CertificateRequest,
    espocrm: EspoCrm,
    bridge: Installation,
    transcript: Path,
    tmp_path: Path,
) -> None:
    """The last tests look for them everywhere again; here it is told whose they are."""
    key = requested.unpacked().private_key(requested.password)
    shutil.copytree(espocrm.given.root / "data", tmp_path / "data")
    shutil.copytree(bridge.folder, tmp_path / "bridge")
    shutil.copy(transcript, tmp_path / "rest-answers.log")
    espocrm.dump(tmp_path / "database")
    secrets = [requested.password.encode(), private_number(key)]
    assert leaks([tmp_path], secrets) == []


def test_no_error_was_in_the_console(requested: CertificateRequest) -> None:
    assert requested.screen.problems == []
