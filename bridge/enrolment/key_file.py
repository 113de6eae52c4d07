"""A private key as the portal writes it: `ENCRYPTED PRIVATE KEY`, PBES2 (RFC 5958, RFC 8018).

PBKDF2-HMAC-SHA256 with 100,000 rounds and AES-256-CBC, as in two files of the portal (api-contract
D.5): whatever reads those files reads these.
"""

from __future__ import annotations

import base64
import os
import textwrap

from asn1crypto import algos, core, keys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

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
    pbkdf2 = {
        "salt": algos.Pbkdf2Salt("specified", core.OctetString(salt)),
        "iteration_count": _ROUNDS,
        "prf": {"algorithm": "sha256", "parameters": core.Null()},
    }
    pbes2 = {
        "key_derivation_func": {"algorithm": "pbkdf2", "parameters": pbkdf2},
        "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": vector},
    }
    info = {
        "encryption_algorithm": {"algorithm": "pbes2", "parameters": pbes2},
        "encrypted_data": ciphertext,
    }
    return bytes(keys.EncryptedPrivateKeyInfo(info).dump())


def _pem(content: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(content).decode(), 64)
    return "\n".join([f"-----BEGIN {_LABEL}-----", *lines, f"-----END {_LABEL}-----", ""]).encode()
