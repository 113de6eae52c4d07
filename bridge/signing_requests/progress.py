"""From a signed document to a session, and to the end of that: each step from what is stored.

What must not be done twice is preceded by a stored phase. A process killed anywhere leaves a row
from which the next one goes on, or revokes what was left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bridge.credentials.findings import Finding
from bridge.credentials.secret import Secret
from bridge.ksef.errors import KsefError
from bridge.sessions.errors import LoginRefused
from bridge.sessions.ksef_threads import KsefThreads
from bridge.sessions.login import LOGIN_TIME_LIMIT, Login
from bridge.sessions.logins import Logins
from bridge.sessions.session_tokens import SessionTokens
from bridge.sessions.state import SessionState
from bridge.signed_documents.signer import Signer
from bridge.signing_requests.codes import SigningRequestCode
from bridge.signing_requests.events import tell
from bridge.signing_requests.refusals import problem, problem_of
from bridge.signing_requests.state import USED_WITHIN, Phase, SigningRequest
from bridge.signing_requests.store import SigningRequestStore, Stored
from bridge.state.errors import TryLater
from bridge.vault import Purpose

_PAUSE = timedelta(seconds=10)
_PAUSE_AFTER_FAILURE = timedelta(seconds=30)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """An acceptable file, by whom, and the certificate that it was signed with."""

    content: bytes
    signer: Signer
    certificate_pem: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Carries requests on; over all processes one works on a request's session at a time."""

    logins: Logins
    threads: KsefThreads
    store: SigningRequestStore
    now: Callable[[], datetime] = utc_now

    def submit(self, request: SigningRequest, signed: SignedDocument, end: float) -> None:
        """Send the document to KSeF, and go as far as it goes.

        Raises TryLater when it takes longer than until `end` (monotonic clock), and goes on then;
        or when KSeF did not take the document in, which may be tried again.
        """
        self._wait(request, lambda: self._submit(request.id, signed), end)

    def carry_on(self, request_id: str, end: float) -> None:
        """Go as far as it goes now. Raises as `submit`."""
        stored = self.store.get(request_id)
        if stored is None or stored.request.is_over:
            return
        request = stored.request
        if request.phase is Phase.AWAITING_SIGNATURE:
            if request.expires_at <= self.now():
                expired = problem(SigningRequestCode.EXPIRED)
                self.enter(stored, Phase.EXPIRED, problem=expired)
            return
        if request.phase is Phase.ESTABLISHED and not self._has_something_to_do(request):
            return
        self._wait(request, lambda: self._work(request_id, end), end)

    def enter(
        self, stored: Stored, phase: Phase, due_in: timedelta | None = None, **changes: Any
    ) -> Stored:
        """Store a phase; `changes` are members' new values. Raises LeaseLost."""
        changed = replace(stored.request, phase=phase, **{"problem": None, **changes})
        if phase is not stored.request.phase:
            tell(changed)
        return self.store.save(stored, changed, due_in)

    def _wait(self, request: SigningRequest, work: Callable[[], None], end: float) -> None:
        self.threads.wait(request.environment, ("signing", request.id), work, end)

    def _has_something_to_do(self, request: SigningRequest) -> bool:
        return request.permissions is None or request.is_done or request.expires_at <= self.now()

    def _submit(self, request_id: str, signed: SignedDocument) -> None:
        stored = self.store.get(request_id)
        if stored is None:
            return
        state_id = stored.request.state_id
        with self.logins.leased(state_id, _longest()) as login:
            stored = self.store.get(request_id)
            if login is None or stored is None:
                return
            if stored.request.phase is not Phase.AWAITING_SIGNATURE:
                return
            stored = self.enter(
                stored,
                Phase.SUBMITTED,
                _PAUSE,
                signer=signed.signer,
                certificate_pem=signed.certificate_pem,
            )
            state = self.logins.store.get(state_id)
            credential = stored.request.credential
            self._follow(
                login,
                stored,
                lambda: login.submit_signed(state, credential, signed.content),
            )

    def _work(self, request_id: str, end: float) -> None:
        stored = self.store.get(request_id)
        if stored is None:
            return
        if not self.logins.leases.is_free(stored.request.state_id):
            # Somebody works on it already, perhaps for as long as KSeF asks the issuer.
            raise TryLater("login-in-progress", retry_after=2)
        with self.logins.leased(stored.request.state_id, end) as login:
            stored = self.store.get(request_id)
            if login is None or stored is None:
                return
            request = stored.request
            if request.phase is Phase.ESTABLISHED and (
                request.is_done or request.expires_at <= self.now()
            ):
                stored = self.enter(stored, Phase.ENDING, timedelta())
            match stored.request.phase:
                case Phase.SUBMITTED:
                    self._resume(login, stored)
                case Phase.ESTABLISHED:
                    self._read_permissions(stored, self.logins.store.get(request.state_id))
                case Phase.ENDING:
                    self._end(login, stored)

    def _resume(self, login: Login, stored: Stored) -> None:
        state = self.logins.store.get(stored.request.state_id)
        if state.session is None:
            # Whether KSeF has the document is not known; nothing there waits for anybody.
            self._await_again(stored, problem(SigningRequestCode.INTERRUPTED))
            return
        credential = stored.request.credential
        self._follow(login, stored, lambda: login.resume_signed(state, credential))

    def _follow(self, login: Login, stored: Stored, work: Callable[[], SessionState]) -> None:
        """Have the login come as far as it goes, and store what came of it."""
        state_id = stored.request.state_id
        try:
            state = work()
        except LoginRefused as refused:
            self.enter(stored, Phase.REFUSED, problem=problem_of(refused, stored.request.signer))
            self._remove_session(login, state_id)
            return
        except TryLater:
            if self.logins.store.get(state_id).session is None:
                self._await_again(stored, None)
            raise
        if state.session is None:
            self.enter(stored, Phase.ENDED, problem=problem(SigningRequestCode.LOST))
            return
        stored = self.enter(
            stored, Phase.ESTABLISHED, USED_WITHIN, expires_at=self.now() + USED_WITHIN
        )
        self._read_permissions(stored, state)

    def _await_again(self, stored: Stored, why: Finding | None) -> None:
        self.enter(
            stored,
            Phase.AWAITING_SIGNATURE,
            stored.request.expires_at - self.now(),
            problem=why,
            signer=None,
            certificate_pem=None,
        )

    def _remove_session(self, login: Login, state_id: str) -> None:
        """Forget a login that KSeF has refused: it holds no tokens."""
        with suppress(TryLater, KsefError):
            login.settle(self.logins.store.get(state_id))
            self.logins.store.remove(login.held.lease)

    def _read_permissions(self, stored: Stored, state: SessionState) -> None:
        """What KSeF says of the signer's rights; without its answer the next question asks."""
        request = stored.request
        token = opened_access_token(self.logins, state)
        if token is None:
            return
        client = self.logins.ksef.client(request.environment)
        try:
            grants = client.personal_grants(token)
        except KsefError:
            return
        self.enter(
            stored,
            request.phase,
            request.expires_at - self.now(),
            permissions=tuple(sorted(grants.active_scopes)),
        )

    def _end(self, login: Login, stored: Stored) -> None:
        request = stored.request
        try:
            login.settle(self.logins.store.get(request.state_id))
        except KsefError:
            self.enter(stored, Phase.ENDING, _PAUSE_AFTER_FAILURE, problem=request.problem)
            return
        self.enter(stored, Phase.ENDED, problem=request.problem)
        self.logins.store.remove(login.held.lease)


def opened_access_token(logins: Logins, state: SessionState) -> Secret | None:
    """The access token of a stored session, None without one."""
    session = state.session
    if session is None:
        return None
    tokens = SessionTokens(logins.vault, state.profile_id, session.reference_number)
    return tokens.open(Purpose.ACCESS_TOKEN, session.access_token)


def _longest() -> float:
    return time.monotonic() + LOGIN_TIME_LIMIT.total_seconds()
