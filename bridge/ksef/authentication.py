"""Starts a login, by token or by certificate, from a challenge to a reference number."""

from __future__ import annotations

import base64
import contextlib
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from bridge.credentials.certificate import IdentifierType, identifier_of
from bridge.credentials.context import ContextIdentifier
from bridge.credentials.secret import Secret
from bridge.ksef.auth_token_request import AuthTokenRequest, SchemaVersion, SubjectIdentifierType
from bridge.ksef.client import KsefClient
from bridge.ksef.contract import AuthenticationInit, Challenge
from bridge.ksef.errors import ClientIpNotIpv4, KsefRefused, NoUsablePublicKey, Operation
from bridge.ksef.operations import SUBMIT_KSEF_TOKEN, SUBMIT_XADES
from bridge.ksef.public_keys import EncryptionKey, PublicKeys, Usage
from bridge.ksef.xades import sign_enveloped

_PUBLIC_KEY_REJECTED = 21470
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label=None)


def submit_token(
    client: KsefClient,
    public_keys: PublicKeys,
    token: Secret,
    context: ContextIdentifier,
    challenge: Challenge,
    allowed_ip: str | None = None,
) -> AuthenticationInit:
    """Start a login by KSeF token, with one retry under another key when KSeF withdrew the first.

    With `allowed_ip` the session serves that address alone. Raises KsefError.
    """
    allowed = _ip4_addresses(SUBMIT_KSEF_TOKEN, allowed_ip)
    key = public_keys.select(Usage.KSEF_TOKEN_ENCRYPTION, challenge.timestamp)
    try:
        return _submit_encrypted(client, key, token, context, challenge, allowed)
    except KsefRefused as refused:
        if _PUBLIC_KEY_REJECTED not in refused.codes:
            raise
        # Where KSeF still lists only the key that it refused, its own list may lag behind.
        with contextlib.suppress(NoUsablePublicKey):
            key = public_keys.select(Usage.KSEF_TOKEN_ENCRYPTION, challenge.timestamp, rejected=key)
    # Whether the refusal used up the challenge is not documented; a fresh one is right either way.
    return _submit_encrypted(client, key, token, context, client.challenge(), allowed)


def submit_certificate(
    client: KsefClient,
    certificate: x509.Certificate,
    private_key: PrivateKeyTypes,
    context: ContextIdentifier,
    challenge: Challenge,
    version: SchemaVersion = SchemaVersion.V2_1,
    allowed_ip: str | None = None,
) -> AuthenticationInit:
    """Start a login by certificate. Raises KsefError; ValueError when the key is not RSA or EC."""
    request = request_to_sign(
        context, challenge, _subject_identifier_type(certificate), version, allowed_ip
    )
    # KSeF's clock, not this host's: a signature from the future is refused.
    document = sign_enveloped(
        request.to_element(), certificate, private_key, signing_time=challenge.timestamp
    )
    return client.submit_xades(document)


def request_to_sign(
    context: ContextIdentifier,
    challenge: Challenge,
    subject_identifier_type: SubjectIdentifierType,
    version: SchemaVersion,
    allowed_ip: str | None = None,
) -> AuthTokenRequest:
    """The document whose signature logs in; with `allowed_ip` for that address alone.

    Raises KsefError.
    """
    return AuthTokenRequest(
        challenge=challenge.challenge,
        context=context,
        subject_identifier_type=subject_identifier_type,
        allowed_ip4_addresses=_ip4_addresses(SUBMIT_XADES, allowed_ip),
        version=version,
    )


def encrypt_token(token: Secret, timestamp_ms: int, public_key: rsa.RSAPublicKey) -> str:
    """RSA-OAEP (SHA-256, MGF1 with SHA-256) over `token|timestampMs`, in base64.

    Raises ValueError when the token is longer than the key can take. Source: uwierzytelnianie.md,
    section 2.2.
    """
    plaintext = token.reveal() + b"|" + str(timestamp_ms).encode()
    try:
        ciphertext = public_key.encrypt(plaintext, _OAEP)
    except ValueError:
        raise ValueError("the KSeF token is too long for KSeF's public key") from None
    return base64.b64encode(ciphertext).decode()


def _submit_encrypted(
    client: KsefClient,
    key: EncryptionKey,
    token: Secret,
    context: ContextIdentifier,
    challenge: Challenge,
    allowed_ip4_addresses: tuple[str, ...],
) -> AuthenticationInit:
    return client.submit_ksef_token(
        challenge.challenge,
        context,
        encrypt_token(token, challenge.timestamp_ms, key.public_key),
        key.public_key_id,
        allowed_ip4_addresses,
    )


def _subject_identifier_type(certificate: x509.Certificate) -> SubjectIdentifierType:
    """By its subject where KSeF finds a NIP or PESEL there, else by its fingerprint."""
    identifier_type, _ = identifier_of(certificate)
    if identifier_type is IdentifierType.FINGERPRINT:
        return SubjectIdentifierType.CERTIFICATE_FINGERPRINT
    return SubjectIdentifierType.CERTIFICATE_SUBJECT


def _ip4_addresses(operation: Operation, allowed_ip: str | None) -> tuple[str, ...]:
    if allowed_ip is None:
        return ()
    try:
        address = ipaddress.ip_address(allowed_ip)
    except ValueError:
        raise ClientIpNotIpv4(operation, allowed_ip) from None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if isinstance(address, ipaddress.IPv6Address):
        raise ClientIpNotIpv4(operation, allowed_ip)
    return (str(address),)
