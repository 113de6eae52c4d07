"""One log line and one count per request: who, what, outcome, an id to follow it by. No body."""

from __future__ import annotations

import random
import re
import time

import structlog
from flask import Flask, Response, g, request

from bridge.metrics import Metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger(__name__)


def register_request_log(app: Flask, metrics: Metrics) -> None:
    """Log and count each request and give it an id: `X-Request-Id` as sent, or a new one."""

    @app.before_request
    def start() -> None:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _REQUEST_ID.fullmatch(sent) else f"{random.getrandbits(128):032x}"
        g.started = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        # Nothing here is for a cache: tokens, seals, and texts in the caller's language.
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["Vary"] = "Accept-Language"
        route = "none" if request.url_rule is None else request.url_rule.rule
        metrics.answered(request.method, route, answer.status_code)
        log.info(
            "request",
            method=request.method,
            route=route,
            profile=(request.view_args or {}).get("profile_id"),
            status=answer.status_code,
            code=g.get("problem_code"),
            milliseconds=round((time.monotonic() - g.started) * 1000, 1),
        )
        structlog.contextvars.clear_contextvars()
        return answer
