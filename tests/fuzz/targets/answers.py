"""Answers of other services, given in place of an exchange over the network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urllib3 import HTTPHeaderDict

from bridge.ksef.connections import Connections, HttpAnswer

_STATUSES = (200, 200, 201, 202, 204, 301, 400, 401, 403, 404, 410, 415, 429, 500, 503, 599, 999)
_HEADERS = ("Retry-After", "Date", "X-System-Warning")
_END_OF_HEADERS = b"\0\0"


def answer_of(data: bytes) -> HttpAnswer:
    """The answer that an input stands for: a status, values of headers, the body.

    The first octet chooses the status, `\\0\\0` parts the values from the body.
    """
    head, separator, body = data[1:].partition(_END_OF_HEADERS)
    if not separator:
        head, body = b"", head
    values = head.decode("latin-1").split("\0")
    status = _STATUSES[(data[:1] or b"\0")[0] % len(_STATUSES)]
    return HttpAnswer(status, HTTPHeaderDict(zip(_HEADERS, values, strict=False)), body)


def answer_as_data(body: bytes, status: int = 200, *values: str) -> bytes:
    """The input that stands for an answer."""
    head = "\0".join(values).encode() + _END_OF_HEADERS if values else b""
    return bytes([_STATUSES.index(status)]) + head + body


class Answers(Connections):
    """Connections over which `answer` comes, whatever is asked."""

    answer = answer_of(b"")

    def __init__(self, *_: Any) -> None:
        """Nothing is connected."""

    def exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        return self.answer

    def close(self) -> None:
        """Nothing is open."""
