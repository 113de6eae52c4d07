"""What a form says is wrong: the reasons alone, in words, until they are mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.credential_files import portal_files
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NOTICE = "#nofitication.alert-danger, #notification.alert-danger"
FORM = '.field[data-name="nip"] input'
PASSWORD = '#main .field[data-name="password"] input'
TOKENS_END = date(2026, 12, 31)
EYE = '#main .field[data-name="password"] [data-action="reveal"]'
STATUS = re.compile(r"\b409\b")


@pytest.fixture
def screen(logging_in: LoggingIn) -> Iterator[Screen]:
    with logging_in("en") as screen:
        yield screen


def box(screen: Screen) -> Locator:
    return screen.page.locator(NOTICE)


def unexpected(screen: Screen) -> list[str]:
    """EspoCRM leaves the promise of a refused save to the browser."""
    left_alone = ("page error: error", "page error: invalid")
    return [each for each in screen.problems if each not in left_alone]


def gone(screen: Screen) -> None:
    screen.page.wait_for_selector(NOTICE, state="detached")


def test_only_the_reasons_stand_in_the_box_and_only_until_the_correction(
    screen: Screen, bridge: Installation, life: Life
) -> None:
    nip, other = new_nip(), new_nip()
    token = bridge.new_ksef_token(other)
    answer = life.records.save_profile(name="Obcy", nip=nip, authorizationType="Token", token=token)
    assert answer.codes[0] == "token-nip-mismatch"
    assert {each["severity"] for each in answer.json["findings"]} != {"error"}
    assert "1815" not in answer.message

    screen.open("#KsefProfile/create", FORM)
    screen.type_in("name", "Obcy token")
    screen.type_in("nip", nip)
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Token")
    screen.type_in("token", token)
    screen.save()
    told = screen.notice("danger")
    screen.picture("only-the-reasons", whole=False)
    assert other in told
    assert "1815" not in told
    screen.type_in("nip", other)
    gone(screen)
    screen.save()
    screen.page.wait_for_url("**/#KsefProfile/view/*")
    assert unexpected(screen) == []


def test_the_message_of_a_field_goes_with_its_correction(screen: Screen) -> None:
    page = screen.page
    screen.open("#KsefProfile/create", FORM)
    screen.type_in("nip", "123")
    page.click('#main button[data-name="save"]:visible')
    faulty = page.locator("#main .cell.has-error")
    page.locator(".popover:visible").first.wait_for()
    names = {str(each.get_attribute("data-name")) for each in faulty.all()}
    assert {"nip", "name", "environment", "authorizationType"} <= names
    screen.type_in("nip", new_nip())
    screen.type_in("name", "Poprawiony")
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Certificate")
    # The last choice is read a moment after it was made.
    page.wait_for_selector("#main .cell.has-error", state="detached", timeout=2000)
    assert page.locator(".popover:visible").count() == 0
    assert unexpected(screen) == []


def test_a_wrong_password_is_kept_and_can_be_looked_at(
    screen: Screen, bridge: Installation, tmp_path: Path
) -> None:
    files = portal_files(tmp_path, bridge.simulator.port, new_nip(), "Authentication")
    certificate, key = files.written(tmp_path)
    page = screen.page
    screen.open("#KsefCertificate/create", '.field[data-name="keyFile"]')
    screen.upload("certificateFile", certificate, "#main")
    screen.upload("keyFile", key, "#main")
    right = files.password or ""
    page.fill(PASSWORD, f"{right}x")
    assert page.get_attribute(PASSWORD, "type") == "password"
    screen.save()
    screen.notice("danger")
    assert page.input_value(PASSWORD) == f"{right}x"
    assert page.get_attribute(PASSWORD, "type") == "password"
    page.click(EYE)
    assert page.get_attribute(PASSWORD, "type") == "text"
    screen.picture("password-revealed", whole=False)
    page.press(PASSWORD, "End")
    page.press(PASSWORD, "Backspace")
    page.click(EYE)
    assert page.get_attribute(PASSWORD, "type") == "password"
    screen.save()
    page.wait_for_url("**/#KsefCertificate/view/*")
    assert right not in page.content()
    assert unexpected(screen) == []


def test_a_bridge_without_its_key_is_told_so(root_user: RestUser, bridge: Installation) -> None:
    try:
        root_user.done("PUT", "Settings", {"ksefBridgeUrl": "http://127.0.0.1:1"})
        health = root_user.done("GET", "KsefBridge/health")
        assert health["status"] == "notConfigured"
        assert "API key is not" in health["message"]
    finally:
        enter_bridge(root_user, bridge_url(bridge), bridge.api_key)


def test_numbers_of_the_overview_keep_the_way_back(screen: Screen) -> None:
    page = screen.page
    screen.open("#Admin/ksefBridge", ".ksef-overview tr")
    for link in page.locator(".ksef-overview a").all():
        assert "fromAdmin=true" in str(link.get_attribute("href"))
    page.locator(".ksef-overview a").last.click()
    page.wait_for_selector('#main .page-header a[href="#Admin"]')
    assert unexpected(screen) == []


@pytest.mark.parametrize(
    ("shape", "written"), [("MM/DD/YYYY", "%m/%d/%Y"), ("DD.MM.YYYY", "%d.%m.%Y")]
)
def test_dates_are_the_readers(
    screen: Screen, life: Life, bridge: Installation, shape: str, written: str
) -> None:
    user = life.records.user
    me = user.done("GET", "App/user")["user"]["id"]
    nip = new_nip()
    certificate = life.certificate(nip)
    day = datetime.now(UTC) - timedelta(days=3)
    life.end_in(certificate, -3)
    user.done("PUT", f"Preferences/{me}", {"dateFormat": shape})
    try:
        answer = life.records.save_profile(
            name="Daty",
            nip=new_nip(),
            authorizationType="Certificate",
            authorizationCertificateId=certificate,
        )
        assert answer.status == 400
        assert f"{day:{written}}" in re.sub(r"\\", "", answer.message)
        screen.open("#KsefProfile/create", FORM)
        screen.type_in("name", "Daty")
        screen.type_in("nip", nip)
        screen.choose("environment", "Test")
        screen.choose("authorizationType", "Token")
        screen.type_in("token", bridge.new_ksef_token(nip))
        screen.save()
        told = screen.page.locator(".modal-dialog:visible")
        told.wait_for()
        screen.picture(f"dates-{written[1]}", whole=False)
        assert f"{TOKENS_END:{written}}" in told.inner_text()
    finally:
        user.done("PUT", f"Preferences/{me}", {"dateFormat": ""})


def test_a_refusal_has_a_heading_in_words(screen: Screen, life: Life) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.records.certificate_profile("Używa", nip, certificate)
    life.end_in(certificate, 8)
    page = screen.page
    name = life.record(certificate)["name"]
    row = screen.find_in_list("KsefCertificate", certificate, name)
    page.locator(f'{row} [data-toggle="dropdown"]').click()
    page.locator(f'{row} [data-action="quickRemove"]').click()
    page.locator('.modal-dialog:visible button[data-name="confirm"]').click()
    told = screen.notice("danger")
    screen.picture("refused-in-words", whole=False)
    assert not STATUS.search(told)
    assert "Not done" in told
    assert "Używa" in told


def remove_together(screen: Screen, scope: str, words: str, *records: str) -> None:
    """Remove them together, as the list's menu of actions does, after a search for words."""
    page = screen.page
    screen.find_in_list(scope, records[0], words)
    for record in records:
        page.locator(f'#main .list tr[data-id="{record}"] input.record-checkbox').check()
    page.locator("#main .list-buttons-container .actions-button").first.click()
    page.locator('#main .list-buttons-container a[data-action="remove"]:visible').click()
    page.locator('.modal-dialog:visible button[data-name="confirm"]').click()


