"""Killing a bridge as the kernel does when memory runs out, and calls that it breaks off."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.access_tokens import take_access_token
from tests.installation import Installation
from tests.processes import Answer, RunningCommand


def workers_of(bridge: RunningCommand) -> list[int]:
    """The process ids of the workers, the children of the process that was started."""
    pid = bridge.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_workers(bridge: RunningCommand, count: int) -> list[int]:
    """The process ids of all workers, once there are `count`: the socket listens before that."""
    end = time.monotonic() + 10
    while len(workers := workers_of(bridge)) < count:
        assert time.monotonic() < end, f"{len(workers)} workers"
        time.sleep(0.02)
    return workers


def kill_bridge(bridge: RunningCommand) -> None:
    """SIGKILL to the master and all workers, before it can start new ones."""
    bridge.process.send_signal(signal.SIGSTOP)
    for worker in workers_of(bridge):
        os.kill(worker, signal.SIGKILL)
    bridge.process.kill()
    bridge.process.wait()


def kill_worker(worker: int) -> None:
    """SIGKILL to one worker; the master starts another in its place."""
    os.kill(worker, signal.SIGKILL)


@dataclass
class MortalBridge:
    """An installation's bridge with two workers, to be killed and started again."""

    installation: Installation
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    killed_at: float = 0.0

    def start(self) -> None:
        self.stack.close()
        self.stack.enter_context(self.installation.running(KSEF_BRIDGE_WORKERS="2"))

    def kill(self) -> None:
        """Kill all processes of the bridge."""
        if self.installation.bridge is not None:
            self.killed_at = time.monotonic()
            kill_bridge(self.installation.bridge)

    def kill_worker(self, worker: int) -> None:
        """Kill one worker."""
        self.killed_at = time.monotonic()
        kill_worker(worker)

    def end(self) -> None:
        self.kill()
        self.stack.close()

    def assert_soon(self, what: str, limit: float = 10.0) -> str:
        """Now is soon enough after the kill; the start of another bridge counts, too."""
        seconds = time.monotonic() - self.killed_at
        told = f"{what}: {seconds:.1f} s after the kill"
        assert seconds < limit, told
        return told


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call on a connection of its own, whose answer may never come."""

    connection: http.client.HTTPConnection
    bridge: RunningCommand
    api_key: str

    def send(self, method: str, path: str, body: object = None) -> None:
        """Send the request and do not wait."""
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, body=sent, headers=headers)

    def put_file(self, path: str, content: bytes) -> None:
        """Send a signed document and do not wait."""
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/xml"}
        self.connection.request("PUT", path, body=content, headers=headers)

    def ask(self, profile_id: str, *, force_refresh: bool = False) -> None:
        """Ask for an access token and do not wait."""
        body = {"forceRefresh": force_refresh}
        self.send("POST", f"/v1/profiles/{profile_id}/access-token", body)

    def answer(self) -> Answer | None:
        """The answer, or None when the worker that was to give it is dead."""
        try:
            received = self.connection.getresponse()
            answer = Answer(
                received.status,
                {name.lower(): value for name, value in received.getheaders()},
                received.read(),
            )
        except (http.client.HTTPException, ConnectionError):
            return None
        if answer.status == 200:
            _take_access_token(answer)
        return answer

    def worker(self) -> int:
        """The process id of the worker that has accepted the connection."""
        client_port = self.connection.sock.getsockname()[1]
        end = time.monotonic() + 5
        while time.monotonic() < end:
            inode = _accepted_socket(self.bridge.port, client_port)
            for worker in workers_of(self.bridge):
                if inode is not None and _has_socket(worker, inode):
                    return worker
            time.sleep(0.002)
        raise AssertionError("no worker accepted the connection")


@contextlib.contextmanager
def open_call(
    installation: Installation, bridge: RunningCommand | None = None
) -> Iterator[OpenCall]:
    """A connection to a bridge of the installation, closed at the end of the block."""
    bridge = bridge or installation.bridge
    assert bridge is not None
    connection = http.client.HTTPConnection("127.0.0.1", bridge.port, timeout=30)
    with contextlib.closing(connection):
        connection.connect()
        yield OpenCall(connection, bridge, installation.api_key)


def _take_access_token(answer: Answer) -> None:
    body = answer.json
    if isinstance(body, dict) and "accessToken" in body:
        take_access_token(body["accessToken"], body["sessionReference"])


def _accepted_socket(server_port: int, client_port: int) -> str | None:
    """The inode of the server's end of a loopback connection, once accepted (proc_pid_net(5))."""
    ends = (f":{server_port:04X}", f":{client_port:04X}")
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(ends[0]) and fields[2].endswith(ends[1]) and fields[9] != "0":
            return fields[9]
    return None


def _has_socket(process: int, inode: str) -> bool:
    for descriptor in Path(f"/proc/{process}/fd").glob("*"):
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) == f"socket:[{inode}]":  # noqa: PTH115 - not a path
                return True
    return False
