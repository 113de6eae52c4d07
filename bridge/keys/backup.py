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
from bridge.keys.api_keys import api_keys_of, read_api_keys
from bridge.keys.codes import KeyFileCode
from bridge.keys.errors import KeyFileError, KeyFileMissing
from bridge.keys.key_file import read_key_file, sole_writer, write_key_file
from bridge.keys.master_keys import key_ring_of, load_key_ring

_FORMAT = "ksef-bridge keys"
_COMMAND = "ksef-bridge keys export"
# The specification's first line, and the only kind of recipient that a passphrase opens.
_AGE = b"age-encryption.org/v1\n-> scrypt "
# How the library says so; else the file differs from what was written.
_WRONG_PASSPHRASE = "Decryption failed"  # noqa: S105


class BackupUnusable(KeyFileError):
    """The file that was exported cannot be opened or written; the message says why."""


class KeyDiffers(KeyFileError):
    """The backup has another key under an id that is here already."""

    def __init__(self, path: Path, key_id: str, backup: Path) -> None:
        super().__init__(KeyFileCode.DIFFERS, path, keyId=key_id, backup=str(backup))


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
    try:
        descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(passphrase.encrypt(json.dumps(held).encode(), phrase.reveal_text()))
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            # Nobody must take a part of it for a backup.
            backup.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise BackupUnusable(KeyFileCode.BACKUP_EXISTS, backup) from None
    except OSError as error:
        raise BackupUnusable(KeyFileCode.UNWRITABLE, backup, reason=_reason(error)) from None


def import_keys(files: KeyFiles, phrase: Secret, backup: Path) -> Imported:
    """Add the keys that are not there yet; the primary master key stays what it is.

    Where there is none, that of the backup is it. Raises KeyFileError, and nothing is changed then.
    """
    held = _opened(backup, phrase)
    for path, entries in (
        (files.master_keys, held["masterKeys"]),
        (files.api_keys, held["apiKeys"]),
    ):
        _refuse_others(path, entries, backup)
    return Imported(
        master_keys=_added(files.master_keys, held["masterKeys"], first=False),
        api_keys=_added(files.api_keys, held["apiKeys"], first=True),
    )


def _opened(backup: Path, phrase: Secret) -> Mapping[str, Any]:
    try:
        sealed = backup.read_bytes()
    except OSError as error:
        raise BackupUnusable(KeyFileCode.UNREADABLE, backup, reason=_reason(error)) from None
    if not sealed.startswith(_AGE):
        raise _another(backup)
    try:
        content = passphrase.decrypt(sealed, phrase.reveal_text())
    except DecryptError as error:
        if str(error) == _WRONG_PASSPHRASE:
            raise BackupUnusable(KeyFileCode.BACKUP_WRONG_PASSPHRASE, backup) from None
        raise BackupUnusable(KeyFileCode.BACKUP_DAMAGED, backup) from None
    with suppress(ValueError, KeyError, TypeError):
        held = json.loads(content)
        if held["format"] == _FORMAT and held["masterKeys"] and held["apiKeys"]:
            # Read as the bridge does: what it could not use must not get into its files.
            key_ring_of(backup, held["masterKeys"])
            api_keys_of(backup, held["apiKeys"])
            return dict(held)
    raise _another(backup)


def _refuse_others(path: Path, entries: Sequence[Mapping[str, Any]], backup: Path) -> None:
    """Raises KeyDiffers when the file has other keys under ids of these."""
    with suppress(KeyFileMissing):
        there = {entry["id"]: entry for entry in read_key_file(path, _COMMAND)}
        for entry in entries:
            here = there.get(entry["id"], entry)
            if any(here.get(name) != entry.get(name) for name in ("secret", "sha256")):
                raise KeyDiffers(path, entry["id"], backup)


def _another(backup: Path) -> BackupUnusable:
    return BackupUnusable(KeyFileCode.BACKUP_FOREIGN, backup, command=_COMMAND)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


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
