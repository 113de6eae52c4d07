"""A login that is cut off anywhere is finished or revoked by the next one; nothing stays at KSeF.

The bridge's own parts run in this process against the running simulator; what cuts them off is a
transport that stops at a chosen call, before it or after KSeF has carried it out.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bridge.espocrm.tables import ksef_profile
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.ksef.contract import StatusInfo
from bridge.ksef.errors import (
    AuthenticationFailed,
    KsefError,
    KsefUnauthorized,
    Operation,
)
from bridge.ksef.transport import Answer, Request
from bridge.sessions import sessions
from bridge.sessions.errors import LoginRefused, ProfileUnusable
from bridge.sessions.sessions import AccessToken
from bridge.state.errors import TryLater
from bridge.state.tables import session
from bridge.vault import Vault
from tests.secret_register import register_secret
from tests.sessions.company import (
    REDEEM,
    REFRESH,
    REVOKE_CURRENT,
    STATUS,
    SUBMIT,
    Company,
    Killed,
    answer_lost,
    answer_lost_and_then,
    forbidden,
    in_progress_and_then,
    killed_after,
    killed_before,
    never_sent,
    not_found_by_a_gateway,
    refused_with,
)

ATTEMPTS = {STATUS: 3, REDEEM: 1, REFRESH: 3}
_number = itertools.count(1)


@pytest.mark.parametrize(
    ("how", "path"),
    [
        (killed_before, SUBMIT),
        (killed_after, SUBMIT),
        (killed_before, STATUS),
        (killed_after, STATUS),
        (killed_before, REDEEM),
        (killed_after, REDEEM),
    ],
)
@pytest.mark.parametrize("credential_changes", [False, True])
def test_after_a_kill_the_next_call_gets_a_token_and_leaves_one_session(
    company: Company,
    how: Callable[[Request, Callable[[], Answer]], Answer],
    path: str,
    credential_changes: bool,
) -> None:
    company.cut(how, path)
    with pytest.raises(Killed):
        company.ask()
    if credential_changes:
        company.replace_token()
    token = company.ask()
    register_secret(token.token.reveal_text())
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize("how", [killed_before, killed_after])
def test_a_login_that_ksef_was_still_working_on_is_finished(
    company: Company, how: Callable[[Request, Callable[[], Answer]], Answer]
) -> None:
    company.cut(in_progress_and_then(how, company.transport), STATUS)
    with pytest.raises(Killed):
        company.ask()
    before = company.submissions()
    token = company.ask()
    assert company.submissions() == before
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize("how", [killed_before, killed_after])
def test_after_a_kill_in_a_refresh_the_session_goes_on(
    company: Company, how: Callable[[Request, Callable[[], Answer]], Answer]
) -> None:
    first = company.ask()
    company.cut(how, REFRESH)
    with pytest.raises(Killed):
        company.ask(force_refresh=True)
    again = company.ask(force_refresh=True)
    assert again.session_reference == first.session_reference
    assert company.live_sessions() == {first.session_reference}


def test_a_lost_answer_to_redeem_is_made_good_in_the_same_call(company: Company) -> None:
    company.cut(answer_lost, REDEEM)
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize("error", [forbidden, not_found_by_a_gateway])
def test_a_refresh_that_is_refused_without_saying_why_leaves_nothing_behind(
    company: Company, error: Callable[[Operation], KsefError]
) -> None:
    company.ask()
    company.cut(refused_with(error), REFRESH)
    token = company.ask(force_refresh=True)
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize("error", [forbidden, not_found_by_a_gateway])
def test_a_session_that_cannot_be_given_back_is_revoked_by_the_next(
    company: Company, error: Callable[[Operation], KsefError]
) -> None:
    company.ask()
    company.replace_token()
    company.cut(refused_with(error), REVOKE_CURRENT)
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_a_resumed_login_whose_tokens_are_lost_leaves_nothing_behind(company: Company) -> None:
    company.cut(in_progress_and_then(killed_before, company.transport), STATUS)
    with pytest.raises(Killed):
        company.ask()
    company.cut(answer_lost_and_then(KsefUnauthorized, company.transport), REDEEM)
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_ksef_silent_about_redeeming_counts_as_redeemed(company: Company) -> None:
    def silent(_request: Request, send: Callable[[], Answer]) -> Answer:
        answer = send()
        body = json.loads(answer.body)
        del body["isTokenRedeemed"]
        return replace(answer, body=json.dumps(body).encode())

    company.cut(killed_after, REDEEM)
    with pytest.raises(Killed):
        company.ask()
    company.replace_token()
    company.cut(silent, STATUS)
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_a_refusal_after_lost_tokens_is_remembered_and_leaves_nothing_behind(
    company: Company,
) -> None:
    def blocked(operation: Operation) -> KsefError:
        return AuthenticationFailed(operation, StatusInfo(480, "Uwierzytelnienie zablokowane"))

    company.cut(answer_lost_and_then(blocked, company.transport), REDEEM)
    for _ in range(2):
        with pytest.raises(LoginRefused) as caught:
            company.ask()
        assert caught.value.ksef_code == 480
    with pytest.raises(LoginRefused):
        company.ask(force_refresh=True)
    assert company.test_connection().ok
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_a_paused_holder_neither_overwrites_the_new_session_nor_leaves_one(
    company: Company,
) -> None:
    """The first login stops for longer than its lease, heartbeat and all; a second one goes by."""
    newer: list[AccessToken] = []

    def pause(request: Request, send: Callable[[], Answer]) -> Answer:
        answer = send()
        with company.state.begin() as connection:
            connection.execute(update(session).values(lease_until=0))
        newer.append(company.ask())
        return answer

    company.cut(pause, REDEEM)
    with pytest.raises(TryLater):
        company.ask()
    assert company.live_sessions() == {newer[0].session_reference}
    assert company.ask().session_reference == newer[0].session_reference


def test_a_profile_that_changes_while_the_login_waits_is_looked_at_again(company: Company) -> None:
    with company.state.begin() as connection:
        held_until = int((datetime.now(UTC).timestamp() + 1.5) * 1000)
        connection.execute(
            insert(session).values(profile_id="p1", lease_holder="other", lease_until=held_until)
        )
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(company.ask)
        time.sleep(0.3)
        with company.espocrm.connect() as connection:
            connection.execute(update(ksef_profile).values(status="Inactive"))
        with pytest.raises(ProfileUnusable):
            waiting.result(timeout=10)
    assert company.live_sessions() == set()


@pytest.mark.parametrize("path", [STATUS, REDEEM])
def test_ksef_going_away_is_told_and_the_next_call_goes_on(company: Company, path: str) -> None:
    company.cut(never_sent, path, ATTEMPTS[path])
    with pytest.raises(TryLater) as caught:
        company.ask()
    assert caught.value.code == "ksef-unreachable"
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_a_token_that_still_lives_is_given_while_ksef_is_away(company: Company) -> None:
    company.ask()
    company.let_the_access_token_end_in(timedelta(seconds=30))
    company.cut(never_sent, REFRESH, ATTEMPTS[REFRESH])
    assert company.ask().valid_until < datetime.now(UTC) + timedelta(minutes=1)
    assert company.ask().valid_until > datetime.now(UTC) + timedelta(minutes=10)


def test_a_token_that_ends_while_ksef_is_waited_for_is_not_given(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(request: Request, _send: Callable[[], Answer]) -> Answer:
        time.sleep(3)
        return never_sent(request, _send)

    # Longer than the second by which KSeF's `Date` may be behind.
    monkeypatch.setattr(sessions, "ANSWER_WITHIN_SECONDS", 2.5)
    company.ask()
    company.let_the_access_token_end_in(timedelta(seconds=6))
    company.cut(silent, REFRESH, ATTEMPTS[REFRESH])
    with pytest.raises(TryLater):
        company.ask()


def test_a_lost_master_key_costs_a_new_session_and_the_old_one_is_revoked(
    company: Company,
) -> None:
    first = company.ask()
    company.vault = Vault(KeyRing([new_master_key(datetime.now(UTC))]))
    company.replace_token()
    second = company.ask()
    assert second.session_reference != first.session_reference
    assert company.live_sessions() == {second.session_reference}
