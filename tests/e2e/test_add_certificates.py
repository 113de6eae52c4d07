"""*Add Certificates* on a profile: any files, sorted, shown, stored and linked by one Save."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from tests.e2e.breaking_proxy import BreakingPoint, BreakingProxy, breaking_proxy
from tests.e2e.bridge_settings import bridge_url, enter_bridge
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.counted_steps import CountedSteps
from tests.e2e.credential_files import CredentialFiles, new_password, portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import LINK_FIELDS, Records
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip

MODAL = ".modal.in"
REPORT = ".ksef-report"
FOUND = f"{MODAL} .ksef-found"
PASSWORD = f'{MODAL} .ksef-key-password input[data-file=""]'
CHOOSE = f'{MODAL} [data-action="chooseFiles"]'
SAVE = f'{MODAL} button[data-name="save"]'
CONNECTED = {"en": "Connected", "pl": "Połączono"}
SIZES = ((390, 844), (1280, 900))
LEFT_OVER = {"en": "Left over", "pl": "Niewykorzystane"}


@dataclass(frozen=True)
class Company:
    """A NIP and the portal's files for it, both keys under one password."""

    nip: str
    authentication: CredentialFiles
    offline: CredentialFiles

    @property
    def password(self) -> str:
        return self.authentication.password

    def written(self, folder: Path) -> list[Path]:
        return [*self.offline.written(folder), *self.authentication.written(folder)]

    def given(self) -> list[tuple[str, bytes]]:
        return [
            pair
            for each in (self.authentication, self.offline)
            for pair in (
                (each.certificate_name, each.certificate),
                (each.key_name, each.key),
            )
        ]


def under(files: CredentialFiles, password: str) -> CredentialFiles:
    encryption = BestAvailableEncryption(password.encode())
    key = files.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return replace(files, key=key, password=password)


@pytest.fixture
def company(bridge: Installation, tmp_path: Path) -> Company:
    nip, port = new_nip(), bridge.simulator.port
    made = {
        each: portal_files(tmp_path / each, port, nip, each)
        for each in ("Authentication", "Offline")
    }
    offline = replace(made["Offline"], name=f"{made['Offline'].name}-offline")
    return Company(nip, made["Authentication"], under(offline, made["Authentication"].password))


@pytest.fixture
def english(logging_in: LoggingIn) -> Iterator[Screen]:
    with logging_in("en") as screen:
        yield screen


def new_profile(records: Records, nip: str, **more: object) -> str:
    answer = records.save_profile(
        **{"name": "Sklep Kowalski", "nip": nip, "authorizationType": "Certificate", **more}
    )
    assert answer.status == 200, answer.message
    return str(answer.json["id"])


def encoded(files: list[tuple[str, bytes]]) -> list[dict[str, str]]:
    return [
        {"name": name, "content": base64.b64encode(content).decode()} for name, content in files
    ]


def sort(user: RestUser, profile: str, **body: object) -> Any:
    return user.done("POST", f"KsefProfile/{profile}/sortCertificates", body)


def add(user: RestUser, profile: str, sorting: Any, **body: object) -> Answer:
    """Save what was shown."""
    fingerprints = {
        each["field"]: each["facts"]["fingerprint"]
        for each in sorting["certificates"]
        if each["field"]
    }
    path = f"KsefProfile/{profile}/addCertificates"
    return user.call("POST", path, {**body, "fingerprints": fingerprints})


def linked(user: RestUser, profile: str) -> list[str | None]:
    record = user.done("GET", f"KsefProfile/{profile}")
    return [record[f"{field}Id"] for field in LINK_FIELDS.values()]


def certificates_of(user: RestUser, nip: str) -> list[str]:
    where = f"where[0][type]=equals&where[0][attribute]=identifierValue&where[0][value]={nip}"
    listed = user.done("GET", f"KsefCertificate?select=id,name&{where}")["list"]
    return [each["id"] for each in listed]


UploadsLeft = Callable[[], int]


