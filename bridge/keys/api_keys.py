"""API keys: who may call the bridge, and for what.

A key is 256 random bits, so its SHA-256 is stored: a slow password hash would protect nothing
more and cost every call.

Removing a key is the way to lock a caller out, so a bridge whose API keys file is removed or holds
no key admits nobody: were it an accident, callers are refused at once and the file is put back;
were it an emergency, keys still admitted would be the greater harm. A restart would end the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bridge.credentials.secret import Secret
from bridge.keys.codes import Damage
from bridge.keys.errors import (
    KeyFileDamaged,
    KeyFileEmpty,
    KeyFileMissing,
    KeyUnknown,
    LastApiKey,
)
from bridge.keys.key_file import key_id_in, moment_in, read_key_file, sole_writer, write_key_file
from bridge.keys.restrictions import UNRESTRICTED, Restrictions, restrictions_in
from bridge.keys.watched_key_file import WatchedKeyFile

_COMMAND = "ksef-bridge keys new-api"
_PREFIX = "ksefbridge"
_SHA256 = re.compile(r"[0-9a-f]{64}")


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
    restrictions: Restrictions = UNRESTRICTED


class ApiKeys:
    """The keys that are valid now: the given ones, or what a source says.

    `latest` is asked before a key is called unknown, where `keys` may be a moment behind.
    """

    def __init__(
        self,
        keys: Iterable[ApiKey] | Callable[[], Sequence[ApiKey]],
        latest: Callable[[], Sequence[ApiKey]] | None = None,
    ) -> None:
        if callable(keys):
            self._valid = keys
        else:
            fixed = tuple(keys)
            self._valid = lambda: fixed
        self._latest = latest

    def find(self, text: str) -> ApiKey | None:
        """The key that `text` is, compared in constant time, or None."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        found = _with_digest(self._valid(), digest)
        if found is None and self._latest is not None:
            return _with_digest(self._latest(), digest)
        return found


def read_api_keys(path: Path) -> Sequence[ApiKey]:
    """The stored keys, oldest first. Raises KeyFileError."""
    return api_keys_of(path, read_key_file(path, _COMMAND))


def api_keys_of(path: Path, entries: Sequence[Mapping[str, Any]]) -> Sequence[ApiKey]:
    """The keys of these entries of the file at `path`. Raises KeyFileError."""
    if not entries:
        raise KeyFileEmpty(path, _COMMAND)
    try:
        return [_key_in(entry) for entry in entries]
    except (KeyError, TypeError, ValueError):
        raise KeyFileDamaged(path, Damage.INCOMPLETE) from None


def watch_api_keys(path: Path) -> WatchedKeyFile[Sequence[ApiKey]]:
    """The stored keys as they are at each use; none when the file is removed or empty.

    Raises KeyFileError when the file cannot be used to begin with.
    """
    return WatchedKeyFile(path, read_api_keys, when_gone=())


def add_api_key(
    path: Path,
    name: str,
    scopes: frozenset[Scope],
    restrictions: Restrictions = UNRESTRICTED,
    *,
    replaces_namesakes: bool = False,
) -> tuple[ApiKey, Secret]:
    """Make a key, store its digest, and return it with its text, which is kept nowhere.

    With `replaces_namesakes` it takes the place of all keys of that name. Raises KeyFileError.
    """
    key_id = secrets.token_hex(4)
    text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    key = ApiKey(key_id, name, scopes, digest, datetime.now(UTC), restrictions)
    with sole_writer(path):
        older: Sequence[ApiKey] = ()
        with contextlib.suppress(KeyFileMissing, KeyFileEmpty):
            older = read_api_keys(path)
        kept = [each for each in older if not (replaces_namesakes and each.name == name)]
        write_key_file(path, [_entry(each) for each in [*kept, key]])
    return key, Secret(text)


def remove_api_key(path: Path, key_id: str, *, even_the_last: bool = False) -> ApiKey:
    """Take the key out of the file and return it.

    Raises KeyUnknown, LastApiKey unless `even_the_last`, and the other subclasses of KeyFileError.
    """
    with sole_writer(path):
        keys = read_api_keys(path)
        removed = next((key for key in keys if key.id == key_id), None)
        if removed is None:
            raise KeyUnknown(path, key_id, [key.id for key in keys])
        remaining = [key for key in keys if key.id != key_id]
        if not remaining and not even_the_last:
            raise LastApiKey(path, key_id, _COMMAND)
        write_key_file(path, [_entry(each) for each in remaining])
    return removed


def _key_in(entry: Mapping[str, Any]) -> ApiKey:
    scopes, restrictions = entry["scopes"], UNRESTRICTED
    if "restricted" in entry:
        if scopes:
            # To an older bridge they were those of a key without restrictions.
            raise ValueError("scopes beside restrictions")
        restrictions = restrictions_in(entry["restricted"])
        scopes = entry["restricted"]["scopes"]
    return ApiKey(
        id=key_id_in(entry),
        name=entry["name"],
        scopes=frozenset(Scope(scope) for scope in scopes),
        digest=_sha256(entry["sha256"]),
        created_at=moment_in(entry),
        restrictions=restrictions,
    )


def _sha256(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise ValueError("not a SHA-256 in lower-case hex")
    return text


def _with_digest(keys: Sequence[ApiKey], digest: str) -> ApiKey | None:
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def _entry(key: ApiKey) -> dict[str, object]:
    scopes = sorted(key.scopes)
    entry: dict[str, object] = {
        "id": key.id,
        "name": key.name,
        "scopes": scopes,
        "sha256": key.digest,
        "createdAt": key.created_at.isoformat(),
    }
    if key.restrictions == UNRESTRICTED:
        return entry
    restricted = {"scopes": scopes, **key.restrictions.parts()}
    return entry | {"scopes": [], "restricted": restricted}
