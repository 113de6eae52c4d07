"""What was announced last, in a small file that all processes of a host share.

Losing it costs one more question to Latarnia, and nothing else. While there is no file that can be
used, each process remembers by itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bridge.announcements.announced import Announced
from bridge.ksef.json_object import ContractBroken

_LARGEST_FILE = 1024 * 1024
_EARLIEST = datetime.min.replace(tzinfo=UTC)

log = structlog.get_logger(__name__)


class Remembered:
    """What the Latarnia at `url` has announced; threads may share it.

    The file is made with mode 0600, its folder with 0700, if they are not there.
    """

    def __init__(self, folder: Path, url: str) -> None:
        name = hashlib.sha256(url.encode()).hexdigest()[:16]
        self._path = folder / f"announced-{name}"
        self._lock = threading.Lock()
        self._own = Announced()
        self._is_told = False

    def load(self) -> Announced:
        """What is known; the later of what the file and this process remember."""
        return max(self._own, self._file_content(), key=lambda each: each.asked_at or _EARLIEST)

    def claim(self, now: datetime) -> Announced | None:
        """Say that Latarnia is asked `now`; None when somebody else has just said so."""
        with self._lock:
            try:
                with self._locked():
                    return self._claimed(now)
            except BlockingIOError:
                return None
            except OSError as error:
                self._tell(error)
                return self._claimed(now)

    def _claimed(self, now: datetime) -> Announced | None:
        known = self.load()
        if not known.is_due(now):
            return None
        asked = known.being_asked(now)
        self.save(asked)
        return asked

    def save(self, announced: Announced) -> None:
        """Remember it in place of what was known."""
        unfinished = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
                file.write(announced.to_bytes())
            unfinished.replace(self._path)
        except OSError as error:
            self._tell(error)
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
        # Last, so that what this process knows is not told before others may know it.
        self._own = announced

    def _file_content(self) -> Announced:
        # Whatever else lies there, nobody waits for it.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            with os.fdopen(os.open(self._path, flags), "rb") as file:
                return Announced.from_bytes(file.read(_LARGEST_FILE))
        except (OSError, ContractBroken):
            return Announced()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Raises BlockingIOError when another process holds the lock, OSError without a file."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._path.with_name(f"{self._path.name}.lock"), flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(descriptor)

    def _tell(self, error: OSError) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning("announcements-not-shared", reason=str(error))