@pytest.fixture(autouse=True)
def uploads_left(espocrm: EspoCrm) -> Iterator[UploadsLeft]:
    """How many files there are now that there were not before; after each test none."""

    def count() -> int:
        [row] = espocrm.rows(
            "SELECT count(*) AS count FROM attachment WHERE related_type = 'KsefCertificate'"
            " AND field IN ('certificateFile', 'keyFile')"
        )
        return int(row["count"])

    before = count()
    yield lambda: count() - before
    assert count() == before


def open_dialog(screen: Screen, profile: str) -> None:
    screen.open(f"#KsefProfile/view/{profile}", '[data-name="ksefAddCertificates"]')
    screen.page.locator('[data-name="ksefAddCertificates"]').locator("visible=true").first.click()
    screen.page.wait_for_selector(CHOOSE)


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


def pictures(screen: Screen, name: str) -> None:
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        screen.page.wait_for_timeout(150)
        screen.picture(f"{name}-{width}", whole=False)


def test_from_the_home_page_to_connected(
    new_screen: Screen, company: Company, tmp_path: Path
) -> None:
    screen, steps = new_screen, CountedSteps(new_screen)
    screen.open("#Home", "#nav-menu-dropdown")
    steps.click("#nav-menu-dropdown", "menu")
    steps.click('#navbar a[href="#Admin"]', "Administration")
    steps.click('.admin-content a[href^="#KsefProfile"]', "KSeF Settings")
    steps.click('[data-action="create"]', "Create KSeF Profile")
    screen.page.wait_for_selector('#main .field[data-name="nip"] input')
    steps.type_in("name", "Sklep Kowalski")
    steps.type_in("nip", company.nip)
    steps.choose("environment", "Test")
    steps.choose("authorizationType", "Certificate")
    steps.click('#main button[data-name="save"]', "Save")
    steps.click('[data-name="ksefAddCertificates"]', "Add Certificates")
    steps.choose_files(CHOOSE, "Choose Files", *company.written(tmp_path / "files"))
    steps.fill(PASSWORD, company.password, "password")
    screen.page.locator(FOUND).nth(1).wait_for()
    shown = screen.text_of(f"{MODAL} .ksef-sorting")
    pictures(screen, "add-certificates-sorted")
    for each in (company.authentication, company.offline):
        assert each.certificate_name in shown
        assert each.key_name in shown
    assert f"NIP {company.nip}" in shown
    steps.click(SAVE, "Save")
    screen.page.wait_for_selector(REPORT)
    report = screen.text_of(REPORT)
    assert screen.page.locator(f"{REPORT} .label-danger").count() == 0, report
    screen.picture("add-certificates-connected", whole=False)
    assert CONNECTED[screen.language] in report
    print(f"\n{screen.language}: {steps}")  # noqa: T201 - the figure that the guide quotes
    assert len(steps.clicks) <= 12, steps
    assert len(steps.fields) <= 6, steps
    assert steps.file_dialogs == 1
    screen.page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')
    screen.field("connectionStatus").get_by_text(CONNECTED[screen.language], exact=True).wait_for()
    assert screen.field("offlineCertificate").locator("a").count() >= 1
    assert screen.problems == []


def test_files_sorted_wrong_say_why_and_each_key_gets_its_password(
    new_screen: Screen,
    bridge: Installation,
    company: Company,
    records: Records,
    tmp_path: Path,
) -> None:
    screen, language = new_screen, new_screen.language
    profile = new_profile(records, company.nip)
    own = new_password()
    foreign = portal_files(tmp_path / "foreign", bridge.simulator.port, new_nip(), "Offline")
    folder = tmp_path / "files"
    authentication, authentication_key = company.authentication.written(folder)
    offline, offline_key = under(company.offline, own).written(folder)
    stray = folder / "obcy.crt"
    stray.write_bytes(foreign.certificate)
    picture = folder / "faktura.pdf"
    picture.write_bytes(b"%PDF-1.7")

    open_dialog(screen, profile)
    choose(screen, authentication, authentication_key, offline, offline_key, stray, picture)
    found(screen, LEFT_OVER[language])
    type_password(screen, company.password)
    shown = found(screen, company.authentication.key_name)
    row = f'{MODAL} .ksef-key-password input[data-file="{offline_key.name}"]'
    screen.page.wait_for_selector(row)
    pictures(screen, "add-certificates-left-over")
    for name in ("obcy.crt", "faktura.pdf", offline_key.name):
        assert name in shown
    type_password(screen, own, row)
    screen.page.wait_for_function(
        "selector => document.querySelectorAll(selector).length === 2",
        arg=f"{FOUND} .label-success",
    )
    assert offline_key.name in screen.text_of(f"{MODAL} .ksef-sorting")
    screen.page.click(f'{MODAL} .ksef-chosen-file:has-text("obcy.crt") button')
    screen.page.locator(f"{MODAL} .ksef-sorting").get_by_text("obcy.crt").wait_for(state="detached")
    assert screen.page.input_value(row) == own
    screen.page.click(SAVE)
    screen.page.wait_for_selector(REPORT)
    assert None not in linked(records.user, profile)
    assert own not in screen.page.content()
    assert screen.problems == []


