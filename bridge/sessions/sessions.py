"""Access tokens for profiles: the cached one, a refreshed one, or one from a new login."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bridge.credentials.secret import Secret
from bridge.sessions.credential import Credential, credential_of
from bridge.sessions.errors import LoginRefused
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS, KsefThreads
from bridge.sessions.login import LOGIN_TIME_LIMIT
from bridge.sessions.logins import Logins
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import Refusal, SealedToken, SessionState
from bridge.sessions.store import Seen
from bridge.state.errors import TryLater
from bridge.vault import Purpose

REFRESH_MARGIN = timedelta(seconds=60)
_USABLE_MARGIN = timedelta(seconds=5)
_SEEN_IS_TRUE_FOR_SECONDS = 0.5
# What was stored a moment after the clock was read is no clock put back.
_STORED_LATER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A KSeF access token and the session it belongs to."""

    token: Secret
    valid_until: datetime
    authentication_method: str
    session_reference: str


class Sessions:
    """All profiles' sessions, as one process sees them."""

    def __init__(self, logins: Logins, threads: KsefThreads) -> None:
        self._logins = logins
        self._store = logins.store
        self._threads = threads

    def access_token(self, profile_id: str, *, force_refresh: bool = False) -> AccessToken:
        """A token valid for a minute at least; while KSeF is away, the present one to its end.

        `force_refresh` asks KSeF for a new one even if the present one is good, and passes a
        remembered refusal, but not one by which KSeF stopped the whole context. Raises
        ProfileNotFound, ProfileUnusable, AwayFromHome, LoginRefused, TryLater; no answer takes more
        than 8 seconds, while a login that takes longer goes on.
        """
        start = time.monotonic()
        credential = credential_of(self._logins.profile(profile_id))
        self._logins.home.check_login(credential.environment)
        seen = self._looked(profile_id, credential)
        state = seen.state
        newer_than = state.generation if force_refresh else -1
        if _is_fresh(seen, credential, newer_than):
            token = self._opened(state)
            if token is not None:
                self._logins.events.handed_out("cache")
                return token
            # The master key of the stored session is gone; a new session replaces it.
            newer_than = state.generation
        else:
            refusal = _refusal_of(state, credential)
            if refusal is not None and not force_refresh:
                raise _as_error(refusal)
        return self._after_login(seen, credential, newer_than, start)

    def _looked(self, profile_id: str, credential: Credential) -> Seen:
        """What is stored. Raises LoginRefused when KSeF stopped the whole context."""
        seen = self._store.look(profile_id, credential.environment, credential.context)
        if seen.stop is not None:
            raise LoginRefused(seen.stop.code, seen.stop.params, seen.stop.ksef_code)
        return seen

    def _after_login(
        self, seen: Seen, credential: Credential, newer_than: int, start: float
    ) -> AccessToken:
        try:
            state = self._threads.wait(
                credential.environment,
                (seen.state.profile_id, credential.identity, newer_than),
                lambda: self._obtain(seen, credential, newer_than, start),
                start + ANSWER_WITHIN_SECONDS,
            )
        except TryLater:
            if seen.age is not None:
                # Its token has grown older while this one waited.
                waited = timedelta(seconds=time.monotonic() - start)
                seen = replace(seen, age=seen.age + waited)
            if newer_than >= 0 or not _is_fresh(seen, credential, newer_than, _USABLE_MARGIN):
                raise
            state = seen.state
        token = self._opened(state)
        if token is None:
            raise TryLater("login-in-progress", retry_after=2)
        self._logins.events.handed_out(_source(seen.state, state))
        return token

    def _obtain(
        self, seen: Seen, credential: Credential, newer_than: int, start: float
    ) -> SessionState:
        """Log in, or wait for whoever does and take what he got."""
        end = time.monotonic() + LOGIN_TIME_LIMIT.total_seconds()
        state = None
        # Work may have been queued for longer than what was seen can be trusted.
        if time.monotonic() - start < _SEEN_IS_TRUE_FOR_SECONDS:
            with self._logins.leased_unchanged(seen, end) as login:
                state = None if login is None else login.establish(seen.state, credential)
        if state is None:
            state = self._obtain_after_another(seen.state, credential, newer_than, end)
        self._logins.ksef.store_public_keys(credential.environment)
        return state

    def _obtain_after_another(
        self, seen: SessionState, credential: Credential, newer_than: int, end: float
    ) -> SessionState:
        def needless() -> bool:
            now = self._looked(seen.profile_id, credential)
            return _is_settled(seen, now, credential, newer_than)

        with self._logins.leased(seen.profile_id, end, needless) as login:
            # The profile may have been changed while this one waited.
            credential = credential_of(self._logins.profile(seen.profile_id))
            now = self._looked(seen.profile_id, credential)
            if _is_settled(seen, now, credential, newer_than):
                return now.state
            if login is None:
                raise TryLater("login-in-progress", retry_after=2)
            return login.establish(now.state, credential)

    def _opened(self, state: SessionState) -> AccessToken | None:
        session = state.session
        if session is None or session.access_token is None:
            return None
        tokens = SessionTokens(self._logins.vault, state.profile_id, session.reference_number)
        token = tokens.open(Purpose.ACCESS_TOKEN, session.access_token)
        if token is None:
            return None
        return AccessToken(
            token=token,
            valid_until=session.access_token.valid_until,
            authentication_method=session.authentication_method,
            session_reference=session.reference_number,
        )


def _is_fresh(
    seen: Seen,
    credential: Credential,
    newer_than: int,
    margin: timedelta = REFRESH_MARGIN,
) -> bool:
    session = seen.state.session
    return (
        session is not None
        and session.credential == credential.identity
        and seen.state.generation > newer_than
        and session.access_token is not None
        and session.access_token.valid_until - margin > _now(session.access_token, seen.age)
    )


def _now(token: SealedToken, age: timedelta | None) -> datetime:
    """The present by KSeF's clock: when it gave out the token, and how long ago that is.

    So a host whose own clock is wrong hands out nothing that is over, and does not ask for a new
    token at each call.
    """
    if token.given_at is None or age is None:
        return datetime.now(UTC)
    if age < -_STORED_LATER:
        # The database's clock was put back since.
        return token.valid_until
    return token.given_at + age


def _is_settled(seen: SessionState, now: Seen, credential: Credential, newer_than: int) -> bool:
    """Whether another holder got a token since `seen`. Raises LoginRefused if he was refused."""
    refusal = _refusal_of(now.state, credential)
    if refusal is not None and refusal != seen.refusal:
        raise _as_error(refusal)
    return _is_fresh(now, credential, newer_than)


def _source(seen: SessionState, state: SessionState) -> str:
    if state.generation == seen.generation:
        return "cache"
    before, now = seen.session, state.session
    is_same = before and now and before.reference_number == now.reference_number
    return "refresh" if is_same else "login"


def _refusal_of(state: SessionState, credential: Credential) -> Refusal | None:
    refusal = state.refusal
    if refusal is None or refusal.credential != credential.identity:
        return None
    return refusal if refusal.until > datetime.now(UTC) else None


def _as_error(refusal: Refusal) -> LoginRefused:
    return LoginRefused(refusal.code, refusal.params, refusal.ksef_code)
