"""What reading one input may cost: a second of processor time and 200 MB of memory."""

from __future__ import annotations

import resource
import signal
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from tests.fuzz.target import Read

MOST_SECONDS = 1.0
MOST_BYTES = 200 * 1024 * 1024
_REMEMBERED_BYTES = 16 * 1024 * 1024
_PEAK_TO_PRESENT = "5"
"""What proc_pid_clear_refs(5) takes for: let the peak of the resident memory be what it is now."""


class TooSlow(BaseException):
    """Reading took longer than a second; not an Exception, which somebody might catch."""


class TooLarge(Exception):
    """Reading took more than 200 MB."""


class Bounds:
    """Holds a process to the bounds, input by input. For its main thread."""

    def __init__(self) -> None:
        signal.signal(signal.SIGPROF, _end)
        self._before = _forgotten_peak()

    def read(self, read: Read, data: bytes) -> None:
        """Raises TooSlow, TooLarge, and what `read` raises."""
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        try:
            read(data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        # The signal waits for native code to come back, which the input may have ended with.
        if time.process_time() - begun > MOST_SECONDS:
            raise TooSlow
        self._check_memory()

    def _check_memory(self) -> None:
        used = _peak() - self._before
        if used > _REMEMBERED_BYTES:
            self._before = _forgotten_peak()
        if used > MOST_BYTES:
            raise TooLarge(f"{used // 1024**2} MB")


def _end(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _forgotten_peak() -> int:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(_PEAK_TO_PRESENT)
    return _peak()
