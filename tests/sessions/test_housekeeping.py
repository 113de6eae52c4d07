"""What was broken off and nobody asks for again is finished or ended by the bridge itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bridge.espocrm.tables import ksef_profile
from bridge.ksef.transport import Answer, Request
from bridge.sessions.tables import abandoned_session, session
from tests.sessions.company import (
    REDEEM,
    STATUS,
    SUBMIT,
    Company,
    Killed,
    killed_after,
    killed_before,
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
    with company.state.begin() as connection:
        connection.execute(update(session).values(lease_until=1))


def stored(company: Company) -> list[str]:
    with company.state.begin() as connection:
        query = select(session.c.profile_id).where(session.c.state.is_not(None))
        return list(connection.scalars(query))


def abandoned(company: Company) -> int:
    with company.state.begin() as connection:
        return len(connection.execute(select(abandoned_session)).all())


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
