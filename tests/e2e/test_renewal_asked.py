"""Whoever uploads certificates is asked whether they are to renew themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.browser import Screen
from tests.e2e.credential_files import portal_files
from tests.e2e.portal_company import linked, new_company
from tests.e2e.records import Records
from tests.installation import Installation, new_nip

EXPLAINED = {"en": "30 days before a KSeF certificate ends", "pl": "na 30 dni przed końcem"}
DIALOG = ".modal.in"
ON_THE_SPOT = '.modal.in:has(.field[data-name="keyFile"])'


def answer(screen: Screen, inside: str, *, is_renewed: bool) -> None:
    asked = screen.field("autoRenew", inside)
    assert EXPLAINED[screen.language] in asked.inner_text()
    box = asked.locator('input[type="checkbox"]')
    assert not box.is_checked()
    box.set_checked(is_renewed)


def upload(screen: Screen, port: int, folder: Path, inside: str, *, is_renewed: bool) -> None:
    """Fill in the form, answer, save."""
    answer(screen, inside, is_renewed=is_renewed)
    files = portal_files(folder / "made", port, new_nip(), "Offline")
    certificate, key = files.written(folder / "files")
    screen.upload("certificateFile", certificate, inside)
    screen.upload("keyFile", key, inside)
    screen.type_in("password", files.password, inside)
    screen.picture("certificate-upload-renewal", whole=False)
    screen.save(inside)


@pytest.mark.parametrize("is_renewed", [True, False])
def test_the_form_asks_and_the_answer_is_kept(
    screen: Screen, records: Records, bridge: Installation, tmp_path: Path, is_renewed: bool
) -> None:
    screen.open("#KsefCertificate/create", '.field[data-name="keyFile"] input')
    upload(screen, bridge.simulator.port, tmp_path, "#main", is_renewed=is_renewed)
    screen.page.wait_for_selector('#main button[data-name="edit"]')
    certificate = screen.page.url.rpartition("/")[2]
    assert records.user.done("GET", f"KsefCertificate/{certificate}")["autoRenew"] is is_renewed


def test_the_form_on_the_spot_asks_too(
    screen: Screen, records: Records, bridge: Installation, tmp_path: Path
) -> None:
    nip = new_nip()
    profile = records.token_profile("Na miejscu", nip, bridge.new_ksef_token(nip))
    screen.open(f"#KsefProfile/edit/{profile}", '.field[data-name="offlineCertificate"]')
    screen.field("offlineCertificate").locator('[data-action="createLink"]').click()
    screen.page.wait_for_selector(f'{ON_THE_SPOT} .field[data-name="autoRenew"] input')
    upload(screen, bridge.simulator.port, tmp_path, ON_THE_SPOT, is_renewed=True)
    # It is another company's: whether it is wanted is asked here, too.
    screen.page.click('.dialog-confirm [data-name="confirm"]')
    screen.save()
    screen.page.wait_for_selector('#main button[data-name="edit"]')
    linked = records.user.done("GET", f"KsefProfile/{profile}")["offlineCertificateId"]
    assert records.user.done("GET", f"KsefCertificate/{linked}")["autoRenew"] is True
    assert screen.problems == []


@pytest.mark.parametrize("is_renewed", [True, False])
def test_the_dialog_of_both_certificates_asks_for_both(
    screen: Screen, records: Records, bridge: Installation, tmp_path: Path, is_renewed: bool
) -> None:
    company = new_company(bridge, tmp_path)
    made = records.save_profile(name="Oba", nip=company.nip, authorizationType="Certificate")
    profile = made.json["id"]
    screen.open(f"#KsefProfile/view/{profile}", '[data-name="ksefAddCertificates"]')
    screen.page.click('[data-name="ksefAddCertificates"]:visible')
    screen.page.wait_for_selector('.modal.in [data-action="chooseFiles"]')
    assert screen.field("autoRenew", DIALOG).is_hidden()
    with screen.page.expect_response(re.compile("/sortCertificates$")):
        screen.page.set_input_files(
            f'{DIALOG} input[type="file"]', list(company.written(tmp_path / "files"))
        )
    screen.page.fill(f"{DIALOG} .ksef-key-password input", company.password)
    screen.field("autoRenew", DIALOG).locator("input").wait_for()
    answer(screen, DIALOG, is_renewed=is_renewed)
    screen.picture("add-certificates-renewal", whole=False)
    with screen.page.expect_response(re.compile("/addCertificates$")):
        screen.page.click(f'{DIALOG} button[data-name="save"]')
    stored = [
        records.user.done("GET", f"KsefCertificate/{each}")["autoRenew"]
        for each in linked(records.user, profile)
    ]
    assert stored == [is_renewed, is_renewed]
    assert screen.problems == []
