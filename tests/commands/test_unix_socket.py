"""The UNIX socket of `ksef-bridge serve` is for its owner and its group, as they were put."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.processes import COMMAND, RunningCommand


@pytest.fixture(scope="module")
def installation(artifacts: Path, simulator: RunningCommand) -> Installation:
    return Installation.create(artifacts / "installation-socket", simulator)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_owner_and_group_may_connect_and_nobody_else(
    installation: Installation, tmp_path: Path, umask: int
) -> None:
    path = tmp_path / "bridge.sock"
    environment = {**installation.environment, "KSEF_BRIDGE_LISTEN": f"unix:{path}"}
    with (
        (installation.folder / "bridge.log").open("ab") as log,
        subprocess.Popen(
            [COMMAND, "serve"],
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            umask=umask,
        ) as process,
    ):
        try:
            deadline = time.monotonic() + 30
            while not path.is_socket():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            mode = stat.S_IMODE(path.stat().st_mode)
            # To connect takes the right to write; x says nothing about a socket.
            assert oct(mode & 0o666) == oct(0o660)
        finally:
            process.terminate()
            process.wait(timeout=20)
