"""A login as a resumable state machine: from whatever the stored state says, to a live session.

What cannot be repeated is preceded by a stored phase. A process killed anywhere leaves a row from
which the next one either finishes the login or revokes what was left at KSeF (pitfalls C.9).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef import authentication
from bridge.ksef.auth_token_request import SchemaVersion
from bridge.ksef.contract import AuthenticationInit, AuthenticationStatus, AuthenticationTokens
from bridge.ksef.errors import (
    AuthenticationFailed,
    KsefAnswerUnreadable,
    KsefError,
    KsefRefused,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.refusals import Refusal, refusal_of
from bridge.sessions.credential import Credential, OpenedCertificate, OpenedToken
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.refusals import remembered, session_error
from bridge.sessions.revocation import REFUSALS, Revocation, abandoned, is_over
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import KsefSession, Phase, SessionState
from bridge.sessions.store import SessionStore
from bridge.vault import Purpose, Vault

LOGIN_TIME_LIMIT = timedelta(seconds=120)
_TOKENS_NOT_AVAILABLE = 21301
_MAYBE_DONE = (KsefUnreachable, KsefUnavailable, KsefAnswerUnreadable)
_PAUSE_BEFORE_RETRY = 0.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """What an administrator decided about logins."""

    schema_version: SchemaVersion
    bind_session_to_ip: bool


@dataclass(frozen=True, slots=True)
class Login:
    """One profile's login, carried out by the holder of its lease."""

    ksef: KsefAccess
    store: SessionStore
    vault: Vault
    options: LoginOptions
    holder: str
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
            refusal = refusal_of(error, credential.signer())
            log.warning(
                "login-failed",
                profile=state.profile_id,
                method=credential.method.value,
                code=refusal.code,
                reason=str(error),
            )
            self._remember(state.profile_id, credential, refusal)
            raise session_error(error, refusal) from None

    def _resume(self, state: SessionState, credential: Credential) -> SessionState:
        """The state with its session refreshed or finished, or without one that cannot be."""
        session = state.session
        if session is None:
            return state
        is_current = session.credential == credential.identity
        if session.phase is Phase.ESTABLISHED:
            return self._refreshed(state, session) if is_current else state
        log.info("login-resumed", profile=state.profile_id, reference=session.reference_number)
        tokens = self._tokens(state, session)
        token = tokens.open(Purpose.AUTHENTICATION_TOKEN, session.authentication_token)
        may_hold_tokens = session.phase is Phase.REDEEMING
        if token is None:
            return self._without_session(state, session, abandon=may_hold_tokens)
        try:
            is_redeemed = self._status(session, token).is_token_redeemed
            if is_current and not is_redeemed:
                return self._finish(state, session, token)
            may_hold_tokens = may_hold_tokens or is_redeemed is not False
        except REFUSALS:
            # Perhaps in the middle of redeeming: a needless note costs one refused call.
            may_hold_tokens = True
        except AuthenticationFailed:
            pass
        return self._without_session(state, session, abandon=may_hold_tokens)

    def _refreshed(self, state: SessionState, session: KsefSession) -> SessionState:
        tokens = self._tokens(state, session)
        refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if refresh_token is None:
            return self._without_session(state, session, abandon=True)
        try:
            access_token = self.ksef.client(session.environment).refresh(refresh_token)
        except REFUSALS as error:
            log.info("refresh-refused", reference=session.reference_number, reason=str(error))
            return self._without_session(state, session, abandon=not is_over(error))
        session = replace(session, access_token=tokens.seal(Purpose.ACCESS_TOKEN, access_token))
        state = replace(state, generation=state.generation + 1, session=session)
        self.store.save(state, self.holder)
        log.info("session-refreshed", profile=state.profile_id, reference=session.reference_number)
        self._revocation.revoke_abandoned(state.profile_id, session, access_token.token)
        return state

    def _log_in(self, state: SessionState, credential: Credential) -> SessionState:
        opened = credential.open(self.vault)
        # A second attempt serves a login that KSeF cancelled, and one that was redeemed without
        # our getting its tokens.
        for is_last in (False, True):
            init = self._submit(opened, credential)
            token = init.authentication_token.token
            state, session = self._submitted(state, credential, init)
            try:
                state = self._finish(state, session, token)
            except AuthenticationFailed as error:
                if is_last or not refusal_of(error).retry:
                    raise
                self.sleep(_PAUSE_BEFORE_RETRY)
            else:
                if state.session is not None:
                    return state
        raise TryLater("ksef-unavailable")

    def _submit(
        self, opened: OpenedToken | OpenedCertificate, credential: Credential
    ) -> AuthenticationInit:
        client = self.ksef.client(credential.environment)
        challenge = client.challenge()
        # Without an address to bind to, submitting refuses: an unbound session was not asked for.
        allowed_ip = (challenge.client_ip or "-") if self.options.bind_session_to_ip else None
        if isinstance(opened, OpenedToken):
            return authentication.submit_token(
                client,
                self.ksef.public_keys(credential.environment),
                opened.token,
                credential.context,
                challenge,
                allowed_ip,
            )
        return authentication.submit_certificate(
            client,
            opened.certificate,
            opened.private_key,
            credential.context,
            challenge,
            self.options.schema_version,
            allowed_ip,
        )

    def _submitted(
        self, state: SessionState, credential: Credential, init: AuthenticationInit
    ) -> tuple[SessionState, KsefSession]:
        tokens = SessionTokens(self.vault, state.profile_id, init.reference_number)
        session = KsefSession(
            phase=Phase.SUBMITTED,
            credential=credential.identity,
            environment=credential.environment,
            context=credential.context,
            authentication_method=credential.method.value,
            reference_number=init.reference_number,
            authentication_token=tokens.seal(
                Purpose.AUTHENTICATION_TOKEN, init.authentication_token
            ),
        )
        state = SessionState(state.profile_id, state.generation, session)
        self.store.save(state, self.holder)
        return state, session

    def _finish(self, state: SessionState, session: KsefSession, token: Secret) -> SessionState:
        """From a submitted login to an established session, or to none when its tokens are lost."""
        for pause in _pauses():
            if self._status(session, token).is_success:
                break
            self.sleep(pause)
        session = replace(session, phase=Phase.REDEEMING)
        state = replace(state, session=session)
        self.store.save(state, self.holder)
        redeemed = self._redeem(session, token)
        if redeemed is None:
            return self._without_session(state, session, abandon=True)
        return self._established(state, session, redeemed)

    def _redeem(self, session: KsefSession, token: Secret) -> AuthenticationTokens | None:
        """The tokens, or None when they were handed out and did not reach us."""
        for pause in _pauses():
            try:
                return self.ksef.client(session.environment).redeem(token)
            except KsefRefused as error:
                if _TOKENS_NOT_AVAILABLE not in error.codes:
                    raise
            except _MAYBE_DONE as error:
                if isinstance(error, KsefUnreachable) and not error.request_sent:
                    raise
            # KSeF alone knows whether the tokens are gone; "not ready yet" has the same code.
            if self._status(session, token).is_token_redeemed is not False:
                return None
            self.sleep(pause)
        return None

    def _established(
        self, state: SessionState, session: KsefSession, redeemed: AuthenticationTokens
    ) -> SessionState:
        tokens = self._tokens(state, session)
        session = replace(
            session,
            phase=Phase.ESTABLISHED,
            authentication_token=None,
            access_token=tokens.seal(Purpose.ACCESS_TOKEN, redeemed.access_token),
            refresh_token=tokens.seal(Purpose.REFRESH_TOKEN, redeemed.refresh_token),
        )
        state = SessionState(state.profile_id, state.generation + 1, session)
        try:
            self.store.save(state, self.holder)
        except LeaseLost:
            if not self._revocation.give_back(session, redeemed.refresh_token.token):
                log.error("session-left", reference=session.reference_number)
            raise
        log.info(
            "login",
            profile=state.profile_id,
            method=session.authentication_method,
            reference=session.reference_number,
        )
        access_token = redeemed.access_token.token
        self._revocation.revoke_abandoned(state.profile_id, session, access_token)
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
        return self._without_session(state, session, abandon=not is_revoked)

    def _without_session(
        self, state: SessionState, session: KsefSession, *, abandon: bool
    ) -> SessionState:
        """The stored state without its session, which is noted for revocation if `abandon`."""
        note = abandoned(state.profile_id, session) if abandon else None
        state = SessionState(state.profile_id, state.generation + 1)
        self.store.save(state, self.holder, note)
        return state

    def _remember(self, profile_id: str, credential: Credential, refusal: Refusal) -> None:
        to_remember = remembered(refusal, credential.identity)
        if to_remember is not None:
            stored = self.store.get(profile_id)
            session = stored.session
            may_hold_tokens = session is not None and session.phase is not Phase.SUBMITTED
            note = abandoned(profile_id, session) if session and may_hold_tokens else None
            refused = SessionState(profile_id, stored.generation, refusal=to_remember)
            self.store.save(refused, self.holder, note)

    def _status(self, session: KsefSession, token: Secret) -> AuthenticationStatus:
        client = self.ksef.client(session.environment)
        return client.authentication_status(session.reference_number, token)

    def _tokens(self, state: SessionState, session: KsefSession) -> SessionTokens:
        return SessionTokens(self.vault, state.profile_id, session.reference_number)

    @property
    def _revocation(self) -> Revocation:
        return Revocation(self.ksef, self.store)


def _pauses() -> Iterator[float]:
    """Seconds to wait before asking again: 0.2 growing to 2.

    Raises TryLater when the time limit of a login has passed.
    """
    end = time.monotonic() + LOGIN_TIME_LIMIT.total_seconds()
    pause = 0.2
    while time.monotonic() < end:
        yield pause
        pause = min(pause * 1.5, 2.0)
    raise TryLater("login-in-progress")
