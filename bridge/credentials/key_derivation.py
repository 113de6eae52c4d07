"""How a password becomes a key, in the ways that key files use, and what each way costs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bridge.credentials import der
from bridge.credentials.der import Element, Malformed
from bridge.credentials.errors import KeyDerivationTooCostly

MOST_ROUNDS = 1_000_000
"""A derivation of more rounds is not tried; the portal's keys take 100,000."""

MOST_SCRYPT_COST = 2**21
"""N·r·p above which scrypt is not tried; OpenSSL's default is 2^17, and 2^21 is 256 MiB."""

MOST_ROUNDS_PER_UPLOAD = 4 * MOST_ROUNDS

PBKDF2 = "1.2.840.113549.1.5.12"
SCRYPT = "1.3.6.1.4.1.11591.4.11"
_PBES1_PREFIX = "1.2.840.113549.1.5."
_PKCS12_PREFIX = "1.2.840.113549.1.12.1."
_PBES1_NUMBERS = range(1, 12)


class KeyDerivation(Protocol):
    """A password turned into the key and the initialization vector of a cipher."""

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        """Key and initialization vector of these lengths."""


@dataclass(frozen=True, slots=True)
class Pbkdf2:
    """PBES2 with PBKDF2 (RFC 8018 section 6.2)."""

    salt: bytes
    rounds: int
    hash: hashes.HashAlgorithm
    vector: bytes

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        return (
            PBKDF2HMAC(self.hash, key_bytes, self.salt, self.rounds).derive(password),
            self.vector,
        )


@dataclass(frozen=True, slots=True)
class ScryptDerivation:
    """PBES2 with scrypt (RFC 7914 section 7)."""

    salt: bytes
    cost: int
    block_size: int
    parallelization: int
    vector: bytes

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        scrypt = Scrypt(self.salt, key_bytes, self.cost, self.block_size, self.parallelization)
        return scrypt.derive(password), self.vector


@dataclass(frozen=True, slots=True)
class Pbkdf1:
    """PBES1 (RFC 8018 section 6.1)."""

    salt: bytes
    rounds: int
    hash_name: str

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        value = password + self.salt
        for _ in range(self.rounds):
            value = hashlib.new(self.hash_name, value, usedforsecurity=False).digest()
        return value[:key_bytes], value[key_bytes : key_bytes + vector_bytes]


@dataclass(frozen=True, slots=True)
class Pkcs12Derivation:
    """The derivation of PKCS #12 with SHA-1 (RFC 7292 appendix B.2)."""

    salt: bytes
    rounds: int

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        encoded = password.decode(errors="replace").encode("utf-16-be") + b"\0\0"
        return (
            self._derive(encoded, key_bytes, purpose=1),
            self._derive(encoded, vector_bytes, purpose=2),
        )

    def _derive(self, password: bytes, length: int, purpose: int) -> bytes:
        block = bytearray(_repeated(self.salt, 64) + _repeated(password, 64))
        derived = b""
        while len(derived) < length:
            value = bytes([purpose]) * 64 + bytes(block)
            for _ in range(self.rounds):
                value = hashlib.sha1(value, usedforsecurity=False).digest()
            derived += value
            addend = int.from_bytes(_repeated(value, 64)[:64]) + 1
            for start in range(0, len(block), 64):
                part = int.from_bytes(block[start : start + 64]) + addend
                block[start : start + 64] = (part % 2**512).to_bytes(64)
        return derived[:length]


@dataclass(frozen=True, slots=True)
class OpenSslDerivation:
    """The derivation of PEM files with a DEK-Info header (OpenSSL's EVP_BytesToKey, one round)."""

    vector: bytes

    def derive(self, password: bytes, key_bytes: int, vector_bytes: int) -> tuple[bytes, bytes]:
        salted = password + self.vector[:8]
        value = derived = b""
        while len(derived) < key_bytes:
            value = hashlib.md5(value + salted, usedforsecurity=False).digest()
            derived += value
        return derived[:key_bytes], self.vector


@dataclass(slots=True)
class Allowance:
    """What one upload may still spend on key derivation, in rounds."""

    left: int = field(default=MOST_ROUNDS_PER_UPLOAD)

    def spend(self, element: Element) -> None:
        """Account for all that `element` asks for. Raises KeyDerivationTooCostly, Malformed."""
        try:
            asked = tuple(_rounds_asked(element))
        except (IndexError, ValueError):
            raise Malformed from None
        for rounds, limit in asked:
            if rounds < 1:
                raise Malformed
            if rounds > limit:
                raise KeyDerivationTooCostly(rounds=rounds, limit=limit)
            self.left -= rounds
        if self.left < 0:
            raise KeyDerivationTooCostly(
                rounds=MOST_ROUNDS_PER_UPLOAD - self.left, limit=MOST_ROUNDS_PER_UPLOAD
            )


def _rounds_asked(element: Element) -> Iterator[tuple[int, int]]:
    """Rounds and their limit, for every key derivation that is named in clear anywhere inside."""
    for children in der.groups(element):
        yield from _rounds_of_algorithm(children)
        yield from _rounds_of_mac(children)


def _rounds_of_algorithm(children: tuple[Element, ...]) -> Iterator[tuple[int, int]]:
    if [child.tag for child in children] != [der.OBJECT_IDENTIFIER, der.SEQUENCE]:
        return
    algorithm = children[0].object_identifier()
    if algorithm == SCRYPT:
        _, cost, block_size, parallelization, *_ = children[1].children()
        total = cost.integer() * block_size.integer() * parallelization.integer()
        yield total, MOST_SCRYPT_COST
    elif algorithm == PBKDF2 or _derives_key(algorithm):
        yield children[1].children()[1].integer(), MOST_ROUNDS


def _rounds_of_mac(children: tuple[Element, ...]) -> Iterator[tuple[int, int]]:
    """MacData ::= SEQUENCE { mac, macSalt OCTET STRING, iterations INTEGER } (RFC 7292, 4)."""
    if [child.tag for child in children] == [der.SEQUENCE, der.OCTET_STRING, der.INTEGER]:
        yield children[2].integer(), MOST_ROUNDS


def _derives_key(algorithm: str) -> bool:
    if algorithm.startswith(_PKCS12_PREFIX):
        return True
    number = algorithm.removeprefix(_PBES1_PREFIX)
    return number != algorithm and number.isdigit() and int(number) in _PBES1_NUMBERS


def _repeated(value: bytes, block: int) -> bytes:
    """`value` again and again up to the next multiple of `block`."""
    length = -(-len(value) // block) * block
    return (value * (length // len(value) + 1))[:length] if value else b""
