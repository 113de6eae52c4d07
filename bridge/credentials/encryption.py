"""Decrypting private keys, so that a wrong password and a damaged key stay apart.

A library that fails to load an encrypted key cannot tell why: one wrong password in 256 leaves
valid padding and fails later, as if the file were damaged. Here the password counts as right when
the decrypted bytes are one ASN.1 SEQUENCE of exactly their length, and as wrong otherwise. That is
done for what portals and OpenSSL write, PBES2 (RFC 8018) and PEM's DEK-Info (RFC 1421).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from asn1crypto import algos, core
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7

from bridge.credentials import der
from bridge.credentials.errors import (
    EncryptionUnsupported,
    KeyDerivationTooCostly,
    PasswordMissing,
    PasswordWrong,
)
from bridge.credentials.secret import Secret

MOST_ROUNDS = 1_000_000
"""A file that asks for more is not tried; the portal's keys take 100,000."""

MOST_SCRYPT_COST = 2**21
"""N·r·p above which scrypt is not tried; OpenSSL's default is 2^17."""

MOST_SCRYPT_BLOCKS = 2**20
"""Blocks of 128 bytes that scrypt may take: r·(N + p) and some more; OpenSSL's default is 2^17."""

_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class _BlockCipher:
    """A cipher in CBC mode; sizes in bytes."""

    algorithm: Callable[[bytes], BlockCipherAlgorithm]
    key_bytes: int
    block_bytes: int

    def decrypt(self, key: bytes, vector: bytes, ciphertext: bytes) -> bytes:
        """One complete DER SEQUENCE. Raises PasswordWrong, ValueError for impossible lengths."""
        if not ciphertext or len(ciphertext) % self.block_bytes:
            raise ValueError("not whole blocks")
        decryptor = Cipher(self.algorithm(key), modes.CBC(vector)).decryptor()
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        unpadder = PKCS7(self.block_bytes * 8).unpadder()
        try:
            plaintext = unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise PasswordWrong from None
        if not der.is_one_sequence(plaintext):
            raise PasswordWrong
        return plaintext


_AES_128 = _BlockCipher(AES, 16, 16)
_AES_192 = _BlockCipher(AES, 24, 16)
_AES_256 = _BlockCipher(AES, 32, 16)
_TRIPLE_DES = _BlockCipher(TripleDES, 24, 8)
_DES = _BlockCipher(lambda key: TripleDES(key * 3), 8, 8)
_OF_PBES2 = {
    "aes128_cbc": _AES_128,
    "aes192_cbc": _AES_192,
    "aes256_cbc": _AES_256,
    "tripledes_3key": _TRIPLE_DES,
    "des": _DES,
}
_OF_DEK_INFO = {
    "AES-128-CBC": _AES_128,
    "AES-192-CBC": _AES_192,
    "AES-256-CBC": _AES_256,
    "DES-EDE3-CBC": _TRIPLE_DES,
    "DES-CBC": _DES,
}


class _ScryptParameters(core.Sequence):  # type: ignore[misc]
    """RFC 7914 section 7, which asn1crypto does not know."""

    _fields: ClassVar = [
        ("salt", core.OctetString),
        ("cost", core.Integer),
        ("block_size", core.Integer),
        ("parallelization", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
    ]


def decrypt_pbes2(
    parameters: algos.Pbes2Params, ciphertext: bytes, password: Secret | None
) -> bytes:
    """What was encrypted with PBES2: PBKDF2 or scrypt, AES, 3DES or DES in CBC mode.

    Raises PasswordMissing, PasswordWrong, EncryptionUnsupported, KeyDerivationTooCostly, ValueError
    when it is not built as RFC 8018 says.
    """
    scheme = parameters["encryption_scheme"]
    name = scheme["algorithm"].native
    if name not in _OF_PBES2:
        raise EncryptionUnsupported(algorithm=name)
    cipher = _OF_PBES2[name]
    key = _derive(parameters["key_derivation_func"], cipher.key_bytes, password)
    return cipher.decrypt(key, scheme.encryption_iv, ciphertext)


def decrypt_dek_info(header: str, ciphertext: bytes, password: Secret | None) -> bytes:
    """What a PEM header `DEK-Info: algorithm,vector` describes, its key derived as OpenSSL does.

    Raises PasswordMissing, PasswordWrong, EncryptionUnsupported, ValueError.
    """
    algorithm, _, vector = (part.strip() for part in header.partition(","))
    cipher = _OF_DEK_INFO.get(algorithm.upper())
    if cipher is None:
        raise EncryptionUnsupported(algorithm=algorithm[:40])
    salt, value, key = bytes.fromhex(vector), b"", b""
    typed = revealed(password)
    while len(key) < cipher.key_bytes:
        value = hashlib.md5(value + typed + salt[:8], usedforsecurity=False).digest()
        key += value
    return cipher.decrypt(key[: cipher.key_bytes], salt, ciphertext)


def revealed(password: Secret | None) -> bytes:
    """The password's bytes. Raises PasswordMissing."""
    if password is None:
        raise PasswordMissing
    return password.reveal()


def allow_rounds(rounds: int, limit: int = MOST_ROUNDS) -> None:
    """Refuse at once what a file says in clear that it costs.

    Raises KeyDerivationTooCostly, ValueError for less than one round.
    """
    if rounds < 1:
        raise ValueError("no rounds")
    if rounds > limit:
        raise KeyDerivationTooCostly(rounds=min(rounds, 2**63), limit=limit)


def _derive(function: algos.KdfAlgorithm, key_bytes: int, password: Secret | None) -> bytes:
    name, parameters = function["algorithm"].native, function["parameters"]
    if name == "pbkdf2":
        pseudorandom = parameters["prf"]["algorithm"].native
        if pseudorandom not in _HASHES:
            raise EncryptionUnsupported(algorithm=pseudorandom)
        rounds = parameters["iteration_count"].native
        allow_rounds(rounds)
        salt = parameters["salt"].native
        return PBKDF2HMAC(_HASHES[pseudorandom], key_bytes, salt, rounds).derive(revealed(password))
    if name == _SCRYPT:
        return _scrypt(parameters.parse(_ScryptParameters), key_bytes).derive(revealed(password))
    raise EncryptionUnsupported(algorithm=name)


def _scrypt(parameters: _ScryptParameters, key_bytes: int) -> Scrypt:
    """Raises KeyDerivationTooCostly, ValueError for numbers that RFC 7914 section 2 excludes."""
    numbers = [parameters[each].native for each in ("cost", "block_size", "parallelization")]
    cost, block_size, parallelization = numbers
    if min(numbers) < 1:
        raise ValueError("not positive")
    allow_rounds(math.prod(numbers), MOST_SCRYPT_COST)
    # Of V, B and OpenSSL's own working space.
    allow_rounds(block_size * (cost + parallelization + 3), MOST_SCRYPT_BLOCKS)
    if cost.bit_length() > 16 * block_size:
        raise ValueError("too high a cost for so small a block")
    return Scrypt(parameters["salt"].native, key_bytes, *numbers)
