"""Master keys: the AES-256 keys under which every seal is made."""

from __future__ import annotations

import base64
import binascii
import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bridge.credentials.secret import Secret
from bridge.keys.errors import KeyFileDamaged, KeyFileEmpty, KeyFileMissing
from bridge.keys.key_file import read_key_file, write_key_file

KEY_BYTES = 32
_COMMAND = "ksef-bridge keys new-master"


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
    entries = read_key_file(path, _COMMAND)
    try:
        keys = [
            MasterKey(
                id=entry["id"],
                secret=Secret(base64.b64decode(entry["secret"], validate=True)),
                created_at=datetime.fromisoformat(entry["createdAt"]),
            )
            for entry in entries
        ]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise KeyFileDamaged(path, "an entry is incomplete") from None
    if not keys:
        raise KeyFileEmpty(path, _COMMAND)
    if any(len(key.secret.reveal()) != KEY_BYTES for key in keys):
        raise KeyFileDamaged(path, f"a key is not {KEY_BYTES} bytes long")
    if len({key.id for key in keys}) != len(keys):
        raise KeyFileDamaged(path, "two keys have one id")
    return KeyRing(keys)


def add_master_key(path: Path) -> MasterKey:
    """Make a key and put it first in the file, creating the file. Raises KeyFileError."""
    older: list[MasterKey] = []
    with contextlib.suppress(KeyFileMissing, KeyFileEmpty):
        older = list(load_key_ring(path))
    key = new_master_key(datetime.now(UTC))
    write_key_file(path, [_entry(each) for each in [key, *older]])
    return key


def _entry(key: MasterKey) -> dict[str, str]:
    return {
        "id": key.id,
        "secret": base64.b64encode(key.secret.reveal()).decode(),
        "createdAt": key.created_at.isoformat(),
    }
