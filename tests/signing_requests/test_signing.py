"""From a profile that has nothing to a session, by a document that was signed elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.enrolment.espocrm import EspoCrm, code
from tests.signed_documents.signers import SIGNERS, SignFunction
from tests.signing_requests.dialog import Dialog, document_text
from tests.simulator.login_certificates import Credential, certificate_for, new_nip, person, seal
from tests.simulator.signed_requests import (
    DS,
    Recipe,
    copied,
    enveloped,
    request_xml,
    sign_again,
    written,
)


def signed(document: str, signer: Credential, recipe: Recipe | None = None) -> bytes:
    return written(enveloped(document_text(document), signer, recipe))


def test_a_signed_document_opens_a_session_and_deleting_revokes_it(
    dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin()
    assert dialog.request["status"] == "AwaitingSignature"
    assert dialog.ask() == dialog.request
    left = datetime.fromisoformat(dialog.request["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    request = dialog.drop(signed(document, owner))
    assert (request["status"], request["problem"], request["document"]) == (
        "Established",
        None,
        None,
    )
    assert {"InvoiceRead", "InvoiceWrite"} <= set(request["permissions"])
    assert request["signer"] == {
        "name": "Firma sp. z o.o.",
        "identifierType": "Nip",
        "identifierValue": dialog.nip,
        "organizationName": "Firma sp. z o.o.",
        "issuerName": owner.certificate.issuer.rfc4514_string(),
        "qualified": False,
        "seal": True,
        "validTo": owner.certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fingerprint": request["signer"]["fingerprint"],
    }
    left = datetime.fromisoformat(request["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert len(dialog.live_sessions()) == 1
    assert dialog.end().status == 204
    assert dialog.live_sessions() == set()
    assert dialog.ask()["status"] == "Ended"
    assert dialog.end().status == 204


@pytest.mark.parametrize("sign", SIGNERS.values(), ids=list(SIGNERS))
def test_what_other_peoples_tools_sign_logs_in(
    dialog: Dialog, owner: Credential, sign: SignFunction
) -> None:
    document = dialog.begin()
    dialog.drop(sign(document_text(document), owner))
    assert dialog.ask_until("Established")["signer"]["identifierValue"] == dialog.nip


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_the_document_is_written_as_asked(dialog: Dialog, owner: Credential, version: str) -> None:
    document = dialog.begin(schemaVersion=version, subjectIdentifierType="certificateSubject")
    assert document == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + request_xml(
            document.partition("<Challenge>")[2].partition("<")[0],
            dialog.nip,
            namespace=f"http://ksef.mf.gov.pl/auth/token/{version}",
        )
    )
    assert dialog.drop(signed(document, owner))["status"] == "Established"


def test_the_signer_may_be_known_by_the_fingerprint(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin(subjectIdentifierType="certificateFingerprint")
    fingerprint = dialog.drop(signed(document, owner))["signer"]["fingerprint"]
    assert (dialog.request["status"], dialog.request["problem"]["code"]) == (
        "Refused",
        "ksef-no-permissions-of-subject",
    )
    assert dialog.request["problem"]["params"]["identifierValue"] == fingerprint
    espocrm.installation.simulator.call(
        "POST",
        "/v2/testdata/permissions",
        json_body={
            "contextIdentifier": {"type": "Nip", "value": dialog.nip},
            "authorizedIdentifier": {"type": "Fingerprint", "value": fingerprint.upper()},
            "permissions": [{"permissionType": "InvoiceRead", "description": "Odczyt"}],
        },
    )
    document = dialog.begin(subjectIdentifierType="certificateFingerprint")
    request = dialog.drop(signed(document, owner))
    assert (request["status"], request["permissions"]) == ("Established", ["InvoiceRead"])
    assert request["signer"]["identifierType"] == "Fingerprint"


def test_a_file_that_is_not_acceptable_may_be_followed_by_another(
    dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin()
    request = dialog.drop(document.encode())
    assert (request["status"], request["document"]) == ("AwaitingSignature", document)
    assert (request["problem"]["code"], request["problem"]["severity"]) == (
        "signed-document-not-signed",
        "error",
    )
    assert "no signature" in request["problem"]["message"]
    in_polish = dialog.ask(**{"Accept-Language": "pl"})
    assert "nie ma podpisu" in in_polish["problem"]["message"]
    assert (request["signer"], request["permissions"]) == (None, None)
    request = dialog.drop(signed(document, owner))
    assert (request["status"], request["problem"]) == ("Established", None)


def test_a_new_request_ends_the_one_before(dialog: Dialog, owner: Credential) -> None:
    dialog.established(owner)
    before = Dialog(dialog.espocrm, dialog.profile_id, dialog.nip, dialog.request)
    document = dialog.begin()
    assert before.ask()["status"] == "Ended"
    assert dialog.live_sessions() == set()
    waiting = Dialog(dialog.espocrm, dialog.profile_id, dialog.nip, dialog.request)
    replaced = dialog.begin()
    assert waiting.ask()["status"] == "Ended"
    assert code(waiting.put(signed(document, owner))) == (409, "signing-request-over")
    assert dialog.drop(signed(replaced, owner))["status"] == "Established"


def test_what_was_signed_is_not_signed_again(dialog: Dialog, owner: Credential) -> None:
    document = dialog.begin()
    content = signed(document, owner)
    assert dialog.drop(content)["status"] == "Established"
    assert code(dialog.put(content)) == (409, "signing-request-already-signed")
    dialog.begin()
    assert dialog.drop(content)["problem"]["code"] == "signed-document-of-another-request"


def test_nobody_signs_too_late(dialog: Dialog, owner: Credential) -> None:
    document = dialog.begin()
    dialog.change_state(expires_at="2026-01-01T00:00:00Z")
    request = dialog.drop(signed(document, owner))
    assert (request["status"], request["problem"]["code"], request["document"]) == (
        "Expired",
        "signing-request-expired",
        None,
    )
    assert dialog.drop(b"<a/>") == dialog.ask() == request


def test_a_signer_without_rights_is_named(dialog: Dialog) -> None:
    document = dialog.begin()
    request = dialog.drop(signed(document, certificate_for(person("PNOPL-89010112345"))))
    assert (request["status"], request["document"]) == ("Refused", None)
    assert request["problem"]["code"] == "ksef-no-permissions-of-subject"
    assert "89010112345" in request["problem"]["message"]
    assert request["signer"]["name"] == "Jan Kowalski"
    assert code(dialog.put(signed(document, seal(dialog.nip)))) == (409, "signing-request-over")
    assert dialog.live_sessions() == set()


def test_what_ksef_refuses_at_once_is_told_in_words_for_who_has_signed(
    dialog: Dialog, owner: Credential
) -> None:
    document = dialog.begin()
    ahead = Recipe(signing_time=datetime.now(UTC) + timedelta(hours=1))
    request = dialog.drop(signed(document, owner, ahead))
    assert (request["status"], request["problem"]["code"]) == (
        "Refused",
        "signing-request-document-refused",
    )
    assert "SigningTime" in request["problem"]["message"]


def test_a_challenge_that_ksef_has_seen_is_told(dialog: Dialog, owner: Credential) -> None:
    """As after a kill between KSeF's answer and its being stored."""
    document = dialog.begin()
    content = signed(document, owner)
    dialog.espocrm.installation.simulator.call(
        "POST",
        "/v2/auth/xades-signature",
        body=content,
        headers={"Content-Type": "application/xml"},
    )
    request = dialog.drop(content)
    assert (request["status"], request["problem"]["code"]) == (
        "Refused",
        "signing-request-challenge-refused",
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "Inactive"},
        {"authorization_type": "Certificate"},
        {"internal_id": "unit"},
    ],
    ids=["inactive", "no certificate", "unit"],
)
def test_a_profile_needs_nothing_but_its_context(
    espocrm: EspoCrm, profile_id: str, columns: dict[str, str]
) -> None:
    nip = new_nip()
    if "internal_id" in columns:
        columns = {"internal_id": f"{nip}-12346"}
    dialog = Dialog.of_new_profile(espocrm, profile_id, nip=nip, **columns)
    document = dialog.begin()
    assert f"{nip}-12346" in document or "internal_id" not in columns
    assert dialog.drop(signed(document, seal(nip)))["signer"]["identifierValue"] == nip


