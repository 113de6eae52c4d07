"""The credential that a profile logs in with: chosen, identified, and opened at the last moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
)

from bridge.credentials.certificate import identifier_of, read_certificate
from bridge.credentials.certificate_rules import SIGNS_WHATEVER_ITS_TYPE
from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.credentials.upload import public_key_sha256
from bridge.espocrm.certificate_status import not_active
from bridge.espocrm.profiles import AuthorizationType, Certificate, Profile
from bridge.ksef.contract import Identifier
from bridge.ksef.refusals import Signer
from bridge.seal_bindings import private_key_binding, token_binding
from bridge.sessions.errors import ProfileUnusable
from bridge.vault import Purpose, SealError, Vault


@dataclass(frozen=True, slots=True)
class OpenedToken:
    """A KSeF token ready for one login."""

    token: Secret


@dataclass(frozen=True, slots=True)
class OpenedCertificate:
    """A certificate with its private key ready for one login."""

    certificate: x509.Certificate
    private_key: PrivateKeyTypes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a profile logs in with, still sealed.

    `identity` changes with the credential, the environment and the context, so that a session made
    with another one is never handed out.
    """

    method: AuthorizationType
    environment: Environment
    context: ContextIdentifier
    identity: str
    sealed: str = field(repr=False)
    certificate_pem: str | None = field(default=None, repr=False)

    def open(self, vault: Vault) -> OpenedToken | OpenedCertificate:
        """The secret itself. Raises ProfileUnusable("seal-unusable")."""
        try:
            if self.certificate_pem is None:
                binding = token_binding(self.environment, self.context)
                return OpenedToken(vault.open(self.sealed, Purpose.KSEF_TOKEN, binding))
            certificate = read_certificate(self.certificate_pem.encode())
            secret = vault.open(
                self.sealed,
                Purpose.PRIVATE_KEY,
                private_key_binding(public_key_sha256(certificate.public_key())),
            )
        except SealError as error:
            raise ProfileUnusable("seal-unusable", {"reason": error.code}) from None
        except (UnsupportedAlgorithm, ValueError):
            raise ProfileUnusable("seal-unusable", {"reason": "certificate-unreadable"}) from None
        # The key was checked before it was sealed; the library's own check takes 50 ms.
        key = load_der_private_key(secret.reveal(), None, unsafe_skip_rsa_key_validation=True)
        return OpenedCertificate(certificate, key)

    def signer(self) -> Signer | None:
        """Whom the certificate stands for, where KSeF's refusal is about that; None for a token."""
        if self.certificate_pem is None:
            return None
        try:
            certificate = read_certificate(self.certificate_pem.encode())
        except ValueError:
            return None
        identifier_type, value = identifier_of(certificate)
        return Signer(Identifier(identifier_type.value, value), self.context)


def credential_of(profile: Profile) -> Credential:
    """The credential that the profile names.

    Raises ProfileUnusable when there is none, or when it may not be used.
    """
    if not profile.is_active:
        raise ProfileUnusable("profile-inactive")
    if profile.authorization_type is AuthorizationType.TOKEN:
        if not profile.token_sealed:
            raise ProfileUnusable("token-not-set")
        return _credential(profile, profile.token_sealed)
    certificate = profile.authorization_certificate
    if certificate is None:
        raise ProfileUnusable("certificate-not-set")
    _check(certificate)
    return _credential(profile, certificate.private_key_sealed, certificate.certificate_pem)


def _check(certificate: Certificate) -> None:
    if certificate.status != "Active":
        raise ProfileUnusable("certificate-not-active", not_active(certificate.status))
    if certificate.type != "Authentication" and certificate.kind not in SIGNS_WHATEVER_ITS_TYPE:
        raise ProfileUnusable("certificate-wrong-type", {"type": certificate.type or "-"})
    if not certificate.private_key_sealed or not certificate.certificate_pem:
        raise ProfileUnusable("private-key-not-set")


def _credential(profile: Profile, sealed: str, certificate_pem: str | None = None) -> Credential:
    identity = hashlib.sha256(
        "\n".join(
            (
                profile.authorization_type.value,
                profile.environment.value,
                profile.context.type.value,
                profile.context.value,
                # A certificate stands for its key; a seal may be renewed around the same key.
                certificate_pem or sealed,
            )
        ).encode()
    ).hexdigest()
    return Credential(
        method=profile.authorization_type,
        environment=profile.environment,
        context=profile.context,
        identity=identity,
        sealed=sealed,
        certificate_pem=certificate_pem,
    )
