"""The key that a package holds goes with the key, and into no copy of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.certificate_life import Life
from tests.e2e.certificate_stream import steps
from tests.e2e.decided_requests import await_decision
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.stored_state import files_on_disk
from tests.installation import new_nip
from tests.secret_register import register_secret

MENU = "#main .dropdown-item-list-button"
ASKED = ".dialog-confirm .confirm-message"
PACKAGE_GOES = {"en": "it goes too", "pl": "także zostanie usunięty"}
KEY_IS_LOST = {"en": "is stored here and is lost with it", "pl": "przepadnie zapisany tutaj klucz"}
PACKAGE_IS_LOST = {"en": "package is lost, too", "pl": "Przepadnie też pakiet"}
STAYS_VALID = {"en": "stays valid until it ends", "pl": "pozostanie ważny do swojego końca"}
LINKED = {"en": "cannot be deleted", "pl": "nie można usunąć"}
MANY = {"en": "stored private keys", "pl": "zapisane klucze prywatne"}


@dataclass(frozen=True)
class Issued:
    """A certificate that was requested here, with its package."""

    certificate: str
    package: str
    profile: str


@pytest.fixture
def issued(life: Life, espocrm: EspoCrm) -> Issued:
    user, nip = life.records.user, new_nip()
    profile = life.records.certificate_profile("Pakiet", nip, life.certificate(nip))
    body = {"type": "Offline", "keyAlgorithm": "EC P-256", "name": "Z pakietem"}
    begun = user.done("POST", f"KsefProfile/{profile}/requestCertificate", body)
    register_secret(begun["packagePassword"])
    certificate = begun["certificateId"]
    await_decision(life.records, espocrm, certificate)
    package = life.record(certificate)["packageId"]
    assert files_on_disk(espocrm, [package]) == [package]
    return Issued(certificate, package, profile)


def stored(espocrm: EspoCrm, certificate: str) -> Any:
    return espocrm.rows(
        "SELECT private_key_sealed, package_id FROM ksef_certificate WHERE id = :id",
        id=certificate,
    )


def test_forgetting_the_key_takes_the_package_away(
    issued: Issued, records: Records, espocrm: EspoCrm
) -> None:
    records.user.done("POST", f"KsefCertificate/{issued.certificate}/forgetCredential", {})

    nothing = [{"private_key_sealed": None, "package_id": None}]
    assert stored(espocrm, issued.certificate) == nothing
    assert files_on_disk(espocrm, [issued.package]) == []
    assert {"keyErased", "packageErased"} <= set(steps(records.user, issued.certificate))


def test_a_package_whose_key_was_forgotten_before_can_be_forgotten(
    issued: Issued, records: Records, espocrm: EspoCrm
) -> None:
    # As earlier versions left it.
    espocrm.execute(
        "UPDATE ksef_certificate SET private_key_sealed = NULL WHERE id = :id",
        id=issued.certificate,
    )
    path = f"KsefCertificate/{issued.certificate}/forgetCredential"

    records.user.done("POST", path, {})

    assert files_on_disk(espocrm, [issued.package]) == []
    assert records.user.call("POST", path, {}).codes == ["certificate-has-no-key"]


def test_a_copy_of_the_record_has_no_package(
    issued: Issued, records: Records, espocrm: EspoCrm
) -> None:
    count = "SELECT COUNT(*) AS n FROM attachment WHERE field = 'package' OR source_id = :id"
    before = espocrm.rows(count, id=issued.package)

    copied = records.user.done(
        "POST", "KsefCertificate/action/getDuplicateAttributes", {"id": issued.certificate}
    )
    assert not copied.keys() & {"packageId", "packageName", "privateKeySealed"}
    refused = records.user.call(
        "POST",
        "KsefCertificate",
        {**copied, "packageId": issued.package},
        X_Duplicate_Source_Id=issued.certificate,
    )

    assert (refused.status, refused.codes) == (400, ["files-missing"])
    assert espocrm.rows(count, id=issued.package) == before


@pytest.mark.parametrize("language", ["en", "pl"])
def test_whoever_forgets_or_deletes_is_told_what_is_lost(
    language: str, issued: Issued, records: Records, logging_in: LoggingIn
) -> None:
    page = f"#KsefCertificate/view/{issued.certificate}"
    link = {"offlineCertificateId": issued.certificate}
    records.user.done("PUT", f"KsefProfile/{issued.profile}", link)
    with logging_in(language) as screen:
        screen.open(page, MENU)
        press(screen, "delete")
        assert LINKED[language] in screen.notice("danger")
        screen.picture("delete-linked-certificate")

        unlink = {"offlineCertificateId": None}
        records.user.done("PUT", f"KsefProfile/{issued.profile}", unlink)
        screen.open(page, MENU)
        press(screen, "ksefForgetCredential")
        assert PACKAGE_GOES[language] in screen.text_of(ASKED)
        screen.picture("forget-key-and-package")
        screen.page.click('.dialog-confirm [data-name="cancel"]')

        screen.page.wait_for_selector(ASKED, state="detached")
        press(screen, "delete")
        asked = screen.text_of(ASKED)
        for said in (KEY_IS_LOST, PACKAGE_IS_LOST, STAYS_VALID):
            assert said[language] in asked
        screen.picture("delete-certificate")
        with screen.page.expect_response(lambda found: found.request.method == "DELETE"):
            screen.page.click('.dialog-confirm [data-name="confirm"]')
        screen.page.wait_for_url(lambda url: "/view/" not in url)
        assert records.user.done("GET", f"KsefCertificate/{issued.certificate}")["deleted"]

        screen.open("#KsefCertificate", ".list-row")
        screen.page.locator(".list-row .record-checkbox").first.click()
        screen.page.click(".actions-button:visible")
        screen.page.click('[data-action="remove"]:visible')
        assert MANY[language] in screen.text_of(ASKED)
        screen.picture("delete-many-certificates")
        assert screen.problems == []


def press(screen: Screen, action: str) -> None:
    """An item of the record's menu; then what it asks, or why not."""
    screen.page.click(MENU)
    screen.page.click(f'#main .dropdown-menu [data-action="{action}"]')
    screen.page.wait_for_selector(f"{ASKED}, .alert-danger")
