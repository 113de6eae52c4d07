"""Holding a lease while a login runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from bridge.sessions.errors import TryLater
from bridge.sessions.store import LEASE, SessionStore

_HEARTBEAT_SECONDS = LEASE.total_seconds() / 4


@contextmanager
def held(store: SessionStore, profile_id: str, holder: str) -> Iterator[None]:
    """Prolong a claimed lease until the block ends, then release it.

    A process that dies stops prolonging, so that another takes over when the lease runs out.
    """
    finished = threading.Event()

    def prolong() -> None:
        while not finished.wait(_HEARTBEAT_SECONDS):
            try:
                if not store.prolong(profile_id, holder, datetime.now(UTC)):
                    # Lost for good: another logs in, and what this holder stores is refused.
                    return
            except TryLater:
                continue

    heartbeat = threading.Thread(target=prolong, name=f"lease-{profile_id}", daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        finished.set()
        heartbeat.join()
        # A lease that is not released runs out; what was achieved stands.
        with suppress(TryLater):
            store.release(profile_id, holder)
