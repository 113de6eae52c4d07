"""Signing requests in the state database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from bridge.signing_requests import statements
from bridge.signing_requests.state import SigningRequest
from bridge.state.database import StateDatabase
from bridge.state.errors import LeaseLost

_STATE = TypeAdapter(SigningRequest)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """A request as it was read; `version` tells it from any later one."""

    request: SigningRequest
    version: int


class SigningRequestStore:
    """Every method raises TryLater("state-unreachable") when the database is away."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._timed = statements.TimedStatements(database.clock.now)

    def get(self, request_id: str) -> Stored | None:
        """What is stored under the id, if anything is."""
        row = self._database.first(statements.GET, {"request_id": request_id})
        # MySQL compares ids without regard to case; they are other requests.
        if row is None or row.id != request_id:
            return None
        try:
            return Stored(_STATE.validate_json(row.state), row.version)
        except ValidationError:
            # Its session is ended by the housekeeping of sessions when its hour is over.
            log.error("signing-request-unreadable", request=request_id)
            self._database.change(statements.REMOVE, {"request_id": request_id})
            return None

    def add(self, request: SigningRequest, due_in: timedelta) -> None:
        """Store a new one."""
        parameters = self._database.now(
            id=request.id,
            profile_id=request.profile_id,
            state=_STATE.dump_json(request).decode(),
            delay=_milliseconds(due_in),
        )
        self._database.change(self._timed.add, parameters)

    def save(self, stored: Stored, request: SigningRequest, due_in: timedelta | None) -> Stored:
        """Store `request` in place of what is `stored`; `due_in` is None when it is over.

        Raises LeaseLost when another has stored something since.
        """
        parameters = self._database.now(
            request_id=request.id,
            seen_version=stored.version,
            new_state=_STATE.dump_json(request).decode(),
            delay=None if due_in is None else _milliseconds(due_in),
        )
        if not self._database.change(self._timed.save, parameters):
            raise LeaseLost
        return Stored(request, stored.version + 1)

    def open_of(self, profile_id: str) -> list[str]:
        """The requests of a profile that are not over."""
        query, parameters = statements.OPEN_OF_PROFILE, {"profile": profile_id}
        return self._database.run(lambda connection: list(connection.scalars(query, parameters)))

    def due(self) -> list[str]:
        """The requests for which something is to be done now."""
        query, parameters = self._timed.due, self._database.now()
        return self._database.run(lambda connection: list(connection.scalars(query, parameters)))

    def forget_older_than(self, age: timedelta) -> int:
        """Remove what was begun before `age`; how many."""
        parameters = self._database.now(age=_milliseconds(age))
        return self._database.change(self._timed.forget_old, parameters)


def _milliseconds(duration: timedelta) -> int:
    return max(0, int(duration.total_seconds() * 1000))
