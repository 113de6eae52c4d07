"""A little HTTP server on loopback that answers as told and remembers what it was asked."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """A request as it came; `connection` tells the client's connections apart."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Reply:
    """An answer to give. `announced_length` lies about the body's length when it is set."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    announced_length: int | None = None
    before: Callable[[], object] = lambda: None
    closes: bool = False


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer in JSON; `_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


@dataclass
class ScriptedServer:
    """Where it listens, what it has received, and what it answers."""

    port: int
    answer: Callable[[Received], Reply]
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v2"

    @property
    def connections(self) -> int:
        return len({request.connection for request in self.received})


@contextlib.contextmanager
def scripted_server(
    answer: Callable[[Received], Reply] | Reply, tls: ssl.SSLContext | None = None
) -> Iterator[ScriptedServer]:
    """Answer every request by `answer` until the block ends."""
    script = ScriptedServer(0, answer if callable(answer) else lambda _request: answer)

    class Handler(_Handler):
        server_script = script

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    script.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_script: ScriptedServer

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        request = Received(
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
            self.client_address[1],
        )
        self.server_script.received.append(request)
        reply = self.server_script.answer(request)
        reply.before()
        if reply.closes:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        announced = reply.announced_length
        self.send_header("Content-Length", str(len(reply.body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = announced is not None

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - names that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing: what was received is in the script."""
