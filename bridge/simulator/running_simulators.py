"""Which simulators this user runs: a small file for each, named by its port.

The folder is `<temporary folder>/ksef-simulator-<user id>`; a file holds the process id.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def announce(port: int) -> None:
    """Write down that this process runs a simulator at `port`.

    Nothing is written where the folder's name is taken by something that is not this user's own.
    """
    folder = _own_folder()
    if folder is not None:
        (folder / str(port)).write_text(f"{os.getpid()}\n")


@contextmanager
def withdrawn_at_exit(port: int) -> Iterator[None]:
    """Remove the file of this process at the end, not when a worker forked from it ends."""
    process = os.getpid()
    try:
        yield
    finally:
        folder = _own_folder()
        if folder is not None and os.getpid() == process and _process_in(folder, port) == process:
            (folder / str(port)).unlink(missing_ok=True)


def announced_ports() -> list[int]:
    """The ports whose simulators' processes are alive."""
    folder = _own_folder()
    if folder is None:
        return []
    ports = [int(file.name) for file in folder.iterdir() if file.name.isdecimal()]
    return sorted(port for port in ports if _is_alive(_process_in(folder, port)))


def _own_folder() -> Path | None:
    folder = Path(tempfile.gettempdir()) / f"ksef-simulator-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() else None


def _process_in(folder: Path, port: int) -> int | None:
    try:
        return int((folder / str(port)).read_text())
    except (OSError, ValueError):
        return None


def _is_alive(process: int | None) -> bool:
    if process is None or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
