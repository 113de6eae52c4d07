"""Reads a PKCS#10 request (RFC 2986) as strictly as KSeF.

Source: certyfikaty-KSeF.md, section 3, and the error codes of `POST /certificates/enrollments`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from bridge.simulator.certificates.issued_certificate import PublicKey
from bridge.simulator.errors import BadRequest, InvalidInput

_RSA_BITS = 2048
_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_SHA1,
    SignatureAlgorithmOID.RSA_WITH_SHA256,
    SignatureAlgorithmOID.RSA_WITH_SHA384,
    SignatureAlgorithmOID.RSA_WITH_SHA512,
    SignatureAlgorithmOID.RSASSA_PSS,
    SignatureAlgorithmOID.ECDSA_WITH_SHA1,
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
}
_DIGESTS = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """What a sound request asks for."""

    subject: x509.Name
    public_key: PublicKey


def read_signing_request(text: str) -> SigningRequest:
    """The request in base64 of DER; line breaks within the base64 are allowed.

    Raises 21405 for what is not base64, 25004 for what is not a request or has a wrong signature,
    25010 for a key other than RSA 2048 or EC P-256, 25011 for another signature algorithm.
    """
    try:
        der = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("csr: wartość nie jest w formacie Base64.") from None
    try:
        request = x509.load_der_x509_csr(der)
        subject = request.subject
    except ValueError:
        raise _unsound() from None
    public_key = _public_key(request)
    _check_algorithm(request)
    if not request.is_signature_valid:
        raise _unsound()
    return SigningRequest(subject, public_key)


def _public_key(request: x509.CertificateSigningRequest) -> PublicKey:
    try:
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise _wrong_key() from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == _RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise _wrong_key()


def _check_algorithm(request: x509.CertificateSigningRequest) -> None:
    try:
        digest = request.signature_hash_algorithm
    except UnsupportedAlgorithm:
        digest = None
    if request.signature_algorithm_oid not in _SIGNATURES or not isinstance(digest, _DIGESTS):
        raise BadRequest(25011, "Nieprawidłowy algorytm podpisu CSR.")


def _unsound() -> BadRequest:
    return BadRequest(25004, "Niepoprawny format CSR lub niepoprawny podpis CSR.")


def _wrong_key() -> BadRequest:
    return BadRequest(25010, "Nieprawidłowy typ lub długość klucza.")
