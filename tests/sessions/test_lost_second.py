"""A state database that has forgotten its last second: what was handed out then is ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select
from structlog.testing import capture_logs

from bridge.sessions import stored_lately
from bridge.state.tables import abandoned_session, session
from tests.installation import difference
from tests.sessions.company import (
    REVOKE_CURRENT,
    Company,
    forbidden,
    never_sent,
    refused_with,
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored is looked for at once."""
    monkeypatch.setattr(stored_lately, "_SETTLED_SECONDS", 0.0)


def snapshot(company: Company) -> Callable[[], None]:
    """What puts the database back to this moment, as a replica that was behind does."""
    with company.state.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(session)).mappings()]

    def fail_over() -> None:
        with company.state.begin() as connection:
            connection.execute(delete(session))
            if rows:
                connection.execute(insert(session), rows)

    return fail_over


def test_a_session_that_was_forgotten_is_ended_by_the_next_housekeeping(company: Company) -> None:
    fail_over = snapshot(company)
    sessions, housekeeping = company.running()
    handed_out = sessions.access_token("p1").session_reference
    fail_over()
    assert company.live_sessions() == {handed_out}
    housekeeping.once()
    assert company.live_sessions() == set()
    made = company.ask().session_reference
    assert company.live_sessions() == {made}


def test_the_session_that_another_bridge_has_made_meanwhile_stays(company: Company) -> None:
    fail_over = snapshot(company)
    sessions, housekeeping = company.running()
    forgotten = sessions.access_token("p1").session_reference
    fail_over()
    made = company.ask().session_reference
    assert company.live_sessions() == {forgotten, made}
    housekeeping.once()
    assert company.live_sessions() == {made}
    assert company.ask().session_reference == made


def test_a_session_of_which_an_older_state_is_left_goes_on(company: Company) -> None:
    """A refresh was forgotten: KSeF's refresh token is the same as before."""
    sessions, housekeeping = company.running()
    held = sessions.access_token("p1").session_reference
    fail_over = snapshot(company)
    sessions.access_token("p1", force_refresh=True)
    fail_over()
    housekeeping.once()
    assert company.live_sessions() == {held}
    assert company.ask(force_refresh=True).session_reference == held


def test_what_was_replaced_in_good_order_is_not_looked_for(company: Company) -> None:
    sessions, housekeeping = company.running()
    sessions.access_token("p1")
    company.replace_token()
    newer = sessions.access_token("p1").session_reference
    before = company.simulator.call("GET", "/_simulator/state").json["calls"]
    housekeeping.once()
    after = company.simulator.call("GET", "/_simulator/state").json["calls"]
    assert difference(before, after) == {}
    assert company.live_sessions() == {newer}


def test_what_another_bridge_has_ended_is_told_of_nowhere(company: Company) -> None:
    sessions, housekeeping = company.running()
    sessions.access_token("p1")
    company.log_out()
    with capture_logs() as told:
        housekeeping.once()
    assert [each["event"] for each in told if each["log_level"] == "warning"] == []
    with company.state.connect() as connection:
        assert connection.scalars(select(abandoned_session.c.reference_number)).all() == []
    # It is asked about once.
    before = company.simulator.call("GET", "/_simulator/state").json["calls"]
    housekeeping.once()
    after = company.simulator.call("GET", "/_simulator/state").json["calls"]
    assert difference(before, after) == {}


@pytest.mark.parametrize("how", [never_sent, refused_with(forbidden)])
def test_what_ksef_does_not_end_now_is_noted_for_the_next_session(
    company: Company, how: object
) -> None:
    fail_over = snapshot(company)
    sessions, housekeeping = company.running()
    forgotten = sessions.access_token("p1").session_reference
    fail_over()
    company.cut(how, REVOKE_CURRENT, times=3)  # type: ignore[arg-type]
    housekeeping.once()
    with company.state.connect() as connection:
        noted = connection.scalars(select(abandoned_session.c.reference_number)).all()
    assert noted == [forgotten]
    made = company.ask().session_reference
    assert company.live_sessions() == {made}
