"""Offline signing in EspoCRM: tried in the browser, refused in words, used by other PHP code."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import Screen
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import Answer, RestUser
from tests.installation import Installation, new_nip
from tests.offline.invoices import invoice_xml
from tests.processes import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NAME = "Zakład *Wiśniewska* <b>S.A.</b>"
HOST = "https://qr-test.ksef.mf.gov.pl"
SAMPLE = ".ksef-offline-sample"
ACTION = '[data-action="ksefTryOfflineSigning"]'
SAID = {"en": "no invoice stands behind them", "pl": "nie stoi za nimi żadna faktura"}
NOT_ACTIVE = {"en": "Inactive", "pl": "aktywuj ten"}


@dataclass(frozen=True)
class Company:
    """One that may issue invoices offline."""

    nip: str
    profile: str
    certificate: str


@pytest.fixture(scope="module")
def company(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    nip = new_nip()
    files = portal_files(
        tmp_path_factory.mktemp("files"), bridge.simulator.port, nip, "Offline", name="Wiśniewska"
    )
    certificate = records.certificate(files)
    token = bridge.new_ksef_token(nip)
    profile = records.token_profile(NAME, nip, token, offlineCertificateId=certificate)
    return Company(nip, profile, certificate)


@pytest.fixture
def inactive_certificate(company: Company, records: Records) -> Iterator[None]:
    set_status(records, company, "Inactive")
    yield
    set_status(records, company, "Active")


def set_status(records: Records, company: Company, status: str) -> None:
    records.user.done("PUT", f"KsefCertificate/{company.certificate}", {"status": status})


def tried(user: RestUser, company: Company) -> Answer:
    return user.call("POST", f"KsefProfile/{company.profile}/tryOfflineSigning", {})


def opened_at_ksef(bridge: Installation, url: str) -> Any:
    """What the verification page says of a link: the simulator stands for the official host."""
    assert url.startswith(f"{HOST}/")
    path = url.removeprefix(HOST)
    return bridge.simulator.call("GET", path, headers={"Accept": "application/json"}).json


def decoded(picture: Path) -> str:
    finished = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture],
        capture_output=True,
        text=True,
        check=True,
    )
    return finished.stdout.removesuffix("\n")


def press(screen: Screen, company: Company) -> None:
    screen.open(f"#KsefProfile/view/{company.profile}", 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    screen.page.click(f"#main {ACTION}")


def column(screen: Screen, title: str) -> Locator:
    heading = screen.page.get_by_text(title, exact=True)
    return screen.page.locator(f"{SAMPLE} .row > div").filter(has=heading)


def test_a_sample_is_of_today_and_of_the_company(
    company: Company, records: Records, bridge: Installation
) -> None:
    before = datetime.now(ZoneInfo("Europe/Warsaw"))
    first, second = (tried(records.user, company).json for _ in range(2))
    after = datetime.now(ZoneInfo("Europe/Warsaw"))

    days = [f"{HOST}/invoice/{company.nip}/{each:%d-%m-%Y}/" for each in (before, after)]
    assert first["kod1"]["url"].rpartition("/")[0] + "/" in days
    assert (first["kod1"]["label"], first["kod2"]["label"]) == ("OFFLINE", "CERTYFIKAT")
    assert first["kod1"]["url"] != second["kod1"]["url"], "each sample is another"
    for code in first.values():
        assert opened_at_ksef(bridge, code["url"])["valid"]


def test_both_codes_are_on_the_screen(
    screen: Screen, company: Company, bridge: Installation, tmp_path: Path
) -> None:
    press(screen, company)
    screen.page.wait_for_selector(SAMPLE)
    assert SAID[screen.language] in screen.text_of(f"{SAMPLE} .alert-info")
    assert NAME in screen.text_of(f".modal-dialog:has({SAMPLE}) .modal-title")
    for title in ("KOD I", "KOD II"):
        shown = column(screen, title)
        url = shown.locator("textarea").input_value()
        shown.locator("img").screenshot(path=tmp_path / "code.png")
        assert decoded(tmp_path / "code.png") == url
        assert shown.locator("a").get_attribute("href") == url
        said = opened_at_ksef(bridge, url)
        assert said["valid"], said
        assert said["sellerNip"] == company.nip
    screen.picture("offline-sample", whole=False)

    screen.page.click(f'.modal-dialog:has({SAMPLE}) [data-name="close"]')
    screen.page.locator(SAMPLE).wait_for(state="detached")


@pytest.mark.usefixtures("inactive_certificate")
def test_a_certificate_that_is_not_active_is_told(screen: Screen, company: Company) -> None:
    press(screen, company)
    told = screen.notice("danger")
    assert NAME in told
    assert NOT_ACTIVE[screen.language] in told
    screen.picture("offline-refused", whole=False)
    assert screen.page.locator(SAMPLE).count() == 0


def test_it_is_offered_only_where_it_can_work(
    screen: Screen, records: Records, bridge: Installation
) -> None:
    nip = new_nip()
    profile = records.token_profile("Bez certyfikatu", nip, bridge.new_ksef_token(nip))
    screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    assert screen.page.locator('#main [data-action="ksefLogOut"]').is_visible()
    assert screen.page.locator(f"#main {ACTION}:visible").count() == 0


def test_no_error_was_in_the_console(screen: Screen) -> None:
    assert screen.problems == []


@pytest.mark.usefixtures("inactive_certificate")
@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_refusal_names_its_code(
    language: str, company: Company, administrators: dict[str, RestUser]
) -> None:
    answer = tried(administrators[language], company)
    assert answer.status == 409
    assert answer.reason == "offline-certificate-not-active"
    assert answer.codes == ["offline-certificate-not-active"]
    assert NOT_ACTIVE[language] in answer.message


def test_a_bridge_that_is_away_is_told(
    company: Company, records: Records, bridge: Installation
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with other_bridge(records.user, bridge, nobody, bridge.api_key):
        answer = tried(records.user, company)
    assert answer.status == 503
    assert answer.codes == ["bridge-unreachable"]


@pytest.mark.parametrize("who", ["regular", "api"])
def test_others_may_not(who: str, company: Company, outsiders: dict[str, RestUser]) -> None:
    answer = tried(outsiders[who], company)
    assert answer.status == 403
    assert company.nip.encode() not in answer.body


def test_another_extension_gets_both_codes_of_an_invoice_file(
    company: Company, espocrm: EspoCrm, bridge: Installation, tmp_path: Path
) -> None:
    xml = invoice_xml(seller=f"<NIP>{company.nip}</NIP>").encode()
    (tmp_path / "invoice.xml").write_bytes(xml)

    links = espocrm.script("verification_links.php", company.profile, str(tmp_path / "invoice.xml"))

    digest = base64.urlsafe_b64encode(hashlib.sha256(xml).digest()).decode().rstrip("=")
    assert links["kod1"]["url"] == f"{HOST}/invoice/{company.nip}/01-02-2026/{digest}"
    for code in links.values():
        (tmp_path / "code.png").write_bytes(base64.b64decode(code["png"]))
        assert decoded(tmp_path / "code.png") == code["url"]
        assert opened_at_ksef(bridge, code["url"])["valid"]


def test_another_extension_is_told_why_not(
    company: Company, espocrm: EspoCrm, tmp_path: Path
) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.7")
    told = espocrm.script("verification_links.php", company.profile, str(tmp_path / "invoice.pdf"))
    assert told["code"] == "invoice-file-not-xml"
