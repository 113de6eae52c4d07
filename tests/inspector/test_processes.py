"""What an inspecting process knows, and what becomes of the inspector when it is ended."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import CertificateInspection, inspect_certificate
from bridge.credentials.secret import Secret
from bridge.inspector.answer import decode_inspection
from bridge.inspector.errors import InspectorBusy
from bridge.inspector.exchange import InspectionRequest
from bridge.inspector.inspector import Inspector
from bridge.inspector.limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS
from bridge.inspector.places import LONGEST_WAIT, Places
from tests.credentials.certificates import pem_of
from tests.credentials.inspecting import assert_nothing_secret, errors
from tests.credentials.key_material import PASSWORD, KeyMaterial
from tests.inspector import bombs

UNKNOWN_TO_PRCTL = 9_999
# The greatest niceness there is (sched(7)).
LEAST_PRIORITY = 19
SECRET_SETTING = "mysql+pymysql://espocrm:inspector-must-not-see@localhost/espocrm"


@pytest.fixture
def own_inspector(monkeypatch: pytest.MonkeyPatch) -> Inspector:
    monkeypatch.setenv("KSEF_BRIDGE_ESPOCRM_DATABASE_URL", SECRET_SETTING)
    inspector = Inspector(threads=32)
    assert errors(inspector.inspect(request())) == ["certificate-missing", "private-key-missing"]
    return inspector


def request(*files: UploadedFile, password: str = PASSWORD) -> InspectionRequest:
    return InspectionRequest(files, Secret(password), None, None, datetime.now(UTC))


def portal_key(material: KeyMaterial) -> InspectionRequest:
    made = material.run(
        "openssl pkcs8 -topk8 -in key.pem -passout env:PASSWORD -v2 aes-256-cbc -iter 100000"
        " -out made",
        "made",
    )
    certificate = UploadedFile("a.crt", pem_of(material.certificate))
    return request(certificate, UploadedFile("a.key", made["made"]))


def is_sound(inspection: CertificateInspection, material: KeyMaterial) -> bool:
    assert errors(inspection) == []
    assert_nothing_secret(repr(inspection))
    return inspection.certificate_pem == pem_of(material.certificate).decode()


def children_of(process: int) -> list[int]:
    """The processes it started, the newest last."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    started = [each for task in tasks for each in (task / "children").read_text().split()]
    return sorted(map(int, started))


def server_of_this_process() -> int:
    """The fork server that was started last; other tests may have left other children."""
    return [each for each in children_of(os.getpid()) if is_fork_server(each)][-1]


def is_fork_server(process: int) -> bool:
    return b"bridge.inspector.fork_server" in Path(f"/proc/{process}/cmdline").read_bytes()


@contextmanager
def inspecting_a_bomb(inspector: Inspector) -> Iterator[tuple[int, Future[CertificateInspection]]]:
    """The process that is opening a bomb just now, and its outcome."""
    server = server_of_this_process()
    bomb = request(
        UploadedFile("a.p12", bombs.rounds_in_the_encrypted_part()), password=bombs.PASSWORD
    )
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(inspector.inspect, bomb)
        # By then whatever was inspected before has ended.
        time.sleep(0.4)
        (process,) = children_of(server)
        yield process, outcome
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def limits_of(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:47].strip() for line in lines}


def test_an_inspection_says_the_same_as_in_this_process(
    inspector: Inspector, ec_material: KeyMaterial
) -> None:
    asked = portal_key(ec_material)
    inspection = inspector.inspect(asked)
    assert is_sound(inspection, ec_material)
    assert inspection == inspect_certificate(
        asked.files,
        password=asked.password,
        expected_type=None,
        environment=None,
        now=asked.now,
    )


def test_the_process_knows_no_settings_and_holds_nothing_open(own_inspector: Inspector) -> None:
    with inspecting_a_bomb(own_inspector) as (process, _):
        for each in (server_of_this_process(), process):
            seen = (Path(f"/proc/{each}") / "environ").read_bytes()
            seen += (Path(f"/proc/{each}") / "cmdline").read_bytes()
            assert b"inspector-must-not-see" not in seen
            assert b"KSEF_BRIDGE" not in seen
            assert PASSWORD.encode() not in seen
        opened = {str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()}
        (connection,) = opened - {"/dev/null"}
        assert connection.startswith("socket:")


