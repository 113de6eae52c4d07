"""A signature's session has ended, or an answer went lost: what was requested comes still."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.breaking_proxy import BreakingPoint, breaking_proxy
from tests.e2e.bridge_settings import other_bridge
from tests.e2e.browser import Screen
from tests.e2e.credential_files import portal_files
from tests.e2e.espocrm import EspoCrm
from tests.e2e.rest import RestUser
from tests.e2e.signing_dialog import (
    CERTIFICATES,
    ON_PAGE,
    SIGNER,
    STEPS,
    NewDialog,
    SigningDialog,
    collect,
    run_job_until,
    sign,
)
from tests.enrolment.subject import STATUS_CALL
from tests.faults.chaos import Chaos, rule
from tests.installation import Installation
from tests.secret_register import register_secret

NOT_FINISHED = {"en": "not finished in time", "pl": "nie ukończono na czas"}
SIGN_ONCE_MORE = {"en": "Sign once more", "pl": "Podpisz jeszcze raz"}
SESSION_ENDED = "signing-request-session-ended"
BOTH = ["Authentication", "Offline"]


@contextlib.contextmanager
def silent_ksef(bridge: Installation) -> Iterator[None]:
    """KSeF takes requests for certificates, and does not tell what becomes of them."""
    chaos = Chaos(bridge.simulator)
    chaos.begin(rule(STATUS_CALL, "server-error"))
    try:
        yield
    finally:
        chaos.end()


def request_from_silent_ksef(dialog: SigningDialog, espocrm: EspoCrm) -> dict[str, str]:
    """The ids of both certificates by their types, once KSeF knows of them."""
    requested = {each["type"]: each["id"] for each in dialog.request_by_rest()["certificates"]}
    run_job_until(
        espocrm,
        lambda: all(
            each["enrolmentReference"] and each["enrolmentCode"]
            for each in dialog.all_requested.values()
        ),
    )
    return requested


def requested_before_the_session_ended(
    dialog: SigningDialog, bridge: Installation, espocrm: EspoCrm
) -> dict[str, str]:
    """The ids of both certificates by their types; EspoCRM has heard that the session is over."""
    dialog.signed_by_rest(bridge.simulator.port)
    with silent_ksef(bridge):
        requested = request_from_silent_ksef(dialog, espocrm)
        dialog.end_session(bridge)
        run_job_until(
            espocrm,
            lambda: all(
                each["enrolmentCode"] == SESSION_ENDED for each in dialog.all_requested.values()
            ),
        )
    return requested


def test_another_signature_brings_what_the_session_has_left(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm, screen: Screen
) -> None:
    dialog = new_dialog()
    requested = requested_before_the_session_ended(dialog, bridge, espocrm)
    dialog.open_page()
    screen.page.locator(ON_PAGE, has_text=NOT_FINISHED[screen.language]).wait_for()
    screen.page.click(f"{ON_PAGE} button")
    screen.page.wait_for_selector(STEPS)
    assert SIGN_ONCE_MORE[screen.language] in screen.text_of(CERTIFICATES)
    assert not screen.page.locator(f"{CERTIFICATES} .fa-spinner").count()
    screen.picture("signing-once-more", whole=False)
    dialog.hand_in(sign(dialog.download(), bridge.simulator.port, "seal"))
    screen.page.wait_for_selector(SIGNER)
    dialog.request()
    dialog.wait_until_connected()
    dialog.close()
    record = dialog.record
    assert record["connectionStatus"] == "Connected"
    assert record["authorizationCertificateId"] == requested["Authentication"]
    assert record["offlineCertificateId"] == requested["Offline"]
    assert set(dialog.all_requested) == set(requested.values())


def test_a_login_that_another_window_has_begun_serves_what_is_requested_already(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    with silent_ksef(bridge):
        requested = request_from_silent_ksef(dialog, espocrm)
        dialog.signed_by_rest(bridge.simulator.port)
        assert (dialog.state["certificates"], dialog.state["missing"]) == ([], BOTH)
        answer = dialog.request_by_rest()
        assert {each["type"]: each["id"] for each in answer["certificates"]} == requested
        assert answer["missing"] == []
    collect(dialog, espocrm)
    assert dialog.record["connectionStatus"] == "Connected"
    assert set(dialog.all_requested) == set(requested.values())


def test_another_login_requests_nothing_that_the_profile_has(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm, tmp_path: Path
) -> None:
    dialog = new_dialog()
    requested = requested_before_the_session_ended(dialog, bridge, espocrm)
    user, nip = dialog.records.user, dialog.record["nip"]
    files = portal_files(tmp_path / "own", bridge.simulator.port, nip, "Authentication")
    own = dialog.records.certificate(files)
    user.done("PUT", f"KsefProfile/{dialog.profile}", {"authorizationCertificateId": own})
    # The way to sign is there as long as something waits, though the profile can log in.
    dialog.open_page()
    dialog.screen.page.locator(f"{ON_PAGE} button").wait_for()
    dialog.signed_by_rest(bridge.simulator.port)
    assert dialog.state["missing"] == BOTH
    # KSeF will not issue it any more.
    espocrm.execute(
        "UPDATE ksef_certificate SET created_at = UTC_TIMESTAMP() - INTERVAL 4 DAY WHERE id = :id",
        id=requested["Authentication"],
    )
    user.done("DELETE", f"KsefCertificate/{requested['Authentication']}")
    assert dialog.state["missing"] == ["Offline"]
    dialog.request_by_rest()
    collect(dialog, espocrm)
    assert set(dialog.all_requested) == {requested["Offline"]}
    record = dialog.record
    assert record["authorizationCertificateId"] == own
    assert record["offlineCertificateId"] == requested["Offline"]


def test_another_login_serves_a_request_whose_key_did_not_arrive(
    new_dialog: NewDialog, bridge: Installation, espocrm: EspoCrm
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    waiting = dialog.profile[::-1]
    espocrm.execute(
        "INSERT INTO ksef_certificate (id, name, status, type, key_algorithm, environment,"
        " requested_by_profile_id, has_enrolment, signing_request_id) VALUES"
        " (:id, 'Kasa główna', 'Requested', 'Offline', 'EC P-256', 'Test', :profile, 1, 'former')",
        id=waiting,
        profile=dialog.profile,
    )
    requested = {each["type"]: each["id"] for each in dialog.request_by_rest()["certificates"]}
    assert requested["Offline"] == waiting
    # At once, for the session ends with the last certificate that it knows of.
    key = "SELECT private_key_sealed AS sealed FROM ksef_certificate WHERE id = :id"
    assert espocrm.rows(key, id=waiting)[0]["sealed"]
    collect(dialog, espocrm)
    assert dialog.record["offlineCertificateId"] == waiting
    assert set(dialog.all_requested) == set(requested.values())


@pytest.mark.parametrize("with_package", [True, False])
def test_an_answer_that_is_lost_costs_no_signature(
    new_dialog: NewDialog,
    bridge: Installation,
    espocrm: EspoCrm,
    root_user: RestUser,
    with_package: bool,
) -> None:
    dialog = new_dialog()
    dialog.signed_by_rest(bridge.simulator.port)
    with (
        breaking_proxy(bridge) as proxy,
        other_bridge(root_user, bridge, proxy.url, bridge.api_key),
    ):
        lost = BreakingPoint("PUT", "/certificate-enrolments/", "after", lambda: None)
        proxy.break_at(lost)
        answer = dialog.request_by_rest(withPackage=with_package)
        assert proxy.reached.is_set()
    passwords = [register_secret(each["packagePassword"]) for each in answer["packages"]]
    assert len(passwords) == (2 if with_package else 0)
    if answer["missing"]:
        dialog.request_by_rest(withPackage=with_package)
    collect(dialog, espocrm)
    record = dialog.record
    assert record["connectionStatus"] == "Connected"
    assert record["offlineCertificateId"]
