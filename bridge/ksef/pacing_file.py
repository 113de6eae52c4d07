"""When each operation may be called next, in one small file that all processes of a host share.

A header (format, boot of the machine) and records of equal size, each a key and two moments. The
file is opened anew for each update: then a lock is never shared with another thread or a forked
process, and a file that was deleted meanwhile is simply made again.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_FORMAT = b"ksef-pacing 1\0\0\0"
_RECORD = struct.Struct("=16sqq")
_MOMENTS = struct.Struct("=qq")
_LONGEST_LOCK = 1.0
_LOCK_PAUSE = 0.0005
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

KEY_LENGTH = 16

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One operation's moments, in nanoseconds of CLOCK_MONOTONIC, which all processes share.

    `next_call`: when the next call is due that keeps the even pace; one in the past frees nothing.
    `held_until`: no call before it.
    """

    next_call: int = 0
    held_until: int = 0


Change = Callable[[Schedule, int], tuple[Schedule, Value]]
"""From a schedule and the present moment to the new schedule and what the caller wants to know."""


class PacingFile:
    """A file with room for `records`, the header among them; threads and processes may share it.

    A record that has passed may be replaced.
    """

    def __init__(self, path: Path, records: int = 128) -> None:
        self._path = path
        self._size = records * _RECORD.size
        self._header = _FORMAT + _boot_id()

    def update(self, key: bytes, change: Change[Value]) -> Value:
        """Apply `change` to the schedule of `key` while nobody else does.

        Nothing is written when `change` raises. Raises OSError when the file cannot be used, or is
        locked for a second by a process that was stopped.
        """
        descriptor = self._open()
        try:
            _lock(descriptor)
            try:
                return self._update(descriptor, key, change)
            finally:
                # A process forked at this moment holds the descriptor too: closing would not do.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def _update(self, descriptor: int, key: bytes, change: Change[Value]) -> Value:
        content = os.pread(descriptor, self._size + 1, 0)
        if len(content) != self._size or not content.startswith(self._header):
            # Of another format, damaged, or of the time before a restart, whose clock began anew.
            content = self._header.ljust(self._size, b"\0")
            os.ftruncate(descriptor, self._size)
            if os.pwrite(descriptor, content, 0) < self._size:
                os.ftruncate(descriptor, 0)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        offset = content.find(key, len(self._header))
        is_known = offset > 0 and offset % _RECORD.size == 0
        schedule = Schedule()
        if is_known:
            schedule = Schedule(*_MOMENTS.unpack_from(content, offset + KEY_LENGTH))
        changed, value = change(schedule, time.monotonic_ns())
        if changed != schedule:
            record = _RECORD.pack(key, changed.next_call, changed.held_until)
            os.pwrite(descriptor, record, offset if is_known else _idlest(content))
        return value

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._path, flags, 0o600)


def _lock(descriptor: int) -> None:
    end = time.monotonic() + _LONGEST_LOCK
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(_LOCK_PAUSE)
        else:
            return


def _idlest(content: bytes) -> int:
    """The offset of the record whose moments lie back the most."""
    offsets = range(_RECORD.size, len(content), _RECORD.size)
    return min(offsets, key=lambda offset: max(_MOMENTS.unpack_from(content, offset + KEY_LENGTH)))


def _boot_id() -> bytes:
    try:
        return uuid.UUID(_BOOT_ID.read_text(encoding="ascii").strip()).bytes
    except (OSError, ValueError):
        return bytes(16)
