"""From a profile that has nothing to a session, by a document that was signed elsewhere."""

from __future__ import annotations

from tests.signing_requests.dialog import Dialog, document_text
from tests.simulator.login_certificates import Credential
from tests.simulator.signed_requests import enveloped, written


def test_a_signed_document_opens_a_session_and_deleting_revokes_it(
    dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin()
    assert dialog.request["status"] == "AwaitingSignature"
    assert dialog.ask() == dialog.request
    request = dialog.drop(written(enveloped(document_text(document), owner)))
    assert (request["status"], request["problem"], request["document"]) == (
        "Established",
        None,
        None,
    )
    assert request["permissions"]
    assert len(dialog.live_sessions()) == 1
    assert dialog.end().status == 204
    assert dialog.live_sessions() == set()
    assert dialog.ask()["status"] == "Ended"
    assert dialog.end().status == 204
