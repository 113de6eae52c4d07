"""The bodies of requests and answers about logins that are signed elsewhere."""

from __future__ import annotations

from enum import StrEnum

from flask_openapi3.models import RawModel
from pydantic import Field

from bridge.api.schemas import Body, FindingBody, Fingerprint, Moment, ProfilePath
from bridge.credentials.certificate import IdentifierType
from bridge.ksef.auth_token_request import SchemaVersion, SubjectIdentifierType
from bridge.signed_documents.signer import Signer
from bridge.signing_requests.requests import Wish
from bridge.signing_requests.state import Phase, SigningRequest


class SigningRequestPath(ProfilePath):
    signing_request_id: str = Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")


class SigningRequestBody(Body):
    schema_version: SchemaVersion | None = Field(
        default=None, description="Of the document; the bridge's own setting unless said."
    )
    subject_identifier_type: SubjectIdentifierType = Field(
        default=SubjectIdentifierType.CERTIFICATE_SUBJECT,
        description="`certificateFingerprint` for a certificate that names neither NIP nor PESEL.",
    )

    def wish(self) -> Wish:
        return Wish(self.subject_identifier_type, self.schema_version)


class SignedFile(RawModel):
    mimetypes = ["application/xml"]  # noqa: RUF012 - as flask-openapi3 reads it


class SigningStatus(StrEnum):
    """How a request stands.

    `AwaitingSignature`: save `document` byte for byte, have it signed, PUT the signed file; a
    `problem` says why the last one was not acceptable. `Submitted`: KSeF works on it, GET again.
    `Established`: certificates can be requested. `Refused`: KSeF said no. `Expired`: not signed in
    time. `Ended`: the session is over.
    """

    AWAITING_SIGNATURE = "AwaitingSignature"
    SUBMITTED = "Submitted"
    ESTABLISHED = "Established"
    REFUSED = "Refused"
    EXPIRED = "Expired"
    ENDED = "Ended"


class SignerBody(Body):
    name: str
    identifier_type: IdentifierType
    identifier_value: str
    organization_name: str | None
    issuer_name: str
    qualified: bool = Field(description="As the certificate says of itself; KSeF verifies it.")
    seal: bool
    valid_to: Moment
    fingerprint: Fingerprint

    @classmethod
    def of(cls, signer: Signer) -> SignerBody:
        return cls(
            name=signer.name,
            identifier_type=signer.identifier_type,
            identifier_value=signer.identifier_value,
            organization_name=signer.organization_name,
            issuer_name=signer.issuer_name,
            qualified=signer.is_qualified,
            seal=signer.is_seal,
            valid_to=signer.valid_to,
            fingerprint=signer.fingerprint,
        )


class SigningRequestAnswer(Body):
    id: str
    status: SigningStatus
    document: str | None = Field(description="XML to be saved as UTF-8, while it may be signed.")
    expires_at: Moment = Field(
        description="Until when it may be signed; once Established, when the session is ended."
    )
    signer: SignerBody | None
    permissions: list[str] | None = Field(description="KSeF's names of the rights in the context.")
    problem: FindingBody | None

    @classmethod
    def of(cls, request: SigningRequest, problem: FindingBody | None) -> SigningRequestAnswer:
        is_awaiting = request.phase is Phase.AWAITING_SIGNATURE
        is_ending = request.phase is Phase.ENDING
        return cls(
            id=request.id,
            status=SigningStatus.ENDED if is_ending else SigningStatus(request.phase.value),
            document=request.document if is_awaiting else None,
            expires_at=request.expires_at,
            signer=None if request.signer is None else SignerBody.of(request.signer),
            permissions=None if request.permissions is None else list(request.permissions),
            problem=problem,
        )
