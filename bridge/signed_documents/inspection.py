"""Whether a file is the login request that was handed out, signed so that KSeF can take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.credentials.certificate import CertificateFacts, IdentifierType, read_facts
from bridge.credentials.certificate_rules import judge
from bridge.credentials.codes import CertificateCode
from bridge.credentials.environment import Environment
from bridge.credentials.findings import Finding, Severity
from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.containers import refuse_containers
from bridge.signed_documents.errors import Unacceptable
from bridge.signed_documents.login_request import check_places, check_request
from bridge.signed_documents.signer import Signer, signer_of
from bridge.signed_documents.signing_certificate import check_covered, signing_certificate
from bridge.signed_documents.xml_documents import parsed
from bridge.signed_documents.xml_signature import only_signature, references_of, verified

_ABOUT_CERTIFICATE = {
    CertificateCode.CERTIFICATE_EXPIRED: SignedDocumentCode.CERTIFICATE_EXPIRED,
    CertificateCode.CERTIFICATE_NOT_YET_VALID: SignedDocumentCode.CERTIFICATE_NOT_YET_VALID,
    CertificateCode.CERTIFICATE_SELF_SIGNED: SignedDocumentCode.CERTIFICATE_SELF_SIGNED,
    CertificateCode.CERTIFICATE_OF_TEST: SignedDocumentCode.CERTIFICATE_ELSEWHERE,
    CertificateCode.CERTIFICATE_OF_PRODUCTION: SignedDocumentCode.CERTIFICATE_ELSEWHERE,
}
"""What forbids the certificate here; of all else KSeF is the judge."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The request that was handed out; `by_fingerprint`: it names its signer by that."""

    document: str
    environment: Environment
    by_fingerprint: bool


@dataclass(frozen=True, slots=True)
class SignedDocumentInspection:
    """Who has signed, with which certificate; or why the file is not acceptable."""

    signer: Signer | None = None
    certificate_pem: str | None = None
    problem: Finding | None = None


def inspect_signed_document(
    content: bytes, expected: Expected, now: datetime
) -> SignedDocumentInspection:
    """Judge a file before KSeF is asked."""
    try:
        certificate = _signed_by(content, expected.document)
        facts = read_facts(certificate, now=now, key_matches=None)
        _check_certificate(certificate, facts, expected, now)
    except Unacceptable as error:
        return SignedDocumentInspection(problem=problem(error.code, error.params))
    signer = signer_of(certificate, facts, by_fingerprint=expected.by_fingerprint)
    return SignedDocumentInspection(signer, certificate.public_bytes(Encoding.PEM).decode())


def problem(code: SignedDocumentCode, params: dict[str, str | int] | None = None) -> Finding:
    """What is wrong with a file, as findings are told."""
    return Finding(code, Severity.ERROR, params=params or {})


def _signed_by(content: bytes, handed_out: str) -> x509.Certificate:
    refuse_containers(content)
    root = parsed(content)
    signature = only_signature(root)
    if signature is None:
        raise Unacceptable(SignedDocumentCode.NOT_SIGNED)
    references_of(signature)
    check_places(root, signature)
    certificate = signing_certificate(signature)
    covered = verified(root, certificate)
    check_covered(covered, certificate)
    check_request(covered, handed_out)
    return certificate


def _check_certificate(
    certificate: x509.Certificate, facts: CertificateFacts, expected: Expected, now: datetime
) -> None:
    findings = judge(
        certificate,
        facts,
        file_name="",
        expected_type=None,
        environment=expected.environment,
        now=now,
    )
    for finding in findings:
        code = _ABOUT_CERTIFICATE.get(CertificateCode(finding.code))
        if code is not None:
            raise Unacceptable(code, **finding.params)
    if facts.identifier_type is IdentifierType.FINGERPRINT and not expected.by_fingerprint:
        raise Unacceptable(SignedDocumentCode.SIGNER_UNIDENTIFIED, fingerprint=facts.fingerprint)
