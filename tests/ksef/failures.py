"""Calls that are to fail, and the errors they fail with."""

from __future__ import annotations

import pytest

from bridge.ksef.errors import KsefError, Operation
from bridge.ksef.transport import Request, Transport
from tests.ksef.scripted_server import Reply, scripted_server

OPERATION = Operation("POST", "/auth/token/redeem")
CALL = Request(OPERATION)


def failure(url: str, read_timeout: float = 0.5) -> KsefError:
    """The error that one call ends with."""
    transport = Transport(url, connect_timeout=1, read_timeout=read_timeout)
    with pytest.raises(KsefError) as caught:
        transport.send(CALL)
    transport.close()
    return caught.value


def failure_of(reply: Reply) -> KsefError:
    """The error that a server's reply stands for."""
    with scripted_server(reply) as server:
        return failure(server.url)
