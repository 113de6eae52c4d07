"""A private key as the portal writes it: `ENCRYPTED PRIVATE KEY`, PBES2 (RFC 5958, RFC 8018).

PBKDF2-HMAC-SHA256 with 100,000 rounds and AES-256-CBC, as in two files of the portal (api-contract
D.5): whatever reads those files reads these.
"""

from __future__ import annotations

import base64
import os
import textwrap

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from bridge.credentials import der_writing as der
from bridge.credentials.secret import Secret

_ROUNDS = 100_000
_SALT_BYTES = 16
_BLOCK_BYTES = 16
_KEY_BYTES = 32
_LABEL = "ENCRYPTED PRIVATE KEY"


def encrypted_key_pem(pkcs8: Secret, password: Secret) -> bytes:
    """PrivateKeyInfo in DER, encrypted and in PEM."""
    salt, vector = os.urandom(_SALT_BYTES), os.urandom(_BLOCK_BYTES)
    key = PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, salt, _ROUNDS).derive(password.reveal())
    padder, encryptor = PKCS7(8 * _BLOCK_BYTES).padder(), _cipher(key, vector).encryptor()
    padded = padder.update(pkcs8.reveal()) + padder.finalize()
    return _pem(_encrypted(salt, vector, encryptor.update(padded) + encryptor.finalize()))


def _cipher(key: bytes, vector: bytes) -> Cipher[modes.CBC]:
    return Cipher(AES256(key), modes.CBC(vector))


def _encrypted(salt: bytes, vector: bytes, ciphertext: bytes) -> bytes:
    """EncryptedPrivateKeyInfo."""
    pbkdf2 = der.sequence(
        der.object_identifier("1.2.840.113549.1.5.12"),
        der.sequence(
            der.octet_string(salt),
            der.integer(_ROUNDS),
            # HMAC-SHA-256
            der.sequence(der.object_identifier("1.2.840.113549.2.9"), der.null()),
        ),
    )
    aes_256_cbc = der.sequence(
        der.object_identifier("2.16.840.1.101.3.4.1.42"), der.octet_string(vector)
    )
    pbes2 = der.sequence(
        der.object_identifier("1.2.840.113549.1.5.13"), der.sequence(pbkdf2, aes_256_cbc)
    )
    return der.sequence(pbes2, der.octet_string(ciphertext))


def _pem(content: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(content).decode(), 64)
    return "\n".join([f"-----BEGIN {_LABEL}-----", *lines, f"-----END {_LABEL}-----", ""]).encode()
