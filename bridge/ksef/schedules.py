"""When calls may be made next, in a small SQLite file that all processes of a host share.

Losing it costs accuracy, and nothing else. Therefore it does not wait for the disk, a damaged file
is replaced, and while there is none that can be used each process keeps schedules by itself.
"""

from __future__ import annotations

import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog

_LONGEST_LOCK = 1.0
_SECONDS_APART = 1.0
_TABLE = """
    CREATE TABLE IF NOT EXISTS schedule (
        name TEXT PRIMARY KEY, next_call INTEGER, held_until INTEGER
    ) WITHOUT ROWID
"""
# The last of them: a table is not there, or of another form.
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}

log = structlog.get_logger(__name__)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Moments in nanoseconds of the time of day.

    `next_call`: when the next call is due that keeps the even pace; one in the past frees nothing.
    `held_until`: no call before it.
    """

    next_call: int = 0
    held_until: int = 0


Change = Callable[[Schedule, int], tuple[Schedule, Value]]
"""From a schedule and the present moment to the new schedule and what the caller wants to know."""


class Schedules:
    """Schedules by name; threads may share them, but not across a fork.

    The file is made with mode 0600, its folder with 0700, if they are not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._memory = _connected(":memory:")
        self._memory.execute(_TABLE)
        self._apart_until: float | None = None

    def update(self, name: str, change: Change[Value]) -> Value:
        """Apply `change` to the schedule of `name` while nobody else does.

        Nothing is written when `change` raises. When the file cannot be used, or is locked for a
        second by a process that was stopped, the log says so once.
        """
        with self._lock:
            if self._apart_until is None or time.monotonic() > self._apart_until:
                try:
                    value = self._update_file(name, change)
                except (OSError, sqlite3.Error) as error:
                    if self._apart_until is None:
                        log.error(f"{self._path.name}-not-shared", reason=str(error))
                    # Else each of many threads would wait for the lock in its turn.
                    self._apart_until = time.monotonic() + _SECONDS_APART
                else:
                    self._apart_until = None
                    return value
            return _update(self._memory, name, change)

    def _update_file(self, name: str, change: Change[Value]) -> Value:
        try:
            return _update(self._opened(), name, change)
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF not in _DAMAGED:
                raise
        self._path.unlink(missing_ok=True)
        return _update(self._opened(), name, change)

    def _opened(self) -> sqlite3.Connection:
        """The connection to the file that is there now; it may have been deleted meanwhile."""
        found = _identity(self._path)
        if self._file is not None:
            if found is not None and found == self._identity:
                return self._file
            self._file.close()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file, self._identity = _connected(self._path), None
        opened = _identity(self._path)
        self._path.chmod(0o600)
        self._file.execute(_TABLE)
        self._identity = opened
        return self._file

    def __del__(self) -> None:
        self._memory.close()
        if self._file is not None:
            self._file.close()


def _connected(path: Path | str) -> sqlite3.Connection:
    # Transactions are begun and ended below; schedules have a lock for their threads.
    database = sqlite3.connect(
        path, timeout=_LONGEST_LOCK, isolation_level=None, check_same_thread=False
    )
    database.execute("PRAGMA synchronous = OFF")
    # On a full disk there is no room for a journal.
    database.execute("PRAGMA journal_mode = MEMORY")
    return database


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells the file from its successor. Raises OSError when it is a link, say."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is not a regular file")
    return found.st_dev, found.st_ino


def _update(database: sqlite3.Connection, name: str, change: Change[Value]) -> Value:
    with database:
        database.execute("BEGIN IMMEDIATE")
        query = "SELECT next_call, held_until FROM schedule WHERE name = ?"
        row = database.execute(query, (name,)).fetchone()
        now = time.time_ns()
        match row:
            case (int(next_call), int(held_until)):
                schedule = Schedule(next_call, held_until)
            case _:
                schedule = Schedule()
                passed = "DELETE FROM schedule WHERE next_call < ?1 AND held_until < ?1"
                database.execute(passed, (now,))
        changed, value = change(schedule, now)
        if changed != schedule:
            moments = (name, changed.next_call, changed.held_until)
            database.execute("REPLACE INTO schedule VALUES (?, ?, ?)", moments)
        return value
