"""Processes that read inputs, one for each target, and what they say at their end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.repeated import OPENAPI, is_repeated

_INPUTS = re.compile(r"number_of_executed_units: (\d+)")
_LAST_INPUT = re.compile(r"^#(\d+)\t", re.MULTILINE)
_BRANCHES = re.compile(r"\bcov: (\d+)")
_SECONDS_TO_END = 120
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own in it


@dataclass
class Run:
    """One target's process, begun anew after native code has ended it, until its time is over."""

    target: str
    folder: Path
    seconds: int
    inputs: int = 0
    branches: int | None = None
    failures: list[Path] = field(default_factory=list)

    def go(self, is_stopped: Callable[[], bool]) -> None:
        """Read inputs for so many seconds."""
        begun, end = time.time(), time.monotonic() + self.seconds
        while (left := round(end - time.monotonic())) > 0 and not is_stopped():
            ended = self._process(left, is_stopped)
            if ended == 0 or not self.inputs:
                break
        self.failures = [file for file in self._kept() if self._is_failure(file, begun)]

    def _process(self, seconds: int, is_stopped: Callable[[], bool]) -> int:
        module = "tests.fuzz.openapi" if self.target == OPENAPI else "tests.fuzz.guided"
        log = self.folder / self.target / "log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", module, self.target, str(self.folder), str(seconds)]
        memory = _MEMORY if _MEMORY.is_dir() else None
        with log.open("wb") as output, tempfile.TemporaryDirectory(dir=memory) as own:
            # Whatever it leaves behind goes with that folder.
            environment = {**os.environ, "TMPDIR": own}
            process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
            deadline = time.monotonic() + seconds + _SECONDS_TO_END
            while process.poll() is None:
                if is_stopped() or time.monotonic() > deadline:
                    process.send_signal(signal.SIGINT)
                    deadline = time.monotonic() + _SECONDS_TO_END
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1)
        self._count(log.read_text("utf-8", "replace"))
        return process.returncode

    def _count(self, log: str) -> None:
        told = _INPUTS.findall(log) or _LAST_INPUT.findall(log)
        self.inputs += int(told[-1]) if told else 0
        if branches := _BRANCHES.findall(log):
            self.branches = int(branches[-1])

    def _kept(self) -> Iterator[Path]:
        folder = self.folder / self.target / "failures"
        return (file for file in sorted(folder.glob("*")) if file.suffix != ".txt")

    def _is_failure(self, file: Path, begun: float) -> bool:
        # A bridge that was just started may bear what one with a past did not.
        is_new_request = self.target == OPENAPI and file.stat().st_mtime >= begun
        if is_new_request or is_repeated(self.target, file):
            return True
        # Mended since, or slow in this process alone.
        file.unlink()
        file.with_suffix(".txt").unlink(missing_ok=True)
        return False

    @property
    def is_broken(self) -> bool:
        """Whether the process did not read anything."""
        return not self.inputs
