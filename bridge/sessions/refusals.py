"""What KSeF's refusals mean for a session: the error to raise, and whether to remember it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefRateLimited,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.refusals import refusal_of
from bridge.sessions.credential import Credential
from bridge.sessions.errors import LoginRefused, TryLater
from bridge.sessions.state import Refusal

REMEMBERED_FOR = timedelta(minutes=10)


def session_error(error: KsefError, credential: Credential) -> LoginRefused | TryLater:
    """The session error that says what `error` means to the caller."""
    environment = {"environment": credential.environment.value}
    if isinstance(error, KsefUnreachable):
        return TryLater("ksef-unreachable", environment)
    if isinstance(error, KsefUnavailable):
        return TryLater("ksef-unavailable", environment, error.retry_after or 5)
    if isinstance(error, KsefRateLimited):
        return TryLater("ksef-rate-limited", environment, error.retry_after)
    if isinstance(error, KsefAnswerUnreadable):
        return LoginRefused("ksef-answer-unreadable", environment, None)
    refusal = refusal_of(error)
    return LoginRefused(refusal.code, refusal.params, refusal.ksef_code)


def remembered(
    error: KsefError, refusal: LoginRefused | TryLater, credential: str
) -> Refusal | None:
    """The refusal to store, when trying again with the same credential is of no use."""
    if isinstance(refusal, TryLater) or isinstance(error, KsefAnswerUnreadable):
        return None
    if not refusal_of(error).remember:
        return None
    until = datetime.now(UTC) + REMEMBERED_FOR
    return Refusal(refusal.code, refusal.params, refusal.ksef_code, credential, until)
