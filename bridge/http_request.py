"""One request, read whole on the event loop, and its answer by a WSGI application (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WsgiEnvironment = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application answered: `500 INTERNAL SERVER ERROR`, headers, body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def start_line(self) -> ResponseStartLine:
        code, _, reason = self.status.partition(" ")
        return ResponseStartLine("HTTP/1.1", int(code), reason)

    def http_headers(self) -> HTTPHeaders:
        # RFC 9110, section 6.6.1: whoever has a clock tells the time.
        headers = HTTPHeaders({"Date": formatdate(usegmt=True)})
        for name, value in self.headers:
            headers.add(name, value)
        return headers


class Request(HTTPMessageDelegate):
    """Takes in a request as Tornado reads it; `when_whole` is given its WSGI environment.

    Of a body that is too large for the application no more than that is kept, and the length told,
    so that the application refuses it in its own words.
    """

    def __init__(
        self,
        server: WsgiEnvironment,
        largest_body: int,
        when_whole: Callable[[WsgiEnvironment], None],
    ) -> None:
        self._environment = dict(server)
        self._largest_body = largest_body
        self._when_whole = when_whole
        self._body = bytearray()
        self._length = 0

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        method, target, version = cast(RequestStartLine, start_line)
        path, _, query = target.partition("?")
        if "://" in path and not path.startswith("/"):
            path = "/" + path.partition("://")[2].partition("/")[2]
        environment = self._environment
        environment["REQUEST_METHOD"] = method
        environment["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        environment["QUERY_STRING"] = query
        environment["SERVER_PROTOCOL"] = version
        for name, value in headers.items():
            # X_Request_Id would else pass for X-Request-Id.
            if "_" not in name:
                environment[f"HTTP_{name.upper().replace('-', '_')}"] = value
        for framing in ("HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
            environment.pop(framing, None)
        environment["CONTENT_TYPE"] = environment.pop("HTTP_CONTENT_TYPE", "")

    def data_received(self, chunk: bytes) -> None:
        self._length += len(chunk)
        if self._length <= self._largest_body:
            self._body += chunk

    def finish(self) -> None:
        environment = self._environment
        environment["CONTENT_LENGTH"] = str(self._length)
        environment["wsgi.input"] = BytesIO(self._body)
        del self._body
        self._when_whole(environment)


def server_environment(name: str, port: str, scheme: str, caller: str) -> WsgiEnvironment:
    """What is the same for all requests of a connection."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "REMOTE_ADDR": caller,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def answered(application: WSGIApplication, environment: WsgiEnvironment) -> Answer:
    """The whole answer of the application."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return written.append

    chunks: Iterable[bytes] = application(environment, start_response)
    try:
        written.extend(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started[-1]
    return Answer(status, headers, b"".join(written))
