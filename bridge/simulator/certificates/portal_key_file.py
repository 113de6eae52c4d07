"""Private keys as the portal writes them: `ENCRYPTED PRIVATE KEY` with PBES2.

PBKDF2-HMAC-SHA256 with 100,000 rounds and AES-256-CBC (two files of the portal, api-contract D.5).
`cryptography` writes PBES2 too, yet does not let one choose the rounds, so the structure of
RFC 8018 and RFC 5958 is put together here.
"""

from __future__ import annotations

import base64
import secrets
import textwrap

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.credentials.secret import Secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

ROUNDS = 100_000

_SALT_BYTES = 16
_BLOCK_BYTES = 16
_KEY_BYTES = 32

_INTEGER, _OCTET_STRING, _NULL, _OBJECT_IDENTIFIER, _SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
_PBES2 = bytes.fromhex("2a864886f70d01050d")  # 1.2.840.113549.1.5.13
_PBKDF2 = bytes.fromhex("2a864886f70d01050c")  # 1.2.840.113549.1.5.12
_HMAC_WITH_SHA256 = bytes.fromhex("2a864886f70d0209")  # 1.2.840.113549.2.9
_AES_256_CBC = bytes.fromhex("60864801650304012a")  # 2.16.840.1.101.3.4.1.42


def encrypted_pem(key: PrivateKey, password: Secret) -> bytes:
    """The key in PEM, encrypted under the password's UTF-8 octets."""
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    salt, vector = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_BLOCK_BYTES)
    derivation = PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, salt, ROUNDS)
    cipher = Cipher(algorithms.AES256(derivation.derive(password.reveal())), modes.CBC(vector))
    padder, encryptor = padding.PKCS7(8 * _BLOCK_BYTES).padder(), cipher.encryptor()
    padded = padder.update(plain) + padder.finalize()
    encrypted = encryptor.update(padded) + encryptor.finalize()
    return _pem(_encrypted_private_key_info(salt, vector, encrypted))


def _encrypted_private_key_info(salt: bytes, vector: bytes, encrypted: bytes) -> bytes:
    derivation = _sequence(
        _tlv(_OBJECT_IDENTIFIER, _PBKDF2),
        _sequence(
            _tlv(_OCTET_STRING, salt),
            _tlv(_INTEGER, ROUNDS.to_bytes(3)),
            _sequence(_tlv(_OBJECT_IDENTIFIER, _HMAC_WITH_SHA256), _tlv(_NULL, b"")),
        ),
    )
    encryption = _sequence(_tlv(_OBJECT_IDENTIFIER, _AES_256_CBC), _tlv(_OCTET_STRING, vector))
    algorithm = _sequence(_tlv(_OBJECT_IDENTIFIER, _PBES2), _sequence(derivation, encryption))
    return _sequence(algorithm, _tlv(_OCTET_STRING, encrypted))


def _sequence(*elements: bytes) -> bytes:
    return _tlv(_SEQUENCE, b"".join(elements))


def _tlv(tag: int, content: bytes) -> bytes:
    """One element of DER (X.690): tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def _pem(der: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    name = "ENCRYPTED PRIVATE KEY"
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""]).encode()
