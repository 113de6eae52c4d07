"""Signing requests, as EspoCRM sees them: begun, signed, asked after, used, ended."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.espocrm.profiles import Profile
from bridge.inspector.exchange import SignedDocumentRequest
from bridge.inspector.inspector import Inspector
from bridge.ksef.auth_token_request import SchemaVersion, SubjectIdentifierType
from bridge.ksef.errors import KsefError
from bridge.sessions.authentication_operation import document_to_sign
from bridge.sessions.ksef_threads import ANSWER_WITHIN_SECONDS
from bridge.sessions.refusals import refusals_in_words
from bridge.sessions.sessions import REFRESH_MARGIN
from bridge.signed_documents.inspection import Expected
from bridge.signing_requests.codes import SigningRequestCode
from bridge.signing_requests.errors import SigningConflict, SigningSessionOver
from bridge.signing_requests.events import tell
from bridge.signing_requests.progress import Progress, SignedDocument, opened_access_token
from bridge.signing_requests.refusals import problem
from bridge.signing_requests.state import SIGNED_WITHIN, Phase, SigningRequest
from bridge.signing_requests.store import Stored
from bridge.state.errors import AwayFromHome, LeaseLost, NotFound, TryLater

_SECONDS_OF_A_LOOK = 2.0
_ATTEMPTS = 5

_Change = Callable[[SigningRequest], SigningRequest]


@dataclass(frozen=True, slots=True)
class Wish:
    """How the document is to be written; the bridge's own version of the schema unless said."""

    subject_identifier_type: SubjectIdentifierType
    version: SchemaVersion | None


