"""What can go wrong between the bridge and KSeF.

The text of an error names the operation, the HTTP status and KSeF's codes; it never holds a body or
a token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.ksef.contract import StatusInfo


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API by its method and path template, as the OpenAPI file names it."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class UnreachableReason(StrEnum):
    """Why there was no answer."""

    NAME_NOT_RESOLVED = "name-not-resolved"
    CONNECTION_FAILED = "connection-failed"
    CONNECT_TIMED_OUT = "connect-timed-out"
    CERTIFICATE_NOT_TRUSTED = "certificate-not-trusted"
    TLS_FAILED = "tls-failed"
    PROXY_FAILED = "proxy-failed"
    CONNECTION_LOST = "connection-lost"
    ANSWER_TIMED_OUT = "answer-timed-out"


class KsefError(Exception):
    """The base of this package's errors. `http_status` is None when there was no answer."""

    def __init__(
        self,
        operation: Operation,
        reason: str,
        *,
        http_status: int | None = None,
        trace_id: str | None = None,
    ) -> None:
        super().__init__(f"{operation}: {reason}")
        self.operation = operation
        self.http_status = http_status
        self.trace_id = trace_id


class KsefUnreachable(KsefError):
    """No answer came; `request_sent` is False only when KSeF cannot have received the request."""

    def __init__(
        self, operation: Operation, reason: UnreachableReason, *, request_sent: bool
    ) -> None:
        super().__init__(operation, reason.value)
        self.reason = reason
        self.request_sent = request_sent


class KsefUnavailable(KsefError):
    """KSeF, or a gateway before it, answered with 5xx; `retry_after` is in seconds."""

    def __init__(
        self,
        operation: Operation,
        http_status: int,
        retry_after: int | None,
        trace_id: str | None = None,
    ) -> None:
        super().__init__(operation, str(http_status), http_status=http_status, trace_id=trace_id)
        self.retry_after = retry_after


class KsefRateLimited(KsefError):
    """429: too many requests; `retry_after` is in seconds (limity-api.md).

    `request_sent` is False when this host's own pacing kept the request back, so that nothing of
    it left: an earlier answer asked to wait, or too many others wait already.
    """

    def __init__(
        self,
        operation: Operation,
        retry_after: int,
        trace_id: str | None = None,
        *,
        request_sent: bool = True,
    ) -> None:
        what = "429" if request_sent else "kept back"
        super().__init__(
            operation,
            f"{what}, retry after {retry_after} s",
            http_status=429 if request_sent else None,
            trace_id=trace_id,
        )
        self.retry_after = retry_after
        self.request_sent = request_sent


@dataclass(frozen=True, slots=True)
class KsefErrorDetail:
    """One of KSeF's reasons: its exception code and its words."""

    code: int
    description: str
    details: tuple[str, ...] = ()


class KsefRefused(KsefError):
    """400: the request was understood and refused for `errors`."""

    def __init__(
        self,
        operation: Operation,
        errors: tuple[KsefErrorDetail, ...],
        trace_id: str | None = None,
        http_status: int = 400,
    ) -> None:
        codes = tuple(error.code for error in errors)
        listed = ", ".join(str(code) for code in codes)
        super().__init__(
            operation, f"{http_status}: {listed}", http_status=http_status, trace_id=trace_id
        )
        self.errors = errors
        self.codes = codes


class KsefUnauthorized(KsefError):
    """401: the bearer token is not, or no longer, valid."""

    def __init__(self, operation: Operation, trace_id: str | None = None) -> None:
        super().__init__(operation, "401", http_status=401, trace_id=trace_id)


class KsefForbidden(KsefError):
    """403: `reason_code` and `security` as the API lists them (None and empty if not given)."""

    def __init__(
        self,
        operation: Operation,
        reason_code: str | None,
        security: Mapping[str, object],
        trace_id: str | None = None,
    ) -> None:
        super().__init__(operation, "403", http_status=403, trace_id=trace_id)
        self.reason_code = reason_code
        self.security = security


class KsefGone(KsefError):
    """410: KSeF no longer keeps what was asked for."""

    def __init__(self, operation: Operation, trace_id: str | None = None) -> None:
        super().__init__(operation, "410", http_status=410, trace_id=trace_id)


class KsefAnswerUnreadable(KsefError):
    """The answer does not keep the contract; `problem` says where (a field's path, "not JSON")."""

    def __init__(self, operation: Operation, problem: str, http_status: int | None) -> None:
        super().__init__(operation, f"unreadable answer: {problem}", http_status=http_status)
        self.problem = problem


class AuthenticationFailed(KsefError):
    """A login ended with a status other than success."""

    def __init__(self, operation: Operation, status: StatusInfo) -> None:
        super().__init__(operation, f"status {status.code}", http_status=200)
        self.status = status


class NoUsablePublicKey(KsefError):
    """KSeF lists no public key that is meant for `usage` and valid now."""

    def __init__(self, operation: Operation, usage: str) -> None:
        super().__init__(operation, f"no usable public key for {usage}")
        self.usage = usage


class ClientIpNotIpv4(KsefError):
    """The session was to be bound to this host's address, but KSeF takes IPv4 alone."""

    def __init__(self, operation: Operation, client_ip: str) -> None:
        super().__init__(operation, "the address to bind the session to is not IPv4")
        self.client_ip = client_ip
