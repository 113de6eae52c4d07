"""Holding a lease while a login runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from bridge.sessions.errors import TryLater
from bridge.sessions.state import AbandonedSession, SessionState
from bridge.sessions.statements import LEASE
from bridge.sessions.store import SessionStore

_HEARTBEAT_SECONDS = LEASE.total_seconds() / 4

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Lease:
    """A claimed lease, under which alone a profile's state may be stored."""

    store: SessionStore
    state_id: str
    holder: str
    is_over: bool = field(default=False, init=False)

    def save(self, state: SessionState, abandoned: AbandonedSession | None = None) -> None:
        """Store the state, and what it leaves behind at KSeF. Raises LeaseLost."""
        self.store.save(state, self.holder, abandoned)

    def save_and_release(self, state: SessionState) -> None:
        """Store the state as the last thing under this lease. Raises LeaseLost."""
        self.store.save(state, self.holder, release=True)
        self.is_over = True

    def remove_state(self) -> None:
        """Forget all that is stored under the id, the lease included."""
        self.store.remove(self.state_id, self.holder)
        self.is_over = True


class Leases:
    """The leases that this process holds, prolonged by one thread.

    A process that dies stops prolonging, so that another takes over when a lease runs out.
    """

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: dict[str, Lease] = {}
        self._heartbeat: threading.Thread | None = None

    @contextmanager
    def held(self, state_id: str, holder: str) -> Iterator[Lease]:
        """Prolong a claimed lease until the block ends, then release it."""
        lease = Lease(self._store, state_id, holder)
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
                    self._store.release(state_id, holder)

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
                        self._store.prolong(lease.state_id, lease.holder)
            except TryLater:
                # The database is away for the other leases, too.
                continue
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error("leases-not-prolonged", type=type(error).__name__)
