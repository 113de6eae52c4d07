"""A server that only answers, always the same: it shows how much the load generator can drive."""

from __future__ import annotations

import selectors
import socket
import sys

_LARGEST_READ = 65_536


def _serve(port: int, body_bytes: int) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {body_bytes}\r\n\r\n".encode()
    answer = head + b"x" * body_bytes
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                accepted, _ = listener.accept()
                selector.register(accepted, selectors.EVENT_READ, accepted)
            elif key.data.recv(_LARGEST_READ):
                # A request of the load fits into one segment.
                key.data.sendall(answer)
            else:
                selector.unregister(key.data)
                key.data.close()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
