"""`ksef-bridge` run to its end in a process forked from one that has imported it already.

A command of a moment would else take most of its time to import what it needs.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
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


def run_to_end(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """`ksef-bridge ARGUMENTS` with `environment` added to that of the tests; what it wrote."""
    variables = {**os.environ, **environment}
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        process = _forks.Process(
            target=_command, args=(arguments, variables, Path.cwd(), output, errors)
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, _SECONDS)
        return subprocess.CompletedProcess(
            arguments, process.exitcode, output.read_bytes(), errors.read_bytes()
        )


def _command(
    arguments: Sequence[str], variables: dict[str, str], folder: Path, output: Path, errors: Path
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    encoding = variables.get("PYTHONIOENCODING") or "utf-8"
    sys.stdout = _written_to(output, 1, encoding, "strict")
    sys.stderr = _written_to(errors, 2, encoding, "backslashreplace")
    main(list(arguments), prog_name="ksef-bridge")


def _written_to(file: Path, descriptor: int, encoding: str, errors: str) -> TextIOWrapper:
    with file.open("wb") as opened:
        os.dup2(opened.fileno(), descriptor)
    return os.fdopen(descriptor, "w", encoding=encoding, errors=errors)
