"""Sessions in the state database, what is still to be revoked, and KSeF's public keys."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.sessions import statements
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    SealedToken,
    SessionState,
    StopRefusal,
    is_signing_id,
    proof_id,
)
from bridge.state.database import StateDatabase
from bridge.state.errors import LeaseLost
from bridge.state.leases import Lease
from bridge.state.seal_renewal import Renew, renew_documents, renewed_or_kept

_STATE = TypeAdapter(SessionState)
_STOP = TypeAdapter(StopRefusal)
# What a signed document has opened counts as changed when its hour is over: until then no round, be
# it that of a bridge of the version before, takes it for a connection test that was broken off.
_SIGNED_MILLISECONDS_AHEAD = 3_600_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """A profile's state, and what stops its context.

    `version` tells this state from any later one, `age` is how long ago it was stored, by the
    database's clock; None when nothing was ever stored.
    """

    state: SessionState
    version: int | None
    stop: StopRefusal | None
    age: timedelta | None = None


class SessionStore:
    """Every method raises TryLater("state-unreachable") when the database is away."""

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._timed = statements.TimedStatements(database.clock.now)
        self._look = statements.LOOK.replace("NOW", database.clock.text)

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
        now = self._database.clock.parameters().values()
        document, version, refusal, age = self._database.first_by_text(
            self._look, [*now, profile_id, *_context(environment, context).values()]
        )
        stop = None if refusal is None else _STOP.validate_json(refusal)
        passed = None if age is None else timedelta(milliseconds=int(age))
        return Seen(_state(profile_id, document), version, stop, passed)

    def save(
        self,
        state: SessionState,
        lease: Lease,
        abandoned: AbandonedSession | None = None,
        *,
        release: bool = False,
    ) -> None:
        """Store the state, and in the same transaction what it leaves behind at KSeF.

        With `release` the lease is given back, too. Raises LeaseLost when it was lost; nothing is
        stored then.
        """
        statement = self._timed.save_and_release if release else self._timed.save
        parameters = self._database.now(
            id=state.profile_id,
            holder=lease.holder,
            new_state=_STATE.dump_json(state).decode(),
            new_phase=None if state.session is None else state.session.phase.value,
            ahead=_SIGNED_MILLISECONDS_AHEAD if is_signing_id(state.profile_id) else 0,
        )

        def work(connection: Connection, note: AbandonedSession) -> bool:
            is_stored = bool(connection.execute(statement, parameters).rowcount)
            if is_stored:
                _add_abandoned(connection, note)
            return is_stored

        if abandoned is None:
            is_stored = self._changes(statement, **parameters)
        else:
            is_stored = self._database.run(lambda connection: work(connection, abandoned))
        if not is_stored:
            raise LeaseLost
        lease.is_over = release

    def remove(self, lease: Lease) -> None:
        """Forget all about a profile whose session is over, and with it the lease."""
        self._changes(statements.FORGET, id=lease.id, holder=lease.holder)
        lease.is_over = True

    def rows_of(self, profile_id: str) -> list[str]:
        """The ids under which something is stored for a profile: its own and those of tests."""
        query = statements.rows_of(profile_id)
        found = self._database.run(lambda connection: list(connection.scalars(query)))
        return [each for each in found if _is_of(profile_id, each)]

    def unfinished(self) -> list[str]:
        """Under which ids a login, or a connection test, was broken off: no lease is held."""
        query, parameters = self._timed.unfinished, self._database.now()
        return self._database.run(lambda connection: list(connection.scalars(query, parameters)))

    def forget_older_than(self, age: timedelta) -> int:
        """Remove what changed last before `age`, when KSeF has forgotten it too; how many rows."""
        parameters = self._database.now(age=int(age.total_seconds() * 1000))
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
                **self._database.now(
                    environment=environment.value,
                    context_type=context.type.value,
                    context_value=context.value,
                    refusal=_STOP.dump_json(refusal).decode(),
                ),
            )

    def resume(self, environment: Environment, context: ContextIdentifier) -> bool:
        """End a stop; False when there was none."""
        return self._changes(statements.RESUME, **_context(environment, context))

    def renew_seals(self, renew: Renew) -> int:
        """Replace every sealed token by `renew` of it; how many states changed.

        What a login stores in between stays as it is, for the next pass, and so does a seal for
        which `renew` raises SealError.
        """

        def renewed(profile_id: str, document: str) -> str:
            state = _state(profile_id, document)
            if state.session is None:
                return document
            session = _renewed(state.session, renew)
            return _STATE.dump_json(replace(state, session=session)).decode()

        return renew_documents(
            self._database, statements.ALL_STATES, statements.REPLACE_STATE, renewed
        )

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

    def _changes(self, statement: Any, **parameters: Any) -> bool:
        """Whether the statement found a row to change."""
        return bool(self._database.change(statement, parameters))


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


def _renewed(stored: KsefSession, renew: Renew) -> KsefSession:
    reference = stored.reference_number

    def of(token: SealedToken | None) -> SealedToken | None:
        return token and replace(
            token,
            sealed=renewed_or_kept(
                token.sealed, renew, "session-seal-unusable", reference=reference
            ),
        )

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
