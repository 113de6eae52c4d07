"""From an HTTP answer that is not a success to the error it stands for.

KSeF writes errors in two ways: `application/problem+json` (API 2.4.0) and the older bodies, which
older environments still send (OpenAPI: `ExceptionResponse`, `TooManyRequestsResponse`). A gateway
before it answers with pages of its own: 401, 403, 410, 429 and 5xx mean the same then, only without
KSeF's reason.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
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
from bridge.ksef.json_object import ContractBroken, JsonObject, json_value

_RETRY_AFTER_UNSAID = 30
_LONGEST_NUMBER = 9
_LONGEST_RETRY_AFTER = 86_400
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
    """Seconds to wait by `Retry-After`, a number or a date (RFC 9110, section 10.2.3).

    A day at most: whatever is asked for beyond is a mistake, or means "for good".
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and len(value) <= _LONGEST_NUMBER:
        return min(int(value), _LONGEST_RETRY_AFTER)
    until = http_date(value)
    if until is None:
        return None
    # The server's own clock makes the difference right on a host whose clock is wrong.
    now = http_date(headers.get("Date", "")) or datetime.now(UTC)
    return min(max(0, math.ceil((until - now).total_seconds())), _LONGEST_RETRY_AFTER)


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
            {} if security is None else _security(security),
            trace_id,
        )
    if http_status == 410:
        return KsefGone(operation, trace_id)
    return KsefRefused(operation, _details(problem), trace_id, http_status)


def _security(security: JsonObject) -> dict[str, object]:
    """Its members that are texts or lists of texts, as all are that the API describes."""
    told: dict[str, object] = {}
    for name in security.fields:
        for read in (security.optional_text, security.texts):
            with suppress(ContractBroken):
                value = read(name)
                told[name] = list(value) if isinstance(value, tuple) else value
    return told


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
    return JsonObject.of(json_value(body))


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


def http_date(value: str) -> datetime | None:
    """The moment of a header such as `Date`; None for what is no date."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        # What the parser raises is documented for some of what is no date.
        return None
