"""Reading what an inspecting process answered, as strictly as what comes from outside."""

from __future__ import annotations

from pydantic import Base64Bytes, BaseModel, ConfigDict, ValidationError

from bridge.credentials.certificate import CertificateFacts
from bridge.credentials.findings import Finding
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret
from bridge.credentials.sorting import CertificateSorting, SortedCertificate
from bridge.signed_documents.inspection import SignedDocumentInspection
from bridge.signed_documents.signer import Signer


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    facts: CertificateFacts | None
    findings: list[Finding]
    certificate_pem: str | None
    private_key: Base64Bytes | None
    public_key_sha256: str | None


class _Sorted(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    certificate_file: str
    key_file: str
    facts: CertificateFacts
    findings: list[Finding]


class _Sorting(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    certificates: list[_Sorted]
    left_over: list[Finding]


class _Signed(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    signer: Signer | None
    certificate_pem: str | None
    problem: Finding | None


def decode_inspection(encoded: bytes) -> CertificateInspection:
    """The inspection that `encode_inspection` wrote. Raises ValueError, which quotes nothing."""
    try:
        answer = _Answer.model_validate_json(encoded)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} mistakes") from None
    key = answer.private_key
    return CertificateInspection(
        facts=answer.facts,
        findings=tuple(answer.findings),
        certificate_pem=answer.certificate_pem,
        private_key=None if key is None else Secret(key),
        public_key_sha256=answer.public_key_sha256,
    )


def decode_sorting(encoded: bytes) -> CertificateSorting:
    """The sorting that `encode_sorting` wrote. Raises ValueError, which quotes nothing."""
    try:
        answer = _Sorting.model_validate_json(encoded)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} mistakes") from None
    return CertificateSorting(
        certificates=tuple(
            SortedCertificate(
                each.certificate_file, each.key_file, each.facts, tuple(each.findings)
            )
            for each in answer.certificates
        ),
        left_over=tuple(answer.left_over),
    )


def decode_signed(encoded: bytes) -> SignedDocumentInspection:
    """The inspection that `encode_signed` wrote. Raises ValueError, which quotes nothing."""
    try:
        answer = _Signed.model_validate_json(encoded)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()} mistakes") from None
    return SignedDocumentInspection(answer.signer, answer.certificate_pem, answer.problem)
