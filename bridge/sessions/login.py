"""A login as a resumable state machine: from whatever the stored state says, to a live session.

What cannot be repeated is preceded by a stored phase. A process killed anywhere leaves a row from
which the next one either finishes the login or revokes what was left at KSeF (pitfalls C.9).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bridge.credentials.secret import Secret
from bridge.ksef import authentication
from bridge.ksef.auth_token_request import SchemaVersion
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import (
    AuthenticationInit,
    AuthenticationStatus,
    AuthenticationTokens,
    TokenInfo,
)
from bridge.ksef.errors import (
    AuthenticationFailed,
    KsefAnswerUnreadable,
    KsefError,
    KsefForbidden,
    KsefGone,
    KsefRefused,
    KsefUnauthorized,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.refusals import Refusal, refusal_of
from bridge.sessions.credential import Credential, OpenedCertificate, OpenedToken
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.refusals import remembered, session_error
from bridge.sessions.state import AbandonedSession, Phase, SealedToken, SessionState
from bridge.sessions.store import SessionStore
from bridge.vault import Purpose, SealError, Vault, session_token_binding

LOGIN_TIME_LIMIT = timedelta(seconds=120)
_TOKENS_NOT_AVAILABLE = 21301
_PAUSE_BEFORE_RETRY = 0.5
_ENDED_AT_KSEF = (KsefRefused, KsefUnauthorized, KsefForbidden, KsefGone)
_MAYBE_DONE = (KsefUnreachable, KsefUnavailable, KsefAnswerUnreadable)

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
            if state.phase is Phase.ESTABLISHED and state.credential == credential.identity:
                return state
            state = self._give_back(state)
            return self._log_in(state, credential)
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

    def _refresh(self, state: SessionState) -> SessionState:
        """The session with a new access token; an absent one when it cannot be refreshed."""
        refresh_token = self._open(state, Purpose.REFRESH_TOKEN, state.refresh_token)
        if refresh_token is None:
            return self._abandon(state)
        try:
            access_token = self._client_of(state).refresh(refresh_token)
        except _ENDED_AT_KSEF as error:
            log.info("session-ended-at-ksef", reference=state.reference_number, reason=str(error))
            return self._forget_session(state)
        state = replace(
            state,
            generation=state.generation + 1,
            access_token=self._seal(state, Purpose.ACCESS_TOKEN, access_token),
        )
        self.store.save(state, self.holder)
        log.info("session-refreshed", profile=state.profile_id, reference=state.reference_number)
        self._revoke_abandoned(state, access_token.token)
        return state

    def _resume(self, state: SessionState, credential: Credential) -> SessionState:
        if state.phase is Phase.ESTABLISHED and state.credential == credential.identity:
            return self._refresh(state)
        if state.phase not in (Phase.SUBMITTED, Phase.REDEEMING):
            return state
        log.info("login-resumed", profile=state.profile_id, reference=state.reference_number)
        token = self._open(state, Purpose.AUTHENTICATION_TOKEN, state.authentication_token)
        if token is None:
            return self._abandon_if_redeeming(state)
        try:
            status = self._status(state, token)
            if status.is_token_redeemed:
                return self._abandon(state)
            if state.credential == credential.identity:
                return self._finish(state, token)
        except _ENDED_AT_KSEF:
            return self._abandon_if_redeeming(state)
        except AuthenticationFailed:
            pass
        return self._forget_session(state)

    def _log_in(self, state: SessionState, credential: Credential) -> SessionState:
        opened = credential.open(self.vault)
        # A second attempt serves a login that KSeF cancelled, and one that was redeemed without
        # our getting its tokens.
        for is_last in (False, True):
            init = self._submit(opened, credential)
            state = self._submitted(state, credential, init)
            try:
                state = self._finish(state, init.authentication_token.token)
            except AuthenticationFailed as error:
                if is_last or not refusal_of(error).retry:
                    raise
                self.sleep(_PAUSE_BEFORE_RETRY)
            if state.phase is Phase.ESTABLISHED:
                return state
        raise TryLater("ksef-unavailable")

    def _submit(
        self, opened: OpenedToken | OpenedCertificate, credential: Credential
    ) -> AuthenticationInit:
        client = self.ksef.client(credential.environment)
        challenge = client.challenge()
        allowed_ip = challenge.client_ip if self.options.bind_session_to_ip else None
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
    ) -> SessionState:
        state = SessionState(
            profile_id=state.profile_id,
            generation=state.generation,
            phase=Phase.SUBMITTED,
            credential=credential.identity,
            environment=credential.environment,
            context=credential.context,
            authentication_method=credential.method.value,
            reference_number=init.reference_number,
        )
        state = replace(
            state,
            authentication_token=self._seal(
                state, Purpose.AUTHENTICATION_TOKEN, init.authentication_token
            ),
        )
        self.store.save(state, self.holder)
        return state

    def _finish(self, state: SessionState, token: Secret) -> SessionState:
        """From a submitted login to an established session, or to an abandoned one."""
        for pause in self._pauses():
            if self._status(state, token).is_success:
                break
            self.sleep(pause)
        state = replace(state, phase=Phase.REDEEMING)
        self.store.save(state, self.holder)
        tokens = self._redeem(state, token)
        return self._abandon(state) if tokens is None else self._established(state, tokens)

    def _redeem(self, state: SessionState, token: Secret) -> AuthenticationTokens | None:
        """The tokens, or None when they were handed out and did not reach us."""
        for pause in self._pauses():
            try:
                return self._client_of(state).redeem(token)
            except KsefRefused as error:
                if _TOKENS_NOT_AVAILABLE not in error.codes:
                    raise
            except _MAYBE_DONE as error:
                if isinstance(error, KsefUnreachable) and not error.request_sent:
                    raise
            # KSeF alone knows whether the tokens are gone; "not ready yet" has the same code.
            if self._status(state, token).is_token_redeemed is not False:
                return None
            self.sleep(pause)
        return None

    def _established(self, state: SessionState, tokens: AuthenticationTokens) -> SessionState:
        state = replace(
            state,
            generation=state.generation + 1,
            phase=Phase.ESTABLISHED,
            authentication_token=None,
            access_token=self._seal(state, Purpose.ACCESS_TOKEN, tokens.access_token),
            refresh_token=self._seal(state, Purpose.REFRESH_TOKEN, tokens.refresh_token),
            refusal=None,
        )
        try:
            self.store.save(state, self.holder)
        except LeaseLost:
            self._client_of(state).revoke_current_session(tokens.refresh_token.token)
            raise
        log.info(
            "login",
            profile=state.profile_id,
            method=state.authentication_method,
            reference=state.reference_number,
        )
        self._revoke_abandoned(state, tokens.access_token.token)
        return state

    def _client_of(self, state: SessionState) -> KsefClient:
        if state.environment is None:
            raise ValueError("a session is at one environment")
        return self.ksef.client(state.environment)

    def _status(self, state: SessionState, token: Secret) -> AuthenticationStatus:
        if state.reference_number is None:
            raise ValueError("a submitted login has a reference number")
        return self._client_of(state).authentication_status(state.reference_number, token)

    def _give_back(self, state: SessionState) -> SessionState:
        """Revoke the session of a credential that is no longer the profile's."""
        if state.phase is not Phase.ESTABLISHED:
            return state
        refresh_token = self._open(state, Purpose.REFRESH_TOKEN, state.refresh_token)
        if refresh_token is None:
            return self._abandon(state)
        try:
            self._client_of(state).revoke_current_session(refresh_token)
        except _ENDED_AT_KSEF as error:
            log.info("session-ended-at-ksef", reference=state.reference_number, reason=str(error))
        except KsefError:
            return self._abandon(state)
        return self._forget_session(state)

    def _forget_session(self, state: SessionState) -> SessionState:
        state = SessionState(profile_id=state.profile_id, generation=state.generation + 1)
        self.store.save(state, self.holder)
        return state

    def _abandon_if_redeeming(self, state: SessionState) -> SessionState:
        if state.phase is Phase.REDEEMING:
            return self._abandon(state)
        return self._forget_session(state)

    def _abandon(self, state: SessionState) -> SessionState:
        """Note the session for revocation by the profile's next one."""
        if state.reference_number is None or state.environment is None:
            raise ValueError("only a session that KSeF knows is abandoned")
        abandoned = AbandonedSession(
            state.reference_number, state.profile_id, state.environment, datetime.now(UTC)
        )
        log.warning("session-abandoned", profile=state.profile_id, reference=state.reference_number)
        state = SessionState(profile_id=state.profile_id, generation=state.generation + 1)
        self.store.save(state, self.holder, abandoned)
        return state

    def _revoke_abandoned(self, state: SessionState, access_token: Secret) -> None:
        for abandoned in self.store.abandoned(state.profile_id):
            if abandoned.environment is not state.environment:
                continue
            try:
                self._client_of(state).revoke_session(abandoned.reference_number, access_token)
                log.info("abandoned-session-revoked", reference=abandoned.reference_number)
            except _ENDED_AT_KSEF as error:
                log.warning(
                    "abandoned-session-left",
                    reference=abandoned.reference_number,
                    reason=str(error),
                )
            except KsefError:
                return
            self.store.forget_abandoned(abandoned.reference_number)

    def _remember(self, profile_id: str, credential: Credential, refusal: Refusal) -> None:
        to_remember = remembered(refusal, credential.identity)
        if to_remember is not None:
            generation = self.store.get(profile_id).generation
            refused = SessionState(profile_id, generation=generation, refusal=to_remember)
            self.store.save(refused, self.holder)

    def _seal(self, state: SessionState, purpose: Purpose, token: TokenInfo) -> SealedToken:
        sealed = self.vault.seal(
            token.token,
            purpose,
            session_token_binding(state.profile_id, state.reference_number or ""),
        )
        return SealedToken(sealed, token.valid_until)

    def _open(
        self, state: SessionState, purpose: Purpose, token: SealedToken | None
    ) -> Secret | None:
        if token is None:
            return None
        try:
            return self.vault.open(
                token.sealed,
                purpose,
                session_token_binding(state.profile_id, state.reference_number or ""),
            )
        except SealError as error:
            # The session is lost with the master key; a new login replaces it.
            log.warning("session-seal-unusable", profile=state.profile_id, code=error.code)
            return None

    def _pauses(self) -> Iterator[float]:
        """Seconds to wait before asking again: 0.2 growing to 2, until the time limit."""
        end = time.monotonic() + LOGIN_TIME_LIMIT.total_seconds()
        pause = 0.2
        while time.monotonic() < end:
            yield pause
            pause = min(pause * 1.5, 2.0)
        raise TryLater("login-in-progress")
