"""Encrypts a KSeF token for one login (uwierzytelnianie.md, section 2.2)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bridge.credentials.secret import Secret

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)


def encrypt_token(token: Secret, timestamp_ms: int, public_key: rsa.RSAPublicKey) -> str:
    """RSA-OAEP (SHA-256, MGF1 with SHA-256) over `token|timestampMs`, in base64.

    Raises ValueError when the token is longer than the key can take.
    """
    plaintext = token.reveal() + b"|" + str(timestamp_ms).encode()
    try:
        ciphertext = public_key.encrypt(plaintext, _OAEP)
    except ValueError:
        raise ValueError("the KSeF token is too long for KSeF's public key") from None
    return base64.b64encode(ciphertext).decode()
