"""No answer: connections, TLS and proxies, and whether KSeF can have received the request."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.ksef.errors import KsefError, KsefUnreachable, UnreachableReason
from bridge.ksef.transport import Transport
from tests.ksef.certificates import NOW, rsa_key
from tests.ksef.failures import CALL, failure, failure_of
from tests.ksef.scripted_server import Reply, json_reply, scripted_server


@pytest.fixture(autouse=True)
def no_proxy_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def unreachable(error: KsefError) -> tuple[UnreachableReason, bool]:
    assert isinstance(error, KsefUnreachable)
    return error.reason, error.request_sent


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = failure(f"http://127.0.0.1:{taken.getsockname()[1]}/v2")
    assert unreachable(error) == (UnreachableReason.CONNECTION_FAILED, False)


def test_a_name_that_does_not_exist() -> None:
    error = failure("https://ksef.invalid/v2")
    assert unreachable(error) == (UnreachableReason.NAME_NOT_RESOLVED, False)


def test_connecting_takes_too_long() -> None:
    """The queue of a listener that accepts nobody fills up; then a connect only waits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        error = failure(f"http://127.0.0.1:{address[1]}/v2")
        for each in waiting:
            each.close()
    assert unreachable(error) == (UnreachableReason.CONNECT_TIMED_OUT, False)


def test_a_tls_handshake_that_never_ends_has_sent_nothing() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        error = failure(f"https://127.0.0.1:{listener.getsockname()[1]}/v2")
    assert unreachable(error) == (UnreachableReason.CONNECT_TIMED_OUT, False)


def test_an_answer_that_does_not_come_may_have_been_for_a_request_received() -> None:
    # Later than the time to wait for an answer, earlier than that to connect.
    with scripted_server(Reply(before=lambda: time.sleep(0.7))) as server:
        error = failure(server.url, read_timeout=0.2)
        assert len(server.received) == 1
    assert unreachable(error) == (UnreachableReason.ANSWER_TIMED_OUT, True)


def test_a_connection_cut_before_the_answer() -> None:
    error = failure_of(Reply(closes=True))
    assert unreachable(error) == (UnreachableReason.CONNECTION_LOST, True)


def test_an_answer_cut_short() -> None:
    error = failure_of(Reply(200, b'{"a":', announced_length=500))
    assert unreachable(error) == (UnreachableReason.CONNECTION_LOST, True)


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nX-Endless: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: x\r\n"),
    ],
    ids=["body", "head", "before the head", "after the body"],
)
def test_an_answer_that_trickles(begun: bytes, again: bytes) -> None:
    """Each byte comes in time, all of them never would."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_trickle, args=(listener, begun, again))
        thread.start()
        start = time.monotonic()
        error = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/v2", read_timeout=0.5)
        took = time.monotonic() - start
        thread.join()
    assert unreachable(error) == (UnreachableReason.ANSWER_TIMED_OUT, True)
    assert took < 3


def test_a_proxy_whose_consent_trickles_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = (listener, b"HTTP/1.1 200 OK\r\n", b"X-Endless: x\r\n")
        thread = threading.Thread(target=_trickle, args=arguments)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        start = time.monotonic()
        error = failure("https://ksef.test/v2")
        took = time.monotonic() - start
        thread.join()
    assert unreachable(error) == (UnreachableReason.PROXY_FAILED, False)
    assert took < 3


def test_the_head_and_the_body_of_an_answer_have_their_time_each() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                for part in (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"):
                    time.sleep(0.6)
                    connection.sendall(part)

        thread = threading.Thread(target=answer)
        thread.start()
        transport = Transport(f"http://127.0.0.1:{listener.getsockname()[1]}/v2", read_timeout=1)
        assert transport.send(CALL).body == b"{}"
        transport.close()
        thread.join()


def _trickle(listener: socket.socket, begun: bytes, again: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(begun)
        for _ in range(50):
            try:
                connection.sendall(again)
            except OSError:
                return
            time.sleep(0.1)


@contextmanager
def tls_server(folder: Path, host: str) -> Iterator[tuple[int, Path]]:
    """A TLS server named `host` on loopback, and the authority to trust for it."""
    key = rsa_key()
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW.replace(year=2020))
        .not_valid_after(NOW.replace(year=2040))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, ca_file = folder / "server.key", folder / "server.crt"
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    ca_file.write_bytes(made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    with scripted_server(json_reply({}), context) as server:
        yield server.port, ca_file


def test_tls_needs_a_trusted_authority_and_the_right_name(tmp_path: Path) -> None:
    with tls_server(tmp_path, "localhost") as (port, ca_file):
        untrusted = failure(f"https://localhost:{port}/v2")
        Transport(f"https://localhost:{port}/v2", ca_file=ca_file).send(CALL)
        with pytest.raises(KsefUnreachable) as misnamed:
            Transport(f"https://127.0.0.1:{port}/v2", ca_file=ca_file).send(CALL)
    assert unreachable(untrusted) == (UnreachableReason.CERTIFICATE_NOT_TRUSTED, False)
    assert unreachable(misnamed.value) == (UnreachableReason.CERTIFICATE_NOT_TRUSTED, False)


def test_plain_http_where_tls_is_expected_has_sent_nothing() -> None:
    with scripted_server(json_reply({})) as server:
        error = failure(f"https://127.0.0.1:{server.port}/v2")
        assert server.received == []
    assert unreachable(error) == (UnreachableReason.TLS_FAILED, False)


def test_a_missing_ca_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Transport("https://localhost/v2", ca_file=tmp_path / "absent.crt")


@contextmanager
def connect_proxy(target_port: int, refuses: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy for CONNECT that leads every name to one local port."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = (listener, target_port, refuses, heads)
        thread = threading.Thread(target=_serve_connect, args=arguments)
        thread.start()
        yield listener.getsockname()[1], heads
        thread.join()


def _serve_connect(
    listener: socket.socket, target_port: int, refuses: bool, heads: list[bytes]
) -> None:
    client, _ = listener.accept()
    with client:
        heads.append(client.recv(65536))
        if refuses:
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", target_port)) as target:
            back = threading.Thread(target=_copy, args=(target, client))
            back.start()
            _copy(client, target)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_https_goes_through_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        tls_server(tmp_path, "ksef.test") as (port, ca_file),
        connect_proxy(port) as (proxy, heads),
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:p%40ss@127.0.0.1:{proxy}")
        transport = Transport("https://ksef.test/v2", ca_file=ca_file)
        assert transport.send(CALL).http_status == 200
        transport.close()
    assert heads[0].startswith(b"CONNECT ksef.test:443 HTTP/1.")
    assert b"Basic dXNlcjpwQHNz" in heads[0]


def test_a_proxy_that_refuses_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with connect_proxy(0, refuses=True) as (proxy, _):
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        error = failure("https://ksef.test/v2")
    assert unreachable(error) == (UnreachableReason.PROXY_FAILED, False)


def test_a_proxy_that_is_away_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = failure("https://ksef.test/v2")
    assert unreachable(error) == (UnreachableReason.PROXY_FAILED, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    with scripted_server(json_reply({})) as server:
        Transport(f"http://{host}:{server.port}/v2").send(CALL)
        assert len(server.received) == 1


def test_no_proxy_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "example.com,.invalid")
    error = failure("https://ksef.invalid/v2")
    assert unreachable(error) == (UnreachableReason.NAME_NOT_RESOLVED, False)