class SigningRequests:
    """Methods raise ProfileNotFound, ProfileUnusable, AwayFromHome, TryLater.

    No answer takes more than 8 seconds. A profile needs neither a credential nor to be active.
    """

    def __init__(self, progress: Progress, inspector: Inspector) -> None:
        self._progress = progress
        self._logins = progress.logins
        self._store = progress.store
        self._inspector = inspector

    def environments(self, request_id: str) -> Iterator[Environment]:
        """Where its document was made, if it was; its profile may have been moved since."""
        stored = self._store.get(request_id)
        if stored is not None:
            yield stored.request.environment

    def open(self, profile_id: str, wish: Wish) -> SigningRequest:
        """A new document to be signed, in place of any that the profile has.

        Raises LoginRefused, and AwayFromHome where a copy would end what is not its own.
        """
        end = _end()
        profile = self._profile(profile_id)
        open_requests = self._store.open_of(profile_id)
        if open_requests:
            self._logins.home.check_change()
        for request_id in open_requests:
            self._end(request_id, end)
        request_id = secrets.token_urlsafe(16)
        # By this host's clock, whose error does not matter then.
        expires_at = self._progress.now() + SIGNED_WITHIN
        document = self._progress.threads.wait(
            profile.environment,
            ("document to sign", request_id),
            lambda: self._document(profile, wish),
            end,
        )
        request = SigningRequest(
            id=request_id,
            profile_id=profile_id,
            environment=profile.environment,
            context=profile.context,
            subject_identifier_type=wish.subject_identifier_type,
            document=document,
            expires_at=expires_at,
        )
        self._store.add(request, SIGNED_WITHIN)
        tell(request)
        return request

    def get(self, profile_id: str, request_id: str) -> SigningRequest:
        """How the request stands, taken further before where it can be. Raises NotFound."""
        stored = self._found(profile_id, request_id)
        with suppress(AwayFromHome, TryLater, LeaseLost):
            self._logins.home.check_login(stored.request.environment)
            self._progress.carry_on(request_id, time.monotonic() + _SECONDS_OF_A_LOOK)
        return self._found(profile_id, request_id).request

    def sign(self, profile_id: str, request_id: str, content: bytes) -> SigningRequest:
        """Take the signed document, as it is, to KSeF, unless it is not acceptable.

        Raises NotFound, SigningConflict.
        """
        end = _end()
        self._profile(profile_id)
        stored = self._found(profile_id, request_id)
        with suppress(LeaseLost):
            self._progress.carry_on(request_id, end)
        stored = self._found(profile_id, request_id)
        request = stored.request
        if request.phase is Phase.EXPIRED:
            return request
        _check_awaiting(request)
        inspection = self._inspector.inspect_signed(
            SignedDocumentRequest(content, _expected(request), self._progress.now())
        )
        if inspection.signer is None or inspection.certificate_pem is None:
            changed = replace(request, problem=inspection.problem)
            with suppress(LeaseLost):
                self._store.save(stored, changed, request.expires_at - self._progress.now())
            return self._found(profile_id, request_id).request
        signed = SignedDocument(content, inspection.signer, inspection.certificate_pem)
        try:
            self._progress.submit(request, signed, end)
        except TryLater:
            if self._found(profile_id, request_id).request.phase is Phase.AWAITING_SIGNATURE:
                raise
        return self._found(profile_id, request_id).request

    def end(self, profile_id: str, request_id: str) -> None:
        """Revoke the session, if there is one; later, when KSeF or a login does not let it now.

        One that is unknown, or over, is no error. Raises SigningConflict for another profile's.
        """
        self._logins.home.check_change()
        with suppress(NotFound):
            self._found(profile_id, request_id)
            self._end(request_id, _end())

    def use(self, profile_id: str, request_id: str, certificate_id: str) -> None:
        """Note that a certificate is requested by the session.

        Raises SigningConflict unless the session is established.
        """
        self._change(
            profile_id,
            request_id,
            lambda request: replace(
                _established(request), collected={**request.collected, certificate_id: False}
            ),
        )

    def collected(self, profile_id: str, request_id: str, certificate_id: str) -> None:
        """EspoCRM has stored that certificate, or does not want it; the last ends the session."""
        with suppress(NotFound, SigningConflict):
            self._change(
                profile_id,
                request_id,
                lambda request: replace(
                    _established(request), collected={**request.collected, certificate_id: True}
                ),
            )
            with suppress(TryLater, LeaseLost):
                self._progress.carry_on(request_id, time.monotonic() + _SECONDS_OF_A_LOOK)

    def access_token(
        self, profile_id: str, request_id: str, *, with_new_token: bool = False
    ) -> Secret:
        """An access token of the session.

        Raises SigningConflict unless it is established: SigningSessionOver when it never will be.
        """
        try:
            request = _established(self._found(profile_id, request_id).request)
        except NotFound:
            raise SigningSessionOver(SigningRequestCode.SESSION_ENDED) from None
        if request.expires_at <= self._progress.now():
            raise SigningSessionOver(SigningRequestCode.SESSION_ENDED)
        state = self._logins.store.get(request.state_id)
        session = state.session
        if session is not None and session.access_token is not None and not with_new_token:
            token = opened_access_token(self._logins, state)
            if token and session.access_token.valid_until - REFRESH_MARGIN > self._progress.now():
                return token
        return self._progress.threads.wait(
            request.environment, ("signing access", request_id), lambda: self._refreshed(request)
        )

    def _document(self, profile: Profile, wish: Wish) -> str:
        with refusals_in_words():
            return document_to_sign(
                self._logins.ksef,
                self._logins.options,
                profile,
                wish.subject_identifier_type,
                wish.version,
            )

    def _refreshed(self, request: SigningRequest) -> Secret:
        with self._logins.leased(request.state_id, _end()) as login, refusals_in_words():
            if login is None:
                raise TryLater("login-in-progress", retry_after=2)
            state = login.held.refresh(self._logins.store.get(request.state_id))
        token = opened_access_token(self._logins, state)
        if token is None:
            # Somebody has revoked it at KSeF.
            self._mark_ending(request.profile_id, request.id, SigningRequestCode.SESSION_ENDED)
            raise SigningSessionOver(SigningRequestCode.SESSION_ENDED)
        return token

    def _end(self, request_id: str, end: float) -> None:
        stored = self._store.get(request_id)
        if stored is None or stored.request.is_over:
            return
        self._mark_ending(stored.request.profile_id, request_id)
        # What does not end now is ended by the rounds.
        with suppress(TryLater, LeaseLost, KsefError):
            self._progress.carry_on(request_id, min(end, time.monotonic() + _SECONDS_OF_A_LOOK))

    def _mark_ending(
        self, profile_id: str, request_id: str, code: SigningRequestCode | None = None
    ) -> None:
        why = None if code is None else problem(code)
        self._change(
            profile_id,
            request_id,
            lambda request: (
                request if request.is_over else replace(request, phase=Phase.ENDING, problem=why)
            ),
        )

    def _change(self, profile_id: str, request_id: str, change: _Change) -> None:
        """Store `change` of the request, whoever else stores something meanwhile."""
        for _ in range(_ATTEMPTS):
            stored = self._found(profile_id, request_id)
            changed = change(stored.request)
            try:
                self._store.save(stored, changed, self._due_in(changed))
            except LeaseLost:
                continue
            return
        raise TryLater("state-unreachable")

    def _due_in(self, request: SigningRequest) -> timedelta | None:
        if request.is_over:
            return None
        if request.phase is Phase.ESTABLISHED and not request.is_done:
            return request.expires_at - self._progress.now()
        return timedelta()

    def _profile(self, profile_id: str) -> Profile:
        profile = self._logins.profile(profile_id)
        self._logins.home.check_login(profile.environment)
        return profile

    def _found(self, profile_id: str, request_id: str) -> Stored:
        stored = self._store.get(request_id)
        if stored is None or stored.request.profile_id != profile_id:
            raise NotFound(SigningRequestCode.NOT_FOUND)
        return stored


def _expected(request: SigningRequest) -> Expected:
    by_fingerprint = (
        request.subject_identifier_type is SubjectIdentifierType.CERTIFICATE_FINGERPRINT
    )
    return Expected(request.document, request.environment, by_fingerprint)


def _check_awaiting(request: SigningRequest) -> None:
    if request.phase in {Phase.SUBMITTED, Phase.ESTABLISHED}:
        raise SigningConflict(SigningRequestCode.ALREADY_SIGNED)
    if request.phase is not Phase.AWAITING_SIGNATURE:
        raise SigningConflict(SigningRequestCode.OVER)


def _established(request: SigningRequest) -> SigningRequest:
    if request.phase is Phase.ESTABLISHED:
        return request
    if request.is_over or request.phase is Phase.ENDING:
        raise SigningSessionOver(SigningRequestCode.NOT_ESTABLISHED)
    raise SigningConflict(SigningRequestCode.NOT_ESTABLISHED)


def _end() -> float:
    return time.monotonic() + ANSWER_WITHIN_SECONDS
