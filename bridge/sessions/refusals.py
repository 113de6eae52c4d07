"""What KSeF's refusals mean for a session: the error to raise, whether to try again, or never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bridge.ksef.errors import (
    AuthenticationFailed,
    KsefAnswerUnreadable,
    KsefError,
    KsefRateLimited,
    KsefRefused,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.operations import REPEATABLE
from bridge.ksef.refusals import Refusal as KsefRefusal
from bridge.ksef.refusals import refusal_of
from bridge.sessions.errors import LoginRefused
from bridge.sessions.state import Refusal
from bridge.state.errors import TryLater

REMEMBERED_FOR = timedelta(minutes=10)
_PUBLIC_KEY_REJECTED = 21470


def session_error(error: KsefError, refusal: KsefRefusal) -> LoginRefused | TryLater:
    """The session error that says to the caller what `error` means."""
    match error:
        case KsefRefused(codes=codes) if _PUBLIC_KEY_REJECTED in codes:
            # KSeF is exchanging its keys just now, faster than we could follow.
            return TryLater(refusal.code, refusal.params)
        case KsefUnreachable() | KsefAnswerUnreadable():
            return TryLater(refusal.code, refusal.params)
        case KsefUnavailable(retry_after=seconds):
            return TryLater(refusal.code, refusal.params, seconds or 5)
        case KsefRateLimited(retry_after=seconds):
            return TryLater(refusal.code, refusal.params, max(1, seconds))
    return LoginRefused(refusal.code, refusal.params, refusal.ksef_code)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Raise the session error that a KsefError of the block means."""
    try:
        yield
    except KsefError as error:
        raise session_error(error, refusal_of(error)) from None


def may_be_repeated(error: KsefError, *, is_submitted: bool) -> bool:
    """Whether a new attempt at a login may succeed at once.

    Whom KSeF limits has to wait. When KSeF falls silent, a call that may be repeated has been, and
    a login that was taken in is resumed later.
    """
    if isinstance(error, KsefRateLimited) or not refusal_of(error).retry:
        return False
    if isinstance(error, AuthenticationFailed | KsefRefused):
        return True
    return not is_submitted and error.operation not in REPEATABLE


def remembered(refusal: KsefRefusal, credential: str) -> Refusal | None:
    """The refusal to store, when trying again with the same credential is of no use."""
    if not refusal.remember:
        return None
    until = datetime.now(UTC) + REMEMBERED_FOR
    return Refusal(refusal.code, refusal.params, refusal.ksef_code, credential, until)
