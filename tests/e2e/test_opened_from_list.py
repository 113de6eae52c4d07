"""Records opened from their list while the network is slow: all is there that a reload shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.installation import new_nip

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ROWS = "#main .list > table tbody tr"
DRAWING_MS = 500
RECORD_COMES_MS = (0, 50, 100, 200, 300, 400, DRAWING_MS, 2 * DRAWING_MS)
"""After the form began to be drawn."""
SLOWLY_DRAWN = """
    milliseconds => new Promise(done => Espo.loader.require(
        ['views/record/detail-middle', 'views/record/detail-bottom'],
        (Middle, Bottom) => {
            const data = Middle.prototype.data;

            Middle.prototype.data = function () {
                window.isDrawingBegun = true;

                return data.call(this);
            };
            Bottom.prototype.prepareRender = () =>
                new Promise(drawn => setTimeout(drawn, milliseconds));
            done();
        },
    ))
"""
SHOWN = {
    "KsefProfile": "#main .middle .panel[data-name='connection']",
    "KsefCertificate": "#main .middle .panel[data-name='facts']",
}
# Of the certificates, which other tests leave many of, the few that end soon.
LISTS = {"KsefProfile": "", "KsefCertificate": "/primaryFilter=endingSoon"}
SETTLED_MS = 1000


@contextmanager
def late_record(page: Page, address: str, milliseconds: int) -> Iterator[None]:
    """The record comes so long after its form began to be drawn."""
    held: list[Route] = []
    record = re.compile(re.escape(address) + "$")
    page.route(record, lambda route: held.append(route))
    yield
    page.wait_for_function("window.isDrawingBegun")
    page.wait_for_timeout(milliseconds)
    with page.expect_response(record):
        held[0].continue_()
    page.unroute(record)


def parts_on_screen(page: Page) -> set[str]:
    """The panels and fields of a record that can be seen."""
    selectors = (
        ".middle .panel[data-name]",
        ".middle .cell[data-name]",
        ".middle .cell[data-name] .field[data-name]",
        ".header-buttons [data-name]",
    )
    return {
        f"{selector} {each.get_attribute('data-name')}"
        for selector in selectors
        for each in page.locator(f"#main {selector}:visible").all()
    }


@pytest.mark.parametrize("entity", SHOWN)
def test_a_record_opened_from_the_list_shows_what_a_reload_shows(
    entity: str, life: Life, logging_in: LoggingIn
) -> None:
    nip = new_nip()
    name = f"0 z listy {nip}"
    certificate = life.certificate(nip, name=name)
    profile = life.records.certificate_profile(name, nip, certificate)
    life.records.connection_test(profile)
    life.end_in(certificate, 8)
    life.espocrm.execute(
        "UPDATE ksef_certificate SET requested_by_profile_id = :profile, enrolment_reference = 'x'"
        " WHERE id = :id",
        profile=profile,
        id=certificate,
    )
    record = profile if entity == "KsefProfile" else certificate
    with logging_in("en") as screen:
        page = screen.page
        screen.open(f"#{entity}/view/{record}", SHOWN[entity])
        wanted = parts_on_screen(page)
        for late in RECORD_COMES_MS:
            # Loaded anew each time: what is in memory already is not waited for.
            screen.open(f"#{entity}/list{LISTS[entity]}", ROWS)
            page.evaluate(SLOWLY_DRAWN, DRAWING_MS)
            with late_record(page, f"/api/v1/{entity}/{record}", late):
                page.click(f'{ROWS}[data-id="{record}"] a.link')
            page.wait_for_selector("#main .middle .cell")
            page.wait_for_timeout(SETTLED_MS)
            assert parts_on_screen(page) == wanted, f"{late} ms late"
        assert screen.problems == []
