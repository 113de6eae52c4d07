"""Generating, listing and revoking KSeF tokens."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bridge.simulator.reference_numbers import new_reference_number
from bridge.simulator.tokens import ksef_tokens
from tests.secret_register import register_secret
from tests.simulator.ksef import Ksef, Tokens, refusal
from tests.simulator.login_certificates import new_nip
from tests.simulator.test_authentication import crc8


def _generate(ksef: Ksef, tokens: Tokens, **members: Any) -> TestResponse:
    body = {"permissions": ["InvoiceRead"], "description": "Odczyt faktur", **members}
    return ksef.call("POST", "/tokens", token=tokens.access_token, json=body)


def _generated(ksef: Ksef, tokens: Tokens, **members: Any) -> tuple[str, str]:
    answer = _generate(ksef, tokens, **members)
    assert answer.status_code == 202, answer.text
    body = answer.get_json()
    return body["referenceNumber"], register_secret(str(body["token"]))


def _wait_until(ksef: Ksef, tokens: Tokens, reference: str, status: str) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        answer = ksef.call("GET", f"/tokens/{reference}", token=tokens.access_token)
        if answer.get_json()["status"] == status:
            return
        time.sleep(0.02)
    pytest.fail(f"the token did not become {status}")


def _references(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [token["referenceNumber"] for token in answer.get_json()["tokens"]]


def test_a_generated_token_becomes_active_logs_in_and_is_revoked(
    ksef: Ksef, nip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for a busy machine to look at it before.
    monkeypatch.setattr(ksef_tokens, "TRANSITION_TIME", timedelta(seconds=1))
    owner = ksef.sign_in(nip)
    reference, text = _generated(ksef, owner, permissions=["InvoiceRead", "InvoiceWrite"])
    assert re.fullmatch(rf"{reference}\|nip-{nip}\|[0-9a-f]{{64}}", text)
    assert "-EC-" in reference
    assert crc8(reference[:33]) == int(reference[34:], 16)
    item = ksef.call("GET", f"/tokens/{reference}", token=owner.access_token).get_json()
    assert item["status"] == "Pending"
    assert item["authorIdentifier"] == {"type": "Nip", "value": nip}
    assert item["requestedPermissions"] == ["InvoiceRead", "InvoiceWrite"]
    assert "lastUseDate" not in item
    assert ksef.outcome(ksef.start_by_token(text, nip)) == (450, ["Token nieaktywny"])

    _wait_until(ksef, owner, reference, "Active")
    ksef.sign_in_by_token(text, nip)
    item = ksef.call("GET", f"/tokens/{reference}", token=owner.access_token).get_json()
    assert "lastUseDate" in item

    deleted = ksef.call("DELETE", f"/tokens/{reference}", token=owner.access_token)
    assert deleted.status_code == 204
    assert ksef.outcome(ksef.start_by_token(text, nip)) == (450, ["Token unieważniony"])
    _wait_until(ksef, owner, reference, "Revoked")


@pytest.mark.parametrize(
    "members",
    [
        {"permissions": []},
        {"permissions": ["InvoiceRead", "invoiceWrite"]},
        {"permissions": "InvoiceRead"},
        {"description": "abcd"},
        {"description": "a" * 257},
        {"description": None},
    ],
)
def test_a_body_against_the_contract_is_refused(ksef: Ksef, members: dict[str, Any]) -> None:
    assert refusal(_generate(ksef, ksef.sign_in(new_nip()), **members))[0] == 21405


def test_a_login_by_token_generates_none(ksef: Ksef, nip: str) -> None:
    by_token = ksef.sign_in_by_token(ksef.ksef_token(nip)[1], nip)
    answer = _generate(ksef, by_token)
    assert answer.status_code == 403
    assert answer.get_json()["reasonCode"] == "auth-method-not-allowed"
    assert answer.get_json()["security"] == {"authenticationMethodCategory": "Token"}


def test_rights_that_one_lacks_are_not_handed_on(ksef: Ksef, nip: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(ksef.state.rights, "permissions_of", lambda *_: frozenset({"InvoiceRead"}))
    code, details = refusal(
        _generate(ksef, ksef.sign_in(nip), permissions=["InvoiceRead", "InvoiceWrite"])
    )
    assert code == 26001
    assert details == ["Brakujące uprawnienia: InvoiceWrite."]


def test_a_token_login_holds_the_rights_of_its_token(ksef: Ksef, nip: str) -> None:
    reader = ksef.sign_in_by_token(ksef.ksef_token(nip, "InvoiceRead")[1], nip)
    other, _ = ksef.ksef_token(nip)
    answer = ksef.call("GET", f"/tokens/{other}", token=reader.access_token)
    assert answer.status_code == 403
    assert answer.get_json()["reasonCode"] == "missing-permissions"
    assert answer.get_json()["security"] == {
        "requiredAnyOfPermissions": ["CredentialsManage", "CredentialsRead"],
        "presentPermissions": ["InvoiceRead"],
    }


def test_a_token_login_sees_and_revokes_its_own_token_alone(ksef: Ksef, nip: str) -> None:
    reference, text = ksef.ksef_token(nip, "InvoiceRead")
    other, _ = ksef.ksef_token(nip)
    own = ksef.sign_in_by_token(text, nip)
    assert _references(ksef.call("GET", "/tokens", token=own.access_token)) == [reference]
    path = f"/tokens/{reference}"
    assert ksef.call("GET", path, token=own.access_token).status_code == 200
    assert ksef.call("DELETE", f"/tokens/{other}", token=own.access_token).status_code == 403
    assert ksef.call("DELETE", path, token=own.access_token).status_code == 204


def test_a_credentials_right_shows_all_tokens_of_the_context(ksef: Ksef, nip: str) -> None:
    reader = ksef.sign_in_by_token(ksef.ksef_token(nip, "CredentialsRead")[1], nip)
    other, _ = ksef.ksef_token(nip)
    stranger, _ = ksef.ksef_token(new_nip())
    assert other in _references(ksef.call("GET", "/tokens", token=reader.access_token))
    assert ksef.call("GET", f"/tokens/{other}", token=reader.access_token).status_code == 200
    for unknown in (stranger, new_reference_number("EC")):
        answer = ksef.call("GET", f"/tokens/{unknown}", token=reader.access_token)
        assert refusal(answer)[0] == 21405
    answer = ksef.call("DELETE", f"/tokens/{other}", token=reader.access_token)
    assert answer.status_code == 403


def test_tokens_are_filtered_and_paged(ksef: Ksef, nip: str) -> None:
    owner = ksef.sign_in(nip)
    made = [_generated(ksef, owner, description=f"Token nr {n:02}")[0] for n in range(12)]
    ksef.call("DELETE", f"/tokens/{made[0]}", token=owner.access_token)
    _wait_until(ksef, owner, made[0], "Revoked")
    _wait_until(ksef, owner, made[11], "Active")

    def found(**query: Any) -> list[str]:
        return _references(
            ksef.call("GET", "/tokens", token=owner.access_token, query_string=query)
        )

    pages = ksef.call("GET", "/tokens", token=owner.access_token)
    assert _references(pages) == made[:1:-1]
    headers = {"x-continuation-token": pages.get_json()["continuationToken"]}
    rest = ksef.call("GET", "/tokens", token=owner.access_token, headers=headers)
    assert _references(rest) == made[1::-1]
    assert found(status="Revoked") == [made[0]]
    assert found(status=["Revoked", "Failed"]) == [made[0]]
    assert found(description="NR 05") == [made[5]]
    assert found(description="nothing") == []
    assert len(found(authorIdentifier=nip[:5], authorIdentifierType="Nip", pageSize="100")) == 12
    assert found(authorIdentifierType="Pesel") == []


@pytest.mark.parametrize(
    "query",
    ["status=active", "description=ab", "authorIdentifier=12", "authorIdentifierType=NIP"],
)
def test_a_bad_filter_is_refused(ksef: Ksef, nip: str, query: str) -> None:
    answer = ksef.call("GET", f"/tokens?{query}", token=ksef.sign_in(nip).access_token)
    assert refusal(answer)[0] == 21405


def test_a_token_of_an_internal_identifier_names_it(ksef: Ksef, nip: str) -> None:
    context = {"type": "InternalId", "value": f"{nip}-12345"}
    answer = ksef.call("POST", "/_simulator/ksef-tokens", json={"context": context})
    token = register_secret(str(answer.get_json()["token"]))
    assert f"|internalId-{nip}-12345|" in token
    assert len(token) == 129
