"""Master keys: the AES-256 keys under which every seal is made."""

from __future__ import annotations

import base64
import binascii
import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.credentials.secret import Secret
from bridge.keys.codes import Damage
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileEmpty,
    KeyFileMissing,
    KeyUnknown,
    PrimaryMasterKey,
)
from bridge.keys.key_file import key_id_in, moment_in, read_key_file, sole_writer, write_key_file
from bridge.keys.watched_key_file import WatchedKeyFile

KEY_BYTES = 32
_COMMAND = "ksef-bridge keys new-master"
_ROTATING_COMMAND = "ksef-bridge keys rotate"


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One AES-256 key; `id` stands in clear in the seals made under it."""

    id: str
    secret: Secret
    created_at: datetime


class KeyRing:
    """The primary key, under which new seals are made, and older ones that still open seals."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        if not keys:
            raise ValueError("a key ring needs a key")
        self._keys = tuple(keys)

    @property
    def primary(self) -> MasterKey:
        """The key of new seals: the first of the ring."""
        return self._keys[0]

    def __iter__(self) -> Iterator[MasterKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def new_master_key(now: datetime) -> MasterKey:
    """A random key with a random id."""
    return MasterKey(secrets.token_hex(4), Secret(secrets.token_bytes(KEY_BYTES)), now)


def load_key_ring(path: Path) -> KeyRing:
    """The key ring of a master keys file. Raises KeyFileError."""
    return key_ring_of(path, read_key_file(path, _COMMAND))


def key_ring_of(path: Path, entries: Sequence[Mapping[str, Any]]) -> KeyRing:
    """The key ring of these entries of the file at `path`. Raises KeyFileError."""
    try:
        keys = [
            MasterKey(
                id=key_id_in(entry),
                secret=Secret(base64.b64decode(entry["secret"], validate=True)),
                created_at=moment_in(entry),
            )
            for entry in entries
        ]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise KeyFileDamaged(path, Damage.INCOMPLETE) from None
    if not keys:
        raise KeyFileEmpty(path, _COMMAND)
    if any(len(key.secret.reveal()) != KEY_BYTES for key in keys):
        raise KeyFileDamaged(path, Damage.LENGTH)
    if len({key.id for key in keys}) != len(keys):
        raise KeyFileDamaged(path, Damage.TWO_OF_ONE_ID)
    return KeyRing(keys)


def watch_key_ring(path: Path) -> WatchedKeyFile[KeyRing]:
    """The key ring as it is at each use; the last good one stays when the file is lost.

    Raises KeyFileError when the file cannot be used to begin with.
    """
    return WatchedKeyFile(path, load_key_ring)


def add_master_key(path: Path) -> MasterKey:
    """Make a key and put it first in the file, creating the file. Raises KeyFileError."""
    key = new_master_key(datetime.now(UTC))
    with sole_writer(path):
        older: list[MasterKey] = []
        with contextlib.suppress(KeyFileMissing, KeyFileEmpty):
            older = list(load_key_ring(path))
        write_key_file(path, [_entry(each) for each in [key, *older]])
    return key


def older_master_key(path: Path, key_id: str) -> MasterKey:
    """A key that no new seal is made under.

    Raises KeyUnknown, PrimaryMasterKey, and the other subclasses of KeyFileError.
    """
    ring = load_key_ring(path)
    if key_id == ring.primary.id:
        raise PrimaryMasterKey(path, key_id, _ROTATING_COMMAND)
    for key in ring:
        if key.id == key_id:
            return key
    raise KeyUnknown(path, key_id, [key.id for key in ring])


def remove_master_key(path: Path, key_id: str) -> None:
    """Take an older key out of the file: whatever is still sealed under it is lost.

    Raises as `older_master_key` does.
    """
    with sole_writer(path):
        removed = older_master_key(path, key_id)
        remaining = [key for key in load_key_ring(path) if key.id != removed.id]
        write_key_file(path, [_entry(each) for each in remaining])


def _entry(key: MasterKey) -> dict[str, str]:
    return {
        "id": key.id,
        "secret": base64.b64encode(key.secret.reveal()).decode(),
        "createdAt": key.created_at.isoformat(),
    }
