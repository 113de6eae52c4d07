"""API keys: who may call the bridge, and for what.

A key is 256 random bits, so its SHA-256 is stored: a slow password hash would protect nothing
more and cost every call.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bridge.credentials.secret import Secret
from bridge.keys.errors import KeyFileDamaged, KeyFileEmpty, KeyFileMissing
from bridge.keys.key_file import read_key_file, write_key_file

_COMMAND = "ksef-bridge keys new-api"
_PREFIX = "ksefbridge"


class Scope(StrEnum):
    """What a caller may do."""

    TOKEN = "token"  # noqa: S105
    INSPECT = "inspect"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A caller's key as stored: `digest` is the SHA-256 of its text, in hex."""

    id: str
    name: str
    scopes: frozenset[Scope]
    digest: str
    created_at: datetime


class ApiKeys:
    """The keys that are valid now."""

    def __init__(self, keys: Iterable[ApiKey]) -> None:
        self._keys = tuple(keys)

    def find(self, text: str) -> ApiKey | None:
        """The key that `text` is, compared in constant time, or None."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found


def read_api_keys(path: Path) -> Sequence[ApiKey]:
    """The stored keys, oldest first. Raises KeyFileError."""
    entries = read_key_file(path, _COMMAND)
    if not entries:
        raise KeyFileEmpty(path, _COMMAND)
    try:
        return [
            ApiKey(
                id=entry["id"],
                name=entry["name"],
                scopes=frozenset(Scope(scope) for scope in entry["scopes"]),
                digest=entry["sha256"],
                created_at=datetime.fromisoformat(entry["createdAt"]),
            )
            for entry in entries
        ]
    except (KeyError, TypeError, ValueError):
        raise KeyFileDamaged(path, "an entry is incomplete") from None


def add_api_key(path: Path, name: str, scopes: frozenset[Scope]) -> tuple[ApiKey, Secret]:
    """Make a key, store its digest, and return it with its text, which is kept nowhere.

    Raises KeyFileError.
    """
    older: Sequence[ApiKey] = ()
    with contextlib.suppress(KeyFileMissing, KeyFileEmpty):
        older = read_api_keys(path)
    key_id = secrets.token_hex(4)
    text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    key = ApiKey(key_id, name, scopes, digest, datetime.now(UTC))
    write_key_file(path, [_entry(each) for each in [*older, key]])
    return key, Secret(text)


def _entry(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "sha256": key.digest,
        "createdAt": key.created_at.isoformat(),
    }
