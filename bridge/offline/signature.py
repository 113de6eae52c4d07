"""The signature of KOD II.

RSA: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes. EC: ECDSA with SHA-256 on
P-256, the numbers r and s of 32 bytes each, one after the other (IEEE P1363).
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from bridge.credentials.private_key import PrivateKey, PublicKey

LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 4096
"""KSeF certifies 2048; the link of a larger one would not fit the printing size of its QR code."""

_NUMBER_BYTES = 32
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
_ECDSA = ec.ECDSA(hashes.SHA256())


def is_suited(key: PublicKey) -> bool:
    """Whether links may be signed with the key of such a certificate."""
    if isinstance(key, RSAPublicKey):
        return LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS
    return isinstance(key.curve, ec.SECP256R1)


def sign(text: str, key: PrivateKey) -> bytes:
    """The signature of a text in UTF-8, by a key whose public key `is_suited`."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(text.encode(), _ECDSA))
        return r.to_bytes(_NUMBER_BYTES, "big") + s.to_bytes(_NUMBER_BYTES, "big")
    return key.sign(text.encode(), _PSS, hashes.SHA256())


def is_signature(signature: bytes, text: str, key: PublicKey) -> bool:
    """Whether the owner of the public key signed the text."""
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, text.encode(), _PSS, hashes.SHA256())
        else:
            key.verify(_in_der(signature), text.encode(), _ECDSA)
    except InvalidSignature:
        return False
    return True


def _in_der(signature: bytes) -> bytes:
    if len(signature) != 2 * _NUMBER_BYTES:
        raise InvalidSignature
    r, s = signature[:_NUMBER_BYTES], signature[_NUMBER_BYTES:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
