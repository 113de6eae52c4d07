"""The key of a requested certificate and the password of its package, under seal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from bridge.credentials.private_key import PrivateKey, accepted_private_key, unencrypted_pkcs8
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256 as digest_of
from bridge.enrolment.state import Enrolment, KeyAlgorithm
from bridge.seal_bindings import private_key_binding
from bridge.vault import Binding, Purpose, SealTampered, Vault, binding_of

# Without what is taken for something else on paper: 0 O o, 1 I l.
PASSWORD_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_LENGTH = 24
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A private key under seal, bound to its public key (SHA-256 of the SPKI in DER, hex)."""

    sealed: str
    public_key_sha256: str


def new_key(algorithm: KeyAlgorithm) -> PrivateKey:
    """A fresh key."""
    if algorithm is KeyAlgorithm.RSA_2048:
        return rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def algorithm_of(key: PrivateKey) -> KeyAlgorithm:
    """What kind of key it is."""
    return KeyAlgorithm.RSA_2048 if isinstance(key, rsa.RSAPrivateKey) else KeyAlgorithm.EC_P256


def seal_key(vault: Vault, key: PrivateKey) -> SealedKey:
    """The key as EspoCRM may store it."""
    digest = digest_of(key.public_key())
    sealed = vault.seal(unencrypted_pkcs8(key), Purpose.PRIVATE_KEY, private_key_binding(digest))
    return SealedKey(sealed, digest)


def digest_in(sealed: str) -> str:
    """Which public key a sealed private key says it belongs to. Raises SealError."""
    return binding_of(sealed).get("publicKeySha256", "")


def open_key(vault: Vault, sealed: str, public_key_sha256: str) -> PrivateKey:
    """The key of that public key. Raises SealError."""
    binding = private_key_binding(public_key_sha256)
    secret = vault.open(sealed, Purpose.PRIVATE_KEY, binding)
    # It was made or checked here before it was sealed.
    key = load_der_private_key(secret.reveal(), None, unsafe_skip_rsa_key_validation=True)
    opened = accepted_private_key(key)
    if digest_of(opened.public_key()) != public_key_sha256:
        raise SealTampered
    return opened


def new_password() -> Secret:
    """The password of a package: 24 characters of 56 at random, 139 bits."""
    return Secret("".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(PASSWORD_LENGTH)))


def seal_password(vault: Vault, password: Secret, key: SealedKey, certificate_id: str) -> str:
    """The package's password as the state database may keep it until the package is made."""
    binding = _password_binding(certificate_id, key.public_key_sha256)
    return vault.seal(password, Purpose.PACKAGE_PASSWORD, binding)


def open_password(vault: Vault, enrolment: Enrolment) -> Secret | None:
    """The package's password, None when it is no longer kept. Raises SealError."""
    if enrolment.password_sealed is None:
        return None
    binding = _password_binding(enrolment.certificate_id, enrolment.public_key_sha256)
    return vault.open(enrolment.password_sealed, Purpose.PACKAGE_PASSWORD, binding)


def _password_binding(certificate_id: str, public_key_sha256: str) -> Binding:
    return {"certificateId": certificate_id, "publicKeySha256": public_key_sha256}
