"""Certificates that are requested by the session of a signed document."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.enrolment.espocrm import EspoCrm, code, public_key_sha256
from tests.signing_requests.dialog import Dialog, document_text
from tests.simulator.login_certificates import Credential, seal
from tests.simulator.signed_requests import enveloped, written

_number = itertools.count(1)


def orders(dialog: Dialog, **more: object) -> dict[str, Mapping[str, object]]:
    """Both certificates, for records of their own."""
    number = next(_number)
    return {
        f"signed{type_}{number}": {
            "type": type_,
            "name": f"Certyfikat {type_}",
            "signingRequestId": dialog.request["id"],
            "package": False,
            **more,
        }
        for type_ in ("Authentication", "Offline")
    }


def requested(dialog: Dialog, wanted: Mapping[str, Mapping[str, object]]) -> dict[str, Any]:
    """The answers to the requests, whose keys EspoCRM has stored."""
    answers = {}
    for record_id, order in wanted.items():
        dialog.espocrm.add_record(record_id, order)
        answers[record_id] = dialog.espocrm.request_in_the_end(dialog.profile_id, record_id, order)
        dialog.espocrm.store_seal(record_id, answers[record_id]["privateKeySealed"])
    return answers


def begun(dialog: Dialog) -> tuple[str, Mapping[str, object], Any]:
    """A certificate's record, its order, and the answer, whose key EspoCRM has not stored yet."""
    record_id, order = next(iter(orders(dialog).items()))
    dialog.espocrm.add_record(record_id, order)
    return record_id, order, dialog.espocrm.request_in_the_end(dialog.profile_id, record_id, order)


def collected(dialog: Dialog, record_id: str) -> Any:
    issued = dialog.espocrm.ask_until(dialog.profile_id, record_id, "Issued")
    dialog.espocrm.collect(dialog.profile_id, record_id, issued)
    return issued


def change_profile(dialog: Dialog, **columns: object) -> None:
    dialog.espocrm.installation.change_profile(dialog.profile_id, **columns)


@pytest.mark.parametrize("columns", [{}, {"authorization_type": "Certificate"}])
def test_both_certificates_come_to_a_profile_that_has_nothing_and_then_the_session_ends(
    espocrm: EspoCrm, profile_id: str, columns: dict[str, str]
) -> None:
    dialog = Dialog.of_new_profile(espocrm, profile_id, **columns)
    dialog.established(seal(dialog.nip))
    wanted = orders(dialog)
    answers = requested(dialog, wanted)
    assert {each["packagePassword"] for each in answers.values()} == {None}
    first, second = wanted
    issued = collected(dialog, first)
    assert (issued["package"], issued["packageProblem"]["code"]) == (None, "package-not-asked")
    assert dialog.ask()["status"] == "Established"
    assert len(dialog.live_sessions()) == 1
    collected(dialog, second)
    assert dialog.ask()["status"] == "Ended"
    assert dialog.live_sessions() == set()
    change_profile(dialog, authorization_type="Certificate", authorization_certificate_id=first)
    sealed = espocrm.record(first).private_key_sealed
    assert espocrm.at_ksef(sealed)[0][0]["publicKeySha256"] == public_key_sha256(
        issued["certificatePem"]
    )
    assert espocrm.installation.access_token(dialog.profile_id).status == 200


def test_the_profiles_own_session_has_no_part_in_it(espocrm: EspoCrm, profile_id: str) -> None:
    """A token profile asks by the signed document, whose signer may be another."""
    installation = espocrm.installation
    dialog = Dialog.of_new_profile(espocrm, profile_id)
    sealed = installation.inspect_token(installation.new_ksef_token(dialog.nip))["sealed"]
    change_profile(dialog, token_sealed=sealed)
    dialog.established(seal(dialog.nip))
    before = dialog.live_sessions()
    wanted = orders(dialog)
    requested(dialog, wanted)
    for record_id in wanted:
        collected(dialog, record_id)
    assert dialog.live_sessions() == set()
    logins = espocrm.installation.ksef_sessions(dialog.nip)
    assert {each["referenceNumber"] for each in logins} == before


def test_a_package_is_made_where_it_is_asked_for(dialog: Dialog, owner: Credential) -> None:
    dialog.established(owner)
    wanted = orders(dialog, package=True)
    answers = requested(dialog, wanted)
    record_id = next(iter(wanted))
    assert answers[record_id]["packagePassword"]
    assert collected(dialog, record_id)["package"]


