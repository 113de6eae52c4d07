"""Verifies the signature of a link, and finds out which of the usual mistakes a wrong one is.

RSASSA-PSS with SHA-256 and a salt of 32 bytes; ECDSA with SHA-256 on P-256, as R‖S or in DER.
The mistakes are those seen among clients (ksef-client 46 and 47, ksef-client-java 93 and 106).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bridge.simulator.verification.links import CertificateLink

OFFICIAL_HOST = "qr-test.ksef.mf.gov.pl"
_HOSTS = (OFFICIAL_HOST, "qr-demo.ksef.mf.gov.pl", "qr.ksef.mf.gov.pl")
_SALT_BYTES = 32
_P1363_BYTES = 64
_SHA256 = hashes.SHA256()
_MGF = padding.MGF1(_SHA256)

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
Scheme = padding.AsymmetricPadding


def is_right(link: CertificateLink, key: PublicKey) -> bool:
    """Whether the link is signed as it must be, were it opened at the official host."""
    return _verifies(key, link.signature, f"{OFFICIAL_HOST}/{link.signed_path}".encode())


def mistake(link: CertificateLink, key: PublicKey) -> str | None:
    """In Polish what was signed instead of the right text, or how; None when it cannot be told."""
    right = f"{OFFICIAL_HOST}/{link.signed_path}".encode()
    for text, words in _wrong_texts(link, right):
        if _verifies(key, link.signature, text):
            return words
    if isinstance(key, rsa.RSAPublicKey):
        for scheme, words in _WRONG_SCHEMES:
            if _verifies(key, link.signature, right, scheme):
                return words
    return None


def _wrong_texts(link: CertificateLink, right: bytes) -> Iterator[tuple[bytes, str]]:
    yield b"https://" + right, "podpisano link razem z https://"
    yield right + b"/", "podpisano link z ukośnikiem na końcu"
    yield hashlib.sha256(right).digest(), "link zahaszowano dwukrotnie"
    yield link.invoice_hash, "podpisano skrót faktury zamiast linku"
    yield f"/{link.signed_path}".encode(), "podpisano link bez adresu serwera"
    for host in _HOSTS[1:]:
        yield f"{host}/{link.signed_path}".encode(), f"podpisano link innego środowiska ({host})"


_WRONG_SCHEMES: tuple[tuple[Scheme, str], ...] = (
    (padding.PSS(_MGF, padding.PSS.AUTO), "sól RSASSA-PSS ma inną długość niż 32 bajty"),
    (padding.PKCS1v15(), "użyto RSA PKCS#1 v1.5 zamiast RSASSA-PSS"),
)


def _verifies(key: PublicKey, signature: bytes, text: bytes, scheme: Scheme | None = None) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, text, scheme or padding.PSS(_MGF, _SALT_BYTES), _SHA256)
        else:
            key.verify(_in_der(signature), text, ec.ECDSA(_SHA256))
    except InvalidSignature:
        return False
    return True


def _in_der(signature: bytes) -> bytes:
    if len(signature) != _P1363_BYTES:
        return signature
    half = _P1363_BYTES // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
