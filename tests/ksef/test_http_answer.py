"""Heads of answers as servers and gateways send them, over a real socket."""

from __future__ import annotations

import socket
from http.client import HTTPException

import pytest

from bridge.ksef.http_answer import QuickHeadResponse


def response_to(sent: bytes) -> QuickHeadResponse:
    """The response begun on a connection over which `sent` came, and no more will."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(sent)
        there.shutdown(socket.SHUT_WR)
        response = QuickHeadResponse(here, method="GET")
        response.begin()
        return response


@pytest.mark.parametrize(
    ("head", "rest", "body", "closes"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", b"{}HTTP", b"{}", False),
        (b"HTTP/1.1 200\r\ncontent-length:2\r\n", b"{}HTTP", b"{}", False),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n", b"{}HTTP", b"{}", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", b"HTTP", b"", False),
        (b"HTTP/1.1 204 No Content\r\n", b"HTTP", b"", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n", b"{}", b"{}", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n", b"{}", b"{}", True),
        (b"HTTP/1.1 200 OK\r\n", b"to the end", b"to the end", True),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n",
            b"3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
            b"abcde",
            False,
        ),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
            b"{}",
            b"{}",
            False,
        ),
    ],
)
def test_where_the_answer_ends(head: bytes, rest: bytes, body: bytes, closes: bool) -> None:
    response = response_to(head + b"\r\n" + rest)
    assert response.will_close is closes
    assert response.read() == body


def test_fields_by_any_spelling_of_their_names() -> None:
    response = response_to(
        b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 30\r\nX-Odd\r\n folded\r\n"
        b"X-System-Warning: za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 \r\nContent-Length: 0\r\n\r\n"
    )
    assert (response.status, response.reason) == (429, "Too Many Requests")
    assert response.fields["Retry-After"] == "30"
    assert response.fields["x-system-warning"].encode("latin-1").decode() == "zażółć"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 O",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 65_536 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 101 + b"\r\n",
    ],
)
def test_what_is_no_head_is_refused(sent: bytes) -> None:
    with pytest.raises(HTTPException):
        response_to(sent)
