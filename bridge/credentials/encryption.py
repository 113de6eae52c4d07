"""Decrypting what a password protects, so that a wrong password and a damaged file stay apart.

A library that fails to load an encrypted key cannot tell why: one wrong password in 256 leaves
valid padding and fails later, as if the file were damaged. Here the password counts as right when
the decrypted bytes are one ASN.1 SEQUENCE of exactly their length, and as wrong otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2, TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7

from bridge.credentials import der
from bridge.credentials.der import Element, Malformed
from bridge.credentials.errors import EncryptionUnsupported, PasswordWrong
from bridge.credentials.key_derivation import (
    PBKDF2,
    SCRYPT,
    KeyDerivation,
    OpenSslDerivation,
    Pbkdf1,
    Pbkdf2,
    Pkcs12Derivation,
    ScryptDerivation,
)

_PBES2 = "1.2.840.113549.1.5.13"


@dataclass(frozen=True, slots=True)
class BlockCipher:
    """A cipher in CBC mode; sizes in bytes."""

    algorithm: Callable[[bytes], BlockCipherAlgorithm]
    key_bytes: int
    block_bytes: int


_AES_128 = BlockCipher(AES, 16, 16)
_AES_192 = BlockCipher(AES, 24, 16)
_AES_256 = BlockCipher(AES, 32, 16)
_TRIPLE_DES = BlockCipher(TripleDES, 24, 8)
_TRIPLE_DES_OF_TWO_KEYS = BlockCipher(lambda key: TripleDES(key + key[:8]), 16, 8)
_DES = BlockCipher(lambda key: TripleDES(key * 3), 8, 8)
_RC2_128 = BlockCipher(RC2, 16, 8)

_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": _AES_128,
    "2.16.840.1.101.3.4.1.22": _AES_192,
    "2.16.840.1.101.3.4.1.42": _AES_256,
    "1.2.840.113549.3.7": _TRIPLE_DES,
    "1.3.14.3.2.7": _DES,
}
_PSEUDORANDOM_FUNCTIONS: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.113549.2.7": hashes.SHA1(),  # noqa: S303
    "1.2.840.113549.2.8": hashes.SHA224(),
    "1.2.840.113549.2.9": hashes.SHA256(),
    "1.2.840.113549.2.10": hashes.SHA384(),
    "1.2.840.113549.2.11": hashes.SHA512(),
}
_PBES1 = {
    "1.2.840.113549.1.5.3": ("md5", _DES),
    "1.2.840.113549.1.5.10": ("sha1", _DES),
}
_PKCS12 = {
    "1.2.840.113549.1.12.1.3": _TRIPLE_DES,
    "1.2.840.113549.1.12.1.4": _TRIPLE_DES_OF_TWO_KEYS,
    "1.2.840.113549.1.12.1.5": _RC2_128,
}
_DEK_INFO = {
    "AES-128-CBC": _AES_128,
    "AES-192-CBC": _AES_192,
    "AES-256-CBC": _AES_256,
    "DES-EDE3-CBC": _TRIPLE_DES,
    "DES-CBC": _DES,
}


@dataclass(frozen=True, slots=True)
class EncryptionScheme:
    """A way of deriving a key together with the cipher that takes it."""

    derivation: KeyDerivation
    cipher: BlockCipher

    def decrypt(self, ciphertext: bytes, password: bytes) -> bytes:
        """One complete DER SEQUENCE. Raises PasswordWrong, Malformed, EncryptionUnsupported."""
        cipher = self.cipher
        if not ciphertext or len(ciphertext) % cipher.block_bytes:
            raise Malformed
        try:
            key, vector = self.derivation.derive(password, cipher.key_bytes, cipher.block_bytes)
            decryptor = Cipher(cipher.algorithm(key), modes.CBC(vector)).decryptor()
        except UnsupportedAlgorithm as error:
            raise EncryptionUnsupported(algorithm=str(error)) from None
        except ValueError:
            raise Malformed from None
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        unpadder = PKCS7(cipher.block_bytes * 8).unpadder()
        try:
            plaintext = unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise PasswordWrong from None
        if not der.is_one_sequence(plaintext):
            raise PasswordWrong
        return plaintext


def scheme_of(algorithm_identifier: Element) -> EncryptionScheme:
    """The scheme of an AlgorithmIdentifier (RFC 8018, RFC 7292 appendix C).

    Raises Malformed, EncryptionUnsupported.
    """
    try:
        identifier, parameters = algorithm_identifier.children()
        algorithm = identifier.object_identifier()
        if algorithm == _PBES2:
            return _pbes2(parameters)
        if algorithm in _PBES1:
            hash_name, cipher = _PBES1[algorithm]
            return EncryptionScheme(Pbkdf1(*_salt_and_rounds(parameters), hash_name), cipher)
        if algorithm in _PKCS12:
            derivation = Pkcs12Derivation(*_salt_and_rounds(parameters))
            return EncryptionScheme(derivation, _PKCS12[algorithm])
    except (IndexError, ValueError):
        raise Malformed from None
    raise EncryptionUnsupported(algorithm=algorithm)


def scheme_of_dek_info(header: str) -> EncryptionScheme:
    """The scheme of a PEM header `DEK-Info: algorithm,vector` (RFC 1421 section 4.6.1.3).

    Raises Malformed, EncryptionUnsupported.
    """
    algorithm, _, vector = (part.strip() for part in header.partition(","))
    cipher = _DEK_INFO.get(algorithm.upper())
    if cipher is None:
        raise EncryptionUnsupported(algorithm=algorithm[:40])
    try:
        return EncryptionScheme(OpenSslDerivation(bytes.fromhex(vector)), cipher)
    except ValueError:
        raise Malformed from None


def _pbes2(parameters: Element) -> EncryptionScheme:
    derivation, encryption = parameters.children()
    cipher_identifier, vector = encryption.children()
    cipher_name = cipher_identifier.object_identifier()
    cipher = _CIPHERS.get(cipher_name)
    if cipher is None:
        raise EncryptionUnsupported(algorithm=cipher_name)
    function, details = derivation.children()
    salt, *numbers = details.children()
    match function.object_identifier():
        case name if name == PBKDF2:
            pseudorandom = _pseudorandom_function(numbers[1:])
            rounds = numbers[0].integer()
            return EncryptionScheme(
                Pbkdf2(salt.content, rounds, pseudorandom, vector.content), cipher
            )
        case name if name == SCRYPT:
            cost, block_size, parallelization = (number.integer() for number in numbers[:3])
            return EncryptionScheme(
                ScryptDerivation(salt.content, cost, block_size, parallelization, vector.content),
                cipher,
            )
        case name:
            raise EncryptionUnsupported(algorithm=name)


def _pseudorandom_function(optional: list[Element]) -> hashes.HashAlgorithm:
    """The PRF after an optional keyLength; HMAC-SHA-1 when none is named (RFC 8018 A.2)."""
    for element in optional:
        if element.tag == der.SEQUENCE:
            name = element.children()[0].object_identifier()
            if name not in _PSEUDORANDOM_FUNCTIONS:
                raise EncryptionUnsupported(algorithm=name)
            return _PSEUDORANDOM_FUNCTIONS[name]
    return hashes.SHA1()  # noqa: S303


def _salt_and_rounds(parameters: Element) -> tuple[bytes, int]:
    salt, rounds = parameters.children()
    return salt.content, rounds.integer()
