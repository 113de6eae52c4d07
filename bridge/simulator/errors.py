"""KSeF's refusals and the two formats in which it writes them.

Source: OpenAPI 2.6.0 (`ExceptionResponse`, `*ProblemDetails`, `TooManyRequestsResponse`): 400 and
429 have a legacy body unless the request carries `X-Error-Format: problem-details`; 401, 403, 410
and 415 are problem details always. In a legacy body members without a value are absent and the time
ends with `Z`, as real answers show (m32/ksef issue 19).
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, request
from werkzeug.exceptions import HTTPException

from bridge.simulator import clock

PROBLEM_JSON = "application/problem+json"


class KsefRefusal(Exception):
    """An answer other than success; raised anywhere below a view, rendered in one place."""

    status: int

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def problem_members(self) -> dict[str, Any]:
        """Members of the problem details beside the common ones."""
        return {}

    def legacy_body(self) -> dict[str, Any] | None:
        """The body without `X-Error-Format`; None where KSeF has problem details only."""
        return None

    def headers(self) -> dict[str, str]:
        """Headers of the answer."""
        return {}


class BadRequest(KsefRefusal):
    """400 with one of KSeF's exception codes."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, code: int, description: str, *details: str) -> None:
        super().__init__("Żądanie jest nieprawidłowe.")
        self.code = code
        self.description = description
        self.details = details

    def problem_members(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "description": self.description}
        if self.details:
            error["details"] = list(self.details)
        return {"errors": [error]}

    def legacy_body(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "exceptionCode": self.code,
            "exceptionDescription": self.description,
        }
        if self.details:
            entry["details"] = list(self.details)
        return {
            "exception": {
                "exceptionDetailList": [entry],
                "serviceCode": f"00-{trace_id()}-{secrets.token_hex(8)}-00",
                "timestamp": clock.timestamp(clock.now()).replace("+00:00", "Z"),
            }
        }


class InvalidInput(BadRequest):
    """400 with 21405, the validator's refusal that any endpoint may give."""

    def __init__(self, *details: str) -> None:
        super().__init__(21405, "Błąd walidacji danych wejściowych.", *details)


class Unauthorized(KsefRefusal):
    """401: no token, or one that is not valid for this call."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, detail: str = "Wymagane jest uwierzytelnienie.") -> None:
        super().__init__(detail)


class Forbidden(KsefRefusal):
    """403 with a `reasonCode` of `ForbiddenProblemDetails` and what belongs to it in `security`."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, reason_code: str, detail: str, **security: Any) -> None:
        super().__init__(detail)
        self.reason_code = reason_code
        self.security = security

    def problem_members(self) -> dict[str, Any]:
        members: dict[str, Any] = {"reasonCode": self.reason_code}
        if self.security:
            members["security"] = self.security
        return members


class Gone(KsefRefusal):
    """410: the operation's status is no longer kept."""

    status = HTTPStatus.GONE

    def __init__(self, detail: str = "Operacja wygasła i nie jest już dostępna.") -> None:
        super().__init__(detail)


class UnsupportedMediaType(KsefRefusal):
    """415: a body of another type than the endpoint takes."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooManyRequests(KsefRefusal):
    """429 with the seconds after which a call may be made again."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int, detail: str) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def legacy_body(self) -> dict[str, Any]:
        return {
            "status": {"code": 429, "description": "Too Many Requests", "details": [self.detail]}
        }

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}


class ServerError(KsefRefusal):
    """5xx, with the seconds after which a call may be made again where KSeF tells them."""

    def __init__(self, status: int, retry_after: int | None = None) -> None:
        super().__init__("Usługa jest chwilowo niedostępna.")
        self.status = status
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def trace_id() -> str:
    """The identifier of the present request, 32 lower-case hex digits."""
    if "trace_id" not in g:
        g.trace_id = secrets.token_hex(16)
    identifier: str = g.trace_id
    return identifier


def render(refusal: KsefRefusal) -> Response:
    """The refusal as an HTTP answer in the format that the request asks for."""
    legacy = refusal.legacy_body()
    if legacy is not None and request.headers.get("X-Error-Format") != "problem-details":
        return _response(legacy, refusal.status, "application/json", refusal.headers())
    problem = {
        "title": _phrase(refusal.status),
        "status": int(refusal.status),
        "detail": refusal.detail,
        "instance": request.path,
        **refusal.problem_members(),
        "traceId": trace_id(),
        "timestamp": clock.timestamp(clock.now()),
    }
    return _response(problem, refusal.status, PROBLEM_JSON, refusal.headers())


def register_error_handlers(app: Flask) -> None:
    """Make `app` answer every `KsefRefusal`, and Flask's own errors, as KSeF does."""
    app.register_error_handler(KsefRefusal, render)
    app.register_error_handler(HTTPException, _render_http_exception)


def _render_http_exception(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    problem = {
        "title": _phrase(status),
        "status": int(status),
        "detail": error.description or _phrase(status),
        "instance": request.path,
        "traceId": trace_id(),
        "timestamp": clock.timestamp(clock.now()),
    }
    return _response(problem, status, PROBLEM_JSON, {})


def _phrase(status: int) -> str:
    """The phrase of the status code; a proxy's own codes, such as 520, have none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown Status"


def _response(
    body: dict[str, Any], status: int, content_type: str, headers: dict[str, str]
) -> Response:
    return Response(json.dumps(body), status, headers, content_type=content_type)
