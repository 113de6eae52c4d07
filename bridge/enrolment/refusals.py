"""What KSeF's answers about certificates mean: a message, and whether that is the end of it.

Sources: OpenAPI, the 400 tables of `/certificates/…` and the statuses of
`CertificateEnrollmentStatusResponse`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.state import Problem
from bridge.ksef.certificates import CertificateLimits
from bridge.ksef.contract import StatusInfo
from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefForbidden,
    KsefRefused,
    KsefUnavailable,
    KsefUnreachable,
)
from bridge.ksef.refusals import refusal_of, status_params
from bridge.sessions.errors import LoginRefused
from bridge.sessions.refusals import session_error
from bridge.state.errors import BridgeError, TryLater

SUBJECT_CHANGED = 25003
UNKNOWN_CERTIFICATE = 25008
NO_LONGER_ACTIVE = 25009

_REFUSALS: Mapping[int, EnrolmentCode] = {
    25001: EnrolmentCode.LOGIN_NOT_CERTIFIED,
    25002: EnrolmentCode.LOGIN_NOT_CERTIFIED,
    SUBJECT_CHANGED: EnrolmentCode.SUBJECT_CHANGED,
    25004: EnrolmentCode.REQUEST_REFUSED,
    25006: EnrolmentCode.REQUEST_LIMIT,
    25007: EnrolmentCode.CERTIFICATE_LIMIT,
    25010: EnrolmentCode.REQUEST_REFUSED,
    25011: EnrolmentCode.REQUEST_REFUSED,
}
_REJECTED, _FAILED, _CANCELLED = 400, 500, 550
# Details of a rejection, by their beginning and in lower case.
_REJECTIONS = (
    ("klucz publiczny został już", EnrolmentCode.KEY_OF_ANOTHER),
    ("osiągnięto dopuszczalny limit", EnrolmentCode.CERTIFICATE_LIMIT),
)
_FORBIDDEN, _METHOD_NOT_ALLOWED = 403, "auth-method-not-allowed"


def problem_of(error: KsefError, *, by_token: bool = False) -> Problem:
    """What `error` means for a certificate's request, of a session that was made `by_token`."""
    refusal = refusal_of(error)
    code: str = refusal.code
    params, ksef_code = refusal.params, refusal.ksef_code
    if isinstance(error, KsefRefused):
        known = [each for each in error.errors if each.code in _REFUSALS]
        if known:
            code, ksef_code = _REFUSALS[known[0].code], known[0].code
            params = status_params(ksef_code, known[0].description, known[0].details)
    elif isinstance(error, KsefForbidden) and error.reason_code == _METHOD_NOT_ALLOWED:
        code, ksef_code = EnrolmentCode.LOGIN_NOT_CERTIFIED, _FORBIDDEN
        params = status_params(ksef_code, error.reason_code, ())
    if code == EnrolmentCode.LOGIN_NOT_CERTIFIED and by_token:
        code = EnrolmentCode.TOKEN_LOGIN_REFUSED
    return Problem(code, params, ksef_code)


def problem_of_status(status: StatusInfo) -> Problem:
    """Why there will be no certificate, from the status of a request that ended."""
    params = status_params(status.code, status.description, status.details)
    code = EnrolmentCode.REJECTED
    if status.code == _CANCELLED:
        code = EnrolmentCode.CANCELLED
    elif status.code >= _FAILED:
        code = EnrolmentCode.FAILED
    elif status.code == _REJECTED:
        said = [detail.strip().casefold() for detail in status.details]
        for beginning, rejection in _REJECTIONS:
            if any(detail.startswith(beginning) for detail in said):
                code = rejection
    return Problem(code, params, status.code)


def unknown_members(names: Sequence[str]) -> Problem:
    """KSeF names in the subject what this version knows nothing of, and refused to do without."""
    params: dict[str, str | int] = {"members": ", ".join(names)}
    return Problem(EnrolmentCode.SUBJECT_MEMBERS_UNKNOWN, params, SUBJECT_CHANGED)


def reached_limit(limits: CertificateLimits) -> Problem | None:
    """The limit of KSeF's that allows no further request, if one is reached."""
    if limits.can_request:
        return None
    if limits.enrolment.remaining <= 0:
        return Problem(EnrolmentCode.REQUEST_LIMIT, {"limit": limits.enrolment.limit}, 25006)
    return Problem(EnrolmentCode.CERTIFICATE_LIMIT, {"limit": limits.certificate.limit}, 25007)


def is_certain(error: KsefError) -> bool:
    """Whether it is certain that KSeF has not taken the request in."""
    if isinstance(error, KsefUnreachable):
        return not error.request_sent
    return not isinstance(error, KsefUnavailable | KsefAnswerUnreadable)


def is_final(error: KsefError) -> bool:
    """Whether the same request would be refused again; a refusal without a code is a gateway's."""
    return isinstance(error, KsefRefused) and bool(error.codes)


def told(error: KsefError, *, by_token: bool = False) -> BridgeError:
    """The error that says to a caller who waits what `error` means."""
    problem = problem_of(error, by_token=by_token)
    as_session = session_error(error, refusal_of(error))
    if isinstance(as_session, TryLater):
        return as_session
    return told_problem(problem)


def told_problem(problem: Problem) -> BridgeError:
    """The error that says to a caller who waits why KSeF will not do it."""
    return LoginRefused(problem.code, problem.params, problem.ksef_code)


@contextmanager
def refusals_in_words(*, by_token: bool = False) -> Iterator[None]:
    """Raise the error that a KsefError of the block means."""
    try:
        yield
    except KsefError as error:
        raise told(error, by_token=by_token) from None
