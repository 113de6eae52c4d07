"""Callers that never come to an end, or never listen, hold up nobody else, and are left in time."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import signal
import socket
import ssl
import statistics
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.commands.test_serve import tls_pair
from tests.faults.chaos import HELD, SUBMIT_TOKEN, Chaos, rule
from tests.faults.killing import open_call, wait_for_workers
from tests.installation import Installation, new_nip
from tests.processes import RunningCommand, free_port, running

# Seconds that a caller has for a header, for a body, and to take an answer.
LIMIT = 10
# For a machine that does other things as well.
LATER = 4
SLOW = 80
Say = Callable[[str], None]

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
DESCRIPTION = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
INSPECT = b"POST /v1/tokens/inspect HTTP/1.1\r\nHost: localhost\r\n"


@dataclass(frozen=True, slots=True)
class Caller:
    """How a slow caller begins, and what it goes on with every now and then."""

    first: bytes
    then: bytes
    by_tls: bool = True
    listens: bool = True


CALLERS = {
    "dribbles a header": Caller(HEALTHZ + b"X-Long: ", b"a"),
    "dribbles a body": Caller(INSPECT + b"Content-Length: 100000\r\n\r\n{", b" "),
    "dribbles chunks": Caller(INSPECT + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "says nothing": Caller(b"", b""),
    "says nothing after an answer": Caller(HEALTHZ + b"\r\n", b""),
    "does not begin with TLS": Caller(b"", b"", by_tls=False),
    # Until all that lies between is full, and the bridge cannot write any more.
    "takes no answer": Caller(b"", DESCRIPTION * 20, listens=False),
}
PLAIN = list(CALLERS)[:5]
BY_TLS = list(CALLERS)[:6]


@dataclass
class SlowCallers:
    """Many of each kind, each going on for as long as the bridge lets it."""

    bridge: RunningCommand
    tls: ssl.SSLContext | None
    kinds: list[str]
    lasted: dict[str, list[float]] = field(default_factory=dict)
    _open: dict[socket.socket, tuple[str, float]] = field(default_factory=dict)
    _thread: threading.Thread | None = None

    def begin(self, count: int) -> None:
        for kind in itertools.islice(itertools.cycle(self.kinds), count):
            sock = connected(self.bridge, self.tls if CALLERS[kind].by_tls else None)
            sock.sendall(CALLERS[kind].first)
            sock.setblocking(False)
            self._open[sock] = (kind, time.monotonic())
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until all were left by the bridge."""
        assert self._thread is not None
        self._thread.join(seconds)
        assert not self._open, sorted(kind for kind, _ in self._open.values())

    def _go_on(self) -> None:
        while self._open:
            for sock, (kind, since) in list(self._open.items()):
                if not _goes_on(sock, CALLERS[kind]):
                    self.lasted.setdefault(kind, []).append(time.monotonic() - since)
                    del self._open[sock]
                    sock.close()
            time.sleep(0.2)


def _goes_on(sock: socket.socket, caller: Caller) -> bool:
    try:
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            if caller.listens and not sock.recv(1000):
                return False
        with contextlib.suppress(BlockingIOError, ssl.SSLWantWriteError):
            sock.send(caller.then)
    except OSError:
        return False
    return True


def connected(bridge: RunningCommand, tls: ssl.SSLContext | None = None) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", bridge.port), timeout=10)
    return sock if tls is None else tls.wrap_socket(sock, server_hostname="localhost")


def seconds_of_healthz(bridge: RunningCommand, tls: ssl.SSLContext | None = None) -> float:
    start = time.monotonic()
    connection = http.client.HTTPConnection("localhost", bridge.port)
    connection.sock = connected(bridge, tls)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
    return time.monotonic() - start


@pytest.fixture
def encrypted_bridge(
    new_installation: Callable[[], Installation], tmp_path: Path
) -> Iterator[tuple[RunningCommand, ssl.SSLContext]]:
    """A bridge that does TLS, and what its callers trust."""
    certificate, key = tls_pair(tmp_path)
    installation, port = new_installation(), free_port()
    environment = {
        **installation.environment,
        "KSEF_BRIDGE_LISTEN": f"127.0.0.1:{port}",
        "KSEF_BRIDGE_TLS_CERTIFICATE_FILE": str(certificate),
        "KSEF_BRIDGE_TLS_KEY_FILE": str(key),
    }
    with running(["serve"], port, installation.folder / "bridge.log", environment) as bridge:
        yield bridge, ssl.create_default_context(cafile=str(certificate))


