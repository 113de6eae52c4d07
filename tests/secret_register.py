"""Every secret that a test makes, so that the last test can look for them where none may be."""

from __future__ import annotations

from typing import TypeVar

# Anything shorter would be found by chance.
_SHORTEST = 8
_registered: set[bytes] = set()

Value = TypeVar("Value", str, bytes)


def register_secret(value: Value) -> Value:
    """Remember a token, password, private key or API key that is never to be written in clear."""
    raw: str | bytes = value
    encoded = raw.encode() if isinstance(raw, str) else raw
    if len(encoded) >= _SHORTEST:
        _registered.add(encoded)
    return value


def registered_secrets() -> frozenset[bytes]:
    """All that were registered so far in this run."""
    return frozenset(_registered)
