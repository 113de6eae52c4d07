"""The bodies of requests and answers, from which /openapi.json is made."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretBytes,
    SecretStr,
    StrictBool,
)
from pydantic.alias_generators import to_camel

from bridge.credentials.certificate import (
    CertificateFacts,
    CertificateKind,
    CertificateType,
    IdentifierType,
)
from bridge.credentials.context import ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.findings import Finding, Severity
from bridge.credentials.token import TokenFacts
from bridge.messages import Message
from bridge.sessions.connection_report import Step, StepName, StepStatus
from bridge.sessions.open_sessions import OpenSession


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _decode_base64(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None


def _encodable(value: SecretStr) -> SecretStr:
    try:
        value.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("not Unicode text") from None
    return value


SecretText = Annotated[SecretStr, AfterValidator(_encodable)]
Moment = Annotated[
    datetime,
    PlainSerializer(_moment, return_type=str),
    Field(description="RFC 3339 in UTC with Z."),
]
Page = Annotated[
    str | None,
    Field(
        description="The address of the code's page; absent unless the bridge is told of a site.",
        exclude_if=lambda page: page is None,
    ),
]
Base64File = Annotated[SecretBytes, BeforeValidator(_decode_base64, json_schema_input_type=str)]


Fingerprint = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in lower-case hex.")
]


class Body(BaseModel):
    """The base of all bodies: camelCase members, and none that the contract does not name."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Health(Body):
    status: str


class Readiness(Body):
    ready: bool
    dependencies: dict[str, str] = Field(description="`ok` or `unreachable` by name.")


class Info(Body):
    version: str
    contract: int = Field(description="Grows when this interface changes incompatibly.")
    tokens_valid_until: date = Field(
        description="The last day on which the law lets KSeF tokens be used."
    )
    tokens_announced_until: date = Field(
        description=(
            "The last day that was announced for tokens issued until `tokensValidUntil`; not law."
        )
    )
    tokens_announced_on: date = Field(description="The day of that announcement.")
    documentation_url: str | None = Field(
        default=None,
        description=(
            "Of the site that has a page for each code: messages/<code>/ in English, "
            "pl/messages/<code>/ in Polish. Absent unless the bridge is told of a site."
        ),
        exclude_if=lambda url: url is None,
    )


class FindingBody(Body):
    code: str
    severity: Severity
    field: str | None
    params: dict[str, str | int]
    message: str
    documentation: Page = None

    @classmethod
    def of(cls, finding: Finding, message: Message) -> FindingBody:
        return cls(
            code=finding.code,
            severity=finding.severity,
            field=finding.field,
            params=finding.params,
            message=message.text,
            documentation=message.page,
        )


class TokenInspectionRequest(Body):
    token: SecretText = Field(max_length=10_000)
    nip: str | None = Field(default=None, max_length=32)
    internal_id: str | None = Field(default=None, max_length=32)
    environment: Environment


class TokenFactsBody(Body):
    reference_number: str | None
    issued_on: date | None
    context_type: ContextType | None
    context_value: str | None

    @classmethod
    def of(cls, facts: TokenFacts) -> TokenFactsBody:
        return cls.model_validate(facts, from_attributes=True)


class TokenInspectionAnswer(Body):
    facts: TokenFactsBody | None
    findings: list[FindingBody]
    sealed: str | None = Field(description="Absent when a finding is an error.")


class CertificateFile(Body):
    name: str = Field(max_length=255)
    content: Base64File


class CertificateInspectionRequest(Body):
    files: list[CertificateFile] = Field(max_length=10)
    password: SecretText | None = Field(default=None, max_length=1024)
    expected_type: CertificateType | None = None
    environment: Environment | None = None
    fingerprint: Fingerprint | None = Field(
        default=None, description="Of the certificate that is meant where the files hold several."
    )


class CertificateFactsBody(Body):
    type: CertificateType | None
    kind: CertificateKind
    environment: Environment | None = Field(
        description="The one environment that the certificate serves, where its issuer tells."
    )
    environments: list[Environment] | None = Field(
        description="Those that it may serve: Test and Demo have one issuer."
    )
    serial_number: str
    subject_name: str
    issuer_name: str
    identifier_type: IdentifierType
    identifier_value: str
    key_algorithm: str
    fingerprint: str
    valid_from: Moment
    valid_to: Moment
    days_left: int
    key_matches: bool | None

    @classmethod
    def of(cls, facts: CertificateFacts) -> CertificateFactsBody:
        return cls.model_validate(facts, from_attributes=True)


class CertificateInspectionAnswer(Body):
    facts: CertificateFactsBody | None
    findings: list[FindingBody]
    certificate_pem: str | None
    private_key_sealed: str | None = Field(description="Absent when a finding is an error.")


