"""A key file that is read again when it has changed, so that no bridge needs a restart."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from bridge.keys.errors import KeyFileEmpty, KeyFileError, KeyFileMissing, KeyFileUnreadable

Content = TypeVar("Content")

# Which file stands there, and when it or its mode was last changed; or why that is not known.
_Stamp = tuple[int, ...]

_SECONDS_BETWEEN_LOOKS = 1.0

log = structlog.get_logger(__name__)


class WatchedKeyFile(Generic[Content]):
    """What `read` made of the file at `path`, as the file is now.

    A file that cannot be used any more is logged once, as `key-file-unusable`, and the last good
    content stays in force. With `when_gone` that holds only for a file that is there but damaged,
    exposed or unreadable: one that was removed or holds no key gives `when_gone`.
    """

    def __init__(
        self, path: Path, read: Callable[[Path], Content], when_gone: Content | None = None
    ) -> None:
        """Reads the file. Raises KeyFileError."""
        self._path = path
        self._read = read
        self._when_gone = when_gone
        self._reading = threading.Lock()
        self._logged: tuple[_Stamp, str] | None = None
        stamp = _stamp(path)
        self._good = read(path)
        self._seen: tuple[_Stamp | None, Content] = (stamp, self._good)
        self._looked_at = time.monotonic()

    def current(self) -> Content:
        """The content in force a second ago at the most, for use at every call."""
        if time.monotonic() < self._looked_at + _SECONDS_BETWEEN_LOOKS:
            return self._seen[1]
        return self.latest()

    def latest(self) -> Content:
        """The content in force; it is the same object as long as the file does not change."""
        self._looked_at = time.monotonic()
        stamp, content = self._seen
        return content if stamp == _stamp(self._path) else self._look_again()

    def _look_again(self) -> Content:
        with self._reading:
            # Before reading, so that a change in between is seen at the next use.
            stamp = _stamp(self._path)
            if stamp != self._seen[0]:
                self._seen = self._read_again(stamp)
            return self._seen[1]

    def _read_again(self, stamp: _Stamp) -> tuple[_Stamp | None, Content]:
        try:
            self._good = self._read(self._path)
        except (KeyFileMissing, KeyFileEmpty) as error:
            if self._when_gone is None:
                self._log(stamp, error, "the last good content")
                return stamp, self._good
            self._log(stamp, error, "nothing")
            # What was removed on purpose must not come back when a damaged file is put there.
            self._good = self._when_gone
            return stamp, self._good
        except KeyFileError as error:
            self._log(stamp, error, "the last good content")
            # What the system refused it may grant next time without a change of the file.
            return None if isinstance(error, KeyFileUnreadable) else stamp, self._good
        self._logged = None
        log.info("key-file-reloaded", path=str(self._path))
        return stamp, self._good

    def _log(self, stamp: _Stamp, error: KeyFileError, in_force: str) -> None:
        reason = str(error)
        if self._logged != (stamp, reason):
            self._logged = (stamp, reason)
            log.error("key-file-unusable", reason=reason, in_force=in_force)


def _stamp(path: Path) -> _Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116 - twice as fast as Path.stat, at every use of a key
    except OSError as error:
        return (error.errno or 0,)
    # The change time tells of a new mode or owner, too.
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
