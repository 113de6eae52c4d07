"""Reading and writing a key file: JSON that its owner alone may read."""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.keys.codes import Damage, KeyFileCode
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileError,
    KeyFileExposed,
    KeyFileMissing,
    KeyFileUnreadable,
)

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def read_key_file(path: Path, making_command: str) -> list[dict[str, Any]]:
    """The entries under `keys`, in the file's order.

    Raises KeyFileMissing, KeyFileUnreadable, KeyFileExposed when others than owner and group have
    access, KeyFileDamaged when it is not of the form that `write_key_file` gives.
    """
    try:
        refuse_if_exposed(path)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyFileMissing(path, making_command) from None
    except OSError as error:
        raise KeyFileUnreadable(path, type(error).__name__) from None
    except UnicodeDecodeError:
        raise KeyFileDamaged(path, Damage.NO_TEXT) from None
    try:
        keys = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyFileDamaged(path, Damage.OTHER_JSON) from None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise KeyFileDamaged(path, Damage.NO_LIST)
    return keys


def key_id_in(entry: Mapping[str, Any]) -> str:
    """The id of a key, which stands between dots in every seal made under it.

    Raises KeyError, ValueError.
    """
    key_id = entry["id"]
    if not isinstance(key_id, str) or not _ID.fullmatch(key_id):
        raise ValueError("not an id that a seal could name")
    return key_id


def moment_in(entry: Mapping[str, Any]) -> datetime:
    """When a key was made, in UTC. Raises KeyError, TypeError, ValueError."""
    try:
        return datetime.fromisoformat(entry["createdAt"]).astimezone(UTC)
    except OverflowError:
        raise ValueError("before the first day or after the last") from None


def refuse_if_exposed(path: Path) -> None:
    """Raise KeyFileExposed for a file of secrets that everyone can read or write."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise KeyFileExposed(path, mode)


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Keep other commands from changing the file until the block ends; makes its folder.

    The folder is locked, as the file itself is replaced by every change; that of the file itself
    where `path` is a link. Raises KeyFileError.
    """
    try:
        parent = path.resolve().parent
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    except (OSError, RuntimeError) as error:
        # RuntimeError: links that lead to each other, before Python 3.13.
        raise _unwritable(path, error) from None
    try:
        _lock(folder, path)
        yield
    finally:
        # The lock goes with the descriptor.
        os.close(folder)


def write_key_file(path: Path, keys: list[dict[str, Any]]) -> None:
    """Replace the file as a whole, so that a crash leaves the old or the new one.

    To be called within `sole_writer`. A new file gets mode 0600; one that exists keeps its mode,
    owner and group, so that a key added by root does not lock the bridge out. A link stays one:
    the file that it leads to is replaced, or made.
    """
    path = path.resolve()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"keys": keys}, file, indent=2)
            file.write("\n")
            file.flush()
            if path.exists():
                old = path.stat()
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
            os.fsync(file.fileno())
        unfinished.replace(path)
        _keep_replacement(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _lock(folder: int, path: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
    except OSError as error:
        raise _unwritable(path, error) from None


def _keep_replacement(folder: Path) -> None:
    # A power failure must not bring the old file back: seals may have been made under the new key.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: Exception) -> KeyFileError:
    return KeyFileError(KeyFileCode.UNWRITABLE, path, reason=type(error).__name__)
