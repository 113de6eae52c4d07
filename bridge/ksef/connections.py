"""Connections to KSeF that tell "never connected" from "perhaps received".

urllib3 reports a failed TLS handshake or a proxy's refusal with the same exceptions as a failure in
the middle of a request. For a call that must not be repeated the difference matters: whatever
happens before the first byte of a request is raised as NotConnected, which urllib3 passes on as it
is.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout
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


class NotConnected(Exception):
    """There is no connection, so that nothing of the request was sent."""

    def __init__(self, reason: UnreachableReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class AnswerTooLarge(Exception):
    """The body is longer than an answer may be; it was not read to its end."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer; the names of `headers` are compared without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class _TimelyReader(io.RawIOBase):
    """Reads a socket for as long as its timeout in all, however little comes each time.

    Raises TimeoutError. The socket stays open until this is closed, too.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)
        self._seconds = connected.gettimeout() or 0.0
        self.begin()

    def begin(self) -> None:
        """From now on the time counts anew."""
        self._end = time.monotonic() + self._seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimelyResponse(HTTPResponse):
    """Its head, with all that may precede it, comes within the socket's timeout, its body again."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self._reader = _TimelyReader(sock)
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        self._reader.begin()


class _HttpConnection(HTTPConnection):
    response_class = _TimelyResponse

    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise NotConnected(_reason(self, error)) from error


class _HttpsConnection(_HttpConnection, HTTPSConnection):
    pass


class Connections:
    """Reused connections to the server of `base_url`; threads may share them.

    They go through the proxy that the environment names, speak TLS 1.2 or newer, and trust the
    system's authorities and those of `ca_file` (PEM). Seconds are counted to connect in, TLS
    handshake included, and to wait for an answer and again for the whole of its body, which has
    at most `largest_answer` octets.
    """

    def __init__(
        self,
        base_url: str,
        ca_file: Path | None,
        connect_timeout: float,
        read_timeout: float,
        largest_answer: int = LARGEST_ANSWER,
    ) -> None:
        """Raises OSError when `ca_file` cannot be read."""
        self._largest_answer = largest_answer
        options: dict[str, Any] = {
            "maxsize": _IDLE_CONNECTIONS,
            # Of redirects as well.
            "retries": False,
            "timeout": Timeout(connect=connect_timeout, read=read_timeout),
            "ssl_context": _tls(ca_file),
            "socket_options": _socket_options(),
        }
        proxy = proxy_for(base_url)
        pools = PoolManager(**options) if proxy is None else _proxied(proxy, options)
        self._pool = pools.connection_from_url(base_url)
        is_https = self._pool.scheme == "https"
        self._pool.ConnectionCls = _HttpsConnection if is_https else _HttpConnection

    def exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Send a request once and read the answer to it.

        Raises NotConnected when nothing was sent, AnswerTooLarge, and after the request may have
        been sent urllib3's HTTPError, of which ReadTimeoutError tells of too slow an answer.
        """
        with self._pool.urlopen(method, target, body, headers, preload_content=False) as response:
            body = _body(response, self._largest_answer)
            return HttpAnswer(response.status, response.headers, body)

    def close(self) -> None:
        """Close all idle connections."""
        self._pool.close()


def _body(response: BaseHTTPResponse, largest: int) -> bytes:
    body = bytearray()
    while chunk := response.read(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > largest:
            raise AnswerTooLarge(response.status)
    return bytes(body)


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