def test_dropped_files_are_sorted_like_chosen_ones(
    english: Screen, company: Company, records: Records
) -> None:
    profile = new_profile(records, company.nip)
    open_dialog(english, profile)
    content = list(company.offline.pkcs12())
    with english.page.expect_response(re.compile("/sortCertificates$")):
        english.page.evaluate(
            """([selector, content]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(content)], 'offline.p12'));
                document.querySelector(selector).dispatchEvent(
                    new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}),
                );
            }""",
            [f"{MODAL} .ksef-drop", content],
        )
    assert "offline.p12" in found(english, "offline.p12")
    type_password(english, company.password)
    assert "Goes to the field Offline Certificate" in found(english, "Goes to")
    assert english.problems == []


def test_a_second_time_links_what_is_stored(records: Records, company: Company) -> None:
    user = records.user
    files = {"files": encoded(company.given()), "password": company.password}
    first = new_profile(records, company.nip)
    assert add(user, first, sort(user, first, **files), **files).status == 200
    stored = linked(user, first)
    assert len(set(stored)) == 2
    assert None not in stored

    again = sort(user, first, **files)
    codes = [[each["code"] for each in found["findings"]] for found in again["certificates"]]
    assert codes == [["certificate-linked-already"], ["certificate-linked-already"]]
    assert add(user, first, again, **files).status == 200

    second = new_profile(records, new_nip(), name="Drugi")
    elsewhere = sort(user, second, **files)
    codes = [[each["code"] for each in found["findings"]] for found in elsewhere["certificates"]]
    assert {each[0] for each in codes} == {"certificate-stored-already"}
    assert {each[-1] for each in codes} == {"linked-certificate-of-another-nip"}
    assert add(user, second, elsewhere, **files).status == 200
    assert linked(user, first) == linked(user, second) == stored
    assert sorted(certificates_of(user, company.nip)) == sorted(str(each) for each in stored)


def break_an_inspection(proxy: BreakingProxy, again: bool = True) -> None:
    """cURL repeats a call once when the connection that it had kept is gone."""
    act = partial(break_an_inspection, proxy, again=False) if again else lambda: None
    proxy.break_at(BreakingPoint("POST", "/v1/certificates/inspect$", "before", act))


def test_what_one_is_refused_for_does_not_keep_the_other_out(
    records: Records,
    company: Company,
    bridge: Installation,
    root_user: RestUser,
    uploads_left: UploadsLeft,
) -> None:
    user = records.user
    profile = new_profile(records, company.nip)
    files = {"files": encoded(company.given()), "password": company.password}
    sorting = sort(user, profile, **files)
    with breaking_proxy(bridge) as proxy:
        try:
            enter_bridge(root_user, proxy.url, bridge.api_key)
            break_an_inspection(proxy)
            answer = add(user, profile, sorting, **files)
            assert answer.status == 200
            refused, stored = answer.json["certificates"]
            assert (refused["field"], refused["id"]) == ("authorizationCertificate", None)
            assert refused["message"]
            assert stored["message"] is None
            assert linked(user, profile) == [None, stored["id"]]
            assert uploads_left() == 0

            break_an_inspection(proxy)
            body = {**files, "files": encoded(company.given()[:2])}
            nothing = add(user, profile, sort(user, profile, **body), **body)
            assert nothing.status == 503
            assert uploads_left() == 0
        finally:
            enter_bridge(root_user, bridge_url(bridge), bridge.api_key)
    repeated = add(user, profile, sort(user, profile, **files), **files)
    assert [each["message"] for each in repeated.json["certificates"]] == [None, None]
    assert None not in linked(user, profile)
    assert len(certificates_of(user, company.nip)) == 2


