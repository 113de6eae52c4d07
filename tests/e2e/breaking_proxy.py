"""Stands between EspoCRM and the bridge, and breaks one call off at a chosen moment."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from tests.installation import Installation

Moment = Literal["before", "after"]
"""Before the bridge hears of the call, or after it has answered and EspoCRM has not heard that."""

_NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class BreakingPoint:
    """Which call is broken off, and what happens then; the call itself gets no answer."""

    method: str
    path: str
    moment: Moment
    act: Callable[[], None]

    def is_at(self, method: str, path: str) -> bool:
        return method == self.method and re.search(self.path, path) is not None


@dataclass
class BreakingProxy:
    """Passes calls on to whatever bridge the installation runs just now."""

    installation: Installation
    port: int = 0
    point: BreakingPoint | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def break_at(self, point: BreakingPoint) -> None:
        """Once."""
        self.reached.clear()
        self.point = point

    def taken_point(self, method: str, path: str) -> BreakingPoint | None:
        with self.lock:
            if self.point is None or not self.point.is_at(method, path):
                return None
            point, self.point = self.point, None
        return point


class _Handler(BaseHTTPRequestHandler):
    """One connection of EspoCRM's."""

    protocol_version = "HTTP/1.1"
    proxy: BreakingProxy

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        point = self.proxy.taken_point(self.command, self.path)
        answer = None
        if point is None or point.moment == "after":
            answer = self.answer_of_bridge(body)
        if point is not None:
            point.act()
            self.proxy.reached.set()
        if point is not None or answer is None:
            self.close_connection = True
            return
        status, headers, content = answer
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer_of_bridge(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes] | None:
        bridge = self.proxy.installation.bridge
        if bridge is None:
            return None
        connection = http.client.HTTPConnection("127.0.0.1", bridge.port, timeout=60)
        with contextlib.closing(connection):
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            except (OSError, http.client.HTTPException):
                return None

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing: the test run's output is no access log."""


@contextlib.contextmanager
def breaking_proxy(installation: Installation) -> Iterator[BreakingProxy]:
    """The proxy on a loopback port until the block ends."""
    proxy = BreakingProxy(installation)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    proxy.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
