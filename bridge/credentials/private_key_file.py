"""Opening the file of a private key: decrypted when it needs to be, and read."""

from __future__ import annotations

from asn1crypto import keys

from bridge.credentials.encryption import allow_rounds, decrypt_dek_info, decrypt_pbes2, revealed
from bridge.credentials.errors import (
    EncryptionUnsupported,
    PrivateKeyContentDamaged,
)
from bridge.credentials.files import Content, Part
from bridge.credentials.pkcs12 import key_of_pkcs12
from bridge.credentials.private_key import PrivateKey, read_private_key
from bridge.credentials.secret import Secret


def open_private_key(part: Part, password: Secret | None) -> PrivateKey:
    """The private key of a part. A password that is not needed is passed over.

    Raises PasswordMissing, PasswordWrong, KeyDerivationTooCostly, EncryptionUnsupported,
    PrivateKeyContentDamaged, KeyUnaccepted, ValueError when the file is damaged.
    """
    if part.content is Content.PRIVATE_KEY:
        return read_private_key(part.data)
    if part.dek_info is not None:
        return _decrypted(decrypt_dek_info(part.dek_info, part.data, password))
    encrypted = keys.EncryptedPrivateKeyInfo.load(part.data)
    algorithm = encrypted["encryption_algorithm"]
    name = algorithm["algorithm"].native
    if name == "pbes2":
        ciphertext = encrypted["encrypted_data"].native
        return _decrypted(decrypt_pbes2(algorithm["parameters"], ciphertext, password))
    if not name.startswith(("pbes1", "pkcs12")):
        raise EncryptionUnsupported(algorithm=name)
    allow_rounds(algorithm.kdf_iterations)
    return key_of_pkcs12(encrypted, revealed(password))


def _decrypted(plaintext: bytes) -> PrivateKey:
    try:
        return read_private_key(plaintext)
    except ValueError:
        raise PrivateKeyContentDamaged from None
