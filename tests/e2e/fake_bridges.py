"""Servers that stand where the bridge should: silent, talking rubbish, or of another contract."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FakeBridge:
    """What it answers to every call, and what it was sent."""

    status: int = 200
    content_type: str = "application/json"
    answer: bytes = b""
    never_answers: bool = False
    seconds: float = 0
    """How long an answer takes."""
    bodies: list[bytes] = field(default_factory=list)
    port: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def of_contract(contract: int) -> FakeBridge:
    return FakeBridge(answer=json.dumps({"version": "99.0.0", "contract": contract}).encode())


def talking_rubbish() -> FakeBridge:
    return FakeBridge(content_type="text/html", answer=b"<html><h1>It works!</h1></html>")


def answering_too_late() -> FakeBridge:
    return FakeBridge(never_answers=True)


def connecting_slowly(seconds: float) -> FakeBridge:
    """Every connection works, and takes its time."""
    answer = {"version": "1.0.0", "contract": 1, "ok": True, "steps": [], "permissions": []}
    return FakeBridge(answer=json.dumps(answer).encode(), seconds=seconds)


def ending_slowly(seconds: float) -> FakeBridge:
    """Sessions end, and it takes its time."""
    answer = {"version": "1.0.0", "contract": 1, "revoked": []}
    return FakeBridge(answer=json.dumps(answer).encode(), seconds=seconds)


@contextlib.contextmanager
def listening(fake: FakeBridge) -> Iterator[FakeBridge]:
    """The fake on a loopback port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            fake.bodies.append(self.rfile.read(length))
            if fake.never_answers:
                fake.ended.wait()
                return
            fake.ended.wait(fake.seconds)
            self.send_response(fake.status)
            self.send_header("Content-Type", fake.content_type)
            self.send_header("Content-Length", str(len(fake.answer)))
            self.end_headers()
            self.wfile.write(fake.answer)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing: the test run's output is no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield fake
    finally:
        fake.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
