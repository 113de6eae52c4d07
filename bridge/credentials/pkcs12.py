"""Opening PKCS #12 files (RFC 7292), and finding out why one does not open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from bridge.credentials import der
from bridge.credentials.der import Element, Malformed
from bridge.credentials.encryption import scheme_of
from bridge.credentials.errors import (
    EncryptionUnsupported,
    FileDamaged,
    KeyUnaccepted,
    PasswordMissing,
    PasswordWrong,
    Unreadable,
)
from bridge.credentials.files import Part
from bridge.credentials.key_derivation import Allowance
from bridge.credentials.private_key import PrivateKey, accepted_private_key
from bridge.credentials.secret import Secret


@dataclass(frozen=True, slots=True)
class Pkcs12Contents:
    """What a PKCS #12 file held."""

    private_key: PrivateKey | None = field(repr=False)
    certificates: tuple[x509.Certificate, ...]


def open_pkcs12(part: Part, password: Secret | None, allowance: Allowance) -> Pkcs12Contents:
    """Open a file; without a password, one that has none or an empty one still opens.

    Raises FileDamaged, PasswordMissing, PasswordWrong, KeyDerivationTooCostly, KeyUnaccepted.
    """
    try:
        element = der.read(part.data)
        allowance.spend(element)
    except Malformed:
        raise FileDamaged from None
    try:
        loaded = load_pkcs12(part.data, password.reveal() if password else None)
        key = None if loaded.key is None else accepted_private_key(loaded.key)
        certificates = [
            each.certificate for each in (loaded.cert, *loaded.additional_certs) if each
        ]
    except UnsupportedAlgorithm:
        raise KeyUnaccepted(algorithm="unknown") from None
    except (TypeError, ValueError):
        raise _reason(element, password) from None
    return Pkcs12Contents(key, tuple(certificates))


def _reason(element: Element, password: Secret | None) -> Unreadable:
    """Why a file of sound structure does not open.

    A wrong password and a changed byte both break its MAC. The password is right when any of the
    encrypted parts still gives a whole structure.
    """
    encrypted = tuple(_encrypted_parts(element))
    if password is None:
        has_mac = len(element.children()) > 2
        return PasswordMissing() if encrypted or has_mac else FileDamaged()
    if any(_opens(algorithm, ciphertext, password) for algorithm, ciphertext in encrypted):
        return FileDamaged()
    return PasswordWrong()


def _encrypted_parts(element: Element) -> Iterator[tuple[Element, Element]]:
    """Algorithm and ciphertext of each EncryptedPrivateKeyInfo and EncryptedContentInfo inside."""
    for children in der.groups(element):
        match [child.tag & ~der.CONSTRUCTED for child in children]:
            case [0x10, 0x04]:  # SEQUENCE, OCTET STRING
                yield children[0], children[1]
            case [0x06, 0x10, 0x80]:  # OBJECT IDENTIFIER, SEQUENCE, [0]
                yield children[1], children[2]


def _opens(algorithm: Element, ciphertext: Element, password: Secret) -> bool:
    try:
        scheme_of(algorithm).decrypt(ciphertext.octets(), password.reveal())
    except (Malformed, PasswordWrong, EncryptionUnsupported):
        return False
    return True
