"""The state database: sessions, leases on them, and what is still to be revoked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.sessions import schema, statements
from bridge.sessions.clock import Clock, clock_of
from bridge.sessions.errors import LeaseLost
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    SealedToken,
    SessionState,
    StopRefusal,
    proof_id,
)
from bridge.sessions.state_database import StateDatabase
from bridge.vault import SealError

_STATE = TypeAdapter(SessionState)
_STOP = TypeAdapter(StopRefusal)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """A profile's state, and what stops its context.

    `version` tells this state from any later one; None when nothing was ever stored.
    """

    state: SessionState
    version: int | None
    stop: StopRefusal | None


class SessionStore:
    """Every method raises TryLater("state-unreachable") when the database is away.

    Leases are judged by `clock`, the database's own unless given.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self._database = StateDatabase(engine)
        self._clock = clock or clock_of(engine)
        self._timed = statements.TimedStatements(self._clock.now)

    def create_tables(self) -> None:
        """Make the tables that are missing and bring old ones up to date."""
        self._database.migrate(schema.AT_START)

    def check(self) -> None:
        """Whether the tables can be read."""
        self.get("")

    def get(self, profile_id: str) -> SessionState:
        """The profile's state; a profile never seen has an absent session."""
        row = self._database.first(statements.STATE, {"id": profile_id})
        # MySQL compares ids without regard to case and accents; they are other records.
        is_found = row is not None and row.profile_id == profile_id
        return _state(profile_id, row.state if is_found else None)

    def look(self, profile_id: str, environment: Environment, context: ContextIdentifier) -> Seen:
        """The profile's state, with the refusal by which KSeF stopped the context, if it did."""
        document, version, refusal = self._database.first_by_text(
            statements.LOOK, [profile_id, *_context(environment, context).values()]
        )
        stop = None if refusal is None else _STOP.validate_json(refusal)
        return Seen(_state(profile_id, document), version, stop)

    def is_free(self, profile_id: str) -> bool:
        """Whether nobody holds the lease; asked while waiting, since it writes nothing."""
        return self._database.first(self._timed.is_held, self._now(id=profile_id)) is None

    def claim(self, profile_id: str, holder: str) -> bool:
        """Take the lease on the profile's login if it is free; False while another holds it."""
        parameters = self._now(id=profile_id, new_holder=holder)

        def work(connection: Connection) -> bool:
            if connection.execute(self._timed.take, parameters).rowcount:
                return True
            connection.execute(self._timed.take_first, parameters)
            return True

        try:
            return self._database.run(work)
        except IntegrityError:
            return False

    def claim_unchanged(self, profile_id: str, holder: str, version: int | None) -> bool:
        """Take the lease if it is free and nothing was stored since `version` was looked at."""
        parameters = self._now(id=profile_id, new_holder=holder)
        if version is not None:
            return self._changes(self._timed.take_unchanged, **parameters, seen_version=version)
        try:
            return self._changes(self._timed.take_first, **parameters)
        except IntegrityError:
            return False

    def prolong(self, profile_id: str, holder: str) -> bool:
        """Prolong a lease that is still held; False when it was lost, which is for good."""
        return self._changes(self._timed.prolong, **self._now(id=profile_id, holder=holder))

    def release(self, profile_id: str, holder: str) -> None:
        """Give the lease back, if it is still held."""
        self._changes(statements.RELEASE, id=profile_id, holder=holder)

    def save(
        self,
        state: SessionState,
        holder: str,
        abandoned: AbandonedSession | None = None,
        *,
        release: bool = False,
    ) -> None:
        """Store the state, and in the same transaction what it leaves behind at KSeF.

        With `release` the lease is given back, too. Raises LeaseLost when `holder` no longer has
        it; nothing is stored then.
        """
        statement = self._timed.save_and_release if release else self._timed.save
        parameters = self._now(
            id=state.profile_id,
            holder=holder,
            new_state=_STATE.dump_json(state).decode(),
            new_phase=None if state.session is None else state.session.phase.value,
        )

        if abandoned is None:
            if not self._changes(statement, **parameters):
                raise LeaseLost
            return

        def work(connection: Connection) -> None:
            if not connection.execute(statement, parameters).rowcount:
                raise LeaseLost
            _add_abandoned(connection, abandoned)

        self._database.run(work)

    def remove(self, profile_id: str, holder: str) -> None:
        """Forget all about a profile whose session is over, and with it the lease."""
        self._changes(statements.FORGET, id=profile_id, holder=holder)

    def rows_of(self, profile_id: str) -> list[str]:
        """The ids under which something is stored for a profile: its own and those of tests."""
        query = statements.rows_of(profile_id)
        found = self._database.run(lambda connection: list(connection.scalars(query)))
        return [each for each in found if _is_of(profile_id, each)]

    def unfinished(self) -> list[str]:
        """Under which ids a login, or a connection test, was broken off: no lease is held."""
        query, parameters = self._timed.unfinished, self._now()
        return self._database.run(lambda connection: list(connection.scalars(query, parameters)))

    def forget_older_than(self, age: timedelta) -> int:
        """Remove what changed last before `age`, when KSeF has forgotten it too; how many rows."""
        parameters = self._now(age=int(age.total_seconds() * 1000))
        both = (self._timed.forget_old, self._timed.forget_old_abandoned)
        return self._database.run(
            lambda connection: sum(connection.execute(each, parameters).rowcount for each in both)
        )

    def abandoned(self, profile_id: str) -> list[AbandonedSession]:
        """What is still to be revoked for this profile, what its tests left included."""
        parameters = {"id": profile_id, "proofs": f"{proof_id(profile_id)}%"}
        if self._database.first(statements.ABANDONED, parameters) is None:
            return []
        rows = self._database.run(
            lambda connection: connection.execute(statements.ABANDONED, parameters).all()
        )
        return [
            AbandonedSession(
                row.reference_number,
                row.profile_id,
                Environment(row.environment),
                datetime.fromtimestamp(row.since / 1000, UTC),
            )
            for row in rows
            if _is_of(profile_id, row.profile_id)
        ]

    def forget_abandoned(self, reference_number: str) -> None:
        """Strike out a session that is revoked, or that nobody can revoke any more."""
        self._changes(statements.FORGET_ABANDONED, reference=reference_number)

    def stop(
        self, environment: Environment, context: ContextIdentifier, refusal: StopRefusal
    ) -> None:
        """Let nobody log in to the context until `resume`."""
        # Two profiles of the context may be refused at the same moment; one entry is enough.
        with suppress(IntegrityError):
            self._changes(
                self._timed.stop,
                **self._now(
                    environment=environment.value,
                    context_type=context.type.value,
                    context_value=context.value,
                    refusal=_STOP.dump_json(refusal).decode(),
                ),
            )

    def resume(self, environment: Environment, context: ContextIdentifier) -> bool:
        """End a stop; False when there was none."""
        return self._changes(statements.RESUME, **_context(environment, context))

    def renew_seals(self, renew: Callable[[str], str]) -> int:
        """Replace every sealed token by `renew` of it; how many states changed.

        What a login stores in between stays as it is, for the next pass, and so does a seal for
        which `renew` raises SealError.
        """
        rows = self._database.run(
            lambda connection: connection.execute(statements.ALL_STATES).all()
        )
        return sum(self._renew_seals_of(row.profile_id, row.state, renew) for row in rows)

    def load_public_keys(self, environment: Environment) -> str | None:
        """The last list of KSeF's public keys, as stored by `save_public_keys`."""
        row = self._database.first(statements.PUBLIC_KEYS, {"environment_": environment.value})
        return None if row is None else row.document

    def save_public_keys(self, environment: Environment, document: str) -> None:
        """Keep a list of KSeF's public keys for the next start."""
        newer = {"environment_": environment.value, "new": document}
        if self._changes(statements.REPLACE_PUBLIC_KEYS, **newer):
            return
        # Another worker may store its list in between; either serves.
        with suppress(IntegrityError):
            first = {"environment": environment.value, "document": document}
            self._changes(statements.ADD_PUBLIC_KEYS, **first)

    def _renew_seals_of(self, profile_id: str, old: str, renew: Callable[[str], str]) -> bool:
        state = _state(profile_id, old)
        if state.session is None:
            return False
        new = _STATE.dump_json(replace(state, session=_renewed(state.session, renew))).decode()
        return new != old and self._changes(
            statements.REPLACE_STATE, id=profile_id, old=old, new=new
        )

    def _changes(self, statement: Any, **parameters: Any) -> bool:
        """Whether the statement found a row to change."""
        return bool(self._database.change(statement, parameters))

    def _now(self, **parameters: Any) -> dict[str, Any]:
        return {**parameters, **self._clock.parameters()}


