"""Seals: secrets that EspoCRM keeps and only the bridge can open (AES-256-GCM, NIST SP 800-38D).

A seal is ASCII text of six parts divided by dots::

    ksef1.<key id>.<purpose>.<binding>.<bytes>.<nonce, ciphertext and tag>

All but the last part is in clear and authenticated as associated data. `binding` says what the
secret belongs to, as base64url of canonical JSON; `bytes` is the length of the last part once
decoded, so that a cut seal is told apart from a changed one. Binary parts are base64url without
padding (RFC 4648 section 5).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.credentials.secret import Secret
from bridge.keys.master_keys import KeyRing

VERSION = "ksef1"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_MOST_LENGTH_DIGITS = 6
# Made once: json.dumps would make one at each call.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))

Binding = Mapping[str, str]


class Purpose(StrEnum):
    """What a sealed secret is for; a seal opens for its own purpose only."""

    KSEF_TOKEN = "ksef-token"  # noqa: S105
    PRIVATE_KEY = "private-key"
    AUTHENTICATION_TOKEN = "authentication-token"  # noqa: S105
    ACCESS_TOKEN = "access-token"  # noqa: S105
    REFRESH_TOKEN = "refresh-token"  # noqa: S105
    PACKAGE_PASSWORD = "package-password"  # noqa: S105


class SealError(Exception):
    """A seal does not open. `code` names the reason in the message catalogue."""

    code = "seal-unusable"


class SealMalformed(SealError):
    """The text is not a seal of a version this bridge knows."""

    code = "seal-malformed"


class SealTruncated(SealError):
    """The end of the seal is missing, as happens in a column that is too short."""

    code = "seal-truncated"


class SealKeyUnknown(SealError):
    """The key ring has no key of the seal's key id."""

    code = "seal-key-unknown"


class SealPurposeMismatch(SealError):
    """The seal holds a secret of another kind."""

    code = "seal-purpose-mismatch"


class SealBindingMismatch(SealError):
    """The seal was made for another record."""

    code = "seal-binding-mismatch"


class SealTampered(SealError):
    """The seal was changed after it was made, or its key id names another key."""

    code = "seal-tampered"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A seal under the primary key: `changed` is false when it was already under it."""

    sealed: str
    key_id: str
    changed: bool


@dataclass(frozen=True, slots=True)
class _Parsed:
    key_id: str
    purpose: str
    binding: str
    header: str
    payload: bytes


class _Ciphers:
    """A key ring made ready for use."""

    __slots__ = ("by_key_id", "primary_id", "ring")

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self.primary_id = ring.primary.id
        self.by_key_id = {key.id: AESGCM(key.secret.reveal()) for key in ring}


class Vault:
    """Seals under the key ring's primary key and opens with any of its keys.

    The ring is a fixed one, or what a source says at each call; `latest` is asked before sealing
    and before a key is called unknown, where `keys` may be a moment behind. The nonce is random;
    SP 800-38D allows 2**32 seals under one key, which no installation nears.
    """

    def __init__(
        self,
        keys: KeyRing | Callable[[], KeyRing],
        latest: Callable[[], KeyRing] | None = None,
    ) -> None:
        self._ring = keys if callable(keys) else lambda: keys
        self._latest_ring = latest or self._ring
        self._made = _Ciphers(self._ring())

    def seal(self, secret: Secret, purpose: Purpose, binding: Binding) -> str:
        """Seal `secret` for one purpose and one owner, described by `binding`."""
        return _seal(secret, purpose.value, _encode_binding(binding), self._newest())

    def open(self, sealed: str, purpose: Purpose, binding: Binding) -> Secret:
        """The secret of `sealed`.

        Raises a subclass of SealError that names why the seal does not open.
        """
        parsed = _parse(sealed)
        if parsed.purpose != purpose.value:
            raise SealPurposeMismatch
        if parsed.binding != _encode_binding(binding):
            raise SealBindingMismatch
        ciphers = self._ciphers(self._ring())
        if parsed.key_id not in ciphers.by_key_id:
            ciphers = self._ciphers(self._latest_ring())
        return _decrypt(parsed, ciphers)

    def renew(self, sealed: str) -> Renewal:
        """The same secret, purpose and binding under the primary key.

        Raises SealError when the seal does not open.
        """
        parsed = _parse(sealed)
        ciphers = self._newest()
        secret = _decrypt(parsed, ciphers)
        primary = ciphers.primary_id
        if parsed.key_id == primary:
            return Renewal(sealed, primary, changed=False)
        renewed = _seal(secret, parsed.purpose, parsed.binding, ciphers)
        return Renewal(renewed, primary, changed=True)

    def _newest(self) -> _Ciphers:
        return self._ciphers(self._latest_ring())

    def _ciphers(self, ring: KeyRing) -> _Ciphers:
        made = self._made
        if made.ring is not ring:
            self._made = made = _Ciphers(ring)
        return made


def binding_of(sealed: str) -> Binding:
    """What a seal says it belongs to, which is true of one that opens. Raises SealError."""
    encoded = _parse(sealed).binding
    try:
        binding = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (RecursionError, ValueError):
        raise SealTampered from None
    if not isinstance(binding, dict):
        raise SealTampered
    return {str(name): str(value) for name, value in binding.items()}


def _seal(secret: Secret, purpose: str, binding: str, ciphers: _Ciphers) -> str:
    key_id = ciphers.primary_id
    plaintext = secret.reveal()
    length = _NONCE_BYTES + len(plaintext) + _TAG_BYTES
    header = f"{VERSION}.{key_id}.{purpose}.{binding}.{length}"
    nonce = os.urandom(_NONCE_BYTES)
    payload = nonce + ciphers.by_key_id[key_id].encrypt(nonce, plaintext, header.encode())
    return f"{header}.{_encode(payload)}"


def _decrypt(parsed: _Parsed, ciphers: _Ciphers) -> Secret:
    cipher = ciphers.by_key_id.get(parsed.key_id)
    if cipher is None:
        raise SealKeyUnknown
    nonce, ciphertext = parsed.payload[:_NONCE_BYTES], parsed.payload[_NONCE_BYTES:]
    try:
        return Secret(cipher.decrypt(nonce, ciphertext, parsed.header.encode()))
    except InvalidTag:
        raise SealTampered from None


def _parse(sealed: str) -> _Parsed:
    parts = sealed.strip().split(".")
    if parts[0] != VERSION or not sealed.isascii():
        raise SealMalformed
    if len(parts) < 6:
        raise SealTruncated
    if len(parts) > 6 or not parts[4].isdigit() or len(parts[4]) > _MOST_LENGTH_DIGITS:
        raise SealMalformed
    expected = int(parts[4])
    if expected < _NONCE_BYTES + _TAG_BYTES:
        raise SealMalformed
    encoded = parts[5]
    if len(encoded) < (expected * 4 + 2) // 3:
        raise SealTruncated
    try:
        payload = base64.b64decode(
            encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True
        )
    except binascii.Error:
        raise SealTampered from None
    if len(payload) != expected or _encode(payload) != encoded:
        raise SealTampered
    return _Parsed(parts[1], parts[2], parts[3], ".".join(parts[:5]), payload)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode_binding(binding: Binding) -> str:
    return _encode(_CANONICAL.encode(dict(binding)).encode())
