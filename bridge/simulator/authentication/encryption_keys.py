"""The public keys that KSeF publishes for what clients encrypt, and how they are exchanged.

Source: bezpieczenstwo/klucze-publiczne-do-szyfrowania.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from bridge.simulator import clock
from bridge.simulator.errors import BadRequest

LIFETIME = timedelta(days=730)
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class Usage(StrEnum):
    """KSeF's `PublicKeyCertificateUsage`."""

    TOKEN = "KsefTokenEncryption"  # noqa: S105 - the name of a usage
    SYMMETRIC_KEY = "SymmetricKeyEncryption"


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A published certificate with its private key."""

    usage: Usage
    certificate: x509.Certificate
    private_key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def valid(self) -> bool:
        """Whether the certificate is within its dates now."""
        validity = (self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc)
        return validity[0] <= clock.now() <= validity[1]

    @property
    def public_key_id(self) -> str:
        """Base64 of the SHA-256 of the key's SubjectPublicKeyInfo in DER."""
        spki = self.certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(spki).digest()).decode()

    def as_json(self) -> dict[str, Any]:
        """KSeF's `PublicKeyCertificate`."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return {
            "certificate": base64.b64encode(der).decode(),
            "certificateId": base64.b64encode(hashlib.sha256(der).digest()).decode(),
            "publicKeyId": self.public_key_id,
            "validFrom": clock.timestamp(self.certificate.not_valid_before_utc),
            "validTo": clock.timestamp(self.certificate.not_valid_after_utc),
            "usage": [self.usage.value],
        }


class EncryptionKeys:
    """The list of published keys, one per usage at the start."""

    def __init__(self) -> None:
        self._issuer_key = ec.generate_private_key(ec.SECP256R1())
        start = clock.now() - timedelta(days=30)
        self._published = [self._make(usage, start) for usage in Usage]

    @property
    def published(self) -> Sequence[EncryptionKey]:
        """The keys as `GET /security/public-key-certificates` lists them."""
        return tuple(self._published)

    def accepted(self, usage: Usage, public_key_id: str | None) -> list[EncryptionKey]:
        """The keys to decrypt with: the named one, or all that are valid now.

        Raises 21470 when the named key is unknown, withdrawn, or not valid now.
        """
        keys = [key for key in self._published if key.usage is usage and key.valid]
        if public_key_id is None:
            return keys
        named = [key for key in keys if key.public_key_id == public_key_id]
        if not named:
            raise BadRequest(
                21470,
                "Przesłany identyfikator klucza jest nieznany lub wskazuje na wycofany klucz.",
                f"Klucz o identyfikatorze {public_key_id} nie jest wspierany.",
            )
        return named

    def re_certify(self, usage: Usage) -> None:
        """A new certificate for the newest key takes the place of its old one."""
        newest = self._newest(usage)
        self._published.remove(newest)
        self._published.append(self._make(usage, _after(newest), newest.private_key))

    def rotate(self, usage: Usage, key: rsa.RSAPrivateKey | None = None) -> None:
        """A planned rotation begins: a new key is published beside the old one."""
        self._published.append(self._make(usage, _after(self._newest(usage)), key))

    def announce(self, usage: Usage, valid_from: datetime) -> None:
        """A planned rotation is announced: the new key is not valid yet."""
        self._published.append(self._make(usage, valid_from))

    def withdraw_old(self, usage: Usage) -> None:
        """A planned rotation ends: of the valid keys only the newest stays."""
        newest = self._newest(usage)
        self._published = [
            key
            for key in self._published
            if key.usage is not usage or key is newest or not key.valid
        ]

    def replace_at_once(self, usage: Usage, key: rsa.RSAPrivateKey | None = None) -> None:
        """An emergency rotation: all keys of the usage are withdrawn, a new one is published."""
        new = self._make(usage, _after(self._newest(usage)), key)
        self._published = [key for key in self._published if key.usage is not usage] + [new]

    def _newest(self, usage: Usage) -> EncryptionKey:
        return max(
            (key for key in self._published if key.usage is usage and key.valid),
            key=lambda key: key.certificate.not_valid_before_utc,
        )

    def _make(
        self, usage: Usage, valid_from: datetime, key: rsa.RSAPrivateKey | None = None
    ) -> EncryptionKey:
        private_key = key or new_private_key()
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("Ministerstwo Finansów"))
            .issuer_name(_name("Symulator KSeF: CA kluczy publicznych"))
            .public_key(private_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_from + LIFETIME)
            .sign(self._issuer_key, hashes.SHA256())
        )
        return EncryptionKey(usage, certificate, private_key)


def new_private_key() -> rsa.RSAPrivateKey:
    """A key as KSeF publishes them."""
    return rsa.generate_private_key(65537, 2048)


def decrypt(keys: Sequence[EncryptionKey], ciphertext: bytes) -> bytes | None:
    """The plaintext under the first key that opens it (RSA-OAEP, SHA-256), None if none does."""
    for key in keys:
        try:
            return key.private_key.decrypt(ciphertext, _OAEP)
        except ValueError:
            continue
    return None


def _after(key: EncryptionKey) -> datetime:
    """A minute later than the key's own start, so that `validFrom` tells the keys apart.

    The first key began a month ago, which leaves room for 43,200 rotations.
    """
    return min(key.certificate.not_valid_before_utc + timedelta(minutes=1), clock.now())


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