def test_a_zip_with_both_and_a_token_profile(
    records: Records, company: Company, bridge: Installation
) -> None:
    user = records.user
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in [*company.given(), ("README.txt", b"Czytaj")]:
            archive.writestr(name, content)
    profile = records.token_profile("Z tokenem", company.nip, bridge.new_ksef_token(company.nip))
    files = {"files": encoded([("pakiet.zip", written.getvalue())]), "password": company.password}
    sorting = sort(user, profile, **files)
    assert sorting["leftOver"] == []
    assert [each["keyFile"] for each in sorting["certificates"]] == [
        f"pakiet.zip/{each.key_name}" for each in (company.authentication, company.offline)
    ]
    assert add(user, profile, sorting, **files).status == 200
    record = user.done("GET", f"KsefProfile/{profile}")
    assert record["authorizationType"] == "Certificate"
    assert records.connection_test(profile)["connectionStatus"] == "Connected"


def test_what_was_not_shown_is_not_saved(records: Records, company: Company) -> None:
    user = records.user
    profile = new_profile(records, company.nip)
    files = {"files": encoded(company.given()), "password": company.password}
    path = f"KsefProfile/{profile}/addCertificates"
    for fingerprints in ({}, {"authorizationCertificate": "0" * 64}, None):
        answer = user.call("POST", path, {**files, "fingerprints": fingerprints})
        assert answer.status == 409
        assert answer.codes == ["certificates-sorted-otherwise"]
    assert certificates_of(user, company.nip) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "files-incomplete"),
        ({"files": []}, "files-incomplete"),
        ({"files": [{"name": "a.crt"}]}, "files-incomplete"),
        ({"files": [{"name": "a.crt", "content": "?"}]}, "files-incomplete"),
        ({"files": [{"name": "a", "content": "YQ=="}] * 2}, "files-incomplete"),
        ({"files": [{"name": "a.crt", "content": "YQ=="}], "passwords": 1}, "files-incomplete"),
        ({"files": encoded([("a.crt", b"-" * 65537)])}, "file-too-large"),
        ({"files": encoded([(str(at), b"-") for at in range(21)])}, "files-too-many"),
        ({"files": encoded([(str(at), b"-" * 65000) for at in range(12)])}, "files-too-many"),
    ],
)
@pytest.mark.parametrize("action", ["sortCertificates", "addCertificates"])
def test_what_cannot_be_sorted_is_refused_in_words(
    records: Records, refused_profile: str, action: str, body: dict[str, object], code: str
) -> None:
    answer = records.user.call("POST", f"KsefProfile/{refused_profile}/{action}", body)
    assert answer.status == 400
    assert answer.codes == [code]
    assert answer.message


@pytest.fixture(scope="module")
def refused_profile(records: Records) -> str:
    return new_profile(records, new_nip(), name="Odmowy")


def test_nobody_else_may(outsiders: dict[str, RestUser], refused_profile: str) -> None:
    body = {"files": encoded([("a.crt", b"-")])}
    for who in outsiders.values():
        for action in ("sortCertificates", "addCertificates"):
            answer = who.call("POST", f"KsefProfile/{refused_profile}/{action}", body)
            assert answer.status == 403


def test_a_new_certificate_says_which_one_it_is_for_and_swapped_files_need_no_dialog(
    new_screen: Screen, company: Company, tmp_path: Path, records: Records
) -> None:
    screen = new_screen
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
    new_screen: Screen, company: Company, records: Records
) -> None:
    screen = new_screen
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
