"""A bridge killed at each step of a login that was signed elsewhere: the dialog goes on from where
it stands, or says to sign once more, and KSeF is left with no session that nobody holds.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.faults.chaos import HELD, REDEEM, STATUS, SUBMIT_SIGNATURE, Chaos, rule
from tests.faults.killing import MortalBridge, open_call
from tests.faults.test_killed_bridge import answers, locked
from tests.installation import Installation
from tests.signing_requests.dialog import Dialog, document_text
from tests.signing_requests.test_enrolling import collected, orders, requested
from tests.simulator.login_certificates import seal
from tests.simulator.signed_requests import enveloped, written

GRANTS = "POST /permissions/query/personal/grants"
REVOKE = "DELETE /auth/sessions/current"
CHALLENGE = "POST /auth/challenge"
_number = itertools.count(1)


@dataclass(frozen=True)
class Moment:
    """Where the bridge is killed, and what the dialog says afterwards.

    `tokens` were handed out by then; `goes_on` to a session without another signature.
    """

    name: str
    call: str
    effect: str
    status: str
    problem: str | None = None
    tokens: int = 0


MOMENTS = [
    Moment(
        "document on its way",
        SUBMIT_SIGNATURE,
        "drop-request",
        "AwaitingSignature",
        "signing-request-interrupted",
    ),
    Moment(
        "document received",
        SUBMIT_SIGNATURE,
        "drop-answer",
        "AwaitingSignature",
        "signing-request-interrupted",
    ),
    Moment("submitted", STATUS, "drop-request", "Established"),
    Moment("status answered", STATUS, "drop-answer", "Established"),
    Moment("redeem not received", REDEEM, "drop-request", "Established"),
    Moment("redeem received", REDEEM, "drop-answer", "Ended", "signing-request-lost", 1),
    Moment("redeem answered", REDEEM, "delay-answer", "Ended", "signing-request-lost", 1),
    Moment("rights asked for", GRANTS, "drop-request", "Established", tokens=1),
]


@pytest.fixture(scope="module")
def bridge(new_installation: Callable[[], Installation]) -> Iterator[MortalBridge]:
    """One bridge for the module: the one that follows a killed one is killed by the next test."""
    bridge = MortalBridge(new_installation())
    bridge.start()
    yield bridge
    bridge.end()


@pytest.fixture
def dialog(bridge: MortalBridge, chaos: Chaos) -> Dialog:
    """The dialog of a new profile; the bridge runs and KSeF behaves."""
    if bridge.installation.bridge is None or bridge.installation.bridge.process.poll() is not None:
        bridge.start()
    return Dialog.of_new_profile(EspoCrm(bridge.installation), f"killed{next(_number)}")


def signed(dialog: Dialog) -> bytes:
    return written(enveloped(document_text(dialog.begin()), seal(dialog.nip)))


@contextlib.contextmanager
def answered(dialog: Dialog, chaos: Chaos, moment: Moment) -> Iterator[None]:
    """In this block KSeF's answer has come, and cannot be stored, where the moment says so."""
    if moment.effect != "delay-answer":
        yield
        return
    installation = dialog.espocrm.installation
    with locked(installation.folder / "state.sqlite3"):
        before = answers(installation, moment.call)
        chaos.end()
        end = time.monotonic() + 3
        while answers(installation, moment.call) == before:
            assert time.monotonic() < end, "the bridge got no answer"
            time.sleep(0.01)
        yield


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.name.replace(" ", "-"))
def test_a_bridge_killed_while_a_signed_document_logs_in(
    bridge: MortalBridge, chaos: Chaos, dialog: Dialog, moment: Moment
) -> None:
    content = signed(dialog)
    chaos.begin(rule(moment.call, moment.effect, seconds=HELD))
    with open_call(bridge.installation) as call:
        call.put_file(dialog.path, content)
        chaos.wait_until_held(moment.call)
        with answered(dialog, chaos, moment):
            bridge.kill()
    chaos.end()
    assert len(dialog.live_sessions()) == moment.tokens
    bridge.start()
    request = dialog.ask_until(moment.status, within=60)
    assert (request["problem"] and request["problem"]["code"]) == moment.problem
    if moment.status != "Established":
        request = goes_on(dialog, content)
    assert request["permissions"] or dialog.ask()["permissions"]
    assert len(dialog.live_sessions()) == 1
    assert chaos.state()["orphans"] == 0
    assert dialog.end().status == 204
    assert dialog.live_sessions() == set()


