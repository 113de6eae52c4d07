"""Connections to KSeF that tell "never connected" from "perhaps received".

urllib3 reports a failed TLS handshake or a proxy's refusal with the same exceptions as a failure in
the middle of a request. For a call that must not be repeated the difference matters, so that
everything that happens before the first byte of a request is raised as NotConnected.

urllib3 makes, keeps and checks the connections. Answers are read by http.client alone: what urllib3
puts between (retries, redirects, decoding, streams) is not wanted here and would take a third of
the processor time of a call.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import make_headers

from bridge.ksef.errors import UnreachableReason

LARGEST_ANSWER = 2 * 1024 * 1024
_CHUNK = 64 * 1024
_IDLE_CONNECTIONS = 32
_SECONDS_OF_SILENCE_BEFORE_PROBE = 30


class NotConnected(NewConnectionError):
    """There is no connection, so that nothing of the request was sent."""

    def __init__(self, connection: HTTPConnection, reason: UnreachableReason) -> None:
        super().__init__(connection, reason.value)
        self.reason = reason


class AnswerTooLarge(Exception):
    """The body is longer than LARGEST_ANSWER; it was not read to its end."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds to connect in, TLS handshake included, and to wait for an answer and for its body."""

    connect: float
    read: float


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer; the names of `headers` are compared without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class _TimelyReader(io.RawIOBase):
    """Reads a socket until `end` (monotonic clock), however little comes each time.

    Raises TimeoutError. The socket stays open until this is closed, too.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)
        self.end = time.monotonic() + (connected.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimelyResponse(HTTPResponse):
    """A response whose head, with all that may precede it, comes within the socket's timeout."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.reader = _TimelyReader(sock)
        self.fp = io.BufferedReader(self.reader)


class _HttpConnection(HTTPConnection):
    response_class = _TimelyResponse

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise NotConnected(self, _reason(self, error)) from error


class _HttpsConnection(HTTPSConnection):
    response_class = _TimelyResponse

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise NotConnected(self, _reason(self, error)) from error


class Connections(HTTPConnectionPool):
    """Reused connections to one server; threads may share them."""

    def exchange(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: Timeout,
    ) -> HttpAnswer:
        """Send a request once and read the answer to it.

        Raises NotConnected when nothing was sent, AnswerTooLarge, and after the request may have
        been sent HTTPException and OSError, of which TimeoutError tells of too slow an answer.
        """
        connection: Any = self._get_conn()
        try:
            if connection.is_closed:
                self._connect(connection, timeout.connect)
            # It is set on the socket with the request.
            connection.timeout = timeout.read
            # A server may answer, and close, before it has read all.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, target, body, headers)
            # Not urllib3's own, which would wrap it.
            with http.client.HTTPConnection.getresponse(connection) as response:
                answer_body = _read(response, timeout.read)
            return HttpAnswer(response.status, cast(Any, response.headers), answer_body)
        except BaseException:
            connection.close()
            raise
        finally:
            # A closed one is opened again by whoever takes it.
            self._put_conn(connection)

    def _connect(self, connection: Any, seconds: float) -> None:
        connection.timeout = seconds
        if self.proxy is None:
            connection.connect()
        else:
            self._prepare_proxy(connection)


class _HttpConnections(Connections):
    ConnectionCls = _HttpConnection


class _HttpsConnections(Connections, HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def _read(response: HTTPResponse, seconds: float) -> bytes:
    cast(_TimelyResponse, response).reader.end = time.monotonic() + seconds
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLarge(response.status)
        if response.length == 0:
            return bytes(body)
    if response.length:
        raise IncompleteRead(b"", response.length)
    return bytes(body)


def connections(base_url: str, ca_file: Path | None) -> Connections:
    """Reused connections to `base_url`, through the proxy that the environment names for it.

    TLS 1.2 or newer; trusted are the system's authorities and those of `ca_file` (PEM).
    Raises OSError when `ca_file` cannot be read.
    """
    options: dict[str, Any] = {
        "num_pools": 1,
        "maxsize": _IDLE_CONNECTIONS,
        "retries": False,
        "ssl_context": _tls(ca_file),
        "socket_options": _socket_options(),
    }
    proxy = proxy_for(base_url)
    pools = PoolManager(**options) if proxy is None else _proxied(proxy, options)
    pools.pool_classes_by_scheme = {"http": _HttpConnections, "https": _HttpsConnections}
    # One host has one pool; asking the manager at every call would cost as much as the call.
    return cast(Connections, pools.connection_from_url(base_url))


def proxy_for(url: str) -> str | None:
    """The proxy that `HTTPS_PROXY` and `NO_PROXY` ask for.

    Plain http is for loopback, which no proxy leads to.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _proxied(proxy: str, options: dict[str, Any]) -> ProxyManager:
    parts = urlsplit(proxy)
    credentials, at, address = parts.netloc.rpartition("@")
    headers = make_headers(proxy_basic_auth=unquote(credentials)) if at else None
    return ProxyManager(f"{parts.scheme}://{address}", proxy_headers=headers, **options)


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def _socket_options() -> list[tuple[int, int, int]]:
    """Keep idle connections known to the network between, which else drops them without a word."""
    options = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    if sys.platform == "linux":
        options += [
            (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _SECONDS_OF_SILENCE_BEFORE_PROBE),
            (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
            (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
        ]
    return [(level, name, int(value)) for level, name, value in options]


def _reason(connection: HTTPConnection, error: Exception) -> UnreachableReason:
    if isinstance(error, ssl.SSLCertVerificationError):
        return UnreachableReason.CERTIFICATE_NOT_TRUSTED
    if isinstance(error, ssl.SSLError):
        return UnreachableReason.TLS_FAILED
    if connection.proxy is not None:
        return UnreachableReason.PROXY_FAILED
    if isinstance(error, NameResolutionError):
        return UnreachableReason.NAME_NOT_RESOLVED
    if isinstance(error, NewConnectionError):
        return UnreachableReason.CONNECTION_FAILED
    if isinstance(error, (ConnectTimeoutError, TimeoutError)):
        return UnreachableReason.CONNECT_TIMED_OUT
    return UnreachableReason.CONNECTION_FAILED


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by address or as `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
