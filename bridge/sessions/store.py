"""The state database: sessions, leases on them, and what is still to be revoked."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Engine, delete, event, insert, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bridge import database
from bridge.credentials.environment import Environment
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.state import AbandonedSession, SessionState
from bridge.sessions.tables import abandoned_session, metadata, public_keys, session

LEASE = timedelta(seconds=4)
_STATE = TypeAdapter(SessionState)

log = structlog.get_logger(__name__)


class SessionStore:
    """Every method raises TryLater("state-unreachable") when the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_tables(self) -> None:
        """Make the tables that are missing."""
        try:
            self._create_tables()
        except TryLater:
            # Another bridge that starts at the same moment may have made a table in between.
            self._create_tables()

    def check(self) -> None:
        """Whether the tables can be read."""
        with self._transaction() as connection:
            connection.execute(select(session.c.profile_id).limit(1)).all()

    def get(self, profile_id: str) -> SessionState:
        """The profile's state; a profile never seen has an absent session."""
        query = select(session.c.state).where(session.c.profile_id == profile_id)
        with self._transaction() as connection:
            document = connection.execute(query).scalar_one_or_none()
        if document is None:
            return SessionState(profile_id)
        try:
            return _STATE.validate_json(document)
        except ValidationError:
            log.error("session-state-unreadable", profile=profile_id)
            return SessionState(profile_id)

    def claim(self, profile_id: str, holder: str, now: datetime) -> bool:
        """Take the lease on the profile's login if it is free; False while another holds it."""
        until = select(session.c.lease_until).where(session.c.profile_id == profile_id)
        lease = {"lease_holder": holder, "lease_until": _milliseconds(now + LEASE)}
        with self._transaction() as connection:
            found = connection.execute(until).scalar_one_or_none()
        # Looked at before anything is written, since many may be waiting for one holder.
        if found is not None and not _is_free(found, now):
            return False
        try:
            with self._transaction() as connection:
                if found is None:
                    first = insert(session).values(profile_id=profile_id, **lease)
                    connection.execute(first)
                    return True
                taken = connection.execute(
                    update(session)
                    .where(session.c.profile_id == profile_id, session.c.lease_until == found)
                    .values(lease)
                )
                return bool(taken.rowcount)
        except IntegrityError:
            return False

    def prolong(self, profile_id: str, holder: str, now: datetime) -> bool:
        """Prolong a lease that is still held; False when it was lost, which is for good."""
        with self._transaction() as connection:
            prolonged = connection.execute(
                update(session)
                .where(session.c.profile_id == profile_id, session.c.lease_holder == holder)
                .values(lease_until=_milliseconds(now + LEASE))
            )
            return bool(prolonged.rowcount)

    def release(self, profile_id: str, holder: str) -> None:
        """Give the lease back, if it is still held."""
        with self._transaction() as connection:
            connection.execute(
                update(session)
                .where(session.c.profile_id == profile_id, session.c.lease_holder == holder)
                .values(lease_holder=None, lease_until=0)
            )

    def save(
        self, state: SessionState, holder: str, abandoned: AbandonedSession | None = None
    ) -> None:
        """Store the state, and in the same transaction what it leaves behind at KSeF.

        Raises LeaseLost when `holder` no longer has the lease; nothing is stored then.
        """
        with self._transaction() as connection:
            stored = connection.execute(
                update(session)
                .where(session.c.profile_id == state.profile_id, session.c.lease_holder == holder)
                .values(state=_STATE.dump_json(state).decode())
            )
            if not stored.rowcount:
                raise LeaseLost
            if abandoned is not None:
                _add_abandoned(connection, abandoned)

    def abandoned(self, profile_id: str) -> list[AbandonedSession]:
        """What is still to be revoked for this profile."""
        query = select(abandoned_session).where(abandoned_session.c.profile_id == profile_id)
        with self._transaction() as connection:
            return [
                AbandonedSession(
                    row["reference_number"],
                    row["profile_id"],
                    Environment(row["environment"]),
                    _moment(row["since"]),
                )
                for row in connection.execute(query).mappings()
            ]

    def forget_abandoned(self, reference_number: str) -> None:
        """Strike out a session that is revoked, or that nobody can revoke any more."""
        with self._transaction() as connection:
            connection.execute(
                delete(abandoned_session).where(
                    abandoned_session.c.reference_number == reference_number
                )
            )

    def load_public_keys(self, environment: Environment) -> str | None:
        """The last list of KSeF's public keys, as stored by `save_public_keys`."""
        query = select(public_keys.c.document).where(public_keys.c.environment == environment.value)
        with self._transaction() as connection:
            return connection.execute(query).scalar_one_or_none()

    def save_public_keys(self, environment: Environment, document: str) -> None:
        """Keep a list of KSeF's public keys for the next start."""
        newer = (
            update(public_keys)
            .where(public_keys.c.environment == environment.value)
            .values(document=document)
        )
        first = insert(public_keys).values(environment=environment.value, document=document)
        with self._transaction() as connection:
            if connection.execute(newer).rowcount:
                return
        # Another worker may store its list in between; either serves.
        with contextlib.suppress(IntegrityError), self._transaction() as connection:
            connection.execute(first)

    def _create_tables(self) -> None:
        with self._transaction() as connection:
            metadata.create_all(connection)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            log.warning("state-unreachable", error=type(error).__name__)
            raise TryLater("state-unreachable") from None


def connect(url: URL) -> Engine:
    """A pool of connections to the state database; the folder of an SQLite file is made."""
    if url.get_backend_name() != "sqlite":
        return database.connect(url, isolation_level="READ COMMITTED")
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    engine = database.connect(url)
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # Write-ahead logging lets workers read while one writes; NORMAL keeps every commit through a
    # killed process, which is what a login's phases need.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _add_abandoned(connection: Connection, abandoned: AbandonedSession) -> None:
    known = select(abandoned_session.c.reference_number).where(
        abandoned_session.c.reference_number == abandoned.reference_number
    )
    if connection.execute(known).first() is None:
        connection.execute(
            insert(abandoned_session).values(
                reference_number=abandoned.reference_number,
                profile_id=abandoned.profile_id,
                environment=abandoned.environment.value,
                since=_milliseconds(abandoned.since),
            )
        )


def _is_free(lease_until: int, now: datetime) -> bool:
    # One that ends later than any lease can was granted by a clock that was wrong.
    return not _milliseconds(now) <= lease_until <= _milliseconds(now + LEASE)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
