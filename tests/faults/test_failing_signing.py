"""KSeF fails, or two send the same file, while a login is signed elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.enrolment.espocrm import EspoCrm
from tests.faults.chaos import SUBMIT_SIGNATURE, Chaos, rule
from tests.installation import Installation
from tests.signing_requests.dialog import Dialog, document_text
from tests.simulator.login_certificates import seal
from tests.simulator.signed_requests import enveloped, written

REVOKE = "DELETE /auth/sessions/current"
AT_ONCE = 8
_number = itertools.count(1)


@pytest.fixture(scope="module")
def espocrm(new_installation: Callable[[], Installation]) -> Iterator[EspoCrm]:
    """A bridge with two workers beside a KSeF that fails when told so."""
    installation = new_installation()
    with installation.running(KSEF_BRIDGE_WORKERS="2"):
        yield EspoCrm(installation)


@pytest.fixture
def dialog(espocrm: EspoCrm) -> Dialog:
    return Dialog.of_new_profile(espocrm, f"failing{next(_number)}")


def signed(dialog: Dialog) -> bytes:
    return written(enveloped(document_text(dialog.begin()), seal(dialog.nip)))


def test_what_ksef_did_not_take_in_may_be_dropped_again(dialog: Dialog, chaos: Chaos) -> None:
    content = signed(dialog)
    begun = dialog.request
    chaos.begin(rule(SUBMIT_SIGNATURE, "server-error", status=503))
    assert dialog.put(content).status == 503
    assert dialog.ask() == begun
    chaos.end()
    assert dialog.drop(content)["status"] == "Established"


def test_a_session_that_ksef_does_not_revoke_is_revoked_later(dialog: Dialog, chaos: Chaos) -> None:
    dialog.established(seal(dialog.nip))
    live = dialog.live_sessions()
    chaos.begin(rule(REVOKE, "server-error", status=500))
    assert dialog.end().status == 204
    assert dialog.live_sessions() == live
    chaos.end()
    # For who asks it is over; the bridge knows that it is not.
    assert dialog.ask()["status"] == "Ended"
    assert dialog.live_sessions() == set()


def test_a_file_that_is_dropped_many_times_at_once_is_sent_once(
    dialog: Dialog, chaos: Chaos
) -> None:
    content = signed(dialog)
    chaos.begin(rule(SUBMIT_SIGNATURE, "delay-answer", seconds=1))
    with ThreadPoolExecutor(AT_ONCE) as callers:
        answers = list(callers.map(dialog.put, [content] * AT_ONCE))
    assert {each.status for each in answers} <= {200, 409, 503}
    assert dialog.ask_until("Established")["problem"] is None
    assert len(dialog.live_sessions()) == 1
    assert chaos.state()["orphans"] == 0
