"""Inspecting credentials: facts, findings, and a seal when nothing forbids their use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_openapi3.blueprint import APIBlueprint
from pydantic import SecretStr

from bridge.api.authentication import SECURITY, requires
from bridge.api.problems import PROBLEM_RESPONSES, message_of
from bridge.api.restrictions import admit_environments
from bridge.api.schemas import (
    CertificateFactsBody,
    CertificateFile,
    CertificateInspectionAnswer,
    CertificateInspectionRequest,
    FindingBody,
    TokenFactsBody,
    TokenInspectionAnswer,
    TokenInspectionRequest,
)
from bridge.api.sorting_schemas import (
    CertificateSortingAnswer,
    CertificateSortingRequest,
    SortedCertificateBody,
)
from bridge.credentials.context import ContextIdentifier
from bridge.credentials.environment import Environment
from bridge.credentials.files import UploadedFile
from bridge.credentials.findings import Finding
from bridge.credentials.inspection import CertificateInspection
from bridge.credentials.secret import Secret
from bridge.credentials.token import TokenInspection, inspect_token
from bridge.inspector.exchange import InspectionRequest, SortingRequest
from bridge.inspector.inspector import Inspector
from bridge.keys.api_keys import Scope
from bridge.seal_bindings import private_key_binding, token_binding
from bridge.settings import Settings
from bridge.vault import Purpose, Vault

# The end of KSeF tokens and a token's date are days of the Polish calendar.
_POLAND = ZoneInfo("Europe/Warsaw")

blueprint = APIBlueprint("inspection", __name__, url_prefix="/v1", abp_responses=PROBLEM_RESPONSES)


@blueprint.post("/tokens/inspect", responses={200: TokenInspectionAnswer}, security=SECURITY)
@requires(Scope.INSPECT)
def inspect_ksef_token(body: TokenInspectionRequest) -> dict[str, Any]:
    """Validate a KSeF token and seal it for its environment and context."""
    admit_environments([body.environment])
    settings: Settings = current_app.extensions["ksef-settings"]
    inspection = inspect_token(
        body.token.get_secret_value(),
        environment=body.environment,
        nip=body.nip,
        internal_id=body.internal_id or None,
        today=datetime.now(_POLAND).date(),
        validity=settings.token_validity,
    )
    facts = inspection.facts
    return TokenInspectionAnswer(
        facts=None if facts is None else TokenFactsBody.of(facts),
        findings=_with_texts(inspection.findings),
        sealed=_sealed_token(inspection, body.environment),
    ).model_dump(mode="json", by_alias=True)


@blueprint.post(
    "/certificates/inspect", responses={200: CertificateInspectionAnswer}, security=SECURITY
)
@requires(Scope.INSPECT)
def inspect_certificate_files(body: CertificateInspectionRequest) -> dict[str, Any]:
    """Validate a certificate with its private key and seal the key for that certificate."""
    admit_environments(filter(None, [body.environment]))
    inspection = _inspector().inspect(
        InspectionRequest(
            _uploaded(body.files),
            password=_secret(body.password),
            expected_type=body.expected_type,
            environment=body.environment,
            now=datetime.now(UTC),
            fingerprint=body.fingerprint,
        )
    )
    facts = inspection.facts
    return CertificateInspectionAnswer(
        facts=None if facts is None else CertificateFactsBody.of(facts),
        findings=_with_texts(inspection.findings),
        certificate_pem=inspection.certificate_pem,
        private_key_sealed=_sealed_key(inspection),
    ).model_dump(mode="json", by_alias=True)


@blueprint.post("/certificates/sort", responses={200: CertificateSortingAnswer}, security=SECURITY)
@requires(Scope.INSPECT)
def sort_certificate_files(body: CertificateSortingRequest) -> dict[str, Any]:
    """Find the certificates with their private keys among any files. Nothing is sealed."""
    admit_environments(filter(None, [body.environment]))
    sorting = _inspector().sort(
        SortingRequest(
            _uploaded(body.files),
            password=_secret(body.password),
            passwords={
                each.file: Secret(each.password.get_secret_value()) for each in body.passwords
            },
            environment=body.environment,
            now=datetime.now(UTC),
        )
    )
    return CertificateSortingAnswer(
        certificates=[
            SortedCertificateBody(
                certificate_file=each.certificate_file,
                key_file=each.key_file,
                facts=CertificateFactsBody.of(each.facts),
                findings=_with_texts(each.findings),
            )
            for each in sorting.certificates
        ],
        left_over=_with_texts(sorting.left_over),
    ).model_dump(mode="json", by_alias=True)


def _uploaded(files: Sequence[CertificateFile]) -> list[UploadedFile]:
    return [UploadedFile(file.name, file.content.get_secret_value()) for file in files]


def _secret(text: SecretStr | None) -> Secret | None:
    return None if text is None else Secret(text.get_secret_value())


def _inspector() -> Inspector:
    inspector: Inspector = current_app.extensions["ksef-inspector"]
    return inspector


def _sealed_token(inspection: TokenInspection, environment: Environment) -> str | None:
    facts = inspection.facts
    if inspection.token is None or facts is None:
        return None
    if facts.context_type is None or facts.context_value is None:
        return None
    context = ContextIdentifier(facts.context_type, facts.context_value)
    binding = token_binding(environment, context)
    return _vault().seal(inspection.token, Purpose.KSEF_TOKEN, binding)


def _sealed_key(inspection: CertificateInspection) -> str | None:
    if inspection.private_key is None or inspection.public_key_sha256 is None:
        return None
    binding = private_key_binding(inspection.public_key_sha256)
    return _vault().seal(inspection.private_key, Purpose.PRIVATE_KEY, binding)


def _vault() -> Vault:
    vault: Vault = current_app.extensions["ksef-vault"]
    return vault


def _with_texts(findings: Sequence[Finding]) -> list[FindingBody]:
    return [FindingBody.of(each, message_of(each.code, each.params)) for each in findings]
