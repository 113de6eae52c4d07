"""Listing and revoking sessions, and what the simulator tells about them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from bridge.simulator import clock
from bridge.simulator.reference_numbers import new_reference_number
from tests.simulator.ksef import Ksef, Tokens, authentication_token, refusal
from tests.simulator.login_certificates import new_nip, seal


def _listed(ksef: Ksef, tokens: Tokens) -> list[str]:
    answer = ksef.call("GET", "/auth/sessions?pageSize=100", token=tokens.access_token)
    return [item["referenceNumber"] for item in answer.get_json()["items"]]


def test_sessions_are_listed_from_the_newest_with_the_current_marked(ksef: Ksef, nip: str) -> None:
    ksef.sign_in(new_nip())
    first, second, third = (ksef.sign_in(nip) for _ in range(3))
    items = ksef.call("GET", "/auth/sessions", token=second.access_token).get_json()["items"]
    assert [item["referenceNumber"] for item in items] == [
        third.reference_number,
        second.reference_number,
        first.reference_number,
    ]
    assert [item["isCurrent"] for item in items] == [False, True, False]
    assert all(item["isTokenRedeemed"] for item in items)


def test_pages_follow_one_another_without_gap(ksef: Ksef, nip: str) -> None:
    made = [ksef.sign_in(nip) for _ in range(23)]
    access = made[0].access_token
    seen: list[str] = []
    headers: dict[str, str] = {}
    for expected in (10, 10, 3):
        answer = ksef.call("GET", "/auth/sessions", token=access, headers=headers).get_json()
        assert len(answer["items"]) == expected
        seen += [item["referenceNumber"] for item in answer["items"]]
        headers = {"x-continuation-token": answer["continuationToken"] or ""}
        ksef.sign_in(nip)  # a newer one must not shift the pages
    assert headers == {"x-continuation-token": ""}
    assert seen == [tokens.reference_number for tokens in reversed(made)]


@pytest.mark.parametrize("token", ["x", "e30=", base64.b64encode(b'["2025-01-01", 1]').decode()])
def test_a_bad_continuation_token_is_refused(ksef: Ksef, nip: str, token: str) -> None:
    answer = ksef.call(
        "GET",
        "/auth/sessions",
        token=ksef.sign_in(nip).access_token,
        headers={"x-continuation-token": token},
    )
    assert refusal(answer) == (21418, [])


@pytest.mark.parametrize("size", ["9", "101", "ten", "-10", "١٠"])
def test_a_page_size_out_of_its_limits_is_refused(ksef: Ksef, nip: str, size: str) -> None:
    access = ksef.sign_in(nip).access_token
    answer = ksef.call("GET", "/auth/sessions", token=access, query_string={"pageSize": size})
    assert refusal(answer)[0] == 21405


def test_a_revoked_session_keeps_its_access_token_alone(ksef: Ksef, nip: str) -> None:
    kept, revoked = ksef.sign_in(nip), ksef.sign_in(nip)
    path = f"/auth/sessions/{revoked.reference_number}"
    for _ in range(2):
        assert ksef.call("DELETE", path, token=kept.access_token).status_code == 204
    assert _listed(ksef, kept) == [kept.reference_number]
    assert _listed(ksef, revoked) == [kept.reference_number]
    refreshed = ksef.call("POST", "/auth/token/refresh", token=revoked.refresh_token)
    assert refusal(refreshed)[0] == 21301
    status = ksef.call(
        "GET", f"/auth/{revoked.reference_number}", token=revoked.authentication_token
    )
    assert status.get_json()["status"]["code"] == 425


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_the_current_session_is_revoked_by_either_token(ksef: Ksef, nip: str, kind: str) -> None:
    tokens = ksef.sign_in(nip)
    answer = ksef.call("DELETE", "/auth/sessions/current", token=getattr(tokens, kind))
    assert (answer.status_code, answer.data) == (204, b"")
    refreshed = ksef.call("POST", "/auth/token/refresh", token=tokens.refresh_token)
    assert refusal(refreshed)[0] == 21301


def test_a_stranger_revokes_nothing(ksef: Ksef, nip: str) -> None:
    own, stranger = ksef.sign_in(nip), ksef.sign_in(new_nip())
    path = f"/auth/sessions/{own.reference_number}"
    answer = ksef.call("DELETE", path, token=stranger.access_token)
    assert answer.status_code == 403
    assert answer.get_json()["reasonCode"] == "insufficient-resource-access"
    unknown = f"/auth/sessions/{new_reference_number('AU')}"
    assert refusal(ksef.call("DELETE", unknown, token=own.access_token))[0] == 21405
    assert _listed(ksef, own) == [own.reference_number]


def test_the_state_counts_logins_and_calls_and_shows_no_token(nip: str) -> None:
    ksef = Ksef()
    _, token = ksef.ksef_token(nip)
    by_token = ksef.sign_in_by_token(token, nip)
    by_signature = ksef.sign_in(nip)
    ksef.start_by_signature(seal(nip), nip)  # never redeemed
    ksef.call("DELETE", "/auth/sessions/current", token=by_token.access_token)
    answer = ksef.call("GET", "/_simulator/state")
    state = answer.get_json()
    assert state["logins"] == {"token": 1, "xades": 1}
    assert state["orphans"] == 0
    assert [(s["referenceNumber"], s["method"], s["revoked"]) for s in state["sessions"]] == [
        (by_token.reference_number, "token", True),
        (by_signature.reference_number, "xades", False),
    ]
    assert state["sessions"][0]["context"] == {"type": "Nip", "value": nip}
    assert state["sessions"][0]["subject"] == {"type": "Nip", "value": nip}
    calls = state["calls"]
    assert calls["POST /auth/challenge"] == 3
    assert calls["GET /auth/{referenceNumber}"] == 2
    assert calls["POST /auth/token/redeem"] == 2
    assert calls["DELETE /auth/sessions/current"] == 1
    for secret in (token, by_signature.access_token, by_signature.refresh_token):
        assert secret not in answer.text


def _orphans(ksef: Ksef) -> set[str]:
    found = {orphan.reference_number for orphan in ksef.state.operations.orphans()}
    assert ksef.call("GET", "/_simulator/state").get_json()["orphans"] == len(found)
    return found


def _refresh(ksef: Ksef, tokens: Tokens) -> None:
    answer = ksef.call("POST", "/auth/token/refresh", token=tokens.refresh_token)
    assert answer.status_code == 200, answer.text


def _revoke(ksef: Ksef, lost: Tokens, by: Tokens) -> None:
    path = f"/auth/sessions/{lost.reference_number}"
    assert ksef.call("DELETE", path, token=by.access_token).status_code == 204


def test_an_orphan_is_a_session_whose_holder_had_to_log_in_again(nip: str) -> None:
    ksef = Ksef()
    lost = ksef.sign_in(nip)
    assert _orphans(ksef) == set(), "nobody has logged in again"
    ksef.sign_in(new_nip())
    assert _orphans(ksef) == set(), "another company's login says nothing"
    _, token = ksef.ksef_token(nip)
    ksef.sign_in_by_token(token, nip)
    assert _orphans(ksef) == set(), "nor does one by another method"
    held = ksef.sign_in(nip)
    assert _orphans(ksef) == {lost.reference_number}
    _revoke(ksef, lost, held)
    assert _orphans(ksef) == set()


def test_a_session_that_was_lost_in_a_refresh_is_an_orphan(nip: str) -> None:
    ksef = Ksef()
    lost = ksef.sign_in(nip)
    _refresh(ksef, lost)
    held = ksef.sign_in(nip)
    assert _orphans(ksef) == {lost.reference_number}, "not used since the last login began"
    _revoke(ksef, lost, held)
    assert _orphans(ksef) == set()


def test_a_login_redeemed_after_its_caller_died_is_the_orphan(nip: str) -> None:
    ksef = Ksef()
    lost = ksef.start_by_signature(seal(nip), nip)
    held = ksef.sign_in(nip)
    assert _orphans(ksef) == set(), "a login never redeemed is no session"
    redeemed = ksef.call("POST", "/auth/token/redeem", token=authentication_token(lost))
    assert redeemed.status_code == 200
    assert _orphans(ksef) == {lost["referenceNumber"]}
    path = f"/auth/sessions/{lost['referenceNumber']}"
    assert ksef.call("DELETE", path, token=held.access_token).status_code == 204
    assert _orphans(ksef) == set()


def test_a_login_to_be_redeemed_too_late_is_revoked_before(nip: str) -> None:
    ksef = Ksef()
    lost = ksef.start_by_signature(seal(nip), nip)
    path = f"/auth/sessions/{lost['referenceNumber']}"
    assert ksef.call("DELETE", path, token=ksef.sign_in(nip).access_token).status_code == 204
    redeemed = ksef.call("POST", "/auth/token/redeem", token=authentication_token(lost))
    assert refusal(redeemed)[0] == 21301
    assert _orphans(ksef) == set()


def test_sessions_in_use_beside_one_another_are_no_orphans(nip: str) -> None:
    ksef = Ksef()
    first, second = ksef.sign_in(nip), ksef.sign_in(nip)
    _refresh(ksef, first)
    _refresh(ksef, second)
    assert _orphans(ksef) == set()
    unused = ksef.sign_in(nip)
    _refresh(ksef, first)
    _refresh(ksef, second)
    assert _orphans(ksef) == {unused.reference_number}, "of three, two are seen in use"
    _refresh(ksef, unused)
    assert _orphans(ksef) == set()


def test_a_connection_test_makes_no_orphan_of_the_session_in_use(nip: str) -> None:
    ksef = Ksef()
    ksef.sign_in(nip)
    of_the_test = ksef.sign_in(nip)
    answer = ksef.call("DELETE", "/auth/sessions/current", token=of_the_test.refresh_token)
    assert answer.status_code == 204
    assert _orphans(ksef) == set()


def test_a_session_whose_refresh_token_has_ended_is_no_orphan(
    nip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ksef = Ksef()
    ksef.sign_in(nip)
    a_week_later = clock.now() + timedelta(days=7)
    monkeypatch.setattr("bridge.simulator.clock.now", lambda: a_week_later)
    ksef.sign_in(nip)
    assert _orphans(ksef) == set()
