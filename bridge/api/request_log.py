"""One log line per request: who, what, outcome, and an id to follow it by. Never a body."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger(__name__)


def register_request_log(app: Flask) -> None:
    """Log each request and give it an id, the caller's own (`X-Request-Id`) if it sent one."""

    @app.before_request
    def start() -> None:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        g.started = time.monotonic()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        log.info(
            "request",
            method=request.method,
            route=request.url_rule and request.url_rule.rule,
            status=answer.status_code,
            code=g.get("problem_code"),
            caller=g.get("caller"),
            milliseconds=round((time.monotonic() - g.started) * 1000, 1),
        )
        structlog.contextvars.clear_contextvars()
        return answer
