"""What the Test environment lets anyone change: `/testdata/…`.

Success is 200 with an empty body. Removing what is not there succeeds: KSeF documents no refusal.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from flask import Blueprint
from pydantic import Field, model_validator

from bridge.simulator.access import current_state, require_access_token
from bridge.simulator.certificates.certificate_authority import Limits
from bridge.simulator.certificates.enrolment import Moment, check_serial_number
from bridge.simulator.errors import InvalidInput
from bridge.simulator.identity import SubjectIdentifier, SubjectIdentifierType
from bridge.simulator.permissions.rights import Entity, Grant, Person
from bridge.simulator.request_body import Body, WellFormedContext, read_body

blueprint = Blueprint("test_data", __name__)

Empty = tuple[str, int]
DONE: Empty = ("", 200)

_NIP = "[1-9](([0-9][1-9])|([1-9][0-9]))[0-9]{7}"
_PESEL = "[0-9]{2}(0[1-9]|1[0-2]|2[1-9]|3[0-2]|4[1-9]|5[0-2]|6[1-9]|7[0-2]|8[1-9]|9[0-2])[0-9]{7}"
_VALUES: dict[SubjectIdentifierType, re.Pattern[str]] = {
    "Nip": re.compile(_NIP),
    "Pesel": re.compile(_PESEL),
    "Fingerprint": re.compile("[0-9A-F]{64}"),
}

Nip = Annotated[str, Field(pattern=f"^{_NIP}$")]
Pesel = Annotated[str, Field(pattern=f"^{_PESEL}$")]
Description = Annotated[str, Field(min_length=5, max_length=256)]


class Subunit(Body):
    """KSeF's `Subunit`."""

    subject_nip: Nip
    description: Description


class CreateSubject(Body):
    """KSeF's `SubjectCreateRequest`."""

    subject_nip: Nip
    subject_type: Literal["EnforcementAuthority", "VatGroup", "JST"]
    subunits: list[Subunit] | None = None
    description: Description
    created_date: Moment | None = None


class RemoveSubject(Body):
    """KSeF's `SubjectRemoveRequest`."""

    subject_nip: Nip


class CreatePerson(Body):
    """KSeF's `PersonCreateRequest`."""

    nip: Nip
    pesel: Pesel
    is_bailiff: bool
    description: Description
    is_deceased: bool = False
    created_date: Moment | None = None


class RemovePerson(Body):
    """KSeF's `PersonRemoveRequest`."""

    nip: Nip


class ContextNip(Body):
    """KSeF's `TestDataContextIdentifier`."""

    type: Literal["Nip"]
    value: Nip


class AuthorizedIdentifier(Body):
    """KSeF's `TestDataAuthorizedIdentifier`."""

    type: SubjectIdentifierType
    value: str

    @model_validator(mode="after")
    def _check_value(self) -> AuthorizedIdentifier:
        if not _VALUES[self.type].fullmatch(self.value):
            raise ValueError("wartość nie odpowiada typowi identyfikatora")
        return self

    @property
    def identifier(self) -> SubjectIdentifier:
        """The identifier as a value type."""
        return SubjectIdentifier(self.type, self.value)


class Permission(Body):
    """KSeF's `TestDataPermission`."""

    description: Description
    permission_type: Literal[
        "InvoiceRead",
        "InvoiceWrite",
        "Introspection",
        "CredentialsRead",
        "CredentialsManage",
        "EnforcementOperations",
        "SubunitManage",
    ]


class GrantPermissions(Body):
    """KSeF's `TestDataPermissionsGrantRequest`."""

    context_identifier: ContextNip
    authorized_identifier: AuthorizedIdentifier
    permissions: list[Permission]


class RevokePermissions(Body):
    """KSeF's `TestDataPermissionsRevokeRequest`."""

    context_identifier: ContextNip
    authorized_identifier: AuthorizedIdentifier


class ContextAuthentication(Body):
    """KSeF's `BlockContextAuthenticationRequest` and `UnblockContextAuthenticationRequest`."""

    context_identifier: WellFormedContext


class EnrollmentLimit(Body):
    """KSeF's `EnrollmentSubjectLimitsOverride`."""

    max_enrollments: Annotated[int, Field(ge=0)] | None = None


class CertificateLimit(Body):
    """KSeF's `CertificateSubjectLimitsOverride`."""

    max_certificates: Annotated[int, Field(ge=0)] | None = None


