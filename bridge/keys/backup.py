"""Both key files in one, which a passphrase opens: an age file (age-encryption.org/v1).

Any program for age opens it, too; what it holds is the JSON of the key files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrage import DecryptError, passphrase

from bridge.credentials.secret import Secret
from bridge.keys.api_keys import read_api_keys
from bridge.keys.errors import KeyFileError, KeyFileMissing
from bridge.keys.key_file import read_key_file, sole_writer, write_key_file
from bridge.keys.master_keys import load_key_ring

_FORMAT = "ksef-bridge keys"
_COMMAND = "ksef-bridge keys export"


class BackupUnusable(KeyFileError):
    """The file that was exported cannot be opened; the text says why."""


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a bridge has its keys."""

    master_keys: Path
    api_keys: Path


@dataclass(frozen=True, slots=True)
class Imported:
    """Ids of the keys that were not there before."""

    master_keys: Sequence[str]
    api_keys: Sequence[str]


def export_keys(files: KeyFiles, phrase: Secret, backup: Path) -> None:
    """Write all keys to a new file that its owner alone may read. Raises KeyFileError."""
    # Read as the bridge does: what it could not use is no backup.
    load_key_ring(files.master_keys)
    read_api_keys(files.api_keys)
    held = {
        "format": _FORMAT,
        "masterKeys": read_key_file(files.master_keys, _COMMAND),
        "apiKeys": read_key_file(files.api_keys, _COMMAND),
    }
    content = passphrase.encrypt(json.dumps(held).encode(), phrase.reveal_text())
    try:
        descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise BackupUnusable(f"{backup} exists already; name another file") from None
    except OSError as error:
        raise BackupUnusable(f"{backup} cannot be written: {error.strerror}") from None


def import_keys(files: KeyFiles, phrase: Secret, backup: Path) -> Imported:
    """Add the keys that are not there yet; the primary master key stays what it is.

    Where there is none, that of the backup is it. Raises KeyFileError.
    """
    held = _opened(backup, phrase)
    return Imported(
        master_keys=_added(files.master_keys, held["masterKeys"], first=False),
        api_keys=_added(files.api_keys, held["apiKeys"], first=True),
    )


def _opened(backup: Path, phrase: Secret) -> Mapping[str, Any]:
    try:
        content = passphrase.decrypt(backup.read_bytes(), phrase.reveal_text())
    except OSError as error:
        raise BackupUnusable(f"{backup} cannot be read: {error.strerror}") from None
    except DecryptError:
        raise BackupUnusable(
            f"{backup} cannot be opened: this is not its passphrase, it is damaged, or it was not "
            f"made by `{_COMMAND}`"
        ) from None
    with suppress(ValueError, KeyError, TypeError):
        held = json.loads(content)
        if held["format"] == _FORMAT and held["masterKeys"] and held["apiKeys"]:
            return dict(held)
    raise BackupUnusable(f"{backup} was not made by `{_COMMAND}`")


def _added(path: Path, entries: Sequence[Mapping[str, Any]], *, first: bool) -> Sequence[str]:
    """Put what is not there yet before or after what is; the ids of it."""
    with sole_writer(path):
        there: list[dict[str, Any]] = []
        with suppress(KeyFileMissing):
            there = read_key_file(path, _COMMAND)
        known = {entry["id"] for entry in there}
        new = [dict(entry) for entry in entries if entry["id"] not in known]
        if new:
            write_key_file(path, [*new, *there] if first else [*there, *new])
    return [entry["id"] for entry in new]
