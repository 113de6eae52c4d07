"""The servers that a measurement needs: MariaDB, the simulator, bridges, and the floor's."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import create_engine, insert

from benchmark.own_process import PartFailed
from bridge.espocrm.tables import ksef_profile
from tests.espocrm.mariadb_tables import create_espocrm_tables
from tests.installation import new_nip
from tests.mariadb import MariaDb
from tests.processes import COMMAND, RunningCommand, free_port, running

PROFILES = 500
_LARGEST_ANSWER = 65_536


@contextlib.contextmanager
def running_simulator(log: Path) -> Iterator[RunningCommand]:
    """A simulator without KSeF's limits on calls: they would be what is measured."""
    port = free_port()
    with running(["simulator", "--port", str(port)], port, log, executed=[COMMAND]) as simulator:
        simulator.call("PUT", "/_simulator/limits", json_body={"enabled": False})
        yield simulator


def espocrm_database(mariadb: MariaDb, profiles: int = PROFILES) -> str:
    """The URL of a database with EspoCRM's tables and the profiles of an accounting office.

    Their ids are `idle-0` and so on; their tokens do not open.
    """
    url = mariadb.new_database()
    engine = create_engine(url)
    create_espocrm_tables(url)
    with engine.begin() as connection:
        rows = [
            {
                "id": f"idle-{number}",
                "deleted": False,
                "status": "Active",
                "nip": new_nip(),
                "internal_id": "",
                "environment": "Test",
                "authorization_type": "Token",
                "token_sealed": "x" * 500,
            }
            for number in range(profiles)
        ]
        connection.execute(insert(ksef_profile), rows)
    engine.dispose()
    return url


@contextlib.contextmanager
def serving(
    module: str, *arguments: object, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """The port on which `python -m MODULE PORT ARGUMENTS` answers until the block ends."""
    port = free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(port), *map(str, arguments)],
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
        )
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise PartFailed(f"{module}:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    """Whether a worker is at work: the port is open before the first is."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=1) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        # All of it: closing on an unread rest resets the connection, which ends a plain server.
        return bool(connection.recv(_LARGEST_ANSWER))
    return False
