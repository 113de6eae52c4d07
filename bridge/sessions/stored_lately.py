"""What this process has stored lately, should the state database forget its last moments.

A server that fails over to a replica which is behind, or is restored from a copy, does not know of
sessions whose tokens were handed out already. The process that made one still does.
"""

from __future__ import annotations

import threading
import time

from bridge.sessions.state import Phase, SessionState

# By then every node of the database shows what was stored.
_SETTLED_SECONDS = 5.0
# No replica is further behind that anybody would fail over to; longer than rounds are apart.
_KEPT_SECONDS = 300.0


class StoredLately:
    """The latest session of each id, its tokens under seal; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, tuple[float, SessionState]] = {}

    def note(self, state: SessionState) -> None:
        """This was stored, in place of what was there before."""
        with self._lock:
            if state.session is not None and state.session.phase is Phase.ESTABLISHED:
                self._states[state.profile_id] = (time.monotonic(), state)
            else:
                self._states.pop(state.profile_id, None)

    def forget(self, state_id: str) -> None:
        """Nothing of it is to be looked for any more."""
        with self._lock:
            self._states.pop(state_id, None)

    def settled(self) -> list[SessionState]:
        """What must be found in the database, unless another process has replaced it since."""
        now = time.monotonic()
        with self._lock:
            self._states = {
                id_: (at, state)
                for id_, (at, state) in self._states.items()
                if at > now - _KEPT_SECONDS
            }
            return [state for at, state in self._states.values() if at <= now - _SETTLED_SECONDS]
