"""Log events as JSON lines on standard error."""

from __future__ import annotations

import json
import logging
import sys

import structlog

# Made once: json.dumps would make one for each line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def configure_logging() -> None:
    """Send structlog's events, and warnings of libraries, to standard error.

    Tracebacks carry no local variables, since these may hold secrets.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(lambda event, **_: _ENCODER.encode(event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
