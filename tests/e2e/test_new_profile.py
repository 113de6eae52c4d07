"""A profile that finishes itself: what is known is not asked, what is saved is tried at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bridge.credentials.identifiers import internal_id_that_fits
from tests.e2e.browser import Screen
from tests.e2e.credential_files import portal_files
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.secret_register import register_secret

if TYPE_CHECKING:
    from playwright.sync_api import Route

CONNECTED = {"en": "Connected", "pl": "Połączono"}
FAILED = {"en": "Failed", "pl": "Błąd"}
TESTING = {"en": "Testing the connection", "pl": "Sprawdzanie połączenia"}
PORTAL = "https://ap-test.ksef.mf.gov.pl/web/"
REPORT = ".modal-dialog .ksef-report"
MODAL = ".modal.in"
FORM = '.field[data-name="nip"] input'
COUNT_PRESSES = """
    window.presses = [];
    addEventListener('pointerdown', event => window.presses.push(
        event.target.closest('a, button, label, input, textarea')?.innerText.trim() ?? ''), true);
"""


def unit_token(bridge: Installation, unit: str) -> str:
    """A token of a company's unit."""
    body = {"context": {"type": "InternalId", "value": unit}}
    answer = bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body)
    return register_secret(str(answer.json["token"]))


def saved(records: Records, **attributes: object) -> Any:
    """A profile of which nothing but its environment is told beside the credential."""
    answer = records.user.call("POST", "KsefProfile", {"environment": "Test", **attributes})
    assert answer.status == 200, f"{answer.status} {answer.body[:2000]!r}"
    return answer.json


def test_a_token_tells_whose_it_is(records: Records, bridge: Installation) -> None:
    nip = new_nip()
    profile = saved(records, token=bridge.new_ksef_token(nip))
    told = {name: profile[name] for name in ("nip", "name", "authorizationType", "internalId")}
    assert told == {"nip": nip, "name": nip, "authorizationType": "Token", "internalId": ""}
    unit = internal_id_that_fits(f"{new_nip()}-00010")
    profile = saved(records, token=unit_token(bridge, unit), name="Oddział")
    assert (profile["nip"], profile["internalId"], profile["name"]) == (unit[:10], unit, "Oddział")
    assert records.connection_test(profile["id"])["ok"]


def test_a_certificate_tells_whose_it_is_and_where_it_serves(
    records: Records, bridge: Installation, tmp_path: Path
) -> None:
    nip, port, company = new_nip(), bridge.simulator.port, "Zakład „Wiśniewska, Syn” S.A."
    files = portal_files(tmp_path, port, nip, "Authentication", "Production", name=company)
    certificate = records.certificate(files)
    answer = records.user.call("POST", "KsefProfile", {"authorizationCertificateId": certificate})
    assert answer.status == 200, answer.body
    told = {"nip": nip, "environment": "Production", "authorizationType": "Certificate"}
    assert told.items() <= answer.json.items()
    assert answer.json["name"] == answer.json["companyName"] == company


def test_what_was_entered_stays_and_what_nobody_tells_is_asked(
    records: Records, bridge: Installation
) -> None:
    nip, other = new_nip(), new_nip()
    answer = records.save_profile(nip=nip, name="Obcy", token=bridge.new_ksef_token(other))
    assert (answer.status, answer.codes[0]) == (400, "token-nip-mismatch")
    answer = records.save_profile(nip=nip, token=bridge.new_ksef_token(nip), name="Podana nazwa")
    assert answer.json["name"] == "Podana nazwa"
    assert records.save_profile(name="Bez NIP", authorizationType="Token").codes == [
        "nip-malformed"
    ]
    assert records.save_profile(nip=new_nip(), name="Bez sposobu").status == 400


