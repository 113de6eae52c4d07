"""Whether a bridge answers at the address that this installation names."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from contextlib import closing

from bridge.doctor.codes import DoctorCode
from bridge.doctor.results import Result, failed, ok

_NAME = "bridge"
_SECONDS = 4
_LONGEST_ANSWER = 4096
_ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to look, not listen


def check_listener(address: str, *, with_tls: bool) -> list[Result]:
    """Ask `GET /healthz` at `host:port` or `unix:/path`."""
    start = time.monotonic()
    try:
        status, body = _ask(address, with_tls=with_tls)
    except PermissionError:
        return [failed(_NAME, DoctorCode.BRIDGE_FORBIDDEN, address=address)]
    except TimeoutError:
        return [failed(_NAME, DoctorCode.BRIDGE_SILENT, address=address, seconds=_SECONDS)]
    except (ssl.SSLError, http.client.HTTPException, ConnectionResetError, BrokenPipeError):
        return [failed(_NAME, DoctorCode.BRIDGE_IS_ANOTHER, address=address)]
    except OSError:
        return [failed(_NAME, DoctorCode.BRIDGE_NOT_RUNNING, address=address)]
    if status != 200 or not _is_health(body):
        return [failed(_NAME, DoctorCode.BRIDGE_IS_ANOTHER, address=address)]
    milliseconds = round((time.monotonic() - start) * 1000)
    return [ok(_NAME, DoctorCode.BRIDGE_ANSWERS, address=address, milliseconds=milliseconds)]


def _ask(address: str, *, with_tls: bool) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost")
    with closing(connection):
        connection.sock = _connected(address, with_tls=with_tls)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)


def _connected(address: str, *, with_tls: bool) -> socket.socket:
    connected = _socket(address)
    if not with_tls:
        return connected
    # Whether the certificate suits its callers is theirs to judge: they know it by another name.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connected)


def _socket(listen: str) -> socket.socket:
    if not listen.startswith("unix:"):
        host, _, port = listen.rpartition(":")
        host = host.strip("[]")
        return socket.create_connection((_ALL_ADDRESSES.get(host, host), int(port)), _SECONDS)
    connected = socket.socket(socket.AF_UNIX)
    connected.settimeout(_SECONDS)
    try:
        connected.connect(listen.removeprefix("unix:"))
    except OSError:
        connected.close()
        raise
    return connected


def _is_health(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("status") == "ok"
