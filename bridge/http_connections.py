"""The connections of one worker: how many there are, and for how long each may be waited for."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import Flask
from tornado.http1connection import HTTP1ConnectionParameters, HTTP1ServerConnection
from tornado.httputil import HTTPConnection, HTTPServerConnectionDelegate
from tornado.iostream import IOStream, SSLIOStream

from bridge.http_request import Answer, Request, WsgiEnvironment, answered, server_environment

# In a WSGI environment: a function that ends the connection without an answer.
CLOSE_CONNECTION = "ksef_bridge.close_connection"
# In a WSGI environment: there is no thread for this request. The event loop itself has it answered,
# so that nothing may wait for anything then.
OVERLOADED = "ksef_bridge.overloaded"
# In an application's configuration: it answers such requests at once. Others wait without an end.
ANSWERS_OVERLOADED = "ANSWERS_OVERLOADED"

_PATIENCE_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_BODY_SECONDS = 10
_ANSWER_SECONDS = 10
_LARGEST_HEADER = 32 * 1024
# The first byte of a TLS handshake (RFC 8446, section 5.1).
_HANDSHAKE = 22

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections may wait and requests run; seconds for a request's header to come.

    They count from the connection, or from the answer before, and TLS' handshake is in them.
    """

    waiting: int
    running: int
    header_seconds: float


class PlainStream(IOStream):
    """Ends at once for a caller that begins with TLS, who would else wait for the answer to it."""

    _has_begun = False

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        count = super().read_from_fd(buf)
        if count and not self._has_begun:
            self._has_begun = True
            return 0 if buf[0] == _HANDSHAKE else count
        return count


@dataclass(eq=False, slots=True)
class Connection:
    """A caller's connection, and what is the same in the WSGI environments of its requests."""

    stream: IOStream
    environment: WsgiEnvironment


@dataclass(frozen=True, slots=True)
class Whole:
    """A request that is here, and by the loop's clock since when."""

    connection: Connection
    http: HTTPConnection
    environment: WsgiEnvironment
    since: float


