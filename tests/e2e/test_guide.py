"""The administrator's guide, walked in the browser in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.credential_files import CredentialFiles, portal_files
from tests.e2e.espocrm import EspoCrm, log_level
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

MODAL = ".modal.in"
REPORT = ".ksef-report"
TOKEN_COMPANY = "Sklep Kowalski sp. z o.o."
CERTIFICATE_COMPANY = "Zakład Wiśniewska S.A."
SECOND_COMPANY = "Zakład Wiśniewska Oddział"
SETTINGS = {"en": "KSeF Settings", "pl": "Ustawienia KSeF"}
CONNECTED = {"en": "Connected", "pl": "Połączono"}
ACTIVE = {"en": "Active", "pl": "Aktywny"}
SEARCHES = ("ksef", "KSeF Settings", "certyfikat", "nip", "faktur")


@dataclass
class Walk:
    """One administrator on the way through the guide."""

    screen: Screen
    installation: Installation
    language: str
    records: Records
    authentication: CredentialFiles
    offline: CredentialFiles
    folder: Path
    certificate_nip: str
    """The company of the certificates."""


@pytest.fixture(scope="module", params=["en", "pl"])
def walk(
    request: pytest.FixtureRequest,
    bridge: Installation,
    administrators: dict[str, RestUser],
    tmp_path_factory: pytest.TempPathFactory,
    logging_in: LoggingIn,
) -> Iterator[Walk]:
    language: str = request.param
    folder = tmp_path_factory.mktemp("files")
    port = bridge.simulator.port
    company = new_nip()
    files = {
        each: portal_files(folder / each, port, company, each, name=CERTIFICATE_COMPANY)
        for each in ("Authentication", "Offline")
    }
    with logging_in(language) as screen:
        yield Walk(
            screen,
            bridge,
            language,
            Records(administrators[language]),
            files["Authentication"],
            files["Offline"],
            folder,
            company,
        )


@pytest.mark.parametrize("searched", SEARCHES)
def test_administration_finds_it(walk: Walk, searched: str) -> None:
    screen = walk.screen
    screen.open("#Admin", 'input[data-name="quick-search"]')
    box = screen.page.locator('input[data-name="quick-search"]')
    box.fill("")
    box.press_sequentially(searched)
    item = screen.page.locator('.admin-content-row a[href^="#Ksef"]:visible').first
    item.wait_for()
    found = screen.texts(".admin-content-row:visible a")
    if searched == "KSeF Settings":
        assert found == [SETTINGS[walk.language]]
        screen.picture("administration-search", whole=False)
        item.click()
        screen.page.wait_for_selector('[data-action="create"]')
        screen.picture("ksef-settings-list", whole=False)


def test_a_profile_by_token_connects(walk: Walk) -> None:
    screen = walk.screen
    screen.open("#KsefProfile/create", '.field[data-name="nip"] input')
    screen.type_in("name", TOKEN_COMPANY)
    nip = new_nip()
    screen.type_in("nip", nip)
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Token")
    token = walk.installation.new_ksef_token(nip)
    screen.type_in("token", token)
    screen.save()
    screen.page.wait_for_selector('[data-name="ksefTestConnection"]')
    # The law ends the use of tokens, and whoever enters one is told.
    screen.page.wait_for_selector(REPORT)
    screen.picture("told-after-save", whole=False)
    close_report(screen)
    assert token.split("|")[0] in screen.field("token").inner_text()

    press_test_connection(walk, "token")

    screen.picture("profile-token")


def test_a_profile_by_certificate_connects(walk: Walk) -> None:
    """Edit → Authorization Type = Certificate → `+` → upload → Save; then the second type."""
    screen = walk.screen
    nip = walk.certificate_nip
    token = walk.installation.new_ksef_token(nip)
    profile = walk.records.token_profile(CERTIFICATE_COMPANY, nip, token)
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    screen.page.click('button[data-name="edit"]')
    screen.choose("authorizationType", "Certificate")

    open_certificate_form(walk, "authorizationCertificate")
    fill_certificate_form(walk, walk.authentication, "nie to hasło")
    screen.save(MODAL)
    refusal = screen.notice("danger")
    assert walk.authentication.key_name in refusal
    screen.picture("wrong-password", whole=False)
    screen.type_in("password", walk.authentication.password, MODAL)
    screen.save(MODAL)
    certificate_chosen(walk, "authorizationCertificate", walk.authentication)

    open_certificate_form(walk, "offlineCertificate")
    fill_certificate_form(walk, walk.offline, walk.offline.password)
    screen.save(MODAL)
    certificate_chosen(walk, "offlineCertificate", walk.offline)

    screen.save()
    screen.page.wait_for_selector('button[data-name="edit"]')
    press_test_connection(walk, "certificate")
    screen.picture("profile-certificate")


def test_one_certificate_serves_two_profiles(walk: Walk) -> None:
    screen = walk.screen
    screen.open("#KsefProfile/create", '.field[data-name="nip"] input')
    screen.type_in("name", SECOND_COMPANY)
    screen.type_in("nip", new_nip())
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Certificate")
    screen.field("authorizationCertificate").locator('[data-action="selectLink"]').click()
    # EspoCRM draws empty rows when it is asked to search before the first list stands.
    screen.page.wait_for_selector(f"{MODAL} .list-row .cell")
    search = screen.page.locator(f'{MODAL} input[data-name="textFilter"]')
    search.fill(walk.certificate_nip)
    with screen.page.expect_response(re.compile(r"/api/v1/KsefCertificate\?.*textFilter")) as found:
        search.press("Enter")
    screen.page.wait_for_function(
        "([rows, count]) => document.querySelectorAll(rows).length === count",
        arg=[f"{MODAL} .list-row", len(found.value.json()["list"])],
    )
    offered = screen.texts(f'{MODAL} .list-row .cell[data-name="name"]')
    assert [each.strip() for each in offered] == [walk.authentication.name], "those that fit"
    screen.page.locator(f"{MODAL} .list-row a.link", has_text=walk.authentication.name).click()
    certificate_chosen(walk, "authorizationCertificate", walk.authentication)
    screen.save()
    screen.page.wait_for_selector('[data-name="ksefTestConnection"]')

    screen.field("authorizationCertificate").locator("a").first.click()
    screen.page.wait_for_selector('.panel[data-name="authorizationProfiles"] .list-row')
    screen.settle()
    users = screen.texts('.panel[data-name="authorizationProfiles"] .cell[data-name="name"]')
    assert {each.strip() for each in users} == {CERTIFICATE_COMPANY, SECOND_COMPANY}
    assert screen.field("status").inner_text().strip() == ACTIVE[walk.language]
    assert "Wiśniewska" in screen.field("facts").inner_text()
    for action in ("createRelated", "selectRelated", "unlinkRelated"):
        assert screen.page.locator(f'.panel [data-action="{action}"]').count() == 0
    screen.picture("certificate")


def test_the_page_of_the_bridge_says_that_it_is_well(walk: Walk, espocrm: EspoCrm) -> None:
    screen = walk.screen
    screen.open("#Admin/ksefBridge", ".ksef-health .label-success")
    assert "127.0.0.1" in screen.page.locator('[data-name="ksefBridgeUrl"] input').input_value()
    assert "DEBUG" in screen.text_of(".ksef-health .alert-warning")
    screen.picture("bridge-log-level")
    with log_level(espocrm, "WARNING"):
        screen.page.click('[data-action="askBridge"]')
        screen.page.locator(".ksef-health .alert-warning").wait_for(state="detached")
        screen.page.wait_for_selector(".ksef-health .label-success")
        screen.picture("bridge")


def test_no_error_was_in_the_console(walk: Walk) -> None:
    assert walk.screen.problems == []


def press_test_connection(walk: Walk, name: str) -> None:
    """Test Connection, its report, and what the profile then says."""
    screen = walk.screen
    screen.page.click('[data-name="ksefTestConnection"]')
    screen.page.wait_for_selector(REPORT)
    report = screen.text_of(REPORT)
    assert screen.page.locator(f"{REPORT} .label-danger").count() == 0, report
    screen.picture(f"connection-report-{name}", whole=False)
    close_report(screen)
    status = screen.field("connectionStatus").get_by_text(CONNECTED[walk.language], exact=True)
    status.wait_for()


def close_report(screen: Screen) -> None:
    screen.page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    screen.page.locator(REPORT).wait_for(state="detached")


def open_certificate_form(walk: Walk, link: str) -> None:
    walk.screen.field(link).locator('[data-action="createLink"]').click()
    walk.screen.page.wait_for_selector(f'{MODAL} .field[data-name="certificateFile"]')


def fill_certificate_form(walk: Walk, files: CredentialFiles, password: str) -> None:
    """The password's field appears with the encrypted key file."""
    screen = walk.screen
    certificate, key = files.written(walk.folder / files.name)
    screen.type_in("name", files.name, MODAL)
    screen.upload("certificateFile", certificate, MODAL)
    screen.upload("keyFile", key, MODAL)
    screen.type_in("password", password, MODAL)


def certificate_chosen(walk: Walk, link: str, files: CredentialFiles) -> None:
    """The form of the certificate is gone and the profile's form names it."""
    walk.screen.page.locator(MODAL).wait_for(state="detached")
    chosen = walk.screen.field(link).locator("input.main-element")
    assert chosen.input_value() == files.name
