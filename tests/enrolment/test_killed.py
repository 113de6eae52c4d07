"""A bridge killed at each step of a request, or robbed of its state database: afterwards there is
one certificate at KSeF, one record, and its key works.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.enrolment.espocrm import ORDER, EspoCrm, path
from tests.faults.chaos import HELD, Chaos, rule
from tests.faults.killing import MortalBridge, open_call
from tests.secret_register import register_secret

DATA = "GET /certificates/enrollments/data"
LIMITS = "GET /certificates/limits"
ENROL = "POST /certificates/enrollments"
STATUS = "GET /certificates/enrollments/{referenceNumber}"
RETRIEVE = "POST /certificates/retrieve"


@pytest.fixture(scope="module")
def bridge(mortal: EspoCrm) -> Iterator[MortalBridge]:
    """One bridge for the module: the one that follows a killed one is killed by the next test."""
    bridge = MortalBridge(mortal.installation)
    bridge.start()
    yield bridge
    bridge.end()


@dataclass
class Case:
    """A record whose certificate is requested while the bridge dies."""

    espocrm: EspoCrm
    profile_id: str
    record_id: str
    nip: str

    def request(self) -> Any:
        """The answer to a PUT, stored in the record as EspoCRM does."""
        begun = self.espocrm.request_in_the_end(self.profile_id, self.record_id)
        if not self.espocrm.record(self.record_id).private_key_sealed:
            self.espocrm.store_seal(self.record_id, begun["privateKeySealed"])
        return begun

    def ask(self, state: str, within: float = 30) -> Any:
        return self.espocrm.ask_until(self.profile_id, self.record_id, state, within=within)

    def finished(self, *, has_package: bool = True, within: float = 30) -> Any:
        """EspoCRM requests again where it was not answered, asks and collects.

        All that must hold in the end is looked at here.
        """
        begun = self.request()
        issued = self.ask("Issued", within)
        assert (issued["package"] is not None) is has_package
        sealed = self.espocrm.record(self.record_id).private_key_sealed
        assert begun["privateKeySealed"] == sealed
        certificates, requests = self.espocrm.at_ksef(sealed)
        assert [each["certificateSerialNumber"] for each in certificates] == [
            issued["serialNumber"]
        ]
        assert len(requests) == len(self.espocrm.requests_of(self.nip)) == 1
        self.espocrm.collect(self.profile_id, self.record_id, issued)
        tested = self.espocrm.installation.call(
            "POST",
            f"/v1/profiles/{self.profile_id}/connection-test",
            {"authorizationCertificateId": self.record_id},
        ).json
        assert tested["ok"], tested
        return issued


@pytest.fixture
def case(
    mortal: EspoCrm, bridge: MortalBridge, tmp_path: Path, profile_id: str, record_id: str
) -> Case:
    if bridge.installation.bridge is None or bridge.installation.bridge.process.poll() is not None:
        bridge.start()
    nip = mortal.profile(tmp_path, profile_id)
    mortal.add_record(record_id)
    # A login costs KSeF's calls of its own.
    assert mortal.installation.access_token(profile_id).status == 200
    return Case(mortal, profile_id, record_id, nip)


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


# The state database is deleted.


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


def state_file(espocrm: EspoCrm) -> Path:
    url = make_url(espocrm.installation.environment["KSEF_BRIDGE_STATE_DATABASE_URL"])
    assert url.database is not None
    return Path(url.database)


def delete_state(espocrm: EspoCrm) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{state_file(espocrm)}{suffix}").unlink(missing_ok=True)


@contextlib.contextmanager
def state_locked(espocrm: EspoCrm) -> Iterator[None]:
    """Nothing is stored in this block."""
    with contextlib.closing(sqlite3.connect(state_file(espocrm), timeout=5)) as connection:
        connection.isolation_level = None
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
