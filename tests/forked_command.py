"""`ksef-bridge` in a process forked from one that has imported it already.

A command of a moment would else take most of its time to import what it needs, and so would the
start of a server.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bridge.cli import main

_SECONDS = 60
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    [
        *("bridge.commands.doctor", "bridge.commands.keys", "bridge.commands.master_key_rotation"),
        *("bridge.commands.serve", "bridge.simulator.command", __name__),
    ]
)


@dataclass(frozen=True, slots=True)
class ForkedCommand:
    """A command that runs, with what tests ask of a `subprocess.Popen`."""

    forked: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.forked.pid is not None
        return self.forked.pid

    def poll(self) -> int | None:
        """The exit status, negative after a signal; None while the command runs."""
        return self.forked.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""
        self.forked.join(timeout)
        if (status := self.poll()) is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path, errors: Path
) -> ForkedCommand:
    """`ksef-bridge ARGUMENTS`, begun; what it writes is added to two files or one.

    `environment` is added to that of the tests.
    """
    variables = {**os.environ, **environment}
    forked = _forks.Process(
        target=_command, args=(arguments, variables, Path.cwd(), output, errors), daemon=True
    )
    forked.start()
    return ForkedCommand(forked)


def run_to_end(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """`ksef-bridge ARGUMENTS` with `environment` added to that of the tests; what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        command = start(arguments, environment, output, errors)
        try:
            status = command.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            command.kill()
            raise
        return subprocess.CompletedProcess(
            arguments, status, output.read_bytes(), errors.read_bytes()
        )


def _command(
    arguments: Sequence[str], variables: dict[str, str], folder: Path, output: Path, errors: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    tempfile.tempdir = None  # as in a new process: TMPDIR decides
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    encoding = variables.get("PYTHONIOENCODING") or "utf-8"
    sys.stdout = _written_to(output, 1, encoding, "strict")
    sys.stderr = _written_to(errors, 2, encoding, "backslashreplace")
    main(list(arguments), prog_name="ksef-bridge")


def _written_to(file: Path, descriptor: int, encoding: str, errors: str) -> TextIOWrapper:
    with file.open("ab") as opened:
        os.dup2(opened.fileno(), descriptor)
    return os.fdopen(descriptor, "w", encoding=encoding, errors=errors)
