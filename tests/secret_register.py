"""Every secret that a test makes, so that the last test can look for them where none may be."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TypeVar

# Anything shorter would be found by chance.
_SHORTEST = 8
_registered: set[bytes] = set()
_kept_in: list[Path] = []

Value = TypeVar("Value", str, bytes)


def register_secret(value: Value) -> Value:
    """Remember a token, password, private key or API key that is never to be written in clear."""
    raw: str | bytes = value
    encoded = raw.encode() if isinstance(raw, str) else raw
    if len(encoded) >= _SHORTEST and encoded not in _registered:
        _registered.add(encoded)
        for file in _kept_in:
            keep_secret(file, encoded)
    return value


def registered_secrets() -> frozenset[bytes]:
    """All that were registered so far in this process."""
    return frozenset(_registered)


def keep_register(file: Path) -> None:
    """Write what is and will be registered to `file`, where the search of another process reads it.

    Each is written when it is registered: a process that is killed leaves its secrets, too.
    """
    file.touch(mode=0o600)
    for secret in _registered:
        keep_secret(file, secret)
    _kept_in.append(file)


def keep_secret(file: Path, secret: bytes) -> None:
    """Add one to a register on disk."""
    with file.open("ab") as register:
        register.write(base64.b64encode(secret) + b"\n")


def kept_secrets(file: Path) -> frozenset[bytes]:
    """Those of a register on disk."""
    return frozenset(base64.b64decode(line) for line in file.read_bytes().splitlines())
