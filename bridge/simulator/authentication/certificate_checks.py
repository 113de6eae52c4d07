"""Judges a login certificate: what KSeF refuses at once, and what it finds out later."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.simulator import clock
from bridge.simulator.authentication import statuses
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.certificates.certificate_authority import CertificateAuthority
from bridge.simulator.errors import BadRequest
from bridge.simulator.trust_services.provider import TrustServiceProvider

LEAST_RSA_BITS = 2048
LEAST_CURVE_BITS = 256

_STATUS_OF = {
    "Blocked": statuses.CERTIFICATE_SUSPENDED,
    "Revoked": statuses.CERTIFICATE_REVOKED,
    "Expired": statuses.CERTIFICATE_INVALID,
    None: statuses.CERTIFICATE_INCORRECT,
}


def check_form(certificate: x509.Certificate) -> None:
    """Raise 21115 for a certificate out of its dates or with a key that KSeF does not take."""
    now = clock.now()
    in_dates = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    if not in_dates or not _acceptable_key(certificate):
        raise BadRequest(21115, "Nieprawidłowy certyfikat.")


def verdict(
    certificate: x509.Certificate,
    authority: CertificateAuthority,
    trust_services: TrustServiceProvider,
    *,
    verify_chain: bool,
) -> Status | None:
    """The status with which the login ends because of its certificate, None when it is fine.

    The Test environment takes certificates of any issuer, unless `verifyCertificateChain` is asked
    for: then the one provider of trust services here must have issued it. One that names KSeF as
    issuer must come from this simulator's CA, be Active, and not be an Offline one.
    """
    if not authority.issued_by_ksef_name(certificate):
        return _chain_verdict(certificate, trust_services) if verify_chain else None
    status = authority.status_of(certificate)
    if status != "Active":
        return _STATUS_OF[status]
    return None if _may_sign_in(certificate) else statuses.CERTIFICATE_INCORRECT


def _chain_verdict(
    certificate: x509.Certificate, trust_services: TrustServiceProvider
) -> Status | None:
    if trust_services.has_issued(certificate):
        return None
    if trust_services.is_named_by(certificate):
        return statuses.CERTIFICATE_CHAIN_BROKEN
    return statuses.CERTIFICATE_CHAIN_UNTRUSTED


def _acceptable_key(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= LEAST_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= LEAST_CURVE_BITS


def _may_sign_in(certificate: x509.Certificate) -> bool:
    """Whether keyUsage has digitalSignature; an Offline certificate has contentCommitment alone."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature
