"""A stored token is handed out for the session that it was sealed for, and for no other."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update

from bridge.state.tables import session
from tests.sessions.company import Company


def test_the_token_of_an_earlier_session_is_not_handed_out_for_the_present_one(
    company: Company,
) -> None:
    earlier = company.ask()
    sealed = stored(company)["session"]["access_token"]
    company.replace_token()
    present = company.ask()
    assert present.session_reference != earlier.session_reference

    state = stored(company)
    state["session"]["access_token"] = sealed
    with company.state.begin() as connection:
        connection.execute(update(session).values(state=json.dumps(state)))

    # `ask` looks into the token itself.
    assert company.ask().session_reference == present.session_reference


def stored(company: Company) -> dict[str, Any]:
    with company.state.connect() as connection:
        state: dict[str, Any] = json.loads(connection.execute(select(session.c.state)).scalar_one())
        return state
