"""Opening PKCS #12 files (RFC 7292), and finding out why one does not open."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from asn1crypto import algos, cms, core, keys, pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from bridge.credentials.encryption import allow_rounds
from bridge.credentials.errors import (
    FileDamaged,
    KeyUnaccepted,
    PasswordMissing,
    PasswordWrong,
    Unreadable,
)
from bridge.credentials.files import Part
from bridge.credentials.private_key import PrivateKey, accepted_private_key
from bridge.credentials.secret import Secret


@dataclass(frozen=True, slots=True)
class Pkcs12Contents:
    """What a PKCS #12 file held."""

    private_key: PrivateKey | None = field(repr=False)
    certificates: tuple[x509.Certificate, ...]


def open_pkcs12(part: Part, password: Secret | None) -> Pkcs12Contents:
    """Open a file; without a password, one that has none or an empty one still opens.

    Raises FileDamaged, PasswordMissing, PasswordWrong, KeyDerivationTooCostly, KeyUnaccepted,
    ValueError when it is not built as RFC 7292 says.
    """
    pfx = pkcs12.Pfx.load(part.data)
    for rounds in _rounds(pfx):
        allow_rounds(rounds)
    try:
        loaded = load_pkcs12(part.data, _text_of(password.reveal()) if password else None)
        key = None if loaded.key is None else accepted_private_key(loaded.key)
    except UnsupportedAlgorithm:
        raise KeyUnaccepted(algorithm="unknown") from None
    except (TypeError, ValueError):
        raise _reason(pfx, password) from None
    certificates = (loaded.cert, *loaded.additional_certs)
    return Pkcs12Contents(key, tuple(each.certificate for each in certificates if each))


def key_of_pkcs12(encrypted: keys.EncryptedPrivateKeyInfo, password: bytes) -> PrivateKey:
    """The key of a key file in one of the many ways of encryption that OpenSSL knows.

    EncryptedPrivateKeyInfo is the very content of a bag of PKCS #12 (RFC 7292 section 4.2.2), so
    that whatever opens these opens it too. Raises PasswordWrong, KeyUnaccepted.
    """
    bag = {"bag_id": "pkcs8_shrouded_key_bag", "bag_value": encrypted}
    bags = core.OctetString(pkcs12.SafeContents([bag]).dump())
    file = _without_mac(cms.ContentInfo({"content_type": "data", "content": bags}))
    try:
        return accepted_private_key(load_pkcs12(file, _text_of(password)).key)
    except UnsupportedAlgorithm:
        raise KeyUnaccepted(algorithm="unknown") from None
    except ValueError:
        raise PasswordWrong from None


def _rounds(pfx: pkcs12.Pfx) -> Iterator[int]:
    """What the file says in clear of its key derivations."""
    if pfx["mac_data"]:
        yield pfx["mac_data"]["iterations"].native
    for info in pfx.authenticated_safe:
        for algorithm in _encryption_algorithms(info):
            with contextlib.suppress(LookupError, ValueError):
                yield algorithm.kdf_iterations


def _encryption_algorithms(info: cms.ContentInfo) -> Iterator[algos.EncryptionAlgorithm]:
    if info["content_type"].native == "encrypted_data":
        yield info["content"]["encrypted_content_info"]["content_encryption_algorithm"]
    elif info["content_type"].native == "data":
        for bag in pkcs12.SafeContents.load(info["content"].native):
            if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                yield bag["bag_value"]["encryption_algorithm"]


def _reason(pfx: pkcs12.Pfx, password: Secret | None) -> Unreadable:
    """Why a file of sound structure does not open.

    A wrong password and a changed byte both break its MAC. The password is right when any of the
    encrypted parts opens by itself.
    """
    encrypted = [info for info in pfx.authenticated_safe if [*_encryption_algorithms(info)]]
    if not (encrypted or pfx["mac_data"]):
        return FileDamaged()
    if password is None:
        return PasswordMissing()
    if any(_opens(info, password) for info in encrypted):
        return FileDamaged()
    return PasswordWrong()


def _opens(info: cms.ContentInfo, password: Secret) -> bool:
    try:
        load_pkcs12(_without_mac(info), _text_of(password.reveal()))
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _text_of(password: bytes) -> bytes:
    """The password in UTF-8, as the library wants it; other octets as a character each.

    That is how programs turn those into the text of which PKCS #12 derives its keys.
    """
    try:
        password.decode()
    except UnicodeDecodeError:
        return password.decode("latin-1").encode()
    return password


def _without_mac(info: cms.ContentInfo) -> bytes:
    safe = core.OctetString(pkcs12.AuthenticatedSafe([info]).dump())
    outer = cms.ContentInfo({"content_type": "data", "content": safe})
    return bytes(pkcs12.Pfx({"version": "v3", "auth_safe": outer}).dump())
