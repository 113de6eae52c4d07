"""A login as a resumable state machine: from whatever the stored state says, to a live session.

What cannot be repeated is preceded by a stored phase. A process killed anywhere leaves a row from
which the next one either finishes the login or revokes what was left at KSeF (pitfalls C.9).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef.contract import AuthenticationStatus, AuthenticationTokens
from bridge.ksef.errors import AuthenticationFailed, KsefError
from bridge.ksef.refusals import Refusal, refusal_of
from bridge.sessions.authentication_operation import AuthenticationOperation, LoginOptions, submit
from bridge.sessions.credential import Credential
from bridge.sessions.errors import LoginRefused
from bridge.sessions.events import Events
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.refusals import may_be_repeated, remembered, session_error
from bridge.sessions.revocation import REFUSALS, Revocation, abandoned, is_over
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import (
    KsefSession,
    Phase,
    SessionState,
    StopRefusal,
    is_signing_id,
    profile_of,
    proof_id,
)
from bridge.sessions.store import SessionStore
from bridge.state.errors import LeaseLost, TryLater
from bridge.state.leases import Lease
from bridge.vault import Purpose, Vault

LOGIN_TIME_LIMIT = timedelta(seconds=120)
_ATTEMPTS = 3
_LONGEST_PAUSE_BEFORE_RETRY = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """One profile's login, carried out by the holder of its lease.

    It gives up at `end` (of the monotonic clock) with what it has stored, to be resumed.
    """

    ksef: KsefAccess
    store: SessionStore
    vault: Vault
    options: LoginOptions
    events: Events
    lease: Lease
    end: float
    sleep: Callable[[float], None] = time.sleep

    def establish(self, state: SessionState, credential: Credential) -> SessionState:
        """A session of `credential` with a fresh access token, stored.

        Raises ProfileUnusable, LoginRefused (stored as the state's refusal when it is to be
        remembered), TryLater, LeaseLost.
        """
        try:
            state = self._resume(state, credential)
            if state.session is not None and state.session.credential == credential.identity:
                return state
            return self._log_in(self._give_back(state), credential)
        except KsefError as error:
            raise self._failed(state.profile_id, credential, error) from None

    def prove(self, state: SessionState, credential: Credential) -> SessionState:
        """A session of `credential` from a login of this moment, stored; for a connection test.

        A login that KSeF was still working on is taken up. Raises as `establish`.
        """
        if state.session is None or state.session.phase is not Phase.ESTABLISHED:
            return self.establish(state, credential)
        try:
            return self._log_in(self._give_back(state), credential)
        except KsefError as error:
            raise self._failed(state.profile_id, credential, error) from None

    def submit_signed(
        self, state: SessionState, credential: Credential, document: bytes
    ) -> SessionState:
        """A session of a document that its owner has signed, stored; or none, its tokens lost.

        It is sent byte for byte, and once: another one takes another signature. Raises as
        `establish`.
        """
        try:
            init = self.ksef.client(credential.environment).submit_xades(document)
            tokens = SessionTokens(self.vault, state.profile_id, init.reference_number)
            session = tokens.submitted(credential, init.authentication_token)
            self._store_submitted(replace(state, session=session), session)
        except KsefError as error:
            raise self._failed(state.profile_id, credential, error) from None
        return self.resume_signed(replace(state, session=session), credential)

    def resume_signed(self, state: SessionState, credential: Credential) -> SessionState:
        """The session of a document that was submitted, stored; or none, its tokens lost.

        Raises as `establish`.
        """
        try:
            return self._resume(state, credential, tells_failure=True)
        except KsefError as error:
            raise self._failed(state.profile_id, credential, error) from None

    def settle(self, state: SessionState) -> SessionState:
        """The stored state without a session: ended at KSeF, or noted for revocation.

        Raises KsefError when KSeF does not end it; the state is as it was then, with the refresh
        token that can.
        """
        state = self._resume(state, None)
        session = state.session
        if session is None:
            return state
        tokens = self._tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if refresh_token is not None:
            self._revocation.end(session, refresh_token)
        return self._without_session(state, abandon=refresh_token is None)

    def refresh(self, state: SessionState, *, release: bool = False) -> SessionState:
        """The stored state with a new access token, or without a session that is over.

        With `release` the lease is given back with the new token. Raises KsefError when KSeF does
        not say.
        """
        session = state.session
        if session is None:
            return state
        tokens = self._tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if refresh_token is None:
            return self._without_session(state, abandon=True)
        try:
            access_token = self.ksef.client(session.environment).refresh(refresh_token)
        except REFUSALS as error:
            self.events.refresh_refused(state.profile_id, session, error)
            return self._without_session(state, abandon=not is_over(error))
        session = replace(session, access_token=tokens.seal(Purpose.ACCESS_TOKEN, access_token))
        state = replace(state, generation=state.generation + 1, session=session)
        self.store.save(state, self.lease, release=release)
        self.events.refreshed(state.profile_id, session)
        self._revocation.revoke_abandoned(state.profile_id, session, access_token.token)
        return state

    def forget_session(self, state: SessionState) -> SessionState:
        """The stored state without the session, which was ended at KSeF."""
        return self._without_session(state, abandon=False)

    def _failed(
        self, profile_id: str, credential: Credential, error: KsefError
    ) -> LoginRefused | TryLater:
        refusal = refusal_of(error, credential.signer())
        told = session_error(error, refusal)
        self.events.login_failed(profile_id, credential, error, refusal, told)
        if refusal.stops:
            stop = StopRefusal(refusal.code, refusal.params, refusal.ksef_code)
            self.store.stop(credential.environment, credential.context, stop)
        self._remember(profile_id, credential, refusal)
        return told

    def _resume(
        self, state: SessionState, credential: Credential | None, *, tells_failure: bool = False
    ) -> SessionState:
        """The state with its session refreshed or finished, or without one that cannot be.

        Raises KsefError; AuthenticationFailed only when asked to, or when nobody may log in.
        """
        session = state.session
        if session is None:
            return state
        is_current = credential is not None and session.credential == credential.identity
        if session.phase is Phase.ESTABLISHED:
            return self.refresh(state, release=True) if is_current else state
        log.info("login-resumed", profile=state.profile_id, reference=session.reference_number)
        tokens = self._tokens(state, session)
        token = tokens.open(Purpose.AUTHENTICATION_TOKEN, session.authentication_token)
        may_hold_tokens = session.phase is Phase.REDEEMING
        if token is None:
            return self._without_session(state, abandon=may_hold_tokens)
        operation = self._operation(session, token)
        try:
            status = operation.status()
            is_redeemed = status.is_token_redeemed
            if credential is not None and is_current and not is_redeemed:
                operation.await_success(status)
                return self._redeemed(state, session, operation, credential)
            may_hold_tokens = may_hold_tokens or is_redeemed is not False
        except REFUSALS:
            # Perhaps in the middle of redeeming: a needless note costs one refused call.
            may_hold_tokens = True
        except AuthenticationFailed as error:
            if tells_failure or (credential is not None and refusal_of(error).stops):
                raise
        return self._without_session(state, abandon=may_hold_tokens)

    def _log_in(self, state: SessionState, credential: Credential) -> SessionState:
        opened = credential.open(self.vault)
        # Another attempt, from a new challenge, serves a login that KSeF cancelled or did not
        # answer, a key that it has just exchanged, and tokens whose answer was lost.
        for attempt in range(1, _ATTEMPTS + 1):
            is_submitted = False
            try:
                init = submit(self.ksef, self.options, credential, opened)
                is_submitted = True
                tokens = SessionTokens(self.vault, state.profile_id, init.reference_number)
                session = tokens.submitted(credential, init.authentication_token)
                state = SessionState(state.profile_id, state.generation, session)
                operation = self._operation(session, init.authentication_token.token)
                operation.await_success(self._first_status(state, session, operation))
                state = self._redeemed(state, session, operation, credential)
            except KsefError as error:
                if attempt == _ATTEMPTS or not may_be_repeated(error, is_submitted=is_submitted):
                    raise
                state = self._dropped(self.store.get(state.profile_id))
            else:
                if state.session is not None:
                    return state
            self._pause(random.uniform(0.1, _LONGEST_PAUSE_BEFORE_RETRY))  # noqa: S311
        raise TryLater("ksef-unavailable")

    def _first_status(
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
            self._store_submitted(state, session)
            raise
        if not status.is_success:
            self._store_submitted(state, session)
        return status

    def _store_submitted(self, state: SessionState, session: KsefSession) -> None:
        self.store.save(state, self.lease)
        self.events.submitted(state.profile_id, session)

    def _redeemed(
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
            return self._without_session(state, abandon=True)
        return self._established(state, session, redeemed, credential)

    def _established(
        self,
        state: SessionState,
        session: KsefSession,
        redeemed: AuthenticationTokens,
        credential: Credential,
    ) -> SessionState:
        session = self._tokens(state, session).established(session, redeemed)
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

    def _give_back(self, state: SessionState) -> SessionState:
        """Revoke the session of a credential that is no longer the profile's."""
        session = state.session
        if session is None:
            return state
        tokens = self._tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        is_revoked = refresh_token is not None and self._revocation.give_back(
            session, refresh_token
        )
        return self._without_session(state, abandon=not is_revoked)

    def _dropped(self, state: SessionState) -> SessionState:
        """The stored state without the login that just failed."""
        is_submitted = state.session is not None and state.session.phase is Phase.SUBMITTED
        return self._without_session(state, abandon=not is_submitted)

    def _without_session(self, state: SessionState, *, abandon: bool) -> SessionState:
        """The stored state without its session, which is noted for revocation if `abandon`."""
        if state.session is None:
            return state
        note = abandoned(state.profile_id, state.session) if abandon else None
        state = SessionState(state.profile_id, state.generation + 1)
        self.store.save(state, self.lease, note)
        return state

    def _remember(self, profile_id: str, credential: Credential, refusal: Refusal) -> None:
        to_remember = remembered(refusal, credential.identity)
        if to_remember is not None:
            stored = self._dropped(self.store.get(profile_id))
            refused = SessionState(profile_id, stored.generation, refusal=to_remember)
            self.store.save(refused, self.lease)

    def _pause(self, seconds: float) -> None:
        """Wait. Raises TryLater when the time for this login is over."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TryLater("login-in-progress", retry_after=2)
        self.sleep(min(seconds, left))

    def _operation(self, session: KsefSession, token: Secret) -> AuthenticationOperation:
        client = self.ksef.client(session.environment)
        return AuthenticationOperation(client, session.reference_number, token, self._pause)

    def _tokens(self, state: SessionState, session: KsefSession) -> SessionTokens:
        return SessionTokens(self.vault, state.profile_id, session.reference_number)

    @property
    def _revocation(self) -> Revocation:
        return Revocation(self.ksef, self.store)