def test_from_the_home_page_to_connected(screen: Screen, bridge: Installation) -> None:
    page, nip = screen.page, new_nip()
    token = bridge.new_ksef_token(nip)
    screen.open("#", "#navbar .navbar")
    page.evaluate(COUNT_PRESSES)
    page.click("#nav-menu-dropdown")
    page.click('#navbar a[href="#Admin"]:visible')
    page.click('.admin-content-row a[href^="#KsefProfile"]')
    page.click('#main [data-action="create"]')
    page.wait_for_selector(FORM)
    screen.settle()
    page.keyboard.insert_text(token)
    page.wait_for_function(
        "([box, nip]) => document.querySelector(box).value === nip", arg=[f"#main {FORM}", nip]
    )
    page.locator('#main .field[data-name="environment"] input[value="Test"]').click()
    screen.picture("new-profile-filled-in")
    screen.save()
    page.wait_for_url("**/#KsefProfile/view/*")
    screen.field("connectionStatus").get_by_text(CONNECTED[screen.language], exact=True).wait_for()
    assert len(page.evaluate("window.presses")) == 6, page.evaluate("window.presses")
    screen.picture("new-profile-connected", whole=False)
    page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    page.locator(REPORT).wait_for(state="detached")
    screen.picture("new-profile-connected-page")
    assert screen.field("nip").inner_text().split()[0] == nip
    page.click('#main [data-action="showConnectionReport"]')
    page.wait_for_selector(f"{REPORT} .label-success")
    assert screen.problems == []


def test_another_token_is_tried_in_place(
    screen: Screen, records: Records, bridge: Installation
) -> None:
    page, nip = screen.page, new_nip()
    profile = records.token_profile(f"Nowy token {nip}", nip, bridge.new_ksef_token(nip))
    records.connection_test(profile)
    unknown = register_secret(re.sub(r"[0-9a-f]{64}$", "ab" * 32, bridge.new_ksef_token(nip)))
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    held: list[Route] = []
    page.route("**/testConnection", lambda route: held.append(route))
    page.click('button[data-name="edit"]')
    page.click('#main [data-action="replaceToken"]')
    screen.type_in("token", unknown)
    screen.save()
    shown = screen.field("connectionStatus")
    shown.get_by_text(TESTING[screen.language]).wait_for()
    page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    screen.picture("testing-in-place")
    held[0].continue_()
    page.unroute("**/testConnection")
    shown.get_by_text(FAILED[screen.language], exact=True).wait_for()
    assert shown.get_by_text(TESTING[screen.language]).count() == 0
    assert screen.field("connectionCode").inner_text().strip()
    assert page.locator(MODAL).count() == 0
    screen.picture("failed-in-place")
    assert len(held) == 1
    assert screen.problems == []


def test_a_form_that_is_opened_during_the_test_keeps_what_is_entered(
    screen: Screen, records: Records, bridge: Installation
) -> None:
    page, nip = screen.page, new_nip()
    profile = records.token_profile(f"W trakcie {nip}", nip, bridge.new_ksef_token(nip))
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    held: list[Route] = []
    page.route("**/testConnection", lambda route: held.append(route))
    page.click('button[data-name="edit"]')
    page.click('#main [data-action="replaceToken"]')
    screen.type_in("token", bridge.new_ksef_token(nip))
    screen.save()
    screen.field("connectionStatus").get_by_text(TESTING[screen.language]).wait_for()
    page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    page.click('button[data-name="edit"]:visible')
    screen.type_in("name", "Wpisano w trakcie")
    with page.expect_response(re.compile(r"/testConnection$")):
        held[0].continue_()
    page.unroute("**/testConnection")
    screen.settle()
    screen.save()
    stored = records.user.done("GET", f"KsefProfile/{profile}")
    assert (stored["name"], stored["connectionStatus"]) == ("Wpisano w trakcie", "Connected")
    screen.field("connectionStatus").get_by_text(CONNECTED[screen.language]).wait_for()
    assert screen.problems == []


def test_what_changes_no_credential_is_not_tried(
    screen: Screen, records: Records, bridge: Installation
) -> None:
    page, nip = screen.page, new_nip()
    profile = records.token_profile(f"Bez zmian {nip}", nip, bridge.new_ksef_token(nip))
    records.connection_test(profile)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    page.click('button[data-name="edit"]')
    screen.type_in("address", "ul. Łąkowa 1")
    screen.save()
    page.wait_for_selector('button[data-name="edit"]:visible')
    screen.settle()
    assert [url for url in asked if url.endswith("/testConnection")] == []


