"""The statements on the state database, made once: SQLAlchemy would walk them at every call."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from bridge.sessions.state import SIGNING_MARK, UNFINISHED, proof_id
from bridge.state.leases import IS_HELD, IS_ROW, LEASE_MILLISECONDS, NOT_HELD
from bridge.state.tables import abandoned_session, public_keys, session, stopped_context

_LONGEST_TEST_MILLISECONDS = 60_000

_IS_CONTEXT = and_(
    stopped_context.c.environment == bindparam("environment_"),
    stopped_context.c.context_type == bindparam("context_type_"),
    stopped_context.c.context_value == bindparam("context_value_"),
)
_OF_PROFILE_OR_ITS_TESTS = or_(
    abandoned_session.c.profile_id == bindparam("id"),
    abandoned_session.c.profile_id.like(bindparam("proofs")),
)

STATE: Select[Any] = select(session.c.profile_id, session.c.state).where(IS_ROW)
# For `database.first_row`, with a profile's id and its context (see `_IS_CONTEXT`); always one row.
# `NOW` is to be replaced.
LOOK = """
    SELECT session.state, session.version, stopped.refusal, NOW - session.changed_at
    FROM (SELECT 1 AS one) AS always_one
    LEFT JOIN ksef_bridge_session AS session ON session.profile_id = ?
    LEFT JOIN ksef_bridge_stopped_context AS stopped
        ON stopped.environment = ? AND stopped.context_type = ? AND stopped.context_value = ?
"""
FORGET: Delete = delete(session).where(IS_HELD)
ABANDONED: Select[Any] = select(abandoned_session).where(_OF_PROFILE_OR_ITS_TESTS)
ADD_ABANDONED: Insert = insert(abandoned_session)
FORGET_ABANDONED: Delete = delete(abandoned_session).where(
    abandoned_session.c.reference_number == bindparam("reference")
)
RESUME: Delete = delete(stopped_context).where(_IS_CONTEXT)
ALL_STATES: Select[Any] = select(session.c.profile_id, session.c.state).where(
    session.c.state.is_not(None)
)
REPLACE_STATE: Update = (
    update(session)
    .where(IS_ROW, session.c.state == bindparam("old"))
    .values(state=bindparam("new"), version=session.c.version + 1)
)
_IS_ENVIRONMENT = public_keys.c.environment == bindparam("environment_")
PUBLIC_KEYS: Select[Any] = select(public_keys.c.document).where(_IS_ENVIRONMENT)
REPLACE_PUBLIC_KEYS: Update = (
    update(public_keys).where(_IS_ENVIRONMENT).values(document=bindparam("new"))
)
ADD_PUBLIC_KEYS: Insert = insert(public_keys)


class TimedStatements:
    """The statements in which `now` stands, an expression for milliseconds since 1970."""

    def __init__(self, now: ColumnElement[Any]) -> None:
        stored = {
            "state": bindparam("new_state"),
            "phase": bindparam("new_phase"),
            "changed_at": now + bindparam("ahead"),
            "version": session.c.version + 1,
        }
        self.save: Update = update(session).where(IS_HELD).values(stored)
        self.save_and_release: Update = self.save.values(NOT_HELD)
        self.stop: Insert = insert(stopped_context).values(since=now)
        is_proof = session.c.profile_id.contains(proof_id(""))
        self.unfinished: Select[Any] = select(session.c.profile_id).where(
            or_(
                and_(
                    session.c.phase.in_([phase.value for phase in UNFINISHED]),
                    # Whose document it was goes on with it, for as long as it may.
                    session.c.profile_id.not_like(f"%{SIGNING_MARK}%"),
                ),
                # A test holds its lease for the login alone.
                and_(is_proof, session.c.changed_at < now - _LONGEST_TEST_MILLISECONDS),
            ),
            session.c.lease_until < now - 2 * LEASE_MILLISECONDS,
        )
        oldest = now - bindparam("age")
        self.forget_old: Delete = delete(session).where(
            session.c.changed_at < oldest, session.c.lease_until < oldest
        )
        self.forget_old_abandoned: Delete = delete(abandoned_session).where(
            abandoned_session.c.since < oldest
        )


def rows_of(profile_id: str) -> Select[Any]:
    """The ids under which something is stored for a profile: its own and those of tests."""
    proofs = session.c.profile_id.startswith(proof_id(profile_id), autoescape=True)
    return select(session.c.profile_id).where(
        or_(session.c.profile_id == profile_id, proofs), session.c.state.is_not(None)
    )
