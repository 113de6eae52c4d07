"""Numbers that the processes of one bridge count up: each in memory and, for the others, in a file.

The files are written by system calls, not through a mapping: where the disk is full, a write to a
mapping ends the process. What cannot be written costs the others their view of it, nothing else.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

_PREFIX = "counts-"
# An entry is a value, the length of its key, and the key, filled up so that values are aligned.
_VALUE = struct.Struct("=d")
_HEAD = struct.Struct("=dQ")
_ALIGNMENT = 8

log = structlog.get_logger(__name__)


@contextmanager
def shared_counts(runtime_folder: Path) -> Iterator[Path | None]:
    """A folder for the counts of this bridge's processes; None, and a warning, if there is none.

    It is locked for as long as this process, or one forked from it, lives. Folders that nobody
    has locked are removed.
    """
    try:
        _remove_what_nobody_uses(runtime_folder)
        folder, lock = _make(runtime_folder)
    except OSError as error:
        _warn(error)
        yield None
        return
    master = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == master:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def is_in_use(runtime_folder: Path) -> bool:
    """Whether a living bridge counts in a folder there. Raises OSError."""
    for folder in runtime_folder.glob(f"{_PREFIX}*"):
        lock = _locked(folder)
        if lock is None:
            return folder.exists()
        os.close(lock)
    return False


class Counts:
    """Numbers by key; threads may share them. Without a folder no other process sees them.

    To be made in the process that counts.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._values: dict[str, float] = {}
        self._offsets: dict[str, int] = {}
        self._file: Path | None = None
        self._descriptor = -1
        self._end = 0
        self._is_told = False

    def add(self, key: str, amount: float = 1.0) -> None:
        """Add to the number of that key, which begins at 0."""
        with self._lock:
            value = self._values[key] = self._values.get(key, 0.0) + amount
            if self._folder is not None:
                self._share(self._folder, key, value)

    def totals(self) -> dict[str, float]:
        """The numbers of all processes as far as they can be read, those of ended ones included."""
        with self._lock:
            totals = dict(self._values)
        if self._folder is not None:
            try:
                for path in self._folder.iterdir():
                    if path != self._file:
                        for key, value in _entries(path.read_bytes()):
                            totals[key] = totals.get(key, 0.0) + value
            except OSError as error:
                self._warn_once(error)
        return totals

    def _share(self, folder: Path, key: str, value: float) -> None:
        try:
            offset = self._offsets.get(key)
            if offset is None:
                self._append(folder, key, value)
            else:
                os.pwrite(self._descriptor, _VALUE.pack(value), offset)
        except OSError as error:
            self._warn_once(error)

    def _append(self, folder: Path, key: str, value: float) -> None:
        if self._file is None:
            self._descriptor, path = tempfile.mkstemp(dir=folder)
            self._file = Path(path)
        encoded = key.encode()
        encoded += b" " * (-len(encoded) % _ALIGNMENT)
        entry = _HEAD.pack(value, len(encoded)) + encoded
        if os.pwrite(self._descriptor, entry, self._end) < len(entry):
            # The next one is written over what there is of it.
            raise OSError("the disk is full")
        self._offsets[key] = self._end
        self._end += len(entry)

    def _warn_once(self, error: OSError) -> None:
        if not self._is_told:
            self._is_told = True
            _warn(error)


def _warn(error: OSError) -> None:
    log.warning(
        "metrics-not-shared",
        reason=error.strerror or str(error),
        consequence="/metrics misses what other processes count",
    )


def _entries(content: bytes) -> Iterator[tuple[str, float]]:
    offset = 0
    while offset + _HEAD.size <= len(content):
        value, length = _HEAD.unpack_from(content, offset)
        offset += _HEAD.size
        encoded = content[offset : offset + length]
        if not length or len(encoded) < length:
            return
        offset += length
        with suppress(UnicodeDecodeError):
            yield encoded.decode().rstrip(" "), value


def _make(runtime_folder: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=runtime_folder))
        # Another bridge may take it for one that nobody uses until it is locked.
        lock = _locked(folder)
        if lock is not None:
            return folder, lock


def _remove_what_nobody_uses(runtime_folder: Path) -> None:
    for folder in runtime_folder.glob(f"{_PREFIX}*"):
        lock = _locked(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """A descriptor that locks the folder; None when somebody else has it locked or removed it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None
