"""What a request is told for which the bridge has no thread: to come again, at once."""

from __future__ import annotations

from flask import Flask, request

from bridge.http_connections import ANSWERS_OVERLOADED, OVERLOADED
from bridge.state.errors import TryLater

# Whoever looks after the process must not take one that has much to do for one that hangs.
_SERVED = {"/healthz"}


def register_overload(app: Flask) -> None:
    """Answer 503 where the server says that it has no thread, before anything else is looked at."""
    app.config[ANSWERS_OVERLOADED] = True

    @app.before_request
    def refuse() -> None:
        if request.environ.get(OVERLOADED) and request.path not in _SERVED:
            raise TryLater("bridge-overloaded", retry_after=2)
