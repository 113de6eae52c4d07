"""Revoked from EspoCRM: what depends on the certificate is shown, it is asked twice, it ends."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import LoggingIn
from tests.e2e.certificate_life import Life
from tests.e2e.certificate_stream import notes, stream_shown
from tests.e2e.espocrm import EspoCrm
from tests.e2e.records import Records
from tests.e2e.rest import RestUser
from tests.faults.chaos import Chaos
from tests.installation import Installation, new_nip
from tests.processes import free_port

MODAL = ".modal.in"
DEPENDENTS = f"{MODAL} .ksef-introduction"
LOGIN_ENDED = ("Failed", "profile-certificate-ended")
NOTHING_REMAINS = {"en": "Afterwards nothing here logs in", "pl": "nic tutaj nie uwierzytelni się"}
NO_LOGIN = {"en": "a KSeF token does not suffice", "pl": "token KSeF nie wystarcza"}
REQUESTS = {"en": "Requests made with its login", "pl": "Wnioski złożone z jego uwierzytelnieniem"}
REASON = {"en": "Private key exposed", "pl": "Ujawnienie albo utrata klucza"}
REVOKED = {"en": "is revoked at KSeF", "pl": "został unieważniony w KSeF"}
OVER = {"en": "there is nothing left to revoke", "pl": "nie ma już czego unieważniać"}


@pytest.fixture
def life(espocrm: EspoCrm, records: Records, bridge: Installation, tmp_path: Path) -> Life:
    return Life(espocrm, records, bridge, tmp_path)


def dependents(life: Life, certificate: str) -> Any:
    return life.records.user.done("GET", f"KsefCertificate/{certificate}/dependents")


@pytest.mark.parametrize("language", ["en", "pl"])
def test_it_is_revoked_on_the_page(
    language: str, life: Life, bridge: Installation, everybody: Counter[str], logging_in: LoggingIn
) -> None:
    nip, name = new_nip(), f"Sklep *Zażółć* <b>{language}</b>"
    certificate = life.certificate(nip, name="Do *unieważnienia*")
    profile = life.records.certificate_profile(name, nip, certificate)
    body = {"type": "Offline", "keyAlgorithm": "EC P-256", "name": "Offline w toku"}
    chaos = Chaos(bridge.simulator)
    chaos.begin(enrolmentSeconds=600)
    try:
        life.records.user.done("POST", f"KsefProfile/{profile}/requestCertificate", body)
    finally:
        chaos.end()
    assert life.records.connection_test(profile)["connectionStatus"] == "Connected"
    life.records.user.done("POST", f"KsefProfile/{profile}/testConnection", {})

    with logging_in(language) as screen:
        page = screen.page
        screen.open(f"#KsefCertificate/view/{certificate}", 'button[data-name="edit"]')
        page.click("#main .dropdown-item-list-button")
        page.click('#main [data-action="ksefRevoke"]')
        page.wait_for_selector(f"{DEPENDENTS} ul")
        told = screen.text_of(DEPENDENTS)
        assert name in told
        assert nip in told
        assert NOTHING_REMAINS[language] in told
        assert REQUESTS[language] in told
        assert "Offline w toku" in told
        screen.picture("revoke-what-depends", whole=False)

        page.click(f'{MODAL} button[data-name="continue"]')
        page.locator(f"{MODAL} .field.has-error, {MODAL} .has-error .field").first.wait_for()
        screen.choose("reason", "KeyCompromise", MODAL)
        page.click(f'{MODAL} button[data-name="continue"]')
        page.locator(f'{MODAL} [data-name="confirm"]').wait_for()
        assert REASON[language] in screen.text_of(f"{MODAL} .modal-body")
        screen.picture("revoke-confirmation", whole=False)
        page.click(f'{MODAL} [data-name="cancel"]')
        screen.settle()
        assert life.status(certificate) == "Active", "asked twice, answered once"

        page.click("#main .dropdown-item-list-button")
        page.click('#main [data-action="ksefRevoke"]')
        page.wait_for_selector(f"{DEPENDENTS} ul")
        screen.choose("reason", "KeyCompromise", MODAL)
        page.click(f'{MODAL} button[data-name="continue"]')
        page.locator(f'{MODAL} [data-name="confirm"]').wait_for()
        with page.expect_response(re.compile(r"/revoke$")):
            page.click(f'{MODAL} [data-name="confirm"]')
        assert REVOKED[language] in screen.notice("success")
        screen.settle()
        screen.picture("revoked")
        assert page.locator('#main [data-action="ksefRevoke"]:visible').count() == 0

        shown = stream_shown(screen, certificate)
        assert any(REASON[language] in each for each in shown)
        screen.picture("revoked-stream")
        screen.open(f"#KsefProfile/view/{profile}", 'button[data-name="edit"]')
        screen.picture("revoked-profile")
        assert screen.problems == []

    serial_number = life.record(certificate)["serialNumber"]
    listed = bridge.simulator.call("GET", "/_simulator/certificates").json["certificates"]
    [at_ksef] = [each for each in listed if each["certificateSerialNumber"] == serial_number]
    assert at_ksef["status"] == "Revoked"
    assert (life.status(certificate), life.state(profile)) == ("Revoked", LOGIN_ENDED)
    assert Chaos(bridge.simulator).live_sessions(nip) == set()
    assert life.told(certificate) == everybody
    steps = [each["data"] for each in notes(life.records.user, certificate)][-2:]
    assert [each["step"] for each in steps] == ["revocationAsked", "statusChanged"]
    assert steps[0]["params"] == {"revocationReason": "KeyCompromise"}
    assert steps[0]["record"]["id"] == profile


def test_an_offline_certificate_by_the_login_of_its_subject(life: Life) -> None:
    nip = new_nip()
    login, offline = life.certificate(nip), life.certificate(nip, "Offline")
    profile = life.records.certificate_profile("Firma", nip, login, offlineCertificateId=offline)
    assert life.records.connection_test(profile)["ok"]
    found = dependents(life, offline)
    assert found["profiles"] == [
        {
            "id": profile,
            "name": "Firma",
            "nip": nip,
            "environment": "Test",
            "fields": ["offlineCertificate"],
        }
    ]
    assert [each["id"] for each in found["remainingLogins"]] == [profile]
    assert (found["requests"], found["refusal"]) == ([], None)

    answer = life.records.user.done(
        "POST", f"KsefCertificate/{offline}/revoke", {"reason": "Superseded"}
    )
    assert answer == {"status": "Revoked", "sessionsRevoked": True}
    assert life.status(offline) == "Revoked"
    assert life.state(profile) == ("Failed", "profile-offline-certificate-ended")
    # Its login is another certificate's, and goes on.
    assert life.status(login) == "Active"
    assert len(Chaos(life.bridge.simulator).live_sessions(nip)) == 1


def test_another_login_of_the_subject_is_taken_first(life: Life) -> None:
    nip = new_nip()
    first, second = life.certificate(nip), life.certificate(nip)
    leaving = life.records.certificate_profile("Odchodzi", nip, first)
    staying = life.records.certificate_profile("Zostaje", nip, second, internalId=f"{nip}-12345")
    assert [each["id"] for each in dependents(life, first)["remainingLogins"]] == [staying]
    life.records.user.done("POST", f"KsefCertificate/{first}/revoke", {"reason": "Unspecified"})
    asked = [
        each["data"]
        for each in notes(life.records.user, first)
        if each["data"]["step"] == "revocationAsked"
    ]
    assert [each["record"]["id"] for each in asked] == [staying]
    assert life.state(leaving) == LOGIN_ENDED
    assert life.state(staying)[0] != "Failed"


def test_what_is_blocked_already_is_stored_so(life: Life) -> None:
    """KSeF's own word for a certificate that it is about to revoke."""
    nip = new_nip()
    login, offline = life.certificate(nip), life.certificate(nip, "Offline")
    life.records.certificate_profile("Firma", nip, login, offlineCertificateId=offline)
    life.play(offline, "Blocked")
    answer = life.records.user.done(
        "POST", f"KsefCertificate/{offline}/revoke", {"reason": "Unspecified"}
    )
    assert answer["status"] == life.status(offline) == "Blocked"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_with_a_token_alone_it_cannot_be(
    language: str,
    life: Life,
    bridge: Installation,
    administrators: dict[str, RestUser],
    logging_in: LoggingIn,
) -> None:
    nip = new_nip()
    offline = life.certificate(nip, "Offline")
    profile = life.records.token_profile(
        f"Na token {language}", nip, bridge.new_ksef_token(nip), offlineCertificateId=offline
    )
    user = administrators[language]
    answer = user.call("POST", f"KsefCertificate/{offline}/revoke", {"reason": "Unspecified"})
    assert (answer.status, answer.codes) == (409, ["revocation-needs-login"])
    assert NO_LOGIN[language] in answer.message
    assert dependents(life, offline)["refusal"]
    assert life.status(offline) == "Active"
    assert life.state(profile)[0] != "Failed"
    with logging_in(language) as screen:
        screen.open(f"#KsefCertificate/view/{offline}", 'button[data-name="edit"]')
        screen.page.click("#main .dropdown-item-list-button")
        screen.page.click('#main [data-action="ksefRevoke"]')
        screen.page.wait_for_selector(".ksef-cannot-revoke")
        assert NO_LOGIN[language] in screen.text_of(".ksef-cannot-revoke")
        screen.picture("revoke-with-token", whole=False)
        assert screen.problems == []