def test_without_a_session_nothing_is_begun(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin()
    record_id, order = next(iter(orders(dialog).items()))
    espocrm.add_record(record_id, order)
    not_established = (409, "signing-request-not-established")
    assert code(espocrm.request(dialog.profile_id, record_id, order)) == not_established
    unknown = {**order, "signingRequestId": "unknown"}
    answer = espocrm.request(dialog.profile_id, record_id, unknown)
    assert code(answer) == (404, "signing-request-not-found")
    dialog.drop(written(enveloped(document_text(document), owner)))
    wanted = orders(dialog)
    requested(dialog, wanted)
    for other_id in wanted:
        collected(dialog, other_id)
    # It does not wait for what was not begun.
    assert dialog.ask()["status"] == "Ended"
    assert code(espocrm.request(dialog.profile_id, record_id, order)) == not_established


def test_after_the_hour_nothing_is_begun_though_nobody_has_ended_the_session_yet(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    dialog.change_state(is_due=False, expires_at="2026-01-01T00:00:00Z")
    record_id, order = next(iter(orders(dialog).items()))
    espocrm.add_record(record_id, order)
    answer = espocrm.request(dialog.profile_id, record_id, order)
    assert code(answer) == (409, "signing-request-session-ended")


def test_what_was_not_sent_before_the_session_ended_is_rejected(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    record_id, _, answer = begun(dialog)
    dialog.end()
    espocrm.store_seal(record_id, answer["privateKeySealed"])
    rejected = espocrm.ask_until(dialog.profile_id, record_id, "Rejected")
    assert rejected["problem"]["code"] == "signing-request-session-ended"
    assert "Sign once more" in rejected["problem"]["message"]
    assert espocrm.forget(dialog.profile_id, record_id).status == 204


def test_another_signature_may_take_over_what_was_begun(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    record_id, order, answer = begun(dialog)
    dialog.established(owner)
    again = {**order, "signingRequestId": dialog.request["id"]}
    repeated = espocrm.request_in_the_end(dialog.profile_id, record_id, again)
    assert repeated["privateKeySealed"] == answer["privateKeySealed"]
    espocrm.store_seal(record_id, answer["privateKeySealed"])
    collected(dialog, record_id)
    assert dialog.ask()["status"] == "Ended"
    assert dialog.live_sessions() == set()


def test_a_request_that_is_given_up_ends_the_session_too(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    wanted = orders(dialog)
    for record_id, order in wanted.items():
        espocrm.add_record(record_id, order)
        espocrm.request_in_the_end(dialog.profile_id, record_id, order)
    for record_id in wanted:
        assert espocrm.forget(dialog.profile_id, record_id).status == 204
    assert dialog.ask()["status"] == "Ended"
    assert dialog.live_sessions() == set()


def test_a_request_whose_answer_was_lost_is_begun_anew_by_the_same_session(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    record_id, order, lost = begun(dialog)
    assert espocrm.forget(dialog.profile_id, record_id, "?begunAnew=true").status == 204
    assert dialog.ask()["status"] == "Established"
    anew = espocrm.request_in_the_end(dialog.profile_id, record_id, order)
    assert anew["privateKeySealed"] != lost["privateKeySealed"]
    espocrm.store_seal(record_id, anew["privateKeySealed"])
    collected(dialog, record_id)
    assert dialog.ask()["status"] == "Ended"


def test_an_access_token_that_ends_is_refreshed(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    dialog.let_the_access_token_end()
    live = dialog.live_sessions()
    wanted = orders(dialog)
    requested(dialog, wanted)
    for record_id in wanted:
        collected(dialog, record_id)
    assert live
    assert dialog.live_sessions() == set()


def test_a_session_that_somebody_revoked_at_ksef_is_told(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    espocrm.installation.call("DELETE", f"/v1/profiles/{dialog.profile_id}/sessions")
    record_id, order = next(iter(orders(dialog).items()))
    espocrm.add_record(record_id, order)
    answer = espocrm.request(dialog.profile_id, record_id, order)
    assert code(answer) == (409, "signing-request-session-ended")
    end = time.monotonic() + 10
    while dialog.ask()["status"] != "Ended":
        assert time.monotonic() < end, dialog.request
    assert dialog.request["problem"]["code"] == "signing-request-session-ended"
