"""Runs a WSGI application inside this process's command: gunicorn keeps the workers."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from bridge.http_worker import HttpWorker


@dataclass(frozen=True, slots=True)
class Listener:
    """Where and with how many hands a server answers.

    `bind` is `host:port` or `unix:/path`; the files are PEM and given together or not at all.
    In each worker `connections` may wait for their callers, each for `idle_seconds` until the
    whole header of its next request is there.
    """

    bind: str
    workers: int = 1
    threads: int = 16
    connections: int = 256
    idle_seconds: int = 10
    certificate_file: Path | None = None
    key_file: Path | None = None


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, make_application: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make_application = make_application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make_application()


def serve(
    make_application: Callable[[], Flask], listener: Listener, when_ready: Callable[[], None]
) -> None:
    """Answer until stopped by a signal; each worker makes its own application.

    `when_ready` runs in the master once the socket listens.
    """
    _Server(
        make_application,
        {
            "bind": listener.bind,
            "workers": listener.workers,
            "threads": listener.threads,
            "worker_class": HttpWorker,
            "worker_connections": listener.connections,
            "certfile": _text(listener.certificate_file),
            "keyfile": _text(listener.key_file),
            "keepalive": listener.idle_seconds,
            "graceful_timeout": 10,
            # gunicorn's warnings quote malformed requests, API keys included.
            "loglevel": "error",
            # A UNIX socket is for the owner and the group that EspoCRM's web server is put into.
            "umask": 0o007,
            "proc_name": "ksef-bridge",
            "control_socket_disable": True,
            "when_ready": lambda _server: _ready(when_ready),
            "post_worker_init": lambda _worker: signal.signal(signal.SIGINT, signal.SIG_IGN),
        },
    ).run()


def _ready(when_ready: Callable[[], None]) -> None:
    # On SIGINT gunicorn would end the workers without waiting for what runs.
    signal.signal(signal.SIGINT, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))
    # What the workers inherit stays shared: a full collection would else write to all of it.
    gc.collect()
    gc.freeze()
    when_ready()


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
