"""From an HTTP answer that is not a success to the error it stands for.

KSeF writes errors in two ways: `application/problem+json` (API 2.4.0) and the older bodies, which
older environments still send (OpenAPI: `ExceptionResponse`, `TooManyRequestsResponse`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bridge.ksef.errors import (
    KsefAnswerUnreadable,
    KsefError,
    KsefErrorDetail,
    KsefForbidden,
    KsefGone,
    KsefRateLimited,
    KsefRefused,
    KsefUnauthorized,
    KsefUnavailable,
    Operation,
)
from bridge.ksef.json_object import ContractBroken, JsonObject

_RETRY_AFTER_UNSAID = 30
_LONGEST_NUMBER = 9


def error_of(
    operation: Operation, http_status: int, headers: Mapping[str, str], body: bytes
) -> KsefError:
    """The error that an answer with `http_status` outside 2xx stands for."""
    if http_status >= 500:
        return KsefUnavailable(operation, http_status, retry_after(headers))
    if 300 <= http_status < 400:
        return KsefAnswerUnreadable(operation, "redirect to another address", http_status)
    try:
        return _client_error(operation, http_status, headers, _problem(body))
    except ContractBroken as broken:
        if http_status == 429:
            # A gateway limits in its own words; how long to wait stands in the header.
            return _rate_limited(operation, headers, None)
        return KsefAnswerUnreadable(operation, broken.field, http_status)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Seconds to wait by `Retry-After`, a number or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and len(value) <= _LONGEST_NUMBER:
        return int(value)
    until = _http_date(value)
    if until is None:
        return None
    # The server's own clock makes the difference right on a host whose clock is wrong.
    now = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max(0, math.ceil((until - now).total_seconds()))


def _client_error(
    operation: Operation, http_status: int, headers: Mapping[str, str], problem: JsonObject
) -> KsefError:
    if http_status == 429:
        return _rate_limited(operation, headers, problem.optional_text("traceId"))
    trace_id = problem.optional_text("traceId")
    if http_status == 401:
        return KsefUnauthorized(operation, trace_id)
    if http_status == 403:
        security = problem.optional_object("security")
        return KsefForbidden(
            operation,
            problem.optional_text("reasonCode"),
            {} if security is None else security.fields,
            trace_id,
        )
    if http_status == 410:
        return KsefGone(operation, trace_id)
    return KsefRefused(operation, _details(problem), trace_id, http_status)


def _rate_limited(
    operation: Operation, headers: Mapping[str, str], trace_id: str | None
) -> KsefRateLimited:
    seconds = retry_after(headers)
    return KsefRateLimited(operation, _RETRY_AFTER_UNSAID if seconds is None else seconds, trace_id)


def _problem(body: bytes) -> JsonObject:
    """The body as an object; an empty one stands for nothing being said."""
    if not body.strip():
        return JsonObject({})
    try:
        return JsonObject.of(json.loads(body))
    except (ValueError, RecursionError):
        raise ContractBroken("(body)") from None


def _details(problem: JsonObject) -> tuple[KsefErrorDetail, ...]:
    exception = problem.optional_object("exception")
    if exception is None:
        return tuple(
            KsefErrorDetail(
                each.integer("code"),
                each.optional_text("description") or "",
                each.texts("details"),
            )
            for each in problem.objects("errors")
        )
    return tuple(
        KsefErrorDetail(
            each.integer("exceptionCode"),
            each.optional_text("exceptionDescription") or "",
            each.texts("details"),
        )
        for each in exception.objects("exceptionDetailList")
    )


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
