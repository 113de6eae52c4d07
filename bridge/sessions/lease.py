"""Holding a lease while a login runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bridge.sessions.errors import TryLater
from bridge.sessions.state import AbandonedSession, SessionState
from bridge.sessions.statements import LEASE
from bridge.sessions.store import SessionStore

_HEARTBEAT_SECONDS = LEASE.total_seconds() / 4


@dataclass(slots=True)
class Lease:
    """A claimed lease, under which alone a profile's state may be stored.

    `has_abandoned`: something may be left to revoke, so that it is worth asking for.
    """

    store: SessionStore
    state_id: str
    holder: str
    is_over: bool = field(default=False, init=False)
    has_abandoned: bool = field(default=True, init=False)

    def save(self, state: SessionState, abandoned: AbandonedSession | None = None) -> None:
        """Store the state, and what it leaves behind at KSeF. Raises LeaseLost."""
        self.store.save(state, self.holder, abandoned)
        self.has_abandoned = self.has_abandoned or abandoned is not None

    def save_and_release(self, state: SessionState) -> None:
        """Store the state as the last thing under this lease. Raises LeaseLost."""
        self.store.save(state, self.holder, release=True)
        self.is_over = True

    def remove_state(self) -> None:
        """Forget all that is stored under the id, the lease included."""
        self.store.remove(self.state_id, self.holder)
        self.is_over = True


@contextmanager
def held(store: SessionStore, state_id: str, holder: str) -> Iterator[Lease]:
    """Prolong a claimed lease until the block ends, then release it.

    A process that dies stops prolonging, so that another takes over when the lease runs out.
    """
    lease = Lease(store, state_id, holder)
    finished = threading.Event()

    def prolong() -> None:
        while not finished.wait(_HEARTBEAT_SECONDS) and not lease.is_over:
            try:
                if not store.prolong(state_id, holder):
                    # Lost for good: another logs in, and what this holder stores is refused.
                    return
            except TryLater:
                continue

    heartbeat = threading.Thread(target=prolong, name=f"lease-{state_id}", daemon=True)
    heartbeat.start()
    try:
        yield lease
    finally:
        finished.set()
        heartbeat.join()
        if not lease.is_over:
            # A lease that is not released runs out; what was achieved stands.
            with suppress(TryLater):
                store.release(state_id, holder)