class SealRenewalRequest(Body):
    sealed: str = Field(max_length=100_000)


class SealRenewalAnswer(Body):
    sealed: str
    key_id: str
    changed: bool


# The colon sets apart what the bridge stores for connection tests.
RecordId = Annotated[str, Field(min_length=1, max_length=24, pattern=r"^[^:/]+$")]


class ProfilePath(BaseModel):
    profile_id: RecordId


class SessionPath(ProfilePath):
    reference: str = Field(pattern=r"^[0-9]{8}-[A-Z]{2}-[0-9A-F]{10}-[0-9A-F]{10}-[0-9A-F]{2}$")


class AccessTokenRequest(Body):
    force_refresh: StrictBool = False


class AccessTokenAnswer(Body):
    access_token: str
    valid_until: Moment
    authentication_method: str
    session_reference: str


class ConnectionTestRequest(Body):
    authorization_certificate_id: RecordId | None = Field(
        default=None,
        description="Tests with this certificate in place of the profile's own credential.",
    )


class StepBody(Body):
    name: StepName
    status: StepStatus
    duration_ms: int
    code: str | None
    params: dict[str, str | int]
    message: str | None
    documentation: Page = None

    @classmethod
    def of(cls, step: Step, message: Message | None) -> StepBody:
        return cls(
            name=step.name,
            status=step.status,
            duration_ms=step.duration_ms,
            code=step.code,
            params=dict(step.params),
            message=None if message is None else message.text,
            documentation=None if message is None else message.page,
        )


class ConnectionTestAnswer(Body):
    ok: bool = Field(description="No step failed; there may be warnings.")
    steps: list[StepBody]
    permissions: list[str] = Field(description="KSeF's names of the rights held in the context.")


class VerificationLinksRequest(Body):
    invoice_sha256: str | None = Field(
        default=None,
        max_length=100,
        description=(
            "SHA-256 of the invoice's file: base64url (43 characters), base64 (44) or hex (64)."
        ),
    )
    invoice_xml: Base64File | None = Field(
        default=None,
        description=(
            "In place of the hash: the file itself, FA(2) or FA(3), in base64. Date and seller "
            "are read from it."
        ),
    )
    issue_date: str | None = Field(
        default=None,
        max_length=32,
        description="Field P_1, like 2026-02-01; needed with a hash.",
    )
    seller_nip: str | None = Field(
        default=None,
        max_length=32,
        description="With a hash the profile's NIP when absent, unless the profile is a unit's.",
    )
    ksef_number: str | None = Field(
        default=None,
        max_length=64,
        description="Stands below KOD I in place of OFFLINE, once KSeF has given it.",
    )
    offline: StrictBool = Field(
        description="Whether the invoice is issued in an offline mode, and so has a KOD II."
    )
    offline_certificate_id: RecordId | None = Field(
        default=None,
        description="Sign with this KsefCertificate in place of the profile's own, to prove it.",
    )
    png: StrictBool = Field(default=False, description="Whether to answer images in PNG, too.")


class VerificationLinkBody(Body):
    url: str
    label: str = Field(description="What stands below the code; part of the images.")
    svg: str = Field(description="The QR code with its label, 39.9 mm wide when printed.")
    png: str | None = Field(
        default=None, description="The same in base64 with 300 dots per inch, when asked for."
    )


class VerificationLinksAnswer(Body):
    kod1: VerificationLinkBody = Field(description="KOD I: the invoice at KSeF.")
    kod2: VerificationLinkBody | None = Field(
        default=None, description="KOD II: the issuer's certificate; for offline invoices only."
    )
    findings: list[FindingBody] | None = Field(
        default=None, description="What is odd about the profile's context; absent if nothing is."
    )


class OpenSessionBody(Body):
    reference: str
    is_ours: bool = Field(description="The bridge holds this session for the profile.")
    authentication_method: str | None = Field(description="KSeF's display name of the method.")
    start_date: Moment
    last_token_refresh_date: Moment | None
    refresh_token_valid_until: Moment | None

    @classmethod
    def of(cls, listed: OpenSession) -> OpenSessionBody:
        authentication = listed.session.authentication
        method = authentication.method_info
        return cls(
            reference=listed.session.reference_number,
            is_ours=listed.is_ours,
            authentication_method=None if method is None else method.display_name or method.code,
            start_date=authentication.start_date,
            last_token_refresh_date=authentication.last_token_refresh_date,
            refresh_token_valid_until=authentication.refresh_token_valid_until,
        )


class SessionsAnswer(Body):
    sessions: list[OpenSessionBody]


class RevokedSessionsAnswer(Body):
    revoked: list[str] = Field(description="Reference numbers of the sessions that were ended.")
