"""What no request asks for: broken-off logins are finished or ended, what is old is removed."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import structlog

from bridge.espocrm.errors import ProfileNotFound
from bridge.ksef.errors import KsefError
from bridge.sessions.errors import LoginRefused, ProfileUnusable
from bridge.sessions.logins import Logins
from bridge.sessions.revocation import Revocation, abandoned
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.sessions import Sessions
from bridge.sessions.state import UNFINISHED, SessionState, is_proof_id
from bridge.state.errors import BridgeError, LeaseLost
from bridge.vault import Purpose

_PAUSE_SECONDS = 60.0
_SECONDS_FOR_ONE = 5.0
# A refresh token lives seven days, and KSeF keeps a login's status as long.
_KEPT = timedelta(days=8)

log = structlog.get_logger(__name__)


class Housekeeping:
    """Keeps the state database in order, in every worker: leases keep them apart."""

    def __init__(self, logins: Logins, sessions: Sessions) -> None:
        self._logins = logins
        self._store = logins.store
        self._sessions = sessions

    def start(self) -> None:
        """Run in the background until the process ends."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def once(self) -> None:
        """One round. Raises TryLater when the state database is away."""
        if self._logins.home.is_away():
            return
        for state_id in self._store.unfinished():
            try:
                self._finish(state_id)
            except (BridgeError, LeaseLost, KsefError):
                continue
            except Exception as error:  # noqa: BLE001 - one row must not keep the others waiting
                log.error("housekeeping-failed", profile=state_id, type=type(error).__name__)
        for state in self._store.lost():
            self._end_lost(state)
        removed = self._store.forget_older_than(_KEPT)
        if removed:
            log.info("state-removed", rows=removed)

    def _finish(self, state_id: str) -> None:
        """The login's own profile goes on with it; what nobody can use is ended."""
        if not is_proof_id(state_id):
            try:
                self._sessions.access_token(state_id)
            except (ProfileNotFound, ProfileUnusable, LoginRefused):
                pass
            else:
                return
        with self._logins.leased(state_id, time.monotonic() + _SECONDS_FOR_ONE) as login:
            if login is None:
                return
            state = self._store.get(state_id)
            # Between then and now somebody may have finished it.
            if is_proof_id(state_id):
                login.settle(state)
                self._store.remove(login.held.lease)
            elif state.session is not None and state.session.phase in UNFINISHED:
                login.settle(state)

    def _end_lost(self, state: SessionState) -> None:
        """End a session that the database has forgotten.

        One that another process has ended or replaced is over already, and KSeF takes it as that.
        """
        session = state.session
        if session is None:
            return
        log.info("session-lost", profile=state.profile_id, reference=session.reference_number)
        tokens = SessionTokens(self._logins.vault, state.profile_id, session.reference_number)
        token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        revocation = Revocation(self._logins.ksef, self._store)
        is_over = token is not None and revocation.give_back(session, token)
        self._store.give_up(state, None if is_over else abandoned(state.profile_id, session))

    def _run(self) -> None:
        while True:
            # Workers that started together do not look together.
            time.sleep(random.uniform(0.5, 1.5) * _PAUSE_SECONDS)  # noqa: S311
            try:
                self.once()
            except BridgeError:
                continue
            except Exception as error:  # noqa: BLE001 - the next round may do better
                log.error("housekeeping-failed", type=type(error).__name__)
