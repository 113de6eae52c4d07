"""A bridge robbed of its state database: afterwards there is one certificate at KSeF, one record,
and its key works.
"""

from __future__ import annotations

import pytest

from tests.enrolment.case import Case, delete_state
from tests.faults.chaos import Chaos
from tests.faults.killing import MortalBridge
from tests.secret_register import register_secret


def test_deleted_before_espocrm_stores_the_answer(case: Case, bridge: MortalBridge) -> None:
    first = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    delete_state(case.espocrm)
    again = case.request()
    # Nobody has the first key, and KSeF has never heard of it.
    assert again["privateKeySealed"] != first["privateKeySealed"]
    assert again["packagePassword"] is not None
    case.finished()


@pytest.mark.parametrize("alive", [True, False], ids=["running", "restarted"])
def test_deleted_after_ksef_has_taken_it(
    case: Case, bridge: MortalBridge, chaos: Chaos, alive: bool
) -> None:
    begun = case.request()
    case.ask("Issued")
    if not alive:
        bridge.kill()
    delete_state(case.espocrm)
    if not alive:
        bridge.start()
    told = case.ask("Issued")
    assert (told["package"], told["packageProblem"]["code"]) == (None, "package-password-lost")
    assert "password" in told["packageProblem"]["message"]
    polish = case.espocrm.ask(case.profile_id, case.record_id, **{"Accept-Language": "pl"})
    assert "hasła" in polish.json["packageProblem"]["message"]
    again = case.request()
    assert (again["privateKeySealed"], again["packagePassword"]) == (
        begun["privateKeySealed"],
        None,
    )
    case.finished(has_package=False)


def test_deleted_while_ksef_works_on_it(case: Case, bridge: MortalBridge, chaos: Chaos) -> None:
    chaos.begin(enrolmentSeconds=5)
    case.request()
    case.ask("Requested")
    delete_state(case.espocrm)
    case.finished(has_package=False)


def test_deleted_while_nobody_says_what_was_ordered(case: Case, bridge: MortalBridge) -> None:
    case.request()
    case.ask("Issued")
    delete_state(case.espocrm)
    case.espocrm.change_record(case.record_id, type=None)
    asked = case.espocrm.ask(case.profile_id, case.record_id)
    assert (asked.status, asked.json["code"]) == (409, "enrolment-state-lost")
    case.finished(has_package=False)


def test_a_password_that_was_shown_is_nowhere(case: Case, bridge: MortalBridge) -> None:
    begun = case.request()
    case.ask("Issued")
    password = register_secret(begun["packagePassword"]).encode()
    for file in case.espocrm.installation.folder.rglob("*"):
        if file.is_file():
            assert password not in file.read_bytes(), file
