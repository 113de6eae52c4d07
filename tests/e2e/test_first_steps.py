"""The checklist above the list of profiles: from no bridge to a connected company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn, Screen
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.installation import Installation, new_nip
from tests.processes import free_port
from tests.secret_register import register_secret

LIST = "#KsefProfile/list/fromAdmin=true"
STEPS = ".ksef-first-steps section:not([hidden])"
NAMES = ["bridge", "company", "credential", "connection", "offline", "notices"]
TITLE = {"en": "First Steps", "pl": "Pierwsze kroki"}
DOCKER = {"en": "The bridge in containers", "pl": "Mostek w kontenerach"}
REFUSED = {"en": "cannot connect", "pl": "nie może się połączyć"}
CONNECTED = {"en": "is connected to KSeF", "pl": "jest połączony z KSeF"}
REPORT = ".ksef-report"
CLOSE_REPORT = '.modal-dialog:has(.ksef-report) [data-name="close"]'
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def nothing_done(espocrm: EspoCrm, bridge: Installation) -> Iterator[None]:
    """No company is entered, and nobody has anything to read."""
    espocrm.execute("UPDATE ksef_profile SET status = 'Inactive' WHERE status = 'Active'")
    espocrm.execute("UPDATE notification SET `read` = 1")
    yield
    espocrm.execute("UPDATE ksef_profile SET status = 'Inactive' WHERE status = 'Active'")


def states(screen: Screen) -> dict[str, str]:
    """Of each line: done, open or amiss."""
    lines = screen.page.locator(f"{STEPS} li").all()
    return {
        str(each.get_attribute("data-name")): str(each.get_attribute("data-state"))
        for each in lines
    }


def done(screen: Screen) -> list[str]:
    return [name for name, state in states(screen).items() if state == "done"]


def next_action(screen: Screen) -> str:
    """Of the one button that stands out."""
    [button] = screen.page.locator(f"{STEPS} li .btn-primary").all()
    return str(button.get_attribute("data-action"))


def look(screen: Screen, name: str) -> None:
    """The list anew, pictured wide and narrow; nothing is wider than the screen."""
    screen.open(LIST, f"{STEPS} li")
    assert list(states(screen)) == NAMES
    assert screen.text_of(f"{STEPS} .panel-title") == TITLE[screen.language]
    for line in screen.page.locator(f"{STEPS} li").all():
        assert line.locator(".btn").count() <= 1
    screen.picture(f"first-steps-{name}")
    screen.page.set_viewport_size({"width": 390, "height": 844})
    assert not screen.page.evaluate(TOO_WIDE)
    screen.picture(f"first-steps-{name}-390")
    screen.page.set_viewport_size({"width": 1280, "height": 900})


def steps(user: RestUser, *, whole: bool = False) -> dict[str, Any]:
    """The lines of the REST answer by their names."""
    found = user.done("GET", f"KsefBridge/firstSteps?whole={str(whole).lower()}")
    return {each["name"]: each for each in found["steps"]}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_from_no_bridge_to_connected(
    language: str,
    espocrm: EspoCrm,
    bridge: Installation,
    root_user: RestUser,
    records: Records,
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    token = bridge.new_ksef_token(nip)
    with logging_in(language) as screen:
        page = screen.page
        with other_bridge(root_user, bridge, "", ""):
            look(screen, "no-bridge")
            assert done(screen) == []
            assert next_action(screen) == "openBridge"
            said = screen.text_of(f'{STEPS} li[data-name="bridge"]')
            assert f"init --espocrm {espocrm.given.root}" in said
            assert DOCKER[language] in said

        nobody = f"http://127.0.0.1:{free_port()}"
        with other_bridge(root_user, bridge, nobody, register_secret("a-key-of-nobodys")):
            look(screen, "bridge-away")
            assert states(screen)["bridge"] == "amiss"
            assert "ksef-bridge doctor" in screen.text_of(f'{STEPS} li[data-name="bridge"]')

        look(screen, "nothing")
        assert done(screen) == ["bridge"]
        assert next_action(screen) == "createProfile"
        page.click(f'{STEPS} [data-action="addCertificates"]')
        page.wait_for_selector('.modal.in [data-action="chooseFiles"]')
        page.click('.modal.in button[data-name="cancel"]')
        page.locator(".modal.in").wait_for(state="detached")
        page.click(f"{STEPS} .btn-primary")
        page.wait_for_selector('.field[data-name="nip"] input')

        answer = records.save_profile(
            name="Sklep Kowalski sp. z o.o.", nip=nip, authorizationType="Token"
        )
        assert answer.status == 200, answer.body
        profile = answer.json["id"]
        look(screen, "company")
        assert done(screen) == ["bridge", "company"]
        assert next_action(screen) == "addCredential"
        portal = page.locator(f'{STEPS} li[data-name="credential"] .ksef-portal a').first
        assert portal.get_attribute("href") == "https://ap-test.ksef.mf.gov.pl/web/"

        unknown = register_secret(token[:-6] + ("000000" if token[-6:] != "000000" else "111111"))
        records.user.done("PUT", f"KsefProfile/{profile}", {"token": unknown})
        look(screen, "credential")
        assert done(screen) == ["bridge", "company", "credential"]
        assert next_action(screen) == "testConnection"
        press_test(screen)
        look(screen, "failed")
        assert states(screen)["connection"] == "amiss"
        assert REFUSED[language] in screen.text_of(f'{STEPS} li[data-name="connection"]')
        assert next_action(screen) == "openProfile"
        page.click(f"{STEPS} .btn-primary")
        page.wait_for_selector('[data-name="ksefTestConnection"]')

        records.user.done("PUT", f"KsefProfile/{profile}", {"token": token})
        screen.open(LIST, f"{STEPS} li")
        press_test(screen)
        page.wait_for_selector(f'{STEPS} li[data-name="connection"][data-state="done"]')
        assert CONNECTED[language] in screen.text_of(f'{STEPS} li[data-name="connection"]')
        screen.picture("first-steps-connected")

        screen.open(LIST, "#main .list tr")
        assert page.locator(STEPS).count() == 0, "it goes when done"
        call_up(screen)
        assert done(screen)[:4] == NAMES[:4]
        screen.open(LIST, f"{STEPS} li")
        assert done(screen)[:4] == NAMES[:4], "what was called up stays"
        page.click('[data-action="closeFirstSteps"]')
        page.locator(STEPS).wait_for(state="detached")
        screen.open(LIST, "#main .list tr")
        assert page.locator(STEPS).count() == 0, "until it is put away"
        call_up(screen)
        assert screen.problems == []


def press_test(screen: Screen) -> None:
    """By the keyboard, as somebody without a mouse does it; the report is read and closed."""
    button = screen.page.locator(f'{STEPS} button[data-action="testConnection"]')
    button.focus()
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_selector(REPORT)
    screen.page.click(CLOSE_REPORT)
    screen.page.locator(REPORT).wait_for(state="detached")


def call_up(screen: Screen) -> None:
    """By the menu beside the button Create; what was called up has the focus."""
    screen.page.click("#main .page-header .header-buttons .dropdown-toggle")
    screen.page.click('#main .page-header [data-name="ksefFirstSteps"]')
    screen.page.wait_for_selector(f"{STEPS} li")
    screen.page.wait_for_function("document.activeElement.id === 'ksef-first-steps-title'")


def test_a_list_that_was_closed_stays_closed_until_it_is_called_up(
    bridge: Installation, logging_in: LoggingIn
) -> None:
    with logging_in("en") as screen:
        screen.open(LIST, f"{STEPS} li")
        screen.page.click('[data-action="closeFirstSteps"]')
        screen.open(LIST, "#main .no-data, #main .list tr")
        assert screen.page.locator(STEPS).count() == 0
        call_up(screen)
        screen.open(LIST, f"{STEPS} li")
        assert screen.problems == []


def test_what_is_connected_shows_it_only_without_a_bridge(
    bridge: Installation, root_user: RestUser, records: Records
) -> None:
    nip = new_nip()
    profile = records.token_profile("Połączona", nip, bridge.new_ksef_token(nip))
    assert records.connection_test(profile)["ok"]
    assert steps(root_user) == {}
    assert steps(root_user, whole=True)["connection"]["isDone"]
    with other_bridge(root_user, bridge, "", ""):
        assert steps(root_user)["bridge"]["action"] == "openBridge"


def test_what_nobody_has_read_is_the_next_thing_of_the_notices(
    espocrm: EspoCrm, bridge: Installation, administrators: dict[str, RestUser]
) -> None:
    user = administrators["pl"]
    assert steps(user)["notices"]["action"] == "setUpMail"
    espocrm.execute(
        "INSERT INTO notification"
        " (id, type, message, user_id, related_type, related_id, created_at)"
        " SELECT 'ksefunread0000001', 'Message', 'x', id, 'KsefProfile', 'p', UTC_TIMESTAMP()"
        " FROM user WHERE user_name = :name",
        name=user.name,
    )
    try:
        assert steps(user)["notices"]["action"] == "openNotifications"
        assert steps(administrators["en"])["notices"]["action"] == "setUpMail"
    finally:
        espocrm.execute("DELETE FROM notification WHERE id = 'ksefunread0000001'")
