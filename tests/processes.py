"""The product's own processes as tests start them: by the command, over real HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked_command import ForkedCommand, start

COMMAND = Path(sys.executable).with_name("ksef-bridge")


# Of several processes that run tests, each gives away ports of its own; of two runs beside each
# other the second begins with a later share. (The kernel gives odd ports to who listens.)
_SHARES = 8
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw"))
_SHARE = (_WORKER + int(os.environ.get("KSEF_TEST_FIRST_PORTS", "0"))) % _SHARES


def free_port() -> int:
    """A loopback port where nobody listens right now, nor will soon in another process of tests."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port // 2 % _SHARES == _SHARE:
            return port


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, its body parsed when it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(port: int, method: str, path: str, **options: Any) -> Answer:
    """One HTTP call to a server on loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    return call_over(connection, method, path, **options)


def call_over(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    *,
    json_body: object = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One HTTP call over a connection that is closed after it."""
    sent = dict(headers or {})
    if json_body is not None:
        body = json.dumps(json_body).encode()
        sent.setdefault("Content-Type", "application/json")
    with contextlib.closing(connection):
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, received, answer.read())


def unix_connection(path: str | Path) -> http.client.HTTPConnection:
    """A connection to who listens on a UNIX socket."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(30)
    connection.sock.connect(str(path))
    return connection


@dataclass
class RunningCommand:
    """A `ksef-bridge` process that answers on a loopback port, its output kept in `log`."""

    process: subprocess.Popen[bytes] | ForkedCommand
    port: int
    log: Path

    def call(self, method: str, path: str, **options: Any) -> Answer:
        return call(self.port, method, path, **options)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def running(
    arguments: list[str],
    port: int,
    log: Path,
    environment: Mapping[str, str] | None = None,
    executed: Sequence[str | Path] = (),
) -> Iterator[RunningCommand]:
    """Start `ksef-bridge ARGUMENTS`, wait until it listens on `port`, stop it at the end.

    `executed` is executed in place of forking a process that has imported `ksef-bridge`: that
    command itself, another installation's, or one that runs it, such as `unshare`.
    """
    variables = environment or {}
    process = (
        _executed([*executed, *arguments], variables, log)
        if executed
        else start(arguments, variables, log, log)
    )
    command = RunningCommand(process, port, log)
    try:
        _wait_until_listening(command)
        yield command
    finally:
        command.stop()


def _executed(
    command: Sequence[str | Path], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )


def _wait_until_listening(command: RunningCommand) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if command.process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", command.port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"the command did not start:\n{command.log.read_text()[-4000:]}")
