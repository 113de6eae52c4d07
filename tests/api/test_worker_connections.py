"""The connections of a worker that has no thread to spare: another worker may take them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

import pytest
from flask import Flask

from bridge import http_connections
from bridge.http_connections import Connections, Limits

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listens on loopback, and is never waited for."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def test_a_worker_whose_only_thread_is_taken_again_at_once_accepts_no_more(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    # "At once", however busy the machine is.
    monkeypatch.setattr(http_connections, "_LOOK_SECONDS", 60)
    may_answer: Queue[None] = Queue()
    begun: Queue[None] = Queue()
    application = Flask("answers when it may")

    @application.get("/")
    def answer() -> str:
        begun.put(None)
        may_answer.get()
        return "answered"

    async def ask() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(REQUEST)
        await asyncio.to_thread(begun.get)
        return reader, writer

    async def work(threads: ThreadPoolExecutor) -> None:
        connections = Connections(application, threads, Limits(8, 1, 5.0), None)
        connections.listen([listener])
        reader, first = await ask()
        may_answer.put(None)
        await reader.readuntil(b"answered")
        _, second = await ask()
        _, third = await asyncio.open_connection(*listener.getsockname())
        await asyncio.sleep(0.05)
        try:
            # What another worker does that listens on the same socket.
            listener.accept()[0].close()
        finally:
            may_answer.put(None)
            for each in (first, second, third):
                each.close()
            connections.listen([])

    with ThreadPoolExecutor(1) as threads:
        asyncio.run(work(threads))
