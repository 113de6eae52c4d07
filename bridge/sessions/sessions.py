"""Access tokens for profiles: the cached one, a refreshed one, or one from a new login."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bridge.credentials.secret import Secret
from bridge.espocrm.errors import EspoCrmUnreachable, ProfileIncomplete
from bridge.espocrm.profiles import Profile, Profiles
from bridge.sessions.credential import Credential, credential_of
from bridge.sessions.errors import LeaseLost, LoginRefused, ProfileUnusable, TryLater
from bridge.sessions.ksef_access import KsefAccess
from bridge.sessions.lease import held
from bridge.sessions.login import LOGIN_TIME_LIMIT, Login, LoginOptions
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.single_flight import SingleFlight
from bridge.sessions.state import Refusal, SessionState
from bridge.sessions.store import SessionStore
from bridge.vault import Purpose, Vault

REFRESH_MARGIN = timedelta(seconds=60)
_USABLE_MARGIN = timedelta(seconds=5)
_ANSWER_WITHIN_SECONDS = 7.5
_LEASE_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A KSeF access token and the session it belongs to."""

    token: Secret
    valid_until: datetime
    authentication_method: str
    session_reference: str


class Sessions:
    """All profiles' sessions, as one process sees them."""

    def __init__(
        self,
        profiles: Profiles,
        store: SessionStore,
        vault: Vault,
        ksef: KsefAccess,
        options: LoginOptions,
        threads: int,
    ) -> None:
        self._profiles = profiles
        self._store = store
        self._vault = vault
        self._ksef = ksef
        self._options = options
        self._flights: SingleFlight[SessionState] = SingleFlight(threads)

    def access_token(self, profile_id: str, *, force_refresh: bool = False) -> AccessToken:
        """A token valid for a minute at least; while KSeF is away, the present one to its end.

        `force_refresh` asks KSeF for a new one even if the present one is good, and passes a
        remembered refusal. Raises ProfileNotFound, ProfileUnusable, LoginRefused, TryLater; no
        answer takes more than 8 seconds, while a login that takes longer goes on.
        """
        end = time.monotonic() + _ANSWER_WITHIN_SECONDS
        credential = credential_of(self._profile(profile_id))
        state = self._store.get(profile_id)
        newer_than = state.generation if force_refresh else -1
        if not _is_fresh(state, credential, newer_than):
            refusal = _refusal_of(state, credential)
            if refusal is not None and not force_refresh:
                raise _as_error(refusal)
            state = self._wait_for_login(state, credential, newer_than, end)
        token = self._opened(state)
        if token is None:
            # The master key of the stored session is gone; a new session replaces it.
            token = self._opened(self._wait_for_login(state, credential, state.generation, end))
        if token is None:
            raise TryLater("login-in-progress", retry_after=2)
        return token

    def _profile(self, profile_id: str) -> Profile:
        try:
            return self._profiles.get(profile_id)
        except EspoCrmUnreachable:
            raise TryLater("espocrm-database-unreachable") from None
        except ProfileIncomplete:
            raise ProfileUnusable("profile-incomplete") from None

    def _wait_for_login(
        self, state: SessionState, credential: Credential, newer_than: int, end: float
    ) -> SessionState:
        future = self._flights.join(
            (state.profile_id, credential.identity, newer_than),
            lambda: self._obtain(state, credential, newer_than),
        )
        try:
            return future.result(timeout=max(0.0, end - time.monotonic()))
        except FutureTimeout:
            error: TryLater = TryLater("login-in-progress", retry_after=2)
        except TryLater as too_late:
            error = too_late
        except LeaseLost:
            error = TryLater("login-in-progress", retry_after=2)
        if newer_than < 0 and _is_fresh(state, credential, newer_than, _USABLE_MARGIN):
            return state
        raise error

    def _obtain(self, seen: SessionState, credential: Credential, newer_than: int) -> SessionState:
        """Take the lease and log in, or wait for whoever holds it and take what he got."""
        holder = uuid.uuid4().hex
        give_up = time.monotonic() + LOGIN_TIME_LIMIT.total_seconds()
        while not self._store.claim(seen.profile_id, holder, datetime.now(UTC)):
            state = self._settled(seen, credential, newer_than)
            if state is not None:
                return state
            if time.monotonic() > give_up:
                raise TryLater("login-in-progress", retry_after=2)
            time.sleep(_LEASE_POLL_SECONDS)
        with held(self._store, seen.profile_id, holder):
            # The profile may have been changed while this one waited.
            credential = credential_of(self._profile(seen.profile_id))
            state = self._settled(seen, credential, newer_than)
            if state is not None:
                return state
            login = Login(
                ksef=self._ksef,
                store=self._store,
                vault=self._vault,
                options=self._options,
                holder=holder,
            )
            state = login.establish(self._store.get(seen.profile_id), credential)
            self._ksef.store_public_keys(credential.environment)
            return state

    def _settled(
        self, seen: SessionState, credential: Credential, newer_than: int
    ) -> SessionState | None:
        """What another holder has achieved since `seen`. Raises LoginRefused."""
        state = self._store.get(seen.profile_id)
        if _is_fresh(state, credential, newer_than):
            return state
        refusal = _refusal_of(state, credential)
        if refusal is not None and refusal != seen.refusal:
            raise _as_error(refusal)
        return None

    def _opened(self, state: SessionState) -> AccessToken | None:
        session = state.session
        if session is None or session.access_token is None:
            return None
        tokens = SessionTokens(self._vault, state.profile_id, session.reference_number)
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
    state: SessionState,
    credential: Credential,
    newer_than: int,
    margin: timedelta = REFRESH_MARGIN,
) -> bool:
    session = state.session
    return (
        session is not None
        and session.credential == credential.identity
        and state.generation > newer_than
        and session.access_token is not None
        and session.access_token.valid_until - margin > datetime.now(UTC)
    )


def _refusal_of(state: SessionState, credential: Credential) -> Refusal | None:
    refusal = state.refusal
    if refusal is None or refusal.credential != credential.identity:
        return None
    return refusal if refusal.until > datetime.now(UTC) else None


def _as_error(refusal: Refusal) -> LoginRefused:
    return LoginRefused(refusal.code, refusal.params, refusal.ksef_code)