def test_a_profile_without_a_credential_says_what_is_missing(
    screen: Screen, records: Records
) -> None:
    page = screen.page
    screen.open("#KsefProfile/create", FORM)
    screen.type_in("nip", new_nip())
    screen.type_in("name", "Bez poświadczenia")
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Token")
    screen.save()
    page.wait_for_url("**/#KsefProfile/view/*")
    line = screen.page.locator("#main .ksef-missing")
    line.wait_for()
    screen.settle()
    assert line.locator("a").first.get_attribute("href") == PORTAL
    screen.picture("credential-missing")
    profile = page.url.rsplit("/", 1)[1]
    records.user.done("PUT", f"KsefProfile/{profile}", {"authorizationType": "Certificate"})
    screen.open(f"#KsefProfile/view/{profile}", ".ksef-missing")
    assert screen.problems == []


@pytest.fixture
def listed(bridge: Installation) -> tuple[str, str]:
    """A company in the list of VAT payers: its NIP and name."""
    nip, name = new_nip(), "Sklep *Kowalski* sp. z o.o."
    told = {"name": name, "workingAddress": "PROSTA 49, 00-838 WARSZAWA", "krs": "0000123456"}
    bridge.simulator.call("PUT", f"/_simulator/vat-payers/{nip}", json_body=told)
    return nip, name


def test_company_details_are_fetched_into_a_new_profile_and_a_saved_one(
    screen: Screen, records: Records, listed: tuple[str, str]
) -> None:
    page, (nip, name) = screen.page, listed
    fetch = '#main [data-action="fetchCompanyDetails"]'
    screen.open("#KsefProfile/create", FORM)
    assert page.locator(fetch).count() == 0
    screen.type_in("nip", nip)
    screen.type_in("name", nip)
    page.click(fetch)
    page.wait_for_function(
        "([box, name]) => document.querySelector(box)?.value === name",
        arg=['#main .field[data-name="companyName"] input', name],
    )
    assert page.input_value('#main .field[data-name="name"] input') == name
    screen.picture("company-details-fetched")
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Certificate")
    screen.save()
    page.wait_for_url("**/#KsefProfile/view/*")
    path = f"KsefProfile/{page.url.rsplit('/', 1)[1]}"
    found = records.user.done("GET", path)
    assert (found["companyName"], found["krsNumber"]) == (name, "0000123456")

    changed = {"companyName": "Inna nazwa", "address": None}
    records.user.done("PUT", path, changed)
    screen.open(f"#{path.replace('/', '/view/')}", fetch)
    page.click(fetch)
    page.wait_for_selector(f'{MODAL} button[data-name="confirm"]')
    asked = page.locator(".modal-dialog:visible").inner_text()
    assert "Inna nazwa" in asked
    assert name in asked
    assert records.user.done("GET", path)["address"] == "PROSTA 49, 00-838 WARSZAWA"
    screen.picture("company-details-replaced", whole=False)
    page.click(f'{MODAL} button[data-name="confirm"]')
    screen.field("companyName").get_by_text(name).wait_for()
    assert records.user.done("GET", path)["companyName"] == name
    assert screen.problems == []


def test_why_nothing_was_fetched_is_said(
    administrators: dict[str, RestUser], bridge: Installation
) -> None:
    nip = new_nip()
    bridge.simulator.call("PUT", f"/_simulator/vat-payers/{nip}", json_body={"listed": False})
    answers = {
        language: user.call("GET", f"KsefBridge/companies/{nip}")
        for language, user in administrators.items()
    }
    assert {each.status for each in answers.values()} == {409}
    assert nip in answers["en"].message
    assert "wykazie podatników VAT" in answers["pl"].message
    wrong = administrators["en"].call("GET", "KsefBridge/companies/526-587-76-36")
    assert (wrong.status, wrong.codes) == (400, ["company-nip-check-digit"])