def test_slow_callers_hold_up_nobody_and_are_left_in_time(
    installation: Installation,
    encrypted_bridge: tuple[RunningCommand, ssl.SSLContext],
    say: Say,
) -> None:
    encrypted, tls = encrypted_bridge
    with installation.running() as plain:
        seconds_of_healthz(plain)
        bridges = {
            "plain": SlowCallers(plain, None, PLAIN),
            "TLS": SlowCallers(encrypted, tls, BY_TLS),
        }
        deaf = SlowCallers(plain, None, ["takes no answer"])
        deaf.begin(2)
        for callers in bridges.values():
            callers.begin(SLOW)
        times: dict[str, list[float]] = {name: [] for name in bridges}
        for _ in range(80):
            for name, callers in bridges.items():
                times[name].append(seconds_of_healthz(callers.bridge, callers.tls))
            time.sleep(0.05)
        for name, callers in bridges.items():
            callers.wait(LIMIT + LATER)
            median, worst = statistics.median(times[name]), max(times[name])
            say(f"{name}: /healthz in {median * 1000:.1f} ms, {worst * 1000:.0f} ms at worst")
            assert median < 0.1
            assert worst < 1
            for kind, lasted in callers.lasted.items():
                say(f"{name}: who {kind} is left after {max(lasted):.1f} s")
                assert max(lasted) < LIMIT + LATER, kind
        deaf.wait(LATER)


def test_more_silent_callers_than_there_is_room_for(installation: Installation, say: Say) -> None:
    with installation.running() as bridge, contextlib.ExitStack() as stack:
        seconds_of_healthz(bridge)
        silent = [stack.enter_context(connected(bridge)) for _ in range(700)]
        times = [seconds_of_healthz(bridge) for _ in range(20)]
        say(f"/healthz in {max(times) * 1000:.0f} ms at worst")
        assert max(times) < 1
        silent[0].settimeout(LIMIT / 2)
        # Who has been silent the longest made room.
        assert silent[0].recv(1) == b""
        silent[-1].setblocking(False)
        with pytest.raises(BlockingIOError):
            silent[-1].recv(1)


def test_a_caller_who_is_slow_and_steady_is_served(installation: Installation) -> None:
    body = json.dumps({"token": "x", "environment": "Test"}).encode()
    pieces = [body[at : at + 4] for at in range(0, len(body), 4)]
    chunks = [b"%x\r\n%s\r\n" % (len(each), each) for each in [*pieces, b""]]
    key = f"Authorization: Bearer {installation.api_key}\r\nContent-Type: application/json\r\n"
    with installation.running() as bridge:
        for form, sent in (
            (f"Content-Length: {len(body)}", pieces),
            ("Transfer-Encoding: chunked", chunks),
        ):
            head = f"{key}{form}\r\n\r\n".encode()
            with connected(bridge) as sock:
                for piece in [INSPECT, head[:20], head[20:], *sent]:
                    sock.sendall(piece)
                    time.sleep(0.1)
                answer = http.client.HTTPResponse(sock)
                answer.begin()
                assert answer.status == 200
                assert json.load(answer)["findings"][0]["code"] == "token-parts"


def test_callers_that_have_gone_before_they_are_accepted(
    encrypted_bridge: tuple[RunningCommand, ssl.SSLContext],
) -> None:
    bridge, tls = encrypted_bridge
    workers = wait_for_workers(bridge, 2)
    seconds_of_healthz(bridge, tls)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    for _ in range(5):
        with connected(bridge) as sock:
            sock.sendall(b"gone")
            # Close with a reset, after which the kernel knows no caller.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    seconds_of_healthz(bridge, tls)
    assert "Traceback" not in bridge.log.read_text()


def test_a_body_without_end_takes_no_memory(installation: Installation, say: Say) -> None:
    with installation.running() as bridge, connected(bridge) as sock:
        seconds_of_healthz(bridge)
        before = most_memory(bridge)
        sock.settimeout(30)
        sock.sendall(INSPECT + f"Content-Length: {200 * 2**20}\r\n\r\n".encode())
        for _ in range(200):
            sock.sendall(b" " * 2**20)
        assert sock.recv(1000).startswith(b"HTTP/1.1 401 ")
        grown = most_memory(bridge) - before
        say(f"{grown / 2**20:.1f} MiB more for a body of 200 MiB")
        assert grown < 20 * 2**20


def most_memory(bridge: RunningCommand) -> int:
    """Bytes that the workers held at most, together (VmHWM, proc_pid_status(5))."""
    lines = (
        line
        for worker in wait_for_workers(bridge, 2)
        for line in Path(f"/proc/{worker}/status").read_text().splitlines()
    )
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_running_request_is_answered_before_the_bridge_ends(
    installation: Installation, chaos: Chaos, number: signal.Signals
) -> None:
    with installation.running() as bridge, open_call(installation) as call:
        installation.add_token_profile("p1", new_nip())
        chaos.begin(rule(SUBMIT_TOKEN, "delay", seconds=HELD))
        call.ask("p1")
        chaos.wait_until_held(SUBMIT_TOKEN)
        with connected(bridge) as slow:
            slow.sendall(CALLERS["dribbles a body"].first)
            told = time.monotonic()
            os.kill(bridge.process.pid, number)
            time.sleep(0.5)
            chaos.end()
            answer = call.answer()
            assert answer is not None
            assert answer.status == 200
            bridge.process.wait(timeout=10)
            assert time.monotonic() - told < 10
