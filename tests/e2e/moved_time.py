"""One clock for simulator, bridge and PHP that a test moves while they run (libfaketime).

What is moved is the time of day, by a distance that all processes read from one file: it goes on at
its usual speed, and what a process measures by the monotonic clock is as long as it was. The test
itself, EspoCRM's web server and MariaDB keep the real time.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

_LIBRARIES = (
    *Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"),
    Path("/usr/lib/faketime/libfaketimeMT.so.1"),
)
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where glibc keeps named semaphores
_PATH = Path(__file__).with_name("moved_processes")


@dataclass
class MovedTime:
    """The clock of all processes that were started in `environment`."""

    file: Path
    environment: dict[str, str]
    moved_by: timedelta = field(default=timedelta(0))

    def now(self) -> datetime:
        """What the processes take for the present moment, in UTC."""
        return datetime.now(UTC) + self.moved_by

    def go_on(self, by: timedelta) -> None:
        """So much time passes at once."""
        assert by >= timedelta(0), "time does not go back"
        self.jump(by)

    def jump(self, by: timedelta) -> None:
        """The clock is put forward or back."""
        self.moved_by += by
        # Replaced as a whole: it is read at every look at the clock.
        replacement = self.file.with_suffix(".new")
        replacement.write_text(f"{self.moved_by.total_seconds():+f}\n")
        replacement.replace(self.file)

    def go_to(self, moment: datetime) -> None:
        """It is this moment now; it must not have passed."""
        self.go_on(moment - self.now())


@contextlib.contextmanager
def moved_time(folder: Path) -> Iterator[MovedTime]:
    """A clock that is not moved yet. Skips the test where libfaketime is not installed."""
    library = next((path for path in _LIBRARIES if path.is_file()), None)
    if library is None:
        pytest.skip("libfaketime is not installed (Debian package faketime)")
    moved = MovedTime(
        folder / "moved-time",
        {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "moved-time"),
            "FAKETIME_NO_CACHE": "1",
            # gunicorn would take workers that were idle while time was moved for dead.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # gunicorn keeps moments of the monotonic clock as times of files.
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": str(_PATH),
        },
    )
    moved.go_on(timedelta(0))
    with _shared_memory(moved.environment) as name:
        moved.environment["FAKETIME_SHARED"] = name
        yield moved


@contextlib.contextmanager
def _shared_memory(environment: dict[str, str]) -> Iterator[str]:
    """Kept for all by a process that does nothing: each would leave its own behind when killed."""
    keeper = subprocess.Popen(
        ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    semaphore = _SHARED_MEMORY / f"sem.faketime_sem_{keeper.pid}"
    try:
        deadline = time.monotonic() + 10
        while not semaphore.exists():
            assert time.monotonic() < deadline, "libfaketime did not start"
            time.sleep(0.01)
        yield f"/faketime_sem_{keeper.pid} /faketime_shm_{keeper.pid}"
    finally:
        keeper.communicate(timeout=10)