class Connections(HTTPServerConnectionDelegate):
    """Accepts connections and has their requests answered by an application in threads.

    Where too many wait, the one that has been silent the longest makes room: who sends a request
    at once is answered, however many others send none. While all threads are taken none is
    accepted for a moment: another worker may have one to spare. What comes all the same waits for
    a thread, for a second, and as many as there are threads; then it is told that this is too much.
    """

    def __init__(
        self, application: Flask, threads: Executor, limits: Limits, tls: ssl.SSLContext | None
    ) -> None:
        self._application = application
        self._threads = threads
        self._limits = limits
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._listeners: list[socket.socket] = []
        # Those without a running request, the longest silent first.
        self._waiting: dict[Connection, None] = {}
        self._running = 0
        # Whole requests for which no thread was free, the oldest first.
        self._whole: deque[Whole] = deque()
        self._look: asyncio.TimerHandle | None = None
        self._parameters = HTTP1ConnectionParameters(
            max_header_size=_LARGEST_HEADER,
            header_timeout=limits.header_seconds,
            body_timeout=_BODY_SECONDS,
            # The application says what is too large, and `Request` keeps no more.
            max_body_size=2**63,
        )

    @property
    def has_any(self) -> bool:
        """Whether a connection is open."""
        return bool(self._running or self._whole or self._waiting)

    @property
    def is_busy(self) -> bool:
        """Whether a request runs, or its answer is on its way."""
        is_answering = any(each.stream.writing() for each in self._waiting)
        return bool(self._running or self._whole or is_answering)

    def listen(self, listeners: Iterable[socket.socket]) -> None:
        """Accept from these sockets, and from no others any more."""
        self._stop_accepting()
        self._listeners = list(listeners)
        self._start_accepting()

    def end_after_answer(self) -> None:
        """Keep no connection for another request."""
        self._parameters.no_keep_alive = True

    def close(self) -> None:
        """Close those without a running request."""
        for connection in list(self._waiting):
            connection.stream.close()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> Request:
        connection = _connection_of(server_conn)
        return Request(
            connection.environment,
            self._application.config["MAX_CONTENT_LENGTH"],
            partial(self._run, connection, request_conn),
        )

    def on_close(self, server_conn: object) -> None:
        self._waiting.pop(_connection_of(server_conn), None)

    def _start_accepting(self) -> None:
        for listener in self._listeners:
            self._loop.add_reader(listener, self._accept, listener)

    def _stop_accepting(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener)

    def _accept(self, listener: socket.socket) -> bool:
        """Whether there was a connection to accept."""
        if len(self._waiting) >= self._limits.waiting:
            self._make_room()
        try:
            accepted, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            # Another worker was faster, or the caller has gone.
            return False
        except OSError:
            # No more file descriptors.
            self._make_room()
            return False
        accepted.setblocking(False)
        try:
            stream = self._stream(accepted)
        except OSError:
            # The caller has gone in the meantime.
            accepted.close()
            return True
        connection = Connection(stream, self._environment(listener, address))
        self._waiting[connection] = None
        HTTP1ServerConnection(stream, self._parameters, connection).start_serving(self)
        return True

    def _make_room(self) -> None:
        if self._waiting:
            longest_silent = next(iter(self._waiting))
            del self._waiting[longest_silent]
            longest_silent.stream.close()

    def _stream(self, accepted: socket.socket) -> IOStream:
        if self._tls is None:
            return PlainStream(accepted)
        wrapped = self._tls.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        return SSLIOStream(wrapped)

    def _environment(self, listener: socket.socket, address: object) -> WsgiEnvironment:
        scheme = "http" if self._tls is None else "https"
        if listener.family == socket.AF_UNIX:
            return server_environment("localhost", "0", scheme, "")
        name, port, *_ = listener.getsockname()
        return server_environment(name, str(port), scheme, cast(tuple[str, int], address)[0])

    def _run(
        self, connection: Connection, http: HTTPConnection, environment: WsgiEnvironment
    ) -> None:
        self._waiting.pop(connection, None)
        environment[CLOSE_CONNECTION] = partial(
            self._loop.call_soon_threadsafe, connection.stream.close
        )
        self._whole.append(Whole(connection, http, environment, self._loop.time()))
        self._take_threads()
        if self._refuses and len(self._whole) > self._limits.running:
            self._refuse(self._whole.pop())

    @property
    def _refuses(self) -> bool:
        return bool(self._application.config.get(ANSWERS_OVERLOADED))

    def _take_threads(self) -> None:
        while self._whole and self._running < self._limits.running:
            request = self._whole.popleft()
            # Who has gone while he waited is not worked for.
            if not request.connection.stream.closed():
                self._running += 1
                self._threads.submit(
                    self._answer, request.connection, request.http, request.environment
                )
        if self._running == self._limits.running and self._look is None:
            self._stop_accepting()
            self._look = self._loop.call_later(_LOOK_SECONDS, self._look_after_all)

    def _look_after_all(self) -> None:
        """All threads are taken still, or again: no other worker has taken what has come since."""
        self._look = None
        if self._running < self._limits.running:
            return
        if self._refuses:
            for listener in self._listeners:
                for _ in range(self._limits.running):
                    if not self._accept(listener):
                        break
            latest = self._loop.time() - _PATIENCE_SECONDS
            while self._whole and self._whole[0].since < latest:
                self._refuse(self._whole.popleft())
        self._look = self._loop.call_later(_LOOK_SECONDS, self._look_after_all)

    def _refuse(self, request: Whole) -> None:
        request.environment[OVERLOADED] = True
        try:
            answer = answered(self._application, request.environment)
        except Exception:
            log.exception("no answer")
            answer = None
        self._write(request.connection, request.http, answer)

    def _answer(
        self, connection: Connection, http: HTTPConnection, environment: WsgiEnvironment
    ) -> None:
        answer = None
        try:
            answer = answered(self._application, environment)
        except Exception:
            log.exception("no answer")
        self._loop.call_soon_threadsafe(self._send, connection, http, answer)

    def _send(self, connection: Connection, http: HTTPConnection, answer: Answer | None) -> None:
        self._running -= 1
        self._take_threads()
        if self._running == self._limits.running - 1:
            self._start_accepting()
        self._write(connection, http, answer)

    def _write(self, connection: Connection, http: HTTPConnection, answer: Answer | None) -> None:
        stream = connection.stream
        if stream.closed():
            return
        if answer is None:
            stream.close()
            return
        self._waiting[connection] = None
        written = http.write_headers(answer.start_line(), answer.http_headers(), answer.body)
        http.finish()
        if not written.done():
            self._loop.call_later(
                _ANSWER_SECONDS, lambda: None if written.done() else stream.close()
            )


def _connection_of(server_conn: object) -> Connection:
    return cast(Connection, cast(HTTP1ServerConnection, server_conn).context)
