"""The example files for proxies: their programs take them, and no POST is sent twice."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.processes import free_port
from tests.proxies.examples import Certificate, Example

PROXIES = ["haproxy", "nginx"]
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.new(tmp_path_factory.mktemp("proxies") / "authority")


class Broken(BaseHTTPRequestHandler):
    """Takes a request and ends the connection instead of answering, but is ready."""

    taken: list[str]

    def do_GET(self) -> None:
        if self.path == "/readyz":
            self.send_response(200)
            self.end_headers()
        else:
            self.take()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.take()

    def take(self) -> None:
        self.taken.append(self.command)
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        pass


@contextlib.contextmanager
def broken_bridge(certificate: Certificate, taken: list[str]) -> Iterator[int]:
    handler = type("Handler", (Broken,), {"taken": taken})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("name", PROXIES)
def test_the_program_takes_its_file(name: str, certificate: Certificate, tmp_path: Path) -> None:
    checked = Example(name, tmp_path / name, certificate, [free_port(), free_port()]).check()
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in checked.stderr.lower(), checked.stderr


@pytest.mark.parametrize("name", PROXIES)
def test_what_was_sent_is_not_sent_again(
    name: str, certificate: Certificate, tmp_path: Path
) -> None:
    """It may have had its effect, though its answer was lost."""
    taken: list[str] = []
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(broken_bridge(certificate, taken)) for _ in "12"]
        proxy = stack.enter_context(Example(name, tmp_path / name, certificate, ports).running())
        answer = proxy.call("POST", "/v1/profiles/p1/access-token", json_body={})
    assert answer.status == 502
    assert taken == ["POST"]


def test_nginx_lays_no_body_down_in_a_file(certificate: Certificate, tmp_path: Path) -> None:
    """Files with private keys are uploaded, with their passwords."""
    folder, taken = tmp_path / "nginx", list[str]()
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(broken_bridge(certificate, taken)) for _ in "12"]
        proxy = stack.enter_context(Example("nginx", folder, certificate, ports).running())
        before = (folder / "client_body").stat().st_mtime_ns
        proxy.call("POST", "/v1/certificates/inspect", body=b"x" * MEBIBYTE)
        assert (folder / "client_body").stat().st_mtime_ns == before
    assert taken == ["POST"]
