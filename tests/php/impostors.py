"""Servers that answer in the bridge's place; the first step of the path says how."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HUGE = 3 * 1024 * 1024
_LONGER_THAN_ANY_TEST_WAITS = 30
_closing = threading.Event()


_INFORMATION = b'{"version": "1.0.0", "contract": 1}'


class _Impostor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, sent: bytes) -> None:
        _, kind, *rest = self.path.split("/")
        from_the_start: dict[str, Callable[[], None]] = {
            "echo": lambda: self._send(sent),
            "newer": lambda: self._send(b'{"version": "9.0.0", "contract": 2}'),
            "renewed": lambda: self._send(b'{"sealed": "ksef1.x", "keyId": "k", "changed": false}'),
            "page": lambda: self._send(b"<html><h1>Welcome</h1></html>", "text/html"),
            "silent": self._say_nothing,
            "no-http": lambda: self._hang_up_with(b"220 mail.example.com ESMTP\r\n"),
        }
        once_trusted: dict[str, Callable[[], None]] = {
            "cut": lambda: self._send(b'{"sealed": '),
            "huge": lambda: self._send(b'"' + b"x" * _HUGE + b'"'),
            "redirect": self._redirect,
            "broken-off": lambda: self._hang_up_with(b""),
        }
        if kind in from_the_start:
            from_the_start[kind]()
        elif rest == ["v1", "info"]:
            self._send(_INFORMATION)
        else:
            once_trusted[kind]()

    def _say_nothing(self) -> None:
        _closing.wait(_LONGER_THAN_ANY_TEST_WAITS)
        self.close_connection = True

    def _hang_up_with(self, words: bytes) -> None:
        self.close_connection = True
        self.wfile.write(words)
        self.connection.shutdown(socket.SHUT_RDWR)

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/renewed")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, body: bytes, media_type: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Whoever is told too much hangs up.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what is sent here is not for a log."""


@contextlib.contextmanager
def impostors() -> Iterator[str]:
    """Their common address, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Impostor)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        _closing.set()
        server.shutdown()
        server.server_close()
