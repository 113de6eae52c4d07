"""A certificate of another NIP is never linked without a word, and never refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser import Screen
from tests.e2e.credential_files import portal_files
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip

ANOTHER_NIP = "linked-certificate-of-another-nip"
SAID = {"en": "is of another NIP", "pl": "ma inny NIP"}
PICKER = '.field[data-name="offlineCertificate"] [data-action="selectLink"]'
ROW = ".modal.in tr.list-row"
SAMPLE = ".ksef-offline-sample"


@dataclass(frozen=True)
class TwoCompanies:
    """An Offline certificate of each, and the first one's profile."""

    nip: str
    other_nip: str
    own: str
    other: str
    profile: str


@pytest.fixture(scope="module")
def companies(
    bridge: Installation, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> TwoCompanies:
    nips = new_nip(), new_nip()
    folder = tmp_path_factory.mktemp("files")
    own, other = (
        records.certificate(portal_files(folder / nip, bridge.simulator.port, nip, "Offline"))
        for nip in nips
    )
    profile = records.token_profile("Biuro *Łąka*", nips[0], bridge.new_ksef_token(nips[0]))
    return TwoCompanies(*nips, own, other, profile)


@pytest.fixture(autouse=True)
def unlinked(companies: TwoCompanies, records: Records) -> Iterator[None]:
    yield
    link(records.user, companies, None)


def link(user: RestUser, companies: TwoCompanies, certificate: str | None) -> list[str]:
    """The codes that the save told."""
    path = f"KsefProfile/{companies.profile}"
    saved = user.done("PUT", path, {"offlineCertificateId": certificate})
    assert saved["offlineCertificateId"] == certificate
    return [each["code"] for each in saved.get("findings") or []]


def linked(records: Records, companies: TwoCompanies) -> str | None:
    found = records.user.done("GET", f"KsefProfile/{companies.profile}")
    certificate: str | None = found["offlineCertificateId"]
    return certificate


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_save_tells_whose_it_is(
    language: str, companies: TwoCompanies, administrators: dict[str, RestUser]
) -> None:
    user = administrators[language]
    assert link(user, companies, companies.own) == []
    path = f"KsefProfile/{companies.profile}"
    saved = user.done("PUT", path, {"offlineCertificateId": companies.other})
    [finding] = saved["findings"]
    assert (finding["code"], finding["severity"]) == (ANOTHER_NIP, "info")
    for words in (SAID[language], companies.nip, companies.other_nip):
        assert words in finding["message"]
    assert not user.done("PUT", path, {"companyName": "Łąka"}).get("findings"), "told once"


def test_one_to_log_in_with_is_told_beside_what_the_token_has_to_say(
    companies: TwoCompanies, records: Records, bridge: Installation, tmp_path: Path
) -> None:
    nip = new_nip()
    files = portal_files(tmp_path, bridge.simulator.port, companies.other_nip, "Authentication")
    answer = records.save_profile(
        name="Zlecenie",
        nip=nip,
        authorizationType="Token",
        token=bridge.new_ksef_token(nip),
        authorizationCertificateId=records.certificate(files),
    )
    codes = {each["code"]: each["field"] for each in answer.json["findings"]}
    assert codes[ANOTHER_NIP] == "authorizationCertificate"
    assert "token-validity-ends" in codes


def test_trying_it_tells_whose_it_is(
    screen: Screen, companies: TwoCompanies, records: Records
) -> None:
    link(records.user, companies, companies.other)
    screen.open(f"#KsefProfile/view/{companies.profile}", 'button[data-name="edit"]')
    screen.page.click("#main .dropdown-item-list-button")
    screen.page.click('#main [data-action="ksefTryOfflineSigning"]')
    warning = screen.page.locator(f"{SAMPLE} .alert-warning")
    warning.wait_for()
    for words in (SAID[screen.language], companies.nip, companies.other_nip):
        assert words in warning.inner_text()
    screen.picture("offline-sample-another-nip", whole=False)
    screen.page.click(f'.modal-dialog:has({SAMPLE}) [data-name="close"]')

    link(records.user, companies, companies.own)
    path = f"KsefProfile/{companies.profile}/tryOfflineSigning"
    assert "remarks" not in records.user.done("POST", path, {})


def test_the_picker_shows_the_own_ones_first_and_asks_for_others(
    screen: Screen, companies: TwoCompanies, records: Records
) -> None:
    page = screen.page
    screen.open(f"#KsefProfile/edit/{companies.profile}", PICKER)
    page.click(PICKER)
    page.locator(f'{ROW}[data-id="{companies.own}"]').wait_for()
    assert page.locator(ROW).count() == 1
    screen.picture("picker-own-certificates", whole=False)
    # Without the filter there are the others, too.
    show_all(screen)
    other = page.locator(f'{ROW}[data-id="{companies.other}"] a.link')
    other.click()
    question = page.locator(".dialog-confirm .confirm-message")
    question.wait_for()
    for words in (SAID[screen.language], companies.nip, companies.other_nip):
        assert words in question.inner_text()
    screen.picture("another-nip-asked", whole=False)

    page.click('.dialog-confirm [data-name="cancel"]')
    question.wait_for(state="detached")
    assert chosen(screen) == ""

    page.click(PICKER)
    page.locator(f'{ROW}[data-id="{companies.own}"]').wait_for()
    show_all(screen)
    other.click()
    page.click('.dialog-confirm [data-name="confirm"]')
    question.wait_for(state="detached")
    assert chosen(screen) != ""
    screen.save()
    page.wait_for_selector('#main button[data-name="edit"]')
    assert linked(records, companies) == companies.other
    # It was asked; the save does not tell it again.
    page.wait_for_timeout(300)
    assert page.locator(".modal.in").count() == 0
    assert screen.problems == []


def show_all(screen: Screen) -> None:
    """Take the filter away that the picker was opened with."""
    screen.page.locator('.modal.in .filter[data-name="identifierValue"]').hover()
    screen.page.click('.modal.in .remove-filter[data-name="identifierValue"]')
    screen.page.click('.modal.in button[data-action="search"]')


def chosen(screen: Screen) -> str:
    value: str = screen.field("offlineCertificate").locator("input.main-element").input_value()
    return value


def test_the_own_one_is_linked_without_a_question(
    screen: Screen, companies: TwoCompanies, records: Records
) -> None:
    screen.open(f"#KsefProfile/edit/{companies.profile}", PICKER)
    screen.page.click(PICKER)
    screen.page.click(f'{ROW}[data-id="{companies.own}"] a.link')
    screen.page.locator(".modal.in").wait_for(state="detached")
    screen.save()
    screen.page.wait_for_selector('#main button[data-name="edit"]')
    assert linked(records, companies) == companies.own


def test_a_company_without_own_ones_is_shown_all(
    screen: Screen, records: Records, bridge: Installation
) -> None:
    nip = new_nip()
    profile = records.token_profile("Nowa", nip, bridge.new_ksef_token(nip))
    screen.open(f"#KsefProfile/edit/{profile}", PICKER)
    with screen.page.expect_response(lambda each: is_list(each.url) and nip not in each.url):
        screen.page.click(PICKER)
    screen.page.locator(ROW).first.wait_for()
    assert screen.page.locator('.modal.in .filter[data-name="identifierValue"]').count() == 0


def is_list(url: str) -> bool:
    return "/api/v1/KsefCertificate?" in url