def test_a_profile_without_an_environment_or_that_is_unknown_is_told(
    espocrm: EspoCrm, profile_id: str
) -> None:
    dialog = Dialog.of_new_profile(espocrm, profile_id, environment="")
    assert code(dialog.post()) == (409, "profile-incomplete")
    unknown = Dialog(espocrm, "nobody", new_nip())
    assert code(unknown.post()) == (404, "profile-not-found")


def test_a_request_belongs_to_its_profile(
    espocrm: EspoCrm, dialog: Dialog, owner: Credential, profile_id: str
) -> None:
    content = signed(dialog.begin(), owner)
    other = Dialog.of_new_profile(espocrm, f"{profile_id}b")
    other.request = dialog.request
    assert code(other.put(content)) == (404, "signing-request-not-found")
    assert espocrm.installation.call("GET", other.path).status == 404
    assert other.end().status == 204
    assert dialog.ask()["status"] == "AwaitingSignature"
    other.begin()
    assert other.drop(content)["problem"]["code"] == "signed-document-of-another-context"
    other.request["id"] = "unknown"
    assert espocrm.installation.call("GET", other.path).status == 404
    assert other.end().status == 204


def test_what_is_put_is_xml_of_a_megabyte_at_most(dialog: Dialog) -> None:
    dialog.begin()
    for sent in ("application/json", "text/xml", "application/x-www-form-urlencoded"):
        answer = dialog.put(b"<a/>", **{"Content-Type": sent})
        assert code(answer) == (415, "request-not-xml")
    assert code(dialog.put(b"<a>" + b" " * 1024 * 1024 + b"</a>"))[0] == 413
    assert dialog.drop(b"<a>" + b" " * 1_000_000 + b"</a>")["problem"]["code"] == (
        "signed-document-not-signed"
    )


