"""What holds keys leaves no core file, and no other process of its user sees its memory."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.processes import COMMAND, RunningCommand, free_port

_number = itertools.count(1)

# Root looks into everything. This user cannot, though it reads the files that root has made.
_USER = [
    *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
]
AS_USER = _USER if os.getuid() == 0 else []


@pytest.fixture
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / f"installation-undumpable-{next(_number)}", simulator)


@contextmanager
def process(command: list[str | Path], environment: dict[str, str], says: bytes) -> Iterator[int]:
    """The id of a process of a user who is not root, once it has said a line like that."""
    started = subprocess.Popen(
        [*AS_USER, *command],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert started.stdout is not None
        said = b""
        while says not in said:
            line = started.stdout.readline()
            assert line, said.decode()
            said += line
        yield started.pid
    finally:
        started.terminate()
        started.communicate(timeout=15)


def assert_closed(pid: int) -> None:
    limits = Path(f"/proc/{pid}/limits").read_text()
    (core,) = (line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    for name in ("environ", "mem", "maps"):
        look = subprocess.run(
            [*AS_USER, "head", "-c", "1", f"/proc/{pid}/{name}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Permission denied" in look.stderr, name


def test_a_process_like_any_other_can_be_looked_into() -> None:
    """Or else the other tests would tell nothing."""
    with process([sys.executable, "-c", "print('here', flush=True); input()"], {}, b"here") as pid:
        subprocess.run([*AS_USER, "head", "-c", "1", f"/proc/{pid}/environ"], check=True)


def test_the_bridge_and_its_workers(installation: Installation) -> None:
    listen = {"KSEF_BRIDGE_LISTEN": f"127.0.0.1:{free_port()}"}
    with process([COMMAND, "serve"], {**installation.environment, **listen}, b"listens") as pid:
        children = Path(f"/proc/{pid}/task/{pid}/children")
        end = time.monotonic() + 10
        while len(children.read_text().split()) < 2:
            assert time.monotonic() < end
            time.sleep(0.02)
        for each in (pid, *map(int, children.read_text().split())):
            assert_closed(each)


@pytest.mark.parametrize("arguments", [["keys", "list"], ["doctor"]], ids=" ".join)
def test_a_command_that_reads_keys(installation: Installation, arguments: list[str]) -> None:
    """Held up after its end, as it has no time to be looked at."""
    program = (
        "from bridge.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: print('ended', flush=True); input()"
    )
    with process([sys.executable, "-c", program], installation.environment, b"ended") as pid:
        assert_closed(pid)


def test_no_key_is_read_where_the_kernel_does_not_close_the_memory(
    installation: Installation,
) -> None:
    program = (
        "from bridge import undumpable\n"
        "from bridge.cli import main\n"
        "undumpable._PR_SET_DUMPABLE = 9_999\n"
        "main(['keys', 'list'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **installation.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("Error: The kernel does not close this process's memory")
    assert "Allow prctl(2)" in ended.stderr
