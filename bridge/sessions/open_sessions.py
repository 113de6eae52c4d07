"""The sessions at KSeF of a profile's context: listed, and revoked one by one or all of ours.

Also for an inactive or a deleted profile, by what the state database still holds of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.espocrm.errors import ProfileNotFound
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import AuthenticationSession
from bridge.ksef.errors import KsefError
from bridge.sessions.errors import LoginRefused, ProfileUnusable
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS, KsefThreads
from bridge.sessions.login import Login
from bridge.sessions.logins import Logins
from bridge.sessions.refusals import refusals_in_words
from bridge.sessions.revocation import is_over
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.sessions import Sessions
from bridge.sessions.state import KsefSession, Phase, SessionState
from bridge.state.errors import NotFound
from bridge.vault import Purpose

_USABLE_MARGIN = timedelta(seconds=5)
# KSeF's validator: the number is well formed, so that it stands for no session.
_INVALID_INPUT = 21405


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session at KSeF; `is_ours` marks the one that this bridge holds for the profile."""

    session: AuthenticationSession
    is_ours: bool


@dataclass(frozen=True, slots=True)
class _Access:
    environment: Environment
    token: Secret
    reference_number: str


class OpenSessions:
    """Lists and revokes sessions.

    Methods raise ProfileNotFound, AwayFromHome, LoginRefused, TryLater.
    """

    def __init__(self, logins: Logins, sessions: Sessions, threads: KsefThreads) -> None:
        self._logins = logins
        self._store = logins.store
        self._sessions = sessions
        self._threads = threads

    def environments(self, profile_id: str) -> Iterator[Environment]:
        """Of what this bridge holds for the profile, which may have been moved since."""
        for id_ in self._store.rows_of(profile_id):
            session = self._store.get(id_).session
            if session is not None:
                yield session.environment

    def listed(self, profile_id: str) -> list[OpenSession]:
        """What KSeF lists for the profile's subject and context, the latest first.

        An active profile without a session logs in for it. Raises ProfileUnusable for another
        one that has none.
        """
        end = _end()
        access = self._access(profile_id, end)
        client = self._logins.ksef.client(access.environment)
        return self._threads.wait(
            access.environment,
            ("list", profile_id),
            lambda: _listed(client, access),
            end,
        )

    def revoke(self, profile_id: str, reference_number: str) -> None:
        """End one session; one that is over is no error.

        Raises as `listed`, and NotFound.
        """
        self._logins.home.check_change()
        end = _end()
        access = self._access(profile_id, end)
        if reference_number == access.reference_number:
            self._logged_out(access.environment, profile_id, end)
            return
        client = self._logins.ksef.client(access.environment)
        self._threads.wait(
            access.environment,
            ("revoke", profile_id, reference_number),
            lambda: _revoked_by_reference(client, reference_number, access.token),
            end,
        )
        self._logins.events.revoked(profile_id, reference_number)

    def revoke_ours(self, profile_id: str) -> list[str]:
        """End every session that this bridge holds for the profile; their reference numbers.

        Nothing that KSeF has not ended is forgotten.
        """
        self._logins.home.check_change()
        end = _end()
        stored = {id_: self._store.get(id_) for id_ in self._store.rows_of(profile_id)}
        if not stored:
            self._profile_known(profile_id)
        revoked = [
            self._logged_out(state.session.environment, id_, end)
            for id_, state in stored.items()
            if state.session is not None
        ]
        return [reference_number for reference_number in revoked if reference_number]

    def _logged_out(self, environment: Environment, state_id: str, end: float) -> str | None:
        key = ("log out", state_id)
        return self._threads.wait(environment, key, lambda: self._log_out(state_id, end), end)

    def _log_out(self, state_id: str, end: float) -> str | None:
        with self._logins.leased(state_id, end) as login, refusals_in_words():
            state = self._store.get(state_id)
            if login is None or state.session is None:
                return None
            if self._store.abandoned(state_id) and state.session.phase is Phase.ESTABLISHED:
                # A new access token can revoke these, too.
                state = login.held.refresh(state)
            return self._ended(login, state)

    def _ended(self, login: Login, state: SessionState) -> str | None:
        session = state.session
        refresh_token = None
        if session is not None:
            tokens = SessionTokens(self._logins.vault, state.profile_id, session.reference_number)
            refresh_token = tokens.open(Purpose.REFRESH_TOKEN, session.refresh_token)
        if session is None or refresh_token is None:
            login.settle(state)
            return None
        client = self._logins.ksef.client(session.environment)
        _revoked(lambda: client.revoke_current_session(refresh_token))
        login.held.without_session(state, abandon=False)
        self._logins.events.revoked(state.profile_id, session.reference_number)
        return session.reference_number

    def _access(self, profile_id: str, end: float) -> _Access:
        """An access token of the profile's session, made anew only for an active profile."""
        try:
            token = self._sessions.access_token(profile_id)
            environment = self._logins.profile(profile_id).environment
            return _Access(environment, token.token, token.session_reference)
        except (ProfileNotFound, ProfileUnusable) as unusable:
            state = self._store.get(profile_id)
            if state.session is None:
                raise
            self._logins.home.check_login(state.session.environment)
            access = self._threads.wait(
                state.session.environment,
                ("stored access", profile_id),
                lambda: self._stored_access(profile_id, end),
                end,
            )
            if access is None:
                raise unusable from None
            return access

    def _stored_access(self, profile_id: str, end: float) -> _Access | None:
        with self._logins.leased(profile_id, end) as login, refusals_in_words():
            state = self._store.get(profile_id)
            session = state.session
            if login is None or session is None or session.phase is not Phase.ESTABLISHED:
                return None
            if not _is_usable(session):
                state = login.held.refresh(state)
                session = state.session
            if session is None:
                return None
            tokens = SessionTokens(self._logins.vault, profile_id, session.reference_number)
            token = tokens.open(Purpose.ACCESS_TOKEN, session.access_token)
            if token is None:
                return None
            return _Access(session.environment, token, session.reference_number)

    def _profile_known(self, profile_id: str) -> None:
        """Raises ProfileNotFound."""
        try:
            self._logins.profile(profile_id)
        except ProfileUnusable:
            return


def _listed(client: KsefClient, access: _Access) -> list[OpenSession]:
    with refusals_in_words():
        return [
            OpenSession(each, each.reference_number == access.reference_number)
            for each in client.sessions(access.token)
        ]


def _revoked_by_reference(client: KsefClient, reference_number: str, token: Secret) -> None:
    try:
        _revoked(lambda: client.revoke_session(reference_number, token))
    except LoginRefused as refused:
        if refused.ksef_code != _INVALID_INPUT:
            raise
        raise NotFound("session-not-found", {"reference": reference_number}) from None


def _revoked(revoke: Callable[[], None]) -> None:
    with refusals_in_words():
        try:
            revoke()
        except KsefError as error:
            if not is_over(error):
                raise


def _is_usable(session: KsefSession) -> bool:
    token = session.access_token
    return token is not None and token.valid_until - _USABLE_MARGIN > datetime.now(UTC)


def _end() -> float:
    return time.monotonic() + ANSWER_WITHIN_SECONDS
