"""How long people wait for commands: start and help of the bridge, package, demonstration."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmark.own_process import PartFailed
from benchmark.table import Row, Target, Unit
from tests.installation import Installation
from tests.processes import COMMAND, call

_ROOT = Path(__file__).resolve().parents[2]
_BUILD = "scripts/build_extension.py"
_DEMO = "scripts/demo"
_ALLOWED = "what is allowed"


def command_rows(installation: Installation, folder: Path, times: int) -> list[Row]:
    """Median times of `times` runs each. Raises PartFailed."""
    # As in a fresh clone, where EspoCRM's schemas are not at hand.
    alone = {"KSEF_SHARED": str(folder)}
    build = [sys.executable, _BUILD]
    return [
        _row("ksef-bridge serve: first answer", 2, times, lambda: _first_answer(installation)),
        _row("ksef-bridge --help", 0.3, times, lambda: _finished([str(COMMAND), "--help"], {})),
        _row(_BUILD, 1, times, lambda: _finished(build, alone)),
        _row(f"{_DEMO}, not for the first time", 5, times, lambda: _finished([_DEMO], alone)),
    ]


def _row(name: str, allowed: float, times: int, seconds: Callable[[], float]) -> Row:
    taken = statistics.median(seconds() for _ in range(times))
    return Row(f"{name}: time", taken, _ALLOWED, allowed, Unit.SECONDS, Target("≤", 1))


def _finished(command: list[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    finished = subprocess.run(
        command, cwd=_ROOT, env={**os.environ, **environment}, capture_output=True, check=False
    )
    seconds = time.perf_counter() - began
    if finished.returncode:
        raise PartFailed(f"{command}: {finished.stderr.decode()[-3000:]}")
    return seconds


def _first_answer(installation: Installation) -> float:
    began = time.perf_counter()
    with installation.running() as bridge:
        while not _answers(bridge.port):
            time.sleep(0.01)
        return time.perf_counter() - began


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return call(port, "GET", "/healthz").status == 200
    return False