def rows(screen: Screen, *records: str) -> list[int]:
    return [screen.page.locator(f'#main .list tr[data-id="{each}"]').count() for each in records]


def test_a_refused_mass_deletion_has_a_heading_in_words(screen: Screen, life: Life) -> None:
    nip = new_nip()
    used, unused = life.certificate(nip), life.certificate(nip)
    profile = life.records.certificate_profile("Używa wielu", nip, used)
    remove_together(screen, "KsefCertificate", nip, used, unused)
    told = screen.notice("danger")
    screen.picture("refused-together", whole=False)
    assert told.startswith("Not done")
    assert not STATUS.search(told)
    assert "Używa wielu" in told
    assert rows(screen, used, unused) == [1, 1]
    screen.page.locator("#notification .close, #nofitication .close").first.click()
    remove_together(screen, "KsefCertificate", nip, unused)
    assert "1 record" in screen.notice("success")
    assert rows(screen, used, unused) == [1, 0]
    change = (
        "UPDATE ksef_certificate SET status = :status, requested_by_profile_id = :profile "
        "WHERE id = :used"
    )
    life.espocrm.execute(change, status="Requested", profile=profile, used=used)
    try:
        remove_together(screen, "KsefProfile", nip, profile)
        told = screen.notice("danger")
    finally:
        life.espocrm.execute(change, status="Active", profile=None, used=used)
    assert told.startswith("Not done")
    assert not STATUS.search(told)
    assert unexpected(screen) == []