def test_a_file_that_costs_too_much_is_not_examined_to_its_end(
    dialog: Dialog, owner: Credential
) -> None:
    """Each of many references would have the whole document written anew."""
    root = enveloped(document_text(dialog.begin()), owner)
    content = written(root)
    signature = next(root.iter(f"{{{DS}}}Signature"))
    information, reference = signature[0], next(root.iter(f"{{{DS}}}Reference"))
    for _ in range(1500):
        information.append(copied(reference))
    sign_again(signature, owner, Recipe())
    assert dialog.drop(written(root))["problem"]["code"] == "signed-document-too-costly"
    assert dialog.drop(content)["status"] == "Established"


def test_every_call_needs_the_scope_to_administer(dialog: Dialog, owner: Credential) -> None:
    content = signed(dialog.begin(), owner)
    installation = dialog.espocrm.installation
    key = {"Authorization": f"Bearer {installation.new_api_key('token', 'inspect')}"}
    assert installation.call("POST", dialog.path.rpartition("/")[0], {}, **key).status == 403
    assert dialog.put(content, **key).status == 403
    assert installation.call("GET", dialog.path, None, **key).status == 403
    assert installation.call("DELETE", dialog.path, None, **key).status == 403


def test_the_session_is_given_to_nobody(dialog: Dialog, owner: Credential) -> None:
    dialog.established(owner)
    installation = dialog.espocrm.installation
    assert code(installation.access_token(dialog.profile_id)) == (409, "token-not-set")
    other = f"{dialog.profile_id}::{dialog.request['id']}"
    assert installation.access_token(other).status == 422


def test_who_ends_all_sessions_of_the_profile_ends_it_too(
    dialog: Dialog, owner: Credential
) -> None:
    dialog.established(owner)
    live = dialog.live_sessions()
    ended = dialog.espocrm.installation.call("DELETE", f"/v1/profiles/{dialog.profile_id}/sessions")
    assert set(ended.json["revoked"]) == live
    assert dialog.live_sessions() == set()


def test_after_an_hour_the_session_is_revoked(dialog: Dialog, owner: Credential) -> None:
    dialog.established(owner)
    dialog.change_state(expires_at="2026-01-01T00:00:00Z")
    request = dialog.ask_until("Ended")
    assert (request["problem"], request["signer"]["identifierValue"]) == (None, dialog.nip)
    assert dialog.live_sessions() == set()


def test_the_log_names_the_signer_by_the_certificate_alone(dialog: Dialog) -> None:
    document = dialog.begin()
    pesel = "89010112345"
    dialog.drop(signed(document, certificate_for(person(f"PNOPL-{pesel}"))))
    told = [
        each
        for each in dialog.espocrm.log()
        if each["event"] == "signing-request" and each["request"] == dialog.request["id"]
    ]
    assert [each["outcome"] for each in told] == ["AwaitingSignature", "Submitted", "Refused"]
    assert told[-1]["fingerprint"] == dialog.request["signer"]["fingerprint"]
    assert all(pesel not in str(each) for each in told)
