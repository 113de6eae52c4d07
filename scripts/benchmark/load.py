"""Loads a server over keep-alive connections, each asking again as soon as it is answered.

One thread over raw sockets in a process of its own, so that it costs little beside the servers.
A connection is replaced after some requests: which worker accepts it is chance, and all on one
worker would measure that.
"""

from __future__ import annotations

import json
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

from benchmark.own_process import in_own_process

_REQUESTS_OF_A_CONNECTION = 40
_HEAD_END = b"\r\n\r\n"
_LARGEST_READ = 65_536
_SLOW = 0.99


class LoadFailed(Exception):
    """The server gave an answer other than 200, or none."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bore: answers per second, and the times of answers in seconds.

    `slow_seconds` is the 99th percentile: one answer of a hundred takes longer.
    """

    rate: float
    median_seconds: float
    slow_seconds: float


def load(
    port: int, requests: Sequence[str], seconds: float, folder: Path, callers: int = 8
) -> Load:
    """Send the requests in turn to a server on loopback; the log is in `folder`.

    Raises PartFailed.
    """
    task = {"port": port, "requests": list(requests), "seconds": seconds, "callers": callers}
    return Load(**in_own_process("benchmark.load", task, folder / "load.log"))


@dataclass
class _Connection:
    sock: socket.socket
    left: int = _REQUESTS_OF_A_CONNECTION
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.left -= 1
        self.sent_at = time.perf_counter()
        self.sock.sendall(request)

    def is_answered(self) -> bool:
        """Take in what has come. Raises LoadFailed."""
        chunk = self.sock.recv(_LARGEST_READ)
        self.received += chunk
        head, end, body = self.received.partition(_HEAD_END)
        if not chunk or (end and not head.startswith(b"HTTP/1.1 200")):
            raise LoadFailed(head[:40].decode(errors="replace") or "connection closed")
        return bool(end) and len(body) >= _content_length(head)


def _content_length(head: bytearray) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0])


def _drive(port: int, requests: Sequence[bytes], seconds: float, callers: int) -> Load:
    selector = selectors.DefaultSelector()
    in_turn = cycle(requests)
    for number in range(callers):
        # Not all are replaced at the same time.
        left = _REQUESTS_OF_A_CONNECTION * (number + 1) // callers
        _connect(port, selector, left).send(next(in_turn))
    times: list[float] = []
    began = time.perf_counter()
    end = began + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            if connection.is_answered():
                times.append(time.perf_counter() - connection.sent_at)
                if not connection.left:
                    selector.unregister(connection.sock)
                    connection.sock.close()
                    connection = _connect(port, selector)
                connection.send(next(in_turn))
    if not times:
        raise LoadFailed(f"no answer within {seconds} s")
    return Load(
        rate=len(times) / (time.perf_counter() - began),
        median_seconds=statistics.median(times),
        slow_seconds=sorted(times)[int(len(times) * _SLOW)],
    )


def medians(loads: Sequence[Load]) -> Load:
    """The median of each figure."""
    return Load(
        rate=statistics.median(each.rate for each in loads),
        median_seconds=statistics.median(each.median_seconds for each in loads),
        slow_seconds=statistics.median(each.slow_seconds for each in loads),
    )


def _connect(
    port: int, selector: selectors.BaseSelector, left: int = _REQUESTS_OF_A_CONNECTION
) -> _Connection:
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = _Connection(sock, left)
    selector.register(sock, selectors.EVENT_READ, connection)
    return connection


if __name__ == "__main__":
    given = json.load(sys.stdin)
    encoded = [request.encode() for request in given["requests"]]
    measured = _drive(given["port"], encoded, given["seconds"], given["callers"])
    json.dump(asdict(measured), sys.stdout)
