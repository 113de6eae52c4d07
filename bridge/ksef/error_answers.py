"""From an HTTP answer that is not a success to the error it stands for.

KSeF writes errors in two ways: `application/problem+json` (API 2.4.0) and the older bodies, which
older environments still send (OpenAPI: `ExceptionResponse`, `TooManyRequestsResponse`). A gateway
before it answers with pages of its own: 401, 403, 410, 429 and 5xx mean the same then, only without
KSeF's reason.
"""

from __future__ import annotations

import json
import math
import re
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
_LONGEST_TRACE_ID = 100
_NOT_VISIBLE = re.compile(r"[^\x21-\x7e]+")
_SAID_BY_STATUS = frozenset({401, 403, 410, 429})


def error_of(
    operation: Operation, http_status: int, headers: Mapping[str, str], body: bytes
) -> KsefError:
    """The error that an answer with `http_status` outside 2xx stands for."""
    if 300 <= http_status < 400:
        return KsefAnswerUnreadable(operation, "redirect to another address", http_status)
    try:
        return _error(operation, http_status, headers, _problem(body))
    except ContractBroken as broken:
        if http_status >= 500 or http_status in _SAID_BY_STATUS:
            # The words are a gateway's; how long to wait stands in the header.
            return _error(operation, http_status, headers, JsonObject({}))
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


def _error(
    operation: Operation, http_status: int, headers: Mapping[str, str], problem: JsonObject
) -> KsefError:
    trace_id = _trace_id(problem)
    if http_status >= 500:
        return KsefUnavailable(operation, http_status, retry_after(headers), trace_id)
    if http_status == 429:
        seconds = retry_after(headers)
        seconds = _RETRY_AFTER_UNSAID if seconds is None else seconds
        return KsefRateLimited(operation, seconds, trace_id)
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


def _trace_id(problem: JsonObject) -> str | None:
    """What KSeF's support finds the request by; no response header carries it."""
    trace_id = problem.optional_text("traceId")
    exception = problem.optional_object("exception")
    if trace_id is None and exception is not None:
        # Its example holds a W3C trace context in `serviceCode`.
        trace_id = exception.optional_text("serviceCode")
    return None if trace_id is None else _NOT_VISIBLE.sub("", trace_id)[:_LONGEST_TRACE_ID] or None


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
