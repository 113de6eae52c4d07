"""The statements on the table of enrolments, made once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Update,
    bindparam,
    delete,
    false,
    insert,
    null,
    select,
    true,
    update,
)

from bridge.state.tables import enrolment

_IS_ENROLMENT = enrolment.c.certificate_id == bindparam("id")
_MOST_AT_ONCE = 20

TELL_PASSWORD: Update = (
    update(enrolment)
    .where(_IS_ENROLMENT, enrolment.c.password_told == false())
    .values(password_told=true())
)
REMOVE: Delete = delete(enrolment).where(_IS_ENROLMENT)
ALL_STATES: Select[Any] = select(enrolment.c.certificate_id, enrolment.c.state)
REPLACE_STATE: Update = (
    update(enrolment)
    .where(_IS_ENROLMENT, enrolment.c.state == bindparam("old"))
    # The version stays: whoever works on it just now may store the old seals once more, which the
    # next pass finds, but must not lose KSeF's answer.
    .values(state=bindparam("new"))
)


class TimedStatements:
    """The statements in which `now` stands, an expression for milliseconds since 1970."""

    def __init__(self, now: ColumnElement[Any]) -> None:
        is_due = enrolment.c.next_at <= now
        next_at = now + bindparam("delay")
        is_unchanged = (_IS_ENROLMENT, enrolment.c.version == bindparam("seen_version"))
        stored = {"state": bindparam("new_state"), "version": enrolment.c.version + 1}
        self.get: Select[Any] = select(
            enrolment.c.certificate_id,
            enrolment.c.state,
            enrolment.c.version,
            enrolment.c.signing_request_id,
            (enrolment.c.next_at - now).label("due_in"),
        ).where(_IS_ENROLMENT)
        self.add: Insert = insert(enrolment).values(next_at=next_at, created_at=now, version=1)
        self.serve_by: Update = (
            update(enrolment)
            .where(_IS_ENROLMENT, enrolment.c.next_at.is_not(None))
            .values(
                signing_request_id=bindparam("request_id"),
                version=enrolment.c.version + 1,
                next_at=now,
            )
        )
        self.save: Update = (
            update(enrolment).where(*is_unchanged).values({**stored, "next_at": next_at})
        )
        self.save_settled: Update = (
            update(enrolment).where(*is_unchanged).values({**stored, "next_at": null()})
        )
        self.due: Select[Any] = (
            select(enrolment.c.certificate_id)
            .where(is_due)
            .order_by(enrolment.c.next_at)
            .limit(_MOST_AT_ONCE)
        )
        self.forget_old: Delete = delete(enrolment).where(
            enrolment.c.created_at < now - bindparam("age")
        )
