"""Leases: over all processes and hosts one works on a profile, or on an enrolment, at a time.

A lease is kept in the row of what is worked on. A process that dies stops prolonging its leases, so
that another takes over when they run out.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    insert,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bridge.state.database import StateDatabase
from bridge.state.errors import TryLater
from bridge.state.tables import session

LEASE = timedelta(seconds=4)
LEASE_MILLISECONDS = int(LEASE.total_seconds() * 1000)
_HEARTBEAT_SECONDS = LEASE.total_seconds() / 4
_POLL_SECONDS = 0.05

IS_ROW = session.c.profile_id == bindparam("id")
IS_HELD = and_(IS_ROW, session.c.lease_holder == bindparam("holder"))
NOT_HELD = {"lease_holder": null(), "lease_until": 0}
_RELEASE: Update = update(session).where(IS_HELD).values(NOT_HELD)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Lease:
    """A claimed lease, under which alone a row may be changed; `is_over` when it was given back."""

    id: str
    holder: str
    is_over: bool = field(default=False, init=False)


class Leases:
    """The leases that this process holds, prolonged by one thread.

    Every method raises TryLater("state-unreachable") when the database is away.
    """

    def __init__(self, database: StateDatabase) -> None:
        self._database = database
        self._timed = _TimedStatements(database.clock.now)
        self._lock = threading.Lock()
        self._held: dict[str, Lease] = {}
        self._heartbeat: threading.Thread | None = None

    @contextmanager
    def waited_for(
        self, id_: str, end: float, needless: Callable[[], bool] = lambda: False
    ) -> Iterator[Lease | None]:
        """The lease, which was free or became free before `end` (monotonic clock).

        None when, while waiting for another holder, it turned out `needless`. Raises
        TryLater("login-in-progress").
        """
        holder = uuid.uuid4().hex
        # Asking writes nothing, and many may be waiting.
        while not (self.is_free(id_) and self.claim(id_, holder)):
            if needless():
                yield None
                return
            if time.monotonic() > end:
                raise TryLater("login-in-progress", retry_after=2)
            time.sleep(_POLL_SECONDS)
        with self.held(id_, holder) as lease:
            yield lease

    @contextmanager
    def of_unchanged(self, id_: str, version: int | None) -> Iterator[Lease | None]:
        """The lease, if it is free and nothing was stored since `version` was seen; else None."""
        holder = uuid.uuid4().hex
        if not self.claim_unchanged(id_, holder, version):
            yield None
            return
        with self.held(id_, holder) as lease:
            yield lease

    @contextmanager
    def held(self, id_: str, holder: str) -> Iterator[Lease]:
        """Prolong a claimed lease until the block ends, then release it."""
        lease = Lease(id_, holder)
        with self._lock:
            self._held[holder] = lease
            if self._heartbeat is None:
                self._heartbeat = threading.Thread(target=self._prolong, name="leases", daemon=True)
                self._heartbeat.start()
        try:
            yield lease
        finally:
            with self._lock:
                del self._held[holder]
            if not lease.is_over:
                # A lease that is not released runs out; what was achieved stands.
                with suppress(TryLater):
                    self.release(id_, holder)

    def is_free(self, id_: str) -> bool:
        """Whether nobody holds the lease; asked while waiting, since it writes nothing."""
        parameters = self._database.now(id=id_)
        return self._database.first(self._timed.is_held, parameters) is None

    def claim(self, id_: str, holder: str) -> bool:
        """Take the lease if it is free; False while another holds it."""
        parameters = self._database.now(id=id_, new_holder=holder)

        def work(connection: Connection) -> bool:
            if not connection.execute(self._timed.take, parameters).rowcount:
                connection.execute(self._timed.take_first, parameters)
            return True

        try:
            return self._database.run(work)
        except IntegrityError:
            return False

    def claim_unchanged(self, id_: str, holder: str, version: int | None) -> bool:
        """Take the lease if it is free and nothing was stored since `version` was looked at."""
        parameters = self._database.now(id=id_, new_holder=holder)
        if version is not None:
            seen = {**parameters, "seen_version": version}
            return bool(self._database.change(self._timed.take_unchanged, seen))
        try:
            return bool(self._database.change(self._timed.take_first, parameters))
        except IntegrityError:
            return False

    def prolong(self, id_: str, holder: str) -> bool:
        """Prolong a lease that is still held; False when it was lost, which is for good."""
        parameters = self._database.now(id=id_, holder=holder)
        return bool(self._database.change(self._timed.prolong, parameters))

    def release(self, id_: str, holder: str) -> None:
        """Give the lease back, if it is still held."""
        self._database.change(_RELEASE, {"id": id_, "holder": holder})

    def _prolong(self) -> None:
        while True:
            time.sleep(_HEARTBEAT_SECONDS)
            with self._lock:
                held = list(self._held.values())
            try:
                for lease in held:
                    # One that was lost stays lost: another logs in, and what this holder stores is
                    # refused.
                    if not lease.is_over:
                        self.prolong(lease.id, lease.holder)
            except TryLater:
                # The database is away for the other leases, too.
                continue
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error("leases-not-prolonged", type=type(error).__name__)


class _TimedStatements:
    """The statements in which `now` stands, an expression for milliseconds since 1970."""

    def __init__(self, now: ColumnElement[Any]) -> None:
        end = now + LEASE_MILLISECONDS
        # A lease that ends much later than any can was granted by a clock that was wrong; one that
        # was granted a moment after `now` was read ends a little later, and is held.
        is_free = or_(session.c.lease_until < now, session.c.lease_until > end + LEASE_MILLISECONDS)
        lease = {"lease_holder": bindparam("new_holder"), "lease_until": end}
        is_unchanged = session.c.version == bindparam("seen_version")
        self.is_held: Select[Any] = select(session.c.profile_id).where(IS_ROW, not_(is_free))
        self.take: Update = update(session).where(IS_ROW, is_free).values(lease)
        self.take_unchanged: Update = self.take.where(is_unchanged)
        self.take_first: Insert = insert(session).values(
            profile_id=bindparam("id"), changed_at=0, version=0, **lease
        )
        self.prolong: Update = update(session).where(IS_HELD).values(lease_until=end)
