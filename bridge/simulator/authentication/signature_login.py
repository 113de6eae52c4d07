"""Judges a login by signature, once the signature itself is verified."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.simulator.authentication import certificate_checks
from bridge.simulator.authentication.login_rights import status_of_rights
from bridge.simulator.authentication.statuses import Status
from bridge.simulator.certificates.certificate_authority import CertificateAuthority
from bridge.simulator.errors import BadRequest
from bridge.simulator.identity import SubjectIdentifier, fingerprint, identify
from bridge.simulator.permissions.rights import Rights
from bridge.simulator.trust_services.provider import TrustServiceProvider
from bridge.simulator.xades.auth_token_request import AuthTokenRequest, SubjectIdentification


@dataclass(frozen=True, slots=True)
class SignatureLogin:
    """A login by signature: on whose behalf, by whom, with which certificate."""

    context: ContextIdentifier
    subject: SubjectIdentifier
    certificate: x509.Certificate
    verify_chain: bool


def subject_of(request: AuthTokenRequest, certificate: x509.Certificate) -> SubjectIdentifier:
    """Who logs in, by the means that the request names.

    Raises 21406 when it says `certificateSubject` and the certificate names neither NIP nor PESEL
    (ksef-api issue 169), and 21117 for a Peppol provider's context, which only a certificate
    identified by its fingerprint can enter.
    """
    if request.subject_identification is SubjectIdentification.BY_FINGERPRINT:
        return fingerprint(certificate)
    if request.context.type is ContextType.PEPPOL_ID:
        raise BadRequest(
            21117, "Nieprawidłowy identyfikator podmiotu dla wskazanego typu kontekstu."
        )
    subject = identify(certificate)
    if subject is None:
        raise BadRequest(21406, "Konflikt podpisu i typu uwierzytelnienia.")
    return subject


def judge(
    login: SignatureLogin,
    authority: CertificateAuthority,
    trust_services: TrustServiceProvider,
    rights: Rights,
) -> Status:
    """The status with which the login ends: first the certificate, then the rights."""
    refusal = certificate_checks.verdict(
        login.certificate, authority, trust_services, verify_chain=login.verify_chain
    )
    return refusal or status_of_rights(login.subject, login.context, rights)
