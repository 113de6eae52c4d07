"""*Add Certificates* on KSeF Settings and on a profile, and the dialogs of new certificates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.browser import Screen
from tests.e2e.counted_steps import CountedSteps
from tests.e2e.credential_files import new_password, portal_files
from tests.e2e.portal_company import (
    Company,
    certificates_of,
    linked,
    new_company,
    new_profile,
    profiles_of,
    under,
)
from tests.e2e.records import Records
from tests.installation import Installation, new_nip

pytestmark = pytest.mark.usefixtures("uploads_left")

MODAL = ".modal.in"
REPORT = ".ksef-report"
CLOSE_REPORT = '.modal-dialog:has(.ksef-report) [data-name="close"]'
FOUND = f"{MODAL} .ksef-found"
INTENDED = f"{MODAL} .ksef-intended"
PASSWORD = f'{MODAL} .ksef-key-password input[data-file=""]'
CHOOSE = f'{MODAL} [data-action="chooseFiles"]'
SAVE = f'{MODAL} button[data-name="save"]'
CONNECTED = {"en": "Connected", "pl": "Połączono"}
SIZES = ((390, 844), (1280, 1040))
LEFT_OVER = {"en": "Left over", "pl": "Niewykorzystane"}
MADE = {"en": "Saving makes a profile", "pl": "Zapis utworzy profil"}
THERE = {"en": "The profile is there already", "pl": "Profil już istnieje"}
PESEL = "44051401458"
DROP = """([selector, name, content]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(content)], name));
    document.querySelector(selector).dispatchEvent(
        new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}),
    );
}"""


@pytest.fixture
def company(bridge: Installation, tmp_path: Path) -> Company:
    return new_company(bridge, tmp_path)


def choose(screen: Screen, *paths: Path) -> None:
    with screen.page.expect_response(re.compile("/sortCertificates$")):
        screen.page.locator(f'{MODAL} input[type="file"]').set_input_files(list(paths))


def type_password(screen: Screen, password: str, selector: str = PASSWORD) -> None:
    """The answer comes by itself when somebody stops typing."""
    with screen.page.expect_response(re.compile("/sortCertificates$")):
        screen.page.fill(selector, password)


def found(screen: Screen, *needed: str) -> str:
    """What the dialog says once it says this."""
    for each in needed:
        screen.page.locator(f"{MODAL} .ksef-sorting").get_by_text(each).first.wait_for()
    return screen.text_of(f"{MODAL} .ksef-sorting")


def intended(screen: Screen, needed: str) -> str:
    """What the dialog says of the profile once it says this."""
    screen.page.locator(INTENDED).get_by_text(needed).wait_for()
    return screen.text_of(INTENDED)


def connected(screen: Screen) -> None:
    """The report says so, and so does the page below it."""
    screen.page.wait_for_selector(REPORT)
    report = screen.text_of(REPORT)
    assert screen.page.locator(f"{REPORT} .label-danger").count() == 0, report
    assert CONNECTED[screen.language] in report
    screen.page.wait_for_url("**/#KsefProfile/view/*")
    screen.page.click(CLOSE_REPORT)
    screen.page.locator(REPORT).wait_for(state="detached")
    screen.field("connectionStatus").get_by_text(CONNECTED[screen.language], exact=True).wait_for()


def pictures(screen: Screen, name: str) -> None:
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.wait_for_timeout(150)
        screen.picture(f"{name}-{width}", whole=False)


def test_from_the_home_page_to_connected(
    screen: Screen, records: Records, company: Company, tmp_path: Path
) -> None:
    steps, language = CountedSteps(screen), screen.language
    screen.open("#Home", "#nav-menu-dropdown")
    steps.click("#nav-menu-dropdown", "menu")
    steps.click('#navbar a[href="#Admin"]', "Administration")
    steps.click('.admin-content a[href^="#KsefProfile"]', "KSeF Settings")
    steps.click('#main [data-name="ksefAddCertificates"]', "Add Certificates")
    steps.choose_files(CHOOSE, "Choose Files", *company.written(tmp_path / "files"))
    steps.fill(PASSWORD, company.password, "password")
    screen.page.locator(FOUND).nth(1).wait_for()
    pictures(screen, "add-certificates-environment")
    steps.choose("environment", "Test", MODAL)
    told = intended(screen, MADE[language])
    assert "Sklep Kowalski" in told
    assert company.nip in told
    pictures(screen, "add-certificates-sorted")
    shown = screen.text_of(f"{MODAL} .ksef-sorting")
    for each in (company.authentication, company.offline):
        assert each.certificate_name in shown
        assert each.key_name in shown
    steps.click(SAVE, "Save")
    screen.page.wait_for_selector(REPORT)
    screen.picture("add-certificates-connected", whole=False)
    print(f"\n{language}: {steps}")  # noqa: T201 - the figure that the guide quotes
    assert len(steps.clicks) <= 7, steps
    assert len(steps.fields) <= 3, steps
    assert steps.file_dialogs == 1
    connected(screen)
    [profile] = profiles_of(records.user, company.nip)
    assert screen.page.url.endswith(profile)
    assert sorted(certificates_of(records.user, company.nip)) == sorted(
        str(each) for each in linked(records.user, profile)
    )
    assert screen.problems == []


def test_whose_a_persons_certificate_is_has_to_be_said(
    screen: Screen, records: Records, bridge: Installation, tmp_path: Path
) -> None:
    page, nip = screen.page, new_nip()
    person = portal_files(tmp_path, bridge.simulator.port, PESEL, "Authentication", "Production")
    screen.open("#KsefProfile/list", '#main [data-name="ksefAddCertificates"]')
    page.click('#main [data-name="ksefAddCertificates"]')
    page.wait_for_selector(CHOOSE)
    box = screen.field("nip", MODAL).locator("input")
    assert not box.is_visible()
    choose(screen, *person.written(tmp_path / "files"))
    type_password(screen, person.password)
    box.wait_for()
    assert screen.field("environment", MODAL).locator('input[value="Production"]').is_checked()
    pictures(screen, "add-certificates-person")
    with page.expect_response(re.compile("/sortCertificates$")):
        screen.type_in("nip", f"{nip[:3]}-{nip[3:]}", MODAL)
    assert nip in intended(screen, MADE[screen.language])
    new_profile(records, nip, environment="Production", name="Już jest")
    page.click(SAVE)
    # Made meanwhile by somebody else: it is shown first.
    assert "Już jest" in intended(screen, THERE[screen.language])
    assert certificates_of(records.user, PESEL) == []
    assert screen.problems == []


def test_files_sorted_wrong_say_why_and_each_key_gets_its_password(
    screen: Screen,
    bridge: Installation,
    company: Company,
    records: Records,
    tmp_path: Path,
) -> None:
    page, language = screen.page, screen.language
    profile = new_profile(records, company.nip)
    own = new_password()
    foreign = portal_files(tmp_path / "foreign", bridge.simulator.port, new_nip(), "Offline")
    folder = tmp_path / "files"
    authentication, authentication_key = company.authentication.written(folder)
    stray = folder / "obcy.crt"
    stray.write_bytes(foreign.certificate)
    picture = folder / "faktura.pdf"
    picture.write_bytes(b"%PDF-1.7")

    screen.open(f"#KsefProfile/view/{profile}", '[data-name="ksefAddCertificates"]')
    page.locator('[data-name="ksefAddCertificates"]').locator("visible=true").first.click()
    page.wait_for_selector(CHOOSE)
    choose(screen, authentication, authentication_key, stray, picture)
    with page.expect_response(re.compile("/sortCertificates$")):
        dropped = list(under(company.offline, own).pkcs12())
        page.evaluate(DROP, [f"{MODAL} .ksef-drop", "offline.p12", dropped])
    found(screen, LEFT_OVER[language])
    type_password(screen, company.password)
    shown = found(screen, company.authentication.key_name)
    row = f'{MODAL} .ksef-key-password input[data-file="offline.p12"]'
    page.wait_for_selector(row)
    pictures(screen, "add-certificates-left-over")
    for name in ("obcy.crt", "faktura.pdf", "offline.p12"):
        assert name in shown
    type_password(screen, own, row)
    page.wait_for_function(
        "selector => document.querySelectorAll(selector).length === 2",
        arg=f"{FOUND} .label-success",
    )
    page.click(f'{MODAL} .ksef-chosen-file:has-text("obcy.crt") button')
    page.locator(f"{MODAL} .ksef-sorting").get_by_text("obcy.crt").wait_for(state="detached")
    assert page.input_value(row) == own
    assert page.locator(INTENDED).count() == 0
    page.click(SAVE)
    connected(screen)
    assert None not in linked(records.user, profile)
    assert own not in page.content()
    assert screen.problems == []


def test_a_new_certificate_says_which_one_it_is_for_and_swapped_files_need_no_dialog(
    screen: Screen, company: Company, tmp_path: Path, records: Records
) -> None:
    profile = new_profile(records, company.nip)
    screen.open(f"#KsefProfile/edit/{profile}", '#main .field[data-name="offlineCertificate"]')
    portal = {
        "authorizationCertificate": "Uwierzytelnienie w systemie KSeF",
        "offlineCertificate": "Podpis linku do weryfikacji wystawcy",
    }
    for field, name in portal.items():
        screen.field(field).locator('[data-action="createLink"]').click()
        screen.page.wait_for_selector(f'{MODAL} .field[data-name="certificateFile"]')
        assert name in screen.text_of(f"{MODAL} .ksef-expected-type")
        screen.picture(f"new-certificate-for-{field}", whole=False)
        if field == "authorizationCertificate":
            screen.page.click(f'{MODAL} button[data-name="cancel"]')
            screen.page.locator(MODAL).wait_for(state="detached")
    certificate, key = company.offline.written(tmp_path / "swapped")
    screen.upload("certificateFile", key, MODAL)
    screen.upload("keyFile", certificate, MODAL)
    screen.type_in("password", company.password, MODAL)
    screen.save(MODAL)
    screen.page.locator(MODAL).wait_for(state="detached")
    screen.page.wait_for_timeout(300)
    assert screen.page.locator(REPORT).count() == 0
    screen.save()
    screen.page.wait_for_selector('button[data-name="edit"]')
    assert linked(records.user, profile)[1] is not None
    assert screen.problems == []


def test_the_request_dialog_proposes_type_and_name(
    screen: Screen, company: Company, records: Records
) -> None:
    certificate = records.certificate(company.authentication)
    profile = records.certificate_profile(
        "Żuk", company.nip, certificate, companyName="Żuk „Nowy” S.A."
    )
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    screen.page.click('#main [data-action="ksefRequestCertificate"]')
    name = f'{MODAL} .field[data-name="name"] input'
    screen.page.wait_for_selector(name)
    requested = {"en": "requested", "pl": "wniosek"}[screen.language]
    pattern = rf"^Żuk Nowy S A Offline {requested} \d{{4}}-\d\d-\d\d$"
    assert re.match(pattern, screen.page.input_value(name))
    screen.picture("request-proposed", whole=False)
    screen.choose("type", "Authentication", MODAL)
    screen.page.wait_for_function(
        "([selector, word]) => !document.querySelector(selector).value.includes(word)",
        arg=[name, "Offline"],
    )
    screen.type_in("name", "Kasa sklepu", MODAL)
    screen.choose("type", "Offline", MODAL)
    assert screen.page.input_value(name) == "Kasa sklepu"
    assert screen.problems == []
