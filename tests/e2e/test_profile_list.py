"""What the lists say of profiles and certificates: how long, by whom used, whether it works."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.installation import new_nip

REPORT = ".modal.in .ksef-report"
ITSELF = {"en": "renews itself on", "pl": "odnowi się"}
NOT_ITSELF = {"en": "does not renew itself", "pl": "nie odnawia się"}
CUT = "heads => heads.filter(th => th.scrollWidth > th.clientWidth).map(th => th.innerText)"
BY_LAW = {"en": "by law until", "pl": "wg przepisów do"}


def expiry(record: Any) -> dict[str, tuple[int, str | None]]:
    """Days left and what becomes of each certificate, by the field that links it."""
    return {each["field"]: (each["daysLeft"], each.get("renewal")) for each in record["expiry"]}


def selects(life: Life) -> int:
    [row] = life.espocrm.rows("SHOW GLOBAL STATUS LIKE 'Com_select'")
    return int(row["Value"])


def listed(life: Life, scope: str, words: str, select: str) -> tuple[dict[str, Any], int]:
    """The records that a list finds, by id, and how many queries it took."""
    before = selects(life)
    route = f"{scope}?textFilter={words}&maxSize=50&select={select}"
    found = life.records.user.done("GET", route)["list"]
    return {each["id"]: each for each in found}, selects(life) - before


def test_the_end_of_a_profiles_certificates_and_what_becomes_of_them(life: Life) -> None:
    nip, alone = new_nip(), new_nip()
    login = life.certificate(nip, autoRenew=True)
    offline = life.certificate(nip, "Offline", autoRenew=False)
    both = life.records.certificate_profile("Oba", nip, login, offlineCertificateId=offline)
    stranger = life.certificate(alone, "Offline", autoRenew=True)
    token = life.bridge.new_ksef_token(alone)
    by_token = life.records.token_profile("Token", alone, token, offlineCertificateId=stranger)
    life.end_in(login, 100.5)
    life.end_in(offline, 3.5)

    assert expiry(life.profile(both)) == {
        "authorizationCertificate": (100, "certificate-ends-renews-itself"),
        "offlineCertificate": (3, "certificate-ends-renew-by-hand"),
    }
    [only] = expiry(life.profile(by_token)).items()
    assert (only[0], only[1][1]) == ("offlineCertificate", "certificate-ends-no-login")
    life.play(login, "Blocked")
    life.run_job()
    assert expiry(life.profile(both))["authorizationCertificate"] == (100, None)


def test_a_list_takes_no_query_more_for_each_profile(life: Life) -> None:
    name = f"Seria{new_nip()}"
    certificates, profiles = [], []
    for number in range(5):
        nip = new_nip()
        certificates.append(life.certificate(nip, name=f"{name} {number}"))
        profiles.append(life.records.certificate_profile(f"{name} {number}", nip, certificates[-1]))
    select = "name,expiry"
    listed(life, "KsefProfile", name, select)
    few, of_one = listed(life, "KsefProfile", f"{name}%200", select)
    all_, of_five = listed(life, "KsefProfile", name, select)
    assert (len(few), len(all_)) == (1, 5)
    assert all(expiry(each)["authorizationCertificate"] for each in all_.values())
    assert of_five == of_one


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_list_says_until_when_and_tests_what_is_selected(
    language: str, life: Life, logging_in: LoggingIn
) -> None:
    name = f"Lista{new_nip()}"
    nip, token_nip = new_nip(), new_nip()
    login = life.certificate(nip, autoRenew=True, name=f"{name} logowanie")
    offline = life.certificate(nip, "Offline", autoRenew=False, name=f"{name} offline")
    life.end_in(login, 100.5)
    life.end_in(offline, 5.5)
    both = life.records.certificate_profile(f"{name} A", nip, login, offlineCertificateId=offline)
    token = life.bridge.new_ksef_token(token_nip)
    by_token = life.records.token_profile(f"{name} B", token_nip, token)
    off_nip = new_nip()
    off = life.records.token_profile(
        f"{name} C", off_nip, life.bridge.new_ksef_token(off_nip), status="Inactive"
    )
    with logging_in(language) as screen:
        page = screen.page
        row = screen.find_in_list("KsefProfile", both, name)
        cell = f'{row} td[data-name="expiry"]'
        page.wait_for_selector(f'#main tr[data-id="{by_token}"] .ksef-expiry-token')
        assert ITSELF[language] in screen.text_of(f"{cell} .ksef-expiry-authorizationCertificate")
        assert NOT_ITSELF[language] in screen.text_of(f"{cell} .ksef-expiry-offlineCertificate")
        told = screen.text_of(f'#main tr[data-id="{by_token}"] .ksef-expiry-token')
        assert BY_LAW[language] in told
        assert page.locator(f"{cell} .label-danger").count() == 1
        assert page.locator("#main .list th.field-header-cell").evaluate_all(CUT) == []
        screen.picture("profiles-expiry")

        for record in (both, by_token, off):
            page.check(f'#main tr[data-id="{record}"] input.record-checkbox')
        page.click("#main .actions-button:visible")
        page.click('#main a[data-action="ksefTestSelected"]:visible')
        page.wait_for_selector(f"{REPORT} tr:nth-child(3)")
        styles = [
            page.locator(f"{REPORT} tr:nth-child({number}) .label").get_attribute("class")
            for number in (1, 2, 3)
        ]
        assert ["label-success" in (style or "") for style in styles] == [True, True, False]
        screen.picture("profiles-tested", whole=False)
        assert life.profile(off)["connectionStatus"] == "NotTested"
        assert life.profile(both)["connectionStatus"] == "Connected"
        page.click('.modal-dialog:has(.ksef-report) [data-name="close"]')

        screen.open(f"#KsefProfile/view/{both}", "#main .ksef-expiry-offlineCertificate")
        assert ITSELF[language] in screen.text_of("#main .ksef-expiry-authorizationCertificate")
        screen.picture("profile-expiry")
        assert screen.problems == []


def test_certificates_name_the_profiles_that_use_them(life: Life) -> None:
    name = f"Używany{new_nip()}"
    nip = new_nip()
    shared = life.certificate(nip, name=f"{name} 1")
    life.certificate(new_nip(), name=f"{name} 2")
    users = [
        life.records.certificate_profile(f"Firma {name}", nip, shared),
        life.records.certificate_profile(f"Oddział {name}", new_nip(), shared),
    ]
    few, of_one = listed(life, "KsefCertificate", f"{name}%202", "name,usedBy")
    both, of_two = listed(life, "KsefCertificate", name, "name,usedBy")
    assert [each["usedBy"] for each in few.values()] == [[]]
    assert [each["id"] for each in both[shared]["usedBy"]] == users
    assert of_two == of_one


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_column_leads_to_the_profile(language: str, life: Life, logging_in: LoggingIn) -> None:
    nip = new_nip()
    certificate = life.certificate(nip, name=f"Kolumna {nip}")
    profile = life.records.certificate_profile("Młyn <i>Wodny</i>", nip, certificate)
    with logging_in(language) as screen:
        row = screen.find_in_list("KsefCertificate", certificate, f"Kolumna {nip}")
        link = screen.page.locator(f'{row} td[data-name="usedBy"] a')
        assert link.inner_text() == "Młyn <i>Wodny</i>"
        screen.picture("certificates-used-by")
        link.click()
        screen.page.wait_for_selector('#main [data-name="ksefTestConnection"]')
        assert profile in screen.page.url
        assert screen.problems == []
