"""A bridge killed at each step of a request: afterwards there is one certificate at KSeF, one
record, and its key works.
"""

from __future__ import annotations

import time

import pytest

from tests.enrolment.case import Case, state_locked
from tests.enrolment.espocrm import ORDER, path
from tests.faults.chaos import HELD, Chaos, rule
from tests.faults.killing import MortalBridge, open_call

DATA = "GET /certificates/enrollments/data"
LIMITS = "GET /certificates/limits"
ENROL = "POST /certificates/enrollments"
STATUS = "GET /certificates/enrollments/{referenceNumber}"
RETRIEVE = "POST /certificates/retrieve"


def restart(bridge: MortalBridge) -> None:
    bridge.kill()
    bridge.start()


def let_answer(case: Case, chaos: Chaos, call: str, status: int) -> None:
    """Let KSeF answer, and wait until the bridge has counted that it did."""
    before = answers(case, call, status)
    chaos.end()
    end = time.monotonic() + 5
    while answers(case, call, status) == before:
        assert time.monotonic() < end, "the bridge got no answer"
        time.sleep(0.01)


def answers(case: Case, call: str, status: int) -> int:
    """How many calls KSeF has answered so."""
    labels = f'environment="Test",operation="{call}",status="{status}"'
    counted = f"ksef_bridge_ksef_request_seconds_count{{{labels}}} "
    metrics = case.espocrm.installation.call("GET", "/metrics").body.decode()
    lines = (line for line in metrics.splitlines() if line.startswith(counted))
    return sum(int(float(line.removeprefix(counted))) for line in lines)


# (a) After the key is made.


def test_killed_before_the_key_is_stored(case: Case, bridge: MortalBridge, chaos: Chaos) -> None:
    chaos.begin(rule(DATA, "delay-answer", seconds=HELD))
    with open_call(case.espocrm.installation) as asking:
        asking.send("PUT", path(case.profile_id, case.record_id), dict(ORDER))
        chaos.wait_until_held(DATA)
        with state_locked(case.espocrm):
            let_answer(case, chaos, DATA, 200)
            bridge.kill()
    bridge.start()
    case.finished()


def test_killed_after_the_answer_and_before_espocrm_stores_it(
    case: Case, bridge: MortalBridge
) -> None:
    first = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    restart(bridge)
    again = case.request()
    assert again["privateKeySealed"] == first["privateKeySealed"]
    assert again["packagePassword"] is None
    case.finished()


def test_killed_when_espocrm_holds_the_key_and_nothing_was_sent(
    case: Case, bridge: MortalBridge, chaos: Chaos
) -> None:
    begun = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    chaos.begin(rule(LIMITS, "drop-request", seconds=HELD))
    case.espocrm.store_seal(case.record_id, begun["privateKeySealed"])
    chaos.wait_until_held(LIMITS)
    bridge.kill()
    chaos.end()
    assert case.espocrm.at_ksef(begun["privateKeySealed"]) == ([], [])
    bridge.start()
    case.finished()


# (b) After KSeF has received the request, and before its answer.


@pytest.mark.parametrize("what", ["bridge", "worker"])
def test_killed_when_ksef_has_received_it(
    case: Case, bridge: MortalBridge, chaos: Chaos, what: str
) -> None:
    begun = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    chaos.begin(rule(ENROL, "drop-answer", seconds=HELD))
    case.espocrm.store_seal(case.record_id, begun["privateKeySealed"])
    with open_call(case.espocrm.installation) as asking:
        worker = asking.worker()
        asking.send("GET", path(case.profile_id, case.record_id))
        chaos.wait_until_held(ENROL)
        if what == "bridge":
            bridge.kill()
        else:
            # The one that was asked may not be the one that works on it; then this one goes on.
            bridge.kill_worker(worker)
    chaos.end()
    assert len(case.espocrm.at_ksef(begun["privateKeySealed"])[1]) == 1
    if what == "bridge":
        bridge.start()
    case.finished()


def test_killed_when_it_was_on_its_way_and_ksef_has_not_received_it(
    case: Case, bridge: MortalBridge, chaos: Chaos
) -> None:
    begun = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    chaos.begin(rule(ENROL, "drop-request", seconds=HELD))
    case.espocrm.store_seal(case.record_id, begun["privateKeySealed"])
    chaos.wait_until_held(ENROL)
    bridge.kill()
    chaos.end()
    assert case.espocrm.at_ksef(begun["privateKeySealed"]) == ([], [])
    bridge.start()
    # KSeF is given its time, then asked again with the same key.
    case.finished(within=60)


# (c) After KSeF's answer, before it is stored.


def test_killed_when_ksef_has_answered(case: Case, bridge: MortalBridge, chaos: Chaos) -> None:
    begun = case.espocrm.request_in_the_end(case.profile_id, case.record_id)
    chaos.begin(rule(ENROL, "delay-answer", seconds=HELD))
    case.espocrm.store_seal(case.record_id, begun["privateKeySealed"])
    with open_call(case.espocrm.installation) as asking:
        asking.send("GET", path(case.profile_id, case.record_id))
        chaos.wait_until_held(ENROL)
        with state_locked(case.espocrm):
            let_answer(case, chaos, ENROL, 202)
            bridge.kill()
    assert len(case.espocrm.at_ksef(begun["privateKeySealed"])[1]) == 1
    bridge.start()
    case.finished()


# (d) After it was issued, before EspoCRM stores it.


@pytest.mark.parametrize("call", [STATUS, RETRIEVE])
def test_killed_when_it_was_issued_and_not_stored_here(
    case: Case, bridge: MortalBridge, chaos: Chaos, call: str
) -> None:
    chaos.begin(rule(call, "delay-answer", seconds=HELD))
    case.request()
    chaos.wait_until_held(call)
    bridge.kill()
    chaos.end()
    bridge.start()
    case.finished()


def test_killed_when_it_is_issued_and_espocrm_has_not_stored_it(
    case: Case, bridge: MortalBridge
) -> None:
    case.request()
    before = case.ask("Issued")
    restart(bridge)
    issued = case.finished()
    assert issued == before
