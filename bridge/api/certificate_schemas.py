"""The bodies of requests and answers about certificates: requested, listed, revoked."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, Field, StrictBool

from bridge.api.schemas import Body, CertificateFactsBody, Moment, Page, ProfilePath, RecordId
from bridge.credentials.certificate import CertificateType, read_certificate, read_facts
from bridge.enrolment.codes import EnrolmentCode
from bridge.enrolment.package import package_name
from bridge.enrolment.state import (
    Enrolment,
    KeyAlgorithm,
    Order,
    PackageState,
    Phase,
    Problem,
)
from bridge.ksef.certificates import CertificateListItem
from bridge.messages import Message


class EnrolmentPath(ProfilePath):
    certificate_id: RecordId


class EnrolmentEnd(BaseModel):
    begun_anew: bool = Field(
        default=False,
        alias="begunAnew",
        description="The same is requested again: the session of a signing request stays for it.",
    )


class CertificatePath(BaseModel):
    certificate_id: RecordId


class EnrolmentRequest(Body):
    type: CertificateType
    name: str = Field(
        max_length=255,
        description="5 to 100 letters (Polish ones too), digits, spaces, hyphens, underscores.",
    )
    key_algorithm: KeyAlgorithm = KeyAlgorithm.EC_P256
    package: StrictBool = Field(
        default=True, description="Whether a package is wanted, and a password for it."
    )
    signing_request_id: str | None = Field(
        default=None,
        max_length=64,
        description=(
            "The signing request whose session asks KSeF, in place of the profile's own, of which "
            "nothing is needed then."
        ),
    )

    def order(self) -> Order:
        return Order(self.type, self.name, self.key_algorithm, self.package)


class EnrolmentState(StrEnum):
    """How far a request has come.

    `Prepared`: store `privateKeySealed` in the record; KSeF is asked only then. `Requested`: KSeF
    is being asked, or works on it. `Issued`: store certificate, facts and package, then DELETE.
    `Rejected`: there will be no certificate, for `problem`.
    """

    PREPARED = "Prepared"
    REQUESTED = "Requested"
    ISSUED = "Issued"
    REJECTED = "Rejected"


_STATES = {
    Phase.PREPARED: EnrolmentState.PREPARED,
    Phase.ISSUED: EnrolmentState.ISSUED,
    Phase.REJECTED: EnrolmentState.REJECTED,
}
_WITHOUT_PACKAGE = {
    PackageState.NOT_ASKED: EnrolmentCode.PACKAGE_NOT_ASKED,
    PackageState.PASSWORD_LOST: EnrolmentCode.PACKAGE_PASSWORD_LOST,
    PackageState.FORGOTTEN: EnrolmentCode.PACKAGE_FORGOTTEN,
}


class ProblemBody(Body):
    code: str
    params: dict[str, str | int]
    message: str
    documentation: Page = None
    ksef_code: int | None

    @classmethod
    def of(cls, problem: Problem, message: Message) -> ProblemBody:
        return cls(
            code=problem.code,
            params=dict(problem.params),
            message=message.text,
            documentation=message.page,
            ksef_code=problem.ksef_code,
        )


def state_of(enrolment: Enrolment) -> EnrolmentState:
    """The state as the contract names it."""
    return _STATES.get(enrolment.phase, EnrolmentState.REQUESTED)


def package_problem(enrolment: Enrolment) -> Problem | None:
    """Why there is no package with an issued certificate."""
    if enrolment.phase is not Phase.ISSUED or enrolment.package is not None:
        return None
    return Problem(_WITHOUT_PACKAGE.get(enrolment.package_state, EnrolmentCode.PACKAGE_FORGOTTEN))


class EnrolmentAnswer(Body):
    status: EnrolmentState
    private_key_sealed: str
    package_password: str | None = Field(description="In the first answer only: show it once.")
    problem: ProblemBody | None


class EnrolmentStatusAnswer(Body):
    status: EnrolmentState
    problem: ProblemBody | None = Field(
        description="Why it was rejected, or why it does not go on just now."
    )
    retry_after: int | None = Field(
        description="Seconds after which asking again may tell more; null once it is settled."
    )
    reference_number: str | None = Field(description="KSeF's number of the request.")
    serial_number: str | None
    certificate_pem: str | None
    facts: CertificateFactsBody | None
    package: str | None = Field(description="A zip in base64, its key under the shown password.")
    package_name: str | None
    package_problem: ProblemBody | None = Field(
        description="Why there is no package with the issued certificate, which is complete."
    )

    @classmethod
    def of(
        cls,
        enrolment: Enrolment,
        retry_after: int | None,
        problem: ProblemBody | None,
        without_package: ProblemBody | None,
    ) -> EnrolmentStatusAnswer:
        return cls(
            status=state_of(enrolment),
            problem=problem,
            retry_after=retry_after,
            reference_number=enrolment.reference_number,
            serial_number=enrolment.serial_number,
            certificate_pem=enrolment.certificate_pem,
            facts=_facts(enrolment),
            package=enrolment.package,
            package_name=enrolment.package and package_name(enrolment.order.name),
            package_problem=without_package,
        )


class SubjectIdentifierBody(Body):
    type: str
    value: str | None


class KsefCertificateBody(Body):
    serial_number: str
    name: str
    type: str
    status: str = Field(description="Active, Blocked, Revoked or Expired.")
    common_name: str
    subject_identifier: SubjectIdentifierBody | None
    valid_from: Moment
    valid_to: Moment
    last_use_date: Moment | None
    request_date: Moment | None

    @classmethod
    def of(cls, listed: CertificateListItem) -> KsefCertificateBody:
        identifier = listed.subject_identifier
        return cls(
            serial_number=listed.serial_number,
            name=listed.name,
            type=listed.type,
            status=listed.status,
            common_name=listed.common_name,
            subject_identifier=None
            if identifier is None
            else SubjectIdentifierBody(type=identifier.type, value=identifier.value),
            valid_from=listed.valid_from,
            valid_to=listed.valid_to,
            last_use_date=listed.last_use_date,
            request_date=listed.request_date,
        )


class KsefCertificatesAnswer(Body):
    certificates: list[KsefCertificateBody] = Field(description="The latest request first.")


class RevocationReason(StrEnum):
    """KSeF's reasons."""

    UNSPECIFIED = "Unspecified"
    SUPERSEDED = "Superseded"
    KEY_COMPROMISE = "KeyCompromise"


class RevocationRequest(Body):
    profile_id: RecordId
    reason: RevocationReason | None = None


class RevocationAnswer(Body):
    status: str = Field(description="Blocked while KSeF revokes it, then Revoked; or Expired.")


def _facts(enrolment: Enrolment) -> CertificateFactsBody | None:
    if enrolment.certificate_pem is None:
        return None
    certificate = read_certificate(enrolment.certificate_pem.encode())
    return CertificateFactsBody.of(read_facts(certificate, now=datetime.now(UTC), key_matches=True))
