"""The stored steps of a session at KSeF: taken in, redeemed, refreshed, given back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.contract import AuthenticationStatus, AuthenticationTokens
from bridge.ksef.errors import AuthenticationFailed, KsefError
from bridge.sessions.authentication_operation import AuthenticationOperation
from bridge.sessions.credential import Credential
from bridge.sessions.events import Events
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.revocation import REFUSALS, Revocation, abandoned, is_over
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import (
    KsefSession,
    Phase,
    SessionState,
    is_signing_id,
    profile_of,
    proof_id,
)
from bridge.sessions.store import SessionStore
from bridge.state.errors import LeaseLost, TryLater
from bridge.state.leases import Lease
from bridge.vault import Purpose, Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HeldSession:
    """The session of one profile, in the hands of the holder of its lease.

    He gives up at `end` (of the monotonic clock) with what he has stored, to be resumed.
    """

    ksef: KsefAccess
    store: SessionStore
    vault: Vault
    events: Events
    lease: Lease
    end: float
    sleep: Callable[[float], None] = time.sleep

    def refresh(self, state: SessionState, *, release: bool = False) -> SessionState:
        """The stored state with a new access token, or without a session that is over.

        With `release` the lease is given back with the new token. Raises KsefError when KSeF does
        not say.
        """
        session = state.session
        if session is None:
            return state
        tokens = self.tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if refresh_token is None:
            return self.without_session(state, abandon=True)
        try:
            access_token = self.ksef.client(session.environment).refresh(refresh_token)
        except REFUSALS as error:
            self.events.refresh_refused(state.profile_id, session, error)
            return self.without_session(state, abandon=not is_over(error))
        session = replace(session, access_token=tokens.seal(Purpose.ACCESS_TOKEN, access_token))
        state = replace(state, generation=state.generation + 1, session=session)
        self.store.save(state, self.lease, release=release)
        self.events.refreshed(state.profile_id, session)
        self._revocation.revoke_abandoned(state.profile_id, session, access_token.token)
        return state

    def redeem(
        self,
        state: SessionState,
        session: KsefSession,
        operation: AuthenticationOperation,
        credential: Credential,
    ) -> SessionState:
        """The stored state with the tokens, or without the session when they were lost."""
        session = replace(session, phase=Phase.REDEEMING)
        state = replace(state, session=session)
        self.store.save(state, self.lease)
        redeemed = operation.redeem()
        if redeemed is None:
            return self.without_session(state, abandon=True)
        return self._established(state, session, redeemed, credential)

    def _established(
        self,
        state: SessionState,
        session: KsefSession,
        redeemed: AuthenticationTokens,
        credential: Credential,
    ) -> SessionState:
        session = self.tokens(state, session).established(session, redeemed)
        state = SessionState(state.profile_id, state.generation + 1, session)
        try:
            self.store.save(state, self.lease, release=True)
        except LeaseLost:
            if not self._revocation.give_back(session, redeemed.refresh_token.token):
                log.error("session-left", reference=session.reference_number)
            raise
        access_token = redeemed.access_token.token
        whose = state.profile_id
        if is_signing_id(whose):
            # Another document of the same signer may have left something, too.
            whose = proof_id(profile_of(whose))
        self._revocation.revoke_abandoned(whose, session, access_token)
        self.events.logged_in(state.profile_id, credential, session)
        return state

    def first_status(
        self, state: SessionState, session: KsefSession, operation: AuthenticationOperation
    ) -> AuthenticationStatus:
        """How the login stands at once; unless KSeF is done, it is stored, to be resumed.

        Until its tokens are asked for there is nothing at KSeF that anybody could hold.
        """
        try:
            status = operation.status()
        except AuthenticationFailed:
            raise
        except KsefError:
            self.store_submitted(state, session)
            raise
        if not status.is_success:
            self.store_submitted(state, session)
        return status

    def store_submitted(self, state: SessionState, session: KsefSession) -> None:
        """KSeF has taken a login in: whoever finds this goes on with it."""
        self.store.save(state, self.lease)
        self.events.submitted(state.profile_id, session)

    def give_back(self, state: SessionState) -> SessionState:
        """Revoke the session of a credential that is no longer the profile's."""
        session = state.session
        if session is None:
            return state
        tokens = self.tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        is_revoked = refresh_token is not None and self._revocation.give_back(
            session, refresh_token
        )
        return self.without_session(state, abandon=not is_revoked)

    def ended(self, state: SessionState) -> SessionState:
        """The stored state without its session: ended at KSeF, or noted for revocation.

        Raises KsefError when KSeF does not end it.
        """
        session = state.session
        if session is None:
            return state
        tokens = self.tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if refresh_token is not None:
            self._revocation.end(session, refresh_token)
        return self.without_session(state, abandon=refresh_token is None)

    def dropped(self, state: SessionState) -> SessionState:
        """The stored state without the login that just failed."""
        is_submitted = state.session is not None and state.session.phase is Phase.SUBMITTED
        return self.without_session(state, abandon=not is_submitted)

    def without_session(self, state: SessionState, *, abandon: bool) -> SessionState:
        """The stored state without its session, which is noted for revocation if `abandon`."""
        if state.session is None:
            return state
        note = abandoned(state.profile_id, state.session) if abandon else None
        state = SessionState(state.profile_id, state.generation + 1)
        self.store.save(state, self.lease, note)
        return state

    def operation(self, session: KsefSession, token: Secret) -> AuthenticationOperation:
        """The login of `session` at KSeF, which waits no longer than until `end`."""
        client = self.ksef.client(session.environment)
        return AuthenticationOperation(client, session.reference_number, token, self.pause)

    def tokens(self, state: SessionState, session: KsefSession) -> SessionTokens:
        """Seals and opens the tokens of `session`."""
        return SessionTokens(self.vault, state.profile_id, session.reference_number)

    def pause(self, seconds: float) -> None:
        """Wait. Raises TryLater when the time for this login is over."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TryLater("login-in-progress", retry_after=2)
        self.sleep(min(seconds, left))

    @property
    def _revocation(self) -> Revocation:
        return Revocation(self.ksef, self.store)
