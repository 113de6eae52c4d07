"""Schedules that all processes of a host share, or each its own while the file cannot be used."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import structlog

from bridge.ksef.pacing_file import KEY_LENGTH, Change, PacingFile, Schedule, Value

log = structlog.get_logger(__name__)


def key_of(text: str) -> bytes:
    """The key of what `text` names."""
    return hashlib.blake2b(text.encode(), digest_size=KEY_LENGTH).digest()


class Schedules:
    """Schedules by key; threads may share them. With `records` the file has room for so many."""

    def __init__(self, path: Path, records: int) -> None:
        self._file = PacingFile(path, records)
        self._memory = _Memory()
        self._is_shared = True

    def update(self, key: bytes, change: Change[Value]) -> Value:
        """Apply `change` to the schedule of `key` while nobody else does.

        While the file cannot be used, the log says so once.
        """
        try:
            value = self._file.update(key, change)
        except OSError as error:
            if self._is_shared:
                log.error("ksef-pacing-not-shared", reason=str(error))
            self._is_shared = False
            return self._memory.update(key, change)
        self._is_shared = True
        return value


class _Memory:
    """The schedules of one process, for as long as it cannot share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._schedules: dict[bytes, Schedule] = {}

    def update(self, key: bytes, change: Change[Value]) -> Value:
        with self._lock:
            schedule = self._schedules.get(key, Schedule())
            self._schedules[key], value = change(schedule, time.monotonic_ns())
        return value