def test_the_process_is_bound_by_the_kernel(own_inspector: Inspector) -> None:
    with inspecting_a_bomb(own_inspector) as (process, _):
        limits = limits_of(process)
        assert limits["Max cpu time"] == str(CPU_SECONDS)
        pages = Path(f"/proc/{server_of_this_process()}/statm").read_text().split()[0]
        idle = int(pages) * resource.getpagesize()
        assert int(limits["Max address space"]) == pytest.approx(idle + MEMORY_BYTES, abs=2**24)
        assert limits["Max core file size"] == "0"
        assert limits["Max file size"] == "0"
        assert limits["Max processes"] == "0"
        assert "\nNoNewPrivs:\t1\n" in Path(f"/proc/{process}/status").read_text()


def test_the_process_gives_way_to_the_workers(own_inspector: Inspector) -> None:
    with inspecting_a_bomb(own_inspector) as (process, _):
        ours, its = (os.getpriority(os.PRIO_PROCESS, each) for each in (0, process))
        assert its == min(ours + 10, LEAST_PRIORITY)


def test_a_process_that_only_sleeps_is_ended_too() -> None:
    """Also when the thread that started it had the alarm blocked."""
    script = """
import signal, time
from bridge.inspector import limits
limits.WALL_SECONDS = 1
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
limits.confine()
time.sleep(20)
"""
    ended = subprocess.run([sys.executable, "-c", script], timeout=15, check=False)
    assert ended.returncode == -signal.SIGALRM


def test_a_process_that_conceals_itself_cannot_be_dumped() -> None:
    script = """
import ctypes
from bridge.inspector.limits import conceal
conceal()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert said.stdout == b"0\n"


@pytest.mark.parametrize(
    "refused", ["undumpable._PR_SET_DUMPABLE", "inspector.limits._PR_SET_NO_NEW_PRIVS"]
)
def test_a_process_that_cannot_conceal_itself_does_not_go_on(refused: str) -> None:
    script = f"""
import bridge.inspector.limits, bridge.undumpable
bridge.{refused} = {UNKNOWN_TO_PRCTL}
bridge.inspector.limits.conceal()
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.endswith("] prctl: Invalid argument\n")


def test_an_inspection_that_is_killed_is_a_finding(
    own_inspector: Inspector, ec_material: KeyMaterial
) -> None:
    with inspecting_a_bomb(own_inspector) as (process, outcome):
        os.kill(process, signal.SIGKILL)
        assert errors(outcome.result(timeout=WALL_SECONDS - 1)) == ["file-too-costly"]
    assert is_sound(own_inspector.inspect(portal_key(ec_material)), ec_material)


def test_a_fork_server_that_is_killed_is_replaced(
    own_inspector: Inspector, ec_material: KeyMaterial
) -> None:
    killed = server_of_this_process()
    os.kill(killed, signal.SIGKILL)
    while is_running(killed):
        time.sleep(0.01)
    assert is_sound(own_inspector.inspect(portal_key(ec_material)), ec_material)
    assert server_of_this_process() != killed


def test_the_fork_server_ends_with_its_worker(own_inspector: Inspector) -> None:
    script = """
import os
from datetime import UTC, datetime
from bridge.inspector.exchange import InspectionRequest
from bridge.inspector.inspector import Inspector
inspector = Inspector(threads=4)
inspector.inspect(InspectionRequest([], None, None, None, datetime.now(UTC)))
os.kill(os.getpid(), 9)
"""
    worker = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 10
    while not (servers := children_of(worker.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    worker.wait()
    while Path(f"/proc/{servers[0]}/cmdline").exists() and is_running(servers[0]):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b'{"facts": {"secret": "hunter2"}, "findings": [], "more": "hunter2"}',
        b'["hunter2"]',
        b'{"facts": null, "findings": [], "certificate_pem": null, "private_key": null,'
        b' "public_key_sha256": null, "more": "hunter2"}',
        b'{"facts": null, "findings": [], "certificate_pem": "hunter2"',
        b"hunter2",
    ],
)
def test_what_an_inspecting_process_answers_is_not_trusted(answer: bytes) -> None:
    with pytest.raises(ValueError, match="mistakes") as raised:
        decode_inspection(answer)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_worker_with_few_threads_keeps_half_of_them_for_others() -> None:
    places = Places(threads=4)
    begun = time.monotonic()
    with places.place(), places.place(), pytest.raises(InspectorBusy), places.place():
        pass
    assert time.monotonic() - begun < LONGEST_WAIT / 2
    with places.place():
        pass


def test_who_waits_too_long_for_a_place_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.inspector.places.LONGEST_WAIT", 0.05)
    places = Places(threads=32)
    begun = time.monotonic()
    with places.place(), places.place(), pytest.raises(InspectorBusy), places.place():
        pass
    assert time.monotonic() - begun < LONGEST_WAIT / 2
