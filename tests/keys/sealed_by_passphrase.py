"""An age file (age-encryption.org/v1) whose passphrase takes a moment to try, not seconds."""

from __future__ import annotations

import base64
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_WORK_FACTOR = 10
_ONLY_CHUNK = bytes(11) + b"\1"


def sealed_by_passphrase(content: bytes, phrase: str) -> bytes:
    """What `age --passphrase` makes of up to 64 KiB, but for the work factor, here 2^10."""
    salt, file_key, nonce = (os.urandom(16) for _ in range(3))
    scrypt = Scrypt(
        salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=2**_WORK_FACTOR, r=8, p=1
    )
    wrapped = ChaCha20Poly1305(scrypt.derive(phrase.encode())).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (
        _unpadded(salt),
        _WORK_FACTOR,
        _unpadded(wrapped),
    )
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    return b"%s %s\n%s%s" % (
        header,
        _unpadded(mac),
        nonce,
        payload.encrypt(_ONLY_CHUNK, content, None),
    )


def _unpadded(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=salt, info=purpose).derive(key)
