"""Log events as JSON lines on standard error."""

from __future__ import annotations

import json
import logging
import os
import socket
import stat
import sys
import threading
from contextlib import suppress
from functools import partial

import structlog

# Made once: json.dumps would make one for each line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)
_STANDARD_ERROR = 2


def configure_logging() -> None:
    """Send structlog's events, and warnings of libraries, to standard error.

    Tracebacks carry no local variables, since these may hold secrets. A line that cannot be
    written is dropped: work neither fails nor waits for it.
    """
    _fill_standard_descriptors()
    output = _StandardError()
    logging.basicConfig(level=logging.WARNING, stream=output, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(lambda event, **_: _ENCODER.encode(event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(output),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class _StandardError:
    """What loggers write whole lines to; it never fails, and does not wait for a slow reader."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lost = 0
        self._write = _writer()

    def write(self, text: str) -> None:
        with self._lock:
            if self._lost:
                told = {"event": "log-lines-lost", "level": "error", "lines": self._lost}
                text = f"\n{json.dumps(told)}\n{text}"
            content = text.encode("utf-8", "backslashreplace")
            try:
                is_written = self._write(content) == len(content)
            except OSError:
                is_written = False
            self._lost = 0 if is_written else self._lost + 1

    def flush(self) -> None:
        """There is nothing to flush."""


def _writer() -> partial[int]:
    mode = os.fstat(_STANDARD_ERROR).st_mode
    if stat.S_ISSOCK(mode):
        # That of the journal, under systemd.
        connected = socket.socket(fileno=os.dup(_STANDARD_ERROR))
        return partial(_send, connected)
    descriptor = _STANDARD_ERROR
    if stat.S_ISFIFO(mode):
        # Opened anew, since whether to wait is a property that all users of a pipe's end share.
        with suppress(OSError):
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(f"/proc/self/fd/{_STANDARD_ERROR}", flags)
    return partial(os.write, descriptor)


def _send(connected: socket.socket, content: bytes) -> int:
    return connected.send(content, socket.MSG_DONTWAIT)


def _fill_standard_descriptors() -> None:
    """Open what is closed of 0, 1 and 2, lest a database's connection become one of them."""
    for descriptor in (0, 1, _STANDARD_ERROR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(_STANDARD_ERROR, "w", closefd=False)  # noqa: SIM115