def test_twice_is_told(life: Life, administrators: dict[str, RestUser]) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    life.records.certificate_profile("Firma", nip, certificate)
    route, body = f"KsefCertificate/{certificate}/revoke", {"reason": "Unspecified"}
    life.records.user.done("POST", route, body)
    for language, user in administrators.items():
        answer = user.call("POST", route, body)
        assert (answer.status, answer.codes) == (409, ["certificate-over-already"])
        assert OVER[language] in answer.message


@pytest.mark.parametrize("body", [{}, {"reason": None}, {"reason": "Because"}, {"reason": ["x"]}])
def test_a_reason_is_needed(life: Life, body: dict[str, object]) -> None:
    certificate = life.certificate(new_nip())
    answer = life.records.user.call("POST", f"KsefCertificate/{certificate}/revoke", body)
    assert (answer.status, answer.codes) == (400, ["revocation-reason-missing"])
    assert life.status(certificate) == "Active"


def test_while_the_bridge_is_away_nothing_changes(life: Life, bridge: Installation) -> None:
    nip = new_nip()
    certificate = life.certificate(nip)
    profile = life.records.certificate_profile("Firma", nip, certificate)
    nobody = f"http://127.0.0.1:{free_port()}"
    with other_bridge(life.records.user, bridge, nobody, bridge.api_key):
        found = dependents(life, certificate)
        assert [each["id"] for each in found["profiles"]] == [profile]
        answer = life.records.user.call(
            "POST", f"KsefCertificate/{certificate}/revoke", {"reason": "Unspecified"}
        )
    assert (answer.status, answer.codes) == (503, ["bridge-unreachable"])
    assert (life.status(certificate), life.state(profile)[0]) == ("Active", "NotTested")
    assert [each["data"]["step"] for each in notes(life.records.user, certificate)] == [
        "uploaded",
        "linkedToLogIn",
    ]


@pytest.mark.parametrize("who", ["regular", "api"])
def test_nobody_else_may(who: str, life: Life, outsiders: dict[str, RestUser]) -> None:
    certificate = life.certificate(new_nip())
    route = f"KsefCertificate/{certificate}"
    answers = [
        outsiders[who].call("POST", f"{route}/revoke", {"reason": "Unspecified"}),
        outsiders[who].call("GET", f"{route}/dependents"),
    ]
    assert [answer.status for answer in answers] == [403, 403]
    assert life.status(certificate) == "Active"