def _is_of(profile_id: str, state_id: str) -> bool:
    # For a database that compares without regard to case, or finds "a_b" where "axb" stands.
    return state_id == profile_id or state_id.startswith(proof_id(profile_id))


def _state(profile_id: str, document: str | None) -> SessionState:
    if document is None:
        return SessionState(profile_id)
    try:
        return _STATE.validate_json(document)
    except ValidationError:
        log.error("session-state-unreadable", profile=profile_id)
        return SessionState(profile_id)


def _renewed(stored: KsefSession, renew: Callable[[str], str]) -> KsefSession:
    def of(token: SealedToken | None) -> SealedToken | None:
        if token is None:
            return None
        try:
            return replace(token, sealed=renew(token.sealed))
        except SealError as error:
            reference = stored.reference_number
            log.warning("session-seal-unusable", reference=reference, code=error.code)
            return token

    return replace(
        stored,
        authentication_token=of(stored.authentication_token),
        access_token=of(stored.access_token),
        refresh_token=of(stored.refresh_token),
    )


def _context(environment: Environment, context: ContextIdentifier) -> dict[str, str]:
    return {
        "environment_": environment.value,
        "context_type_": context.type.value,
        "context_value_": context.value,
    }


def _add_abandoned(connection: Connection, abandoned: AbandonedSession) -> None:
    # In place of an older note of the same session.
    connection.execute(statements.FORGET_ABANDONED, {"reference": abandoned.reference_number})
    connection.execute(
        statements.ADD_ABANDONED,
        {
            "reference_number": abandoned.reference_number,
            "profile_id": abandoned.profile_id,
            "environment": abandoned.environment.value,
            "since": int(abandoned.since.timestamp() * 1000),
        },
    )
