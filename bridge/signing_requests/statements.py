"""The statements on the table of signing requests, made once."""

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
    insert,
    select,
    update,
)

from bridge.state.tables import signing_request

_IS_REQUEST = signing_request.c.id == bindparam("request_id")
_MOST_AT_ONCE = 20

GET: Select[Any] = select(
    signing_request.c.id, signing_request.c.state, signing_request.c.version
).where(_IS_REQUEST)
REMOVE: Delete = delete(signing_request).where(_IS_REQUEST)
OPEN_OF_PROFILE: Select[Any] = select(signing_request.c.id).where(
    signing_request.c.profile_id == bindparam("profile"), signing_request.c.next_at.is_not(None)
)


class TimedStatements:
    """The statements in which `now` stands, an expression for milliseconds since 1970."""

    def __init__(self, now: ColumnElement[Any]) -> None:
        next_at = now + bindparam("delay")
        self.add: Insert = insert(signing_request).values(
            next_at=next_at, created_at=now, version=1
        )
        self.save: Update = (
            update(signing_request)
            .where(_IS_REQUEST, signing_request.c.version == bindparam("seen_version"))
            .values(
                state=bindparam("new_state"),
                version=signing_request.c.version + 1,
                # No delay is NULL, and so is the sum.
                next_at=next_at,
            )
        )
        self.due: Select[Any] = (
            select(signing_request.c.id)
            .where(signing_request.c.next_at <= now)
            .order_by(signing_request.c.next_at)
            .limit(_MOST_AT_ONCE)
        )
        self.forget_old: Delete = delete(signing_request).where(
            signing_request.c.created_at < now - bindparam("age")
        )
