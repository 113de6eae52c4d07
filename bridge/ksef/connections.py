"""Connections to KSeF that tell "never connected" from "perhaps received".

urllib3 reports a failed TLS handshake or a proxy's refusal with the same exceptions as a failure in
the middle of a request. For a call that must not be repeated the difference matters, so that
everything that happens before the first byte of a request is raised as NotConnected.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
from http.client import HTTPException
from pathlib import Path
from typing import Any
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

_IDLE_CONNECTIONS = 32
_SECONDS_OF_SILENCE_BEFORE_PROBE = 30


class NotConnected(NewConnectionError):
    """There is no connection, so that nothing of the request was sent."""

    def __init__(self, connection: HTTPConnection, reason: UnreachableReason) -> None:
        super().__init__(connection, reason.value)
        self.reason = reason


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise NotConnected(self, _reason(self, error)) from error


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        try:
            super().connect()
        except (HTTPError, HTTPException, OSError) as error:
            raise NotConnected(self, _reason(self, error)) from error


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def connection_pool(base_url: str, ca_file: Path | None) -> HTTPConnectionPool:
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
    pools.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    # One host has one pool; asking the manager at every call would cost as much as the call.
    return pools.connection_from_url(base_url)


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
