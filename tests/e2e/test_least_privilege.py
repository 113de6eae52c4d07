"""Rights that EspoCRM does not need are warned of until they are acknowledged; Connected stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.e2e.credential_files import portal_files
from tests.installation import new_nip
from tests.secret_register import register_secret

NEEDED = ("InvoiceRead", "InvoiceWrite")
REPORT = ".modal.in .ksef-report"
ACKNOWLEDGE = '#main [data-name="ksefAcknowledgePermissions"]'
OWNER = {"en": "certificate of the company's owner", "pl": "certyfikat właściciela firmy"}
KNOWN = {"en": "acknowledged in the profile", "pl": "przyjęte do wiadomości w profilu"}
STILL_THERE = {"en": "Not needed, acknowledged:", "pl": "Zbędne, przyjęte do wiadomości:"}


def token_with(life: Life, nip: str, *permissions: str) -> str:
    body = {"context": {"type": "Nip", "value": nip}, "permissions": [*NEEDED, *permissions]}
    given = life.bridge.simulator.call("POST", "/_simulator/ksef-tokens", json_body=body)
    return register_secret(str(given.json["token"]))


def state_after_test(life: Life, profile: str) -> tuple[str, str | None, str | None]:
    """The connection's state, what was said of it, and of its rights."""
    report = life.records.connection_test(profile)
    stored = life.profile(profile)
    assert report["permissionsCode"] == stored["permissionsCode"]
    return stored["connectionStatus"], stored["connectionCode"], stored["permissionsCode"]


def acknowledge(life: Life, profile: str, body: object = None) -> Any:
    route = f"KsefProfile/{profile}/acknowledgePermissions"
    return life.records.user.call("POST", route, {} if body is None else body)


def put_token(life: Life, profile: str, token: str) -> None:
    life.records.user.done("PUT", f"KsefProfile/{profile}", {"token": token})


def test_an_acknowledged_right_is_not_warned_of_again_and_a_new_one_is(life: Life) -> None:
    nip = new_nip()
    profile = life.records.token_profile("Za dużo", nip, token_with(life, nip, "SubunitManage"))
    assert acknowledge(life, profile).status == 409
    assert state_after_test(life, profile) == ("Connected", None, "permissions-unneeded")
    other = {"unneeded": "CredentialsManage"}
    refused = acknowledge(life, profile, other)
    assert refused.status == 409
    assert b"manage subordinate units" in refused.body

    answer = acknowledge(life, profile, {"unneeded": "SubunitManage"})
    assert answer.status == 200, answer.body
    stored = life.profile(profile)
    assert stored["permissionsCode"] is None
    assert stored["connectionStatus"] == "Connected"
    assert stored["acknowledgedById"]
    assert answer.json["acknowledgedAt"] == stored["acknowledgedAt"]

    report = life.records.connection_test(profile)
    step = next(each for each in report["steps"] if each["name"] == "permissions")
    assert (step["status"], step["code"]) == ("ok", "permissions-acknowledged")
    life.run_job("KsefCheckConnections")
    assert life.profile(profile)["permissionsCode"] is None

    put_token(life, profile, token_with(life, nip, "SubunitManage", "CredentialsManage"))
    assert state_after_test(life, profile) == ("Connected", None, "permissions-unneeded")


def test_an_acknowledgement_ends_with_what_was_acknowledged(life: Life) -> None:
    nip = new_nip()
    profile = life.records.token_profile("Dość", nip, token_with(life, nip, "Introspection"))
    state_after_test(life, profile)
    assert acknowledge(life, profile).status == 200
    put_token(life, profile, token_with(life, nip))
    assert state_after_test(life, profile) == ("Connected", None, None)
    assert life.profile(profile)["acknowledgedAt"] is None
    put_token(life, profile, token_with(life, nip, "Introspection"))
    assert state_after_test(life, profile)[2] == "permissions-unneeded"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_screens_say_and_acknowledge_it(
    language: str, life: Life, logging_in: LoggingIn
) -> None:
    nip = new_nip()
    login = life.records.certificate(
        portal_files(life.folder / "owner", life.bridge.simulator.port, nip, "Authentication")
    )
    profile = life.records.certificate_profile("Zakład Krawiecki", nip, login)
    with logging_in(language) as screen:
        page = screen.page
        screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
        assert page.locator(f"{ACKNOWLEDGE}:visible").count() == 0
        page.click('[data-name="ksefTestConnection"]')
        row = page.locator(f"{REPORT} tr", has_text=OWNER[language])
        row.wait_for()
        assert row.locator(".label-warning").count() == 1
        screen.picture("rights-of-owner-report", whole=False)
        page.click(".modal.in .close-modal, .modal.in [data-name='close']")
        screen.field("permissionsCode").get_by_text(OWNER[language]).wait_for()
        assert screen.field("permissions").locator(".label-warning").count() == 5
        assert screen.field("permissions").locator(".label-default").count() == 2
        page.wait_for_selector(f"{ACKNOWLEDGE}:visible")
        screen.picture("rights-of-owner")

        page.click('[data-name="ksefTestConnection"]')
        page.locator(f"{REPORT} .ksef-actions button").click()
        page.locator(REPORT).wait_for(state="detached")
        page.click('.modal.in [data-name="confirm"]')
        screen.notice("success")
        screen.field("acknowledgedBy").locator("a").wait_for()
        page.locator(ACKNOWLEDGE).wait_for(state="hidden")
        assert screen.field("permissionsCode").is_hidden()
        # They are there still, and nobody is alarmed for them.
        rights = screen.field("permissions")
        assert rights.locator(".label-warning").count() == 0
        assert rights.locator(".label-default").count() == 7
        assert STILL_THERE[language] in rights.inner_text()
        screen.picture("rights-acknowledged")

        page.click('[data-name="ksefTestConnection"]')
        row = page.locator(f"{REPORT} tr", has_text=KNOWN[language])
        row.wait_for()
        assert row.locator(".label-success").count() == 1
        assert page.locator(f"{REPORT} .label-warning").count() == 0
        page.set_viewport_size({"width": 390, "height": 844})
        screen.picture("rights-acknowledged-report-narrow", whole=False)
        assert screen.problems == []
