"""A login as a resumable state machine: from whatever the stored state says, to a live session.

What cannot be repeated is preceded by a stored phase. A process killed anywhere leaves a row from
which the next one either finishes the login or revokes what was left at KSeF (pitfalls C.9).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bridge.ksef.errors import AuthenticationFailed, KsefError
from bridge.ksef.refusals import Refusal, refusal_of
from bridge.sessions.authentication_operation import LoginOptions, submit
from bridge.sessions.credential import Credential
from bridge.sessions.errors import LoginRefused
from bridge.sessions.held_session import HeldSession
from bridge.sessions.refusals import may_be_repeated, remembered, session_error
from bridge.sessions.revocation import REFUSALS
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import Phase, SessionState, StopRefusal
from bridge.state.errors import TryLater
from bridge.vault import Purpose

LOGIN_TIME_LIMIT = timedelta(seconds=120)
_ATTEMPTS = 3
_LONGEST_PAUSE_BEFORE_RETRY = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """One profile's login, carried out by the holder of its lease, with the session that it has."""

    held: HeldSession
    options: LoginOptions

    def establish(self, state: SessionState, credential: Credential) -> SessionState:
        """A session of `credential` with a fresh access token, stored.

        Raises ProfileUnusable, LoginRefused (stored as the state's refusal when it is to be
        remembered), TryLater, LeaseLost.
        """
        try:
            state = self._resume(state, credential)
            if state.session is not None and state.session.credential == credential.identity:
                return state
            return self._log_in(self.held.give_back(state), credential)
        except KsefError as error:
            raise self._failed(state.profile_id, credential, error) from None

    def prove(self, state: SessionState, credential: Credential) -> SessionState:
        """A session of `credential` from a login of this moment, stored; for a connection test.

        A login that KSeF was still working on is taken up. Raises as `establish`.
        """
        if state.session is None or state.session.phase is not Phase.ESTABLISHED:
            return self.establish(state, credential)
        try:
            return self._log_in(self.held.give_back(state), credential)
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
            init = self.held.ksef.client(credential.environment).submit_xades(document)
            tokens = SessionTokens(self.held.vault, state.profile_id, init.reference_number)
            session = tokens.submitted(credential, init.authentication_token)
            self.held.store_submitted(replace(state, session=session), session)
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
        return self.held.ended(self._resume(state, None))

    def _failed(
        self, profile_id: str, credential: Credential, error: KsefError
    ) -> LoginRefused | TryLater:
        refusal = refusal_of(error, credential.signer())
        told = session_error(error, refusal)
        self.held.events.login_failed(profile_id, credential, error, refusal, told)
        if refusal.stops:
            stop = StopRefusal(refusal.code, refusal.params, refusal.ksef_code)
            self.held.store.stop(credential.environment, credential.context, stop)
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
            return self.held.refresh(state, release=True) if is_current else state
        log.info("login-resumed", profile=state.profile_id, reference=session.reference_number)
        tokens = self.held.tokens(state, session)
        token = tokens.open(Purpose.AUTHENTICATION_TOKEN, session.authentication_token)
        may_hold_tokens = session.phase is Phase.REDEEMING
        if token is None:
            return self.held.without_session(state, abandon=may_hold_tokens)
        operation = self.held.operation(session, token)
        try:
            status = operation.status()
            is_redeemed = status.is_token_redeemed
            if credential is not None and is_current and not is_redeemed:
                operation.await_success(status)
                return self.held.redeem(state, session, operation, credential)
            may_hold_tokens = may_hold_tokens or is_redeemed is not False
        except REFUSALS:
            # Perhaps in the middle of redeeming: a needless note costs one refused call.
            may_hold_tokens = True
        except AuthenticationFailed as error:
            if tells_failure or (credential is not None and refusal_of(error).stops):
                raise
        return self.held.without_session(state, abandon=may_hold_tokens)

    def _log_in(self, state: SessionState, credential: Credential) -> SessionState:
        opened = credential.open(self.held.vault)
        # Another attempt, from a new challenge, serves a login that KSeF cancelled or did not
        # answer, a key that it has just exchanged, and tokens whose answer was lost.
        for attempt in range(1, _ATTEMPTS + 1):
            is_submitted = False
            try:
                init = submit(self.held.ksef, self.options, credential, opened)
                is_submitted = True
                tokens = SessionTokens(self.held.vault, state.profile_id, init.reference_number)
                session = tokens.submitted(credential, init.authentication_token)
                state = SessionState(state.profile_id, state.generation, session)
                operation = self.held.operation(session, init.authentication_token.token)
                operation.await_success(self.held.first_status(state, session, operation))
                state = self.held.redeem(state, session, operation, credential)
            except KsefError as error:
                if attempt == _ATTEMPTS or not may_be_repeated(error, is_submitted=is_submitted):
                    raise
                state = self.held.dropped(self.held.store.get(state.profile_id))
            else:
                if state.session is not None:
                    return state
            self.held.pause(random.uniform(0.1, _LONGEST_PAUSE_BEFORE_RETRY))  # noqa: S311
        raise TryLater("ksef-unavailable")

    def _remember(self, profile_id: str, credential: Credential, refusal: Refusal) -> None:
        to_remember = remembered(refusal, credential.identity)
        if to_remember is not None:
            stored = self.held.dropped(self.held.store.get(profile_id))
            refused = SessionState(profile_id, stored.generation, refusal=to_remember)
            self.held.store.save(refused, self.held.lease)
