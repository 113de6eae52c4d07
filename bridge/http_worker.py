"""The gunicorn worker: it reads whole requests on one event loop, and answers them with threads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

from gunicorn.workers.base import Worker

from bridge.http_connections import Connections, Limits

_HEARTBEAT_SECONDS = 1.0
_LOOK_SECONDS = 0.02
# For what is on its way when the worker is told to stop (RFC 9112 section 9.6).
_LINGER_SECONDS = 0.5


class HttpWorker(Worker):  # type: ignore[misc]
    """Answers until SIGTERM, or until the master is gone; then it ends what has begun.

    Of gunicorn's settings it follows `threads`, `worker_connections`, `keepalive` (seconds for the
    whole header of the next request), `graceful_timeout`, `certfile` and `keyfile`. gunicorn's own
    workers take a thread before the request is there, and wait for it without an end.
    """

    _told_to_stop: asyncio.Event | None = None

    def run(self) -> None:
        # Its warnings tell what callers sent.
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        asyncio.run(self._run())

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._told_to_stop is not None:
            self._loop.call_soon_threadsafe(self._told_to_stop.set)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told_to_stop = asyncio.Event()
        limits = Limits(self.cfg.worker_connections, self.cfg.threads, self.cfg.keepalive)
        threads = ThreadPoolExecutor(self.cfg.threads, "request")
        connections = Connections(self.wsgi, threads, limits, self._tls())
        connections.listen([each.sock for each in self.sockets])
        while self.alive and self.ppid == os.getppid():
            self.notify()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_stop.wait(), _HEARTBEAT_SECONDS)
        connections.listen([])
        for each in self.sockets:
            each.close()
        await self._end(connections)
        threads.shutdown(wait=False)

    async def _end(self, connections: Connections) -> None:
        connections.end_after_answer()
        began = time.monotonic()
        while (waited := time.monotonic() - began) < self.cfg.graceful_timeout:
            self.notify()
            lingers = waited < _LINGER_SECONDS and connections.has_any
            if not (connections.is_busy or lingers):
                break
            await asyncio.sleep(_LOOK_SECONDS)
        connections.close()

    def _tls(self) -> ssl.SSLContext | None:
        if self.cfg.certfile is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cfg.certfile, self.cfg.keyfile)
        return context