class SetSubjectLimits(Body):
    """KSeF's `SetSubjectLimitsRequest`; a limit that is absent stays as it is."""

    subject_identifier_type: SubjectIdentifierType | None = None
    enrollment: EnrollmentLimit | None = None
    certificate: CertificateLimit | None = None


class UpdateCertificate(Body):
    """The body of `PUT /testdata/certificates/{serialNumber}` (since 2.7.0)."""

    valid_to: Moment


@blueprint.post("/testdata/subject")
def create_subject() -> Empty:
    """Take in an enforcement authority, a VAT group or a local government with its subunits."""
    body = read_body(CreateSubject)
    subunits = tuple(unit.subject_nip for unit in body.subunits or ())
    state = current_state()
    with state.lock:
        state.rights.add_entity(
            Entity(body.subject_nip, body.subject_type, subunits), body.created_date
        )
    return DONE


@blueprint.post("/testdata/subject/remove")
def remove_subject() -> Empty:
    """Forget a subject with its subunits."""
    body = read_body(RemoveSubject)
    state = current_state()
    with state.lock:
        state.rights.remove_entity(body.subject_nip)
    return DONE


@blueprint.post("/testdata/person")
def create_person() -> Empty:
    """Make the person with that PESEL the owner of the NIP."""
    body = read_body(CreatePerson)
    state = current_state()
    with state.lock:
        state.rights.add_person(
            Person(body.nip, body.pesel, body.is_bailiff, body.is_deceased), body.created_date
        )
    return DONE


@blueprint.post("/testdata/person/remove")
def remove_person() -> Empty:
    """Forget a person and all that was granted to it."""
    body = read_body(RemovePerson)
    state = current_state()
    with state.lock:
        state.rights.remove_person(body.nip)
    return DONE


@blueprint.post("/testdata/permissions")
def grant_permissions() -> Empty:
    """Grant permissions in the context of a NIP."""
    body = read_body(GrantPermissions)
    subject = body.authorized_identifier.identifier
    state = current_state()
    with state.lock:
        for permission in body.permissions:
            state.rights.grant(
                Grant(
                    body.context_identifier.value,
                    subject,
                    permission.permission_type,
                    permission.description,
                )
            )
    return DONE


@blueprint.post("/testdata/permissions/revoke")
def revoke_permissions() -> Empty:
    """Take back all that was granted to someone in the context of a NIP."""
    body = read_body(RevokePermissions)
    state = current_state()
    with state.lock:
        state.rights.revoke(body.authorized_identifier.identifier, body.context_identifier.value)
    return DONE


@blueprint.post("/testdata/context/block")
def block_context() -> Empty:
    """Let logins to a context end with status 480."""
    body = read_body(ContextAuthentication)
    state = current_state()
    with state.lock:
        state.rights.block(body.context_identifier.identifier)
    return DONE


@blueprint.post("/testdata/context/unblock")
def unblock_context() -> Empty:
    """Undo a block."""
    body = read_body(ContextAuthentication)
    state = current_state()
    with state.lock:
        state.rights.unblock(body.context_identifier.identifier)
    return DONE


@blueprint.post("/testdata/limits/subject/certificate")
def set_limits() -> Empty:
    """Give the caller limits of certificates of its own."""
    session = require_access_token()
    body = read_body(SetSubjectLimits)
    if body.subject_identifier_type not in {None, session.subject.type}:
        raise InvalidInput("subjectIdentifierType: typ inny niż uwierzytelnionego podmiotu.")
    enrolments = body.enrollment.max_enrollments if body.enrollment else None
    certificates = body.certificate.max_certificates if body.certificate else None
    state = current_state()
    with state.lock:
        present = state.certificates.limits_of(session.subject)
        state.certificates.set_limits(
            session.subject,
            Limits(
                present.enrolments if enrolments is None else enrolments,
                present.certificates if certificates is None else certificates,
            ),
        )
    return DONE


@blueprint.delete("/testdata/limits/subject/certificate")
def reset_limits() -> Empty:
    """Give the caller the usual limits back."""
    session = require_access_token()
    state = current_state()
    with state.lock:
        state.certificates.set_limits(session.subject, None)
    return DONE


@blueprint.put("/testdata/certificates/<serial_number>")
def update_certificate(serial_number: str) -> Empty:
    """Bring the end of a certificate forward, to play its expiry."""
    check_serial_number(serial_number)
    body = read_body(UpdateCertificate)
    state = current_state()
    with state.lock:
        state.certificates.shorten(serial_number, body.valid_to)
    return DONE