def goes_on(dialog: Dialog, content: bytes) -> dict[str, object]:
    """The administrator drops the file once more, where he is told to, or signs once more."""
    if dialog.request["status"] == "AwaitingSignature":
        request: dict[str, object] = dialog.drop(content)
        if request["status"] == "Established":
            return request
        assert dialog.request["problem"]["code"] == "signing-request-challenge-refused"
    return dict(dialog.established(seal(dialog.nip)))


@pytest.mark.parametrize("effect", ["drop-request", "drop-answer"])
def test_a_bridge_killed_while_it_revokes_the_session(
    bridge: MortalBridge, chaos: Chaos, dialog: Dialog, effect: str
) -> None:
    dialog.established(seal(dialog.nip))
    chaos.begin(rule(REVOKE, effect, seconds=HELD))
    with open_call(bridge.installation) as call:
        call.send("DELETE", dialog.path)
        chaos.wait_until_held(REVOKE)
        bridge.kill()
    chaos.end()
    bridge.start()
    assert dialog.ask_until("Ended")["problem"] is None
    end = time.monotonic() + 20
    while dialog.live_sessions():
        assert time.monotonic() < end
        time.sleep(0.2)
    assert chaos.state()["orphans"] == 0


def test_a_bridge_killed_before_the_document_is_handed_out(
    bridge: MortalBridge, chaos: Chaos, dialog: Dialog
) -> None:
    chaos.begin(rule(CHALLENGE, "drop-answer", seconds=HELD))
    with open_call(bridge.installation) as call:
        call.send("POST", f"/v1/profiles/{dialog.profile_id}/signing-requests", {})
        chaos.wait_until_held(CHALLENGE)
        bridge.kill()
    chaos.end()
    bridge.start()
    dialog.established(seal(dialog.nip))
    assert dialog.end().status == 204
    assert chaos.state()["orphans"] == 0


def test_a_bridge_killed_while_certificates_are_requested_and_collected(
    bridge: MortalBridge, chaos: Chaos, dialog: Dialog
) -> None:
    dialog.established(seal(dialog.nip))
    wanted = orders(dialog)
    requested(dialog, wanted)
    bridge.kill()
    bridge.start()
    first, second = wanted
    collected(dialog, first)
    chaos.begin(rule(REVOKE, "drop-request", seconds=HELD))
    issued = dialog.espocrm.ask_until(dialog.profile_id, second, "Issued")
    with open_call(bridge.installation) as call:
        path = f"/v1/profiles/{dialog.profile_id}/certificate-enrolments/{second}"
        call.send("DELETE", path)
        chaos.wait_until_held(REVOKE)
        bridge.kill()
    chaos.end()
    bridge.start()
    # EspoCRM got no answer and says it again.
    dialog.espocrm.collect(dialog.profile_id, second, issued)
    dialog.ask_until("Ended")
    end = time.monotonic() + 20
    while dialog.live_sessions():
        assert time.monotonic() < end
        time.sleep(0.2)
    assert chaos.state()["orphans"] == 0


def test_a_slow_login_is_submitted_and_goes_on_after_the_worker_was_killed(
    bridge: MortalBridge, chaos: Chaos, dialog: Dialog
) -> None:
    content = signed(dialog)
    chaos.begin(processingSeconds=12)
    with open_call(bridge.installation) as call:
        worker = call.worker()
        call.put_file(dialog.path, content)
        answer = call.answer()
        assert answer is not None
        assert (answer.status, answer.json["status"]) == (200, "Submitted")
        assert answer.json["signer"]["identifierValue"] == dialog.nip
        bridge.kill_worker(worker)
    request = dialog.ask_until("Established", within=30)
    assert request["permissions"]
    assert dialog.end().status == 204
    assert dialog.live_sessions() == set()
    assert chaos.state()["orphans"] == 0
