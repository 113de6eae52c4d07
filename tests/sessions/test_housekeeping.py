"""What was broken off and nobody asks for again is finished or ended by the bridge itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bridge.espocrm.tables import ksef_profile
from bridge.ksef.errors import KsefError, KsefUnauthorized, Operation
from bridge.ksef.transport import Answer, Request
from bridge.state.database import StateDatabase
from bridge.state.home import Home, Homes
from bridge.state.tables import abandoned_session, session
from tests.installation import difference
from tests.sessions.company import (
    REDEEM,
    REVOKE_CURRENT,
    REVOKE_SESSION,
    STATUS,
    SUBMIT,
    Company,
    Killed,
    forbidden,
    in_progress_and_then,
    killed_after,
    killed_before,
    never_sent,
    not_found_by_a_gateway,
    refused_with,
)

Cut = Callable[[Request, Callable[[], Answer]], Answer]
POINTS = [
    (killed_after, SUBMIT),
    (killed_before, STATUS),
    (killed_before, REDEEM),
    (killed_after, REDEEM),
]


def let_time_pass(company: Company) -> None:
    """The lease of whoever was killed has ended long ago."""
    now = int(time.time() * 1000)
    with company.state.begin() as connection:
        connection.execute(update(session).values(lease_until=1, changed_at=now - 120_000))


def stored(company: Company) -> list[str]:
    with company.state.begin() as connection:
        query = select(session.c.profile_id).where(session.c.state.is_not(None))
        return list(connection.scalars(query))


def abandoned(company: Company) -> int:
    with company.state.begin() as connection:
        return len(connection.execute(select(abandoned_session)).all())


def test_away_from_home_what_was_broken_off_is_left_alone(company: Company) -> None:
    company.cut(killed_after, REDEEM)
    with pytest.raises(Killed):
        company.ask()
    let_time_pass(company)
    homes = Homes(StateDatabase(company.state))
    homes.set(Home("https://crm.example.pl", "/of/another/bridge"))
    before, left = company.simulator.call("GET", "/_simulator/state").json["calls"], stored(company)
    company.keep_house()
    after = company.simulator.call("GET", "/_simulator/state").json["calls"]
    assert (difference(before, after), stored(company)) == ({}, left)
    homes.forget()
    company.keep_house()
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize(("how", "path"), POINTS)
def test_a_login_that_was_broken_off_is_finished(company: Company, how: Cut, path: str) -> None:
    company.cut(how, path)
    with pytest.raises(Killed):
        company.ask()
    let_time_pass(company)
    company.keep_house()
    live = company.live_sessions()
    assert len(live) <= 1
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}
    if path == REDEEM:
        # What had come so far was finished before anybody asked again.
        assert live == {token.session_reference}


@pytest.mark.parametrize(("how", "path"), POINTS)
def test_a_login_of_a_profile_that_is_inactive_now_is_ended(
    company: Company, how: Cut, path: str
) -> None:
    company.cut(how, path)
    with pytest.raises(Killed):
        company.ask()
    with company.espocrm.connect() as connection:
        connection.execute(update(ksef_profile).values(status="Inactive"))
    let_time_pass(company)
    company.keep_house()
    # Tokens that nobody holds can be revoked by a later session of the profile alone; a request
    # to redeem may still be on its way, so that it is noted, too.
    assert abandoned(company) == int(path == REDEEM)
    assert len(company.live_sessions()) == int((how, path) == (killed_after, REDEEM))


@pytest.mark.parametrize(("how", "path"), POINTS)
def test_a_connection_test_that_was_broken_off_is_ended(
    company: Company, how: Cut, path: str
) -> None:
    own = company.ask()
    company.cut(how, path)
    with pytest.raises(Killed):
        company.test_connection()
    let_time_pass(company)
    company.keep_house()
    assert stored(company) == ["p1"]
    company.let_the_access_token_end_in(timedelta(seconds=10))
    assert company.ask().session_reference == own.session_reference
    assert company.live_sessions() == {own.session_reference}


def test_a_login_that_cannot_be_finished_now_is_left_for_later(company: Company) -> None:
    company.cut(in_progress_and_then(killed_before, company.transport), STATUS)
    with pytest.raises(Killed):
        company.ask()
    submissions = company.submissions()
    let_time_pass(company)
    company.cut(never_sent, STATUS, times=3)
    company.keep_house()
    token = company.ask()
    assert company.submissions() == submissions
    assert company.live_sessions() == {token.session_reference}


@pytest.mark.parametrize("error", [never_sent, refused_with(forbidden)])
def test_a_test_whose_end_ksef_did_not_answer_is_ended_later(company: Company, error: Cut) -> None:
    own = company.ask()
    company.cut(error, REVOKE_CURRENT, times=3)
    assert company.test_connection().ok
    company.transport.cut = None
    assert len(company.live_sessions()) == 2
    company.keep_house()
    assert len(company.live_sessions()) == 2
    let_time_pass(company)
    company.keep_house()
    assert company.live_sessions() == {own.session_reference}
    assert stored(company) == ["p1"]


@pytest.mark.parametrize("error", [forbidden, KsefUnauthorized, not_found_by_a_gateway])
def test_what_a_gateway_says_about_an_abandoned_session_does_not_count(
    company: Company, error: Callable[[Operation], KsefError]
) -> None:
    company.cut(killed_after, REDEEM)
    with pytest.raises(Killed):
        company.ask()
    company.cut(refused_with(error), REVOKE_SESSION)
    token = company.ask()
    assert len(company.live_sessions()) == 2
    company.ask(force_refresh=True)
    assert company.live_sessions() == {token.session_reference}


def test_the_next_test_clears_what_the_last_one_left(company: Company) -> None:
    company.cut(killed_after, REDEEM)
    with pytest.raises(Killed):
        company.test_connection()
    let_time_pass(company)
    assert company.test_connection().ok
    token = company.ask()
    assert company.live_sessions() == {token.session_reference}


def test_a_login_that_goes_well_leaves_nothing_to_do(company: Company) -> None:
    token = company.ask()
    let_time_pass(company)
    company.keep_house()
    assert company.live_sessions() == {token.session_reference}
    assert company.ask().session_reference == token.session_reference
