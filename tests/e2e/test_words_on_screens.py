"""What stands on the screens can be read: nothing is cut, doubled, or a program's words."""

from __future__ import annotations

import pytest

from tests.e2e.browser import Screen
from tests.e2e.certificate_life import Life
from tests.installation import new_nip

MODAL = ".modal-dialog:visible"
ROWS = "#main .list > table tbody tr"
IS_CUT = """
    label => label.scrollWidth > label.clientWidth + 1 ||
        label.getBoundingClientRect().right > label.closest('td').getBoundingClientRect().right
"""


@pytest.fixture
def screen(new_screen: Screen) -> Screen:
    """Each test has a window of its own."""
    return new_screen


def test_days_left_are_not_cut_in_the_list(life: Life, screen: Screen) -> None:
    certificate = life.certificate(new_nip())
    life.end_in(certificate, 722.5)
    screen.open("#KsefCertificate/list", ROWS)
    row = screen.page.locator(f'{ROWS}[data-id="{certificate}"]')
    assert "722" in row.locator('td[data-name="daysLeft"]').inner_text()
    screen.picture("days-left")
    for name in ("type", "daysLeft", "status"):
        assert row.locator(f'td[data-name="{name}"] .label').evaluate(IS_CUT) is False, name
    assert screen.problems == []


def test_the_picker_tells_whose_certificates_are_and_no_filter_of_a_search(
    life: Life, screen: Screen
) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.end_in(certificate, 8)
    screen.open("#KsefProfile/create", '.field[data-name="nip"] input')
    screen.choose("environment", "Test")
    screen.choose("authorizationType", "Certificate")
    screen.field("authorizationCertificate").locator('[data-action="selectLink"]').click()
    row = screen.page.locator(f'{MODAL} tr[data-id="{certificate}"]')
    row.wait_for()
    screen.picture("picker", whole=False)
    assert nip in row.inner_text()
    shown = screen.page.locator(MODAL).inner_text()
    assert "Demo" not in shown.split(nip)[0]
    assert screen.page.locator(f"{MODAL} .advanced-filters .filter").count() == 0
    assert screen.problems == []


def test_a_sentence_that_ends_with_a_name_ends_once(life: Life, screen: Screen) -> None:
    nip = new_nip()
    company = f"Kowalski {nip} S.A."
    certificate = life.certificate(nip, name=company)
    profile = life.records.certificate_profile(company, nip, certificate)
    answer = life.records.save_profile(name=company, nip=nip, authorizationType="Certificate")
    assert (answer.status, answer.codes) == (409, ["profile-exists"])
    assert "S\\.A\\.](" in answer.message
    assert ")." not in answer.message.split("Use")[0]

    page = screen.page
    screen.open(f"#KsefProfile/view/{profile}", "#main .dropdown-item-list-button")
    page.click("#main .dropdown-item-list-button")
    page.click('#main [data-action="ksefRequestCertificate"]')
    screen.choose("type", "Offline", MODAL)
    screen.type_in("name", "Kasa 1.", MODAL)
    page.click(f'{MODAL} button[data-name="request"]')
    told = page.locator(".popover:visible")
    told.wait_for()
    screen.picture("one-full-stop", whole=False)
    for text in (page.locator(MODAL).inner_text(), told.inner_text()):
        assert ".." not in text
    assert company in page.locator(MODAL).inner_text()
    assert screen.problems == []
