"""Requesting, listing, retrieving and revoking certificates: `/certificates/…`.

All concerns the subject that has logged in, whatever the context (certyfikaty-KSeF.md).
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, request
from pydantic import AfterValidator, Field

from bridge.simulator import clock
from bridge.simulator.access import Session, current_state, require_access_token
from bridge.simulator.certificates.certificate_authority import (
    CertificateStatus,
    RegisteredCertificate,
    unknown_certificate,
)
from bridge.simulator.certificates.certificate_request import Order
from bridge.simulator.certificates.certificate_signing_request import read_signing_request
from bridge.simulator.certificates.enrolment_data import attributes_of, enrolment_data, is_same_name
from bridge.simulator.certificates.issued_certificate import CertificateType, subject_name
from bridge.simulator.errors import BadRequest, Forbidden, InvalidInput
from bridge.simulator.offset_paging import page_by_number
from bridge.simulator.request_body import Body, read_body

blueprint = Blueprint("enrolment", __name__)

MOST_ON_A_PAGE = 50
MOST_RETRIEVED = 10
REFERENCE_NUMBER_LENGTH = 36

SERIAL_NUMBER = re.compile("[0-9A-F]{16}")

AnyBody = TypeVar("AnyBody", bound=Body)


def aware(moment: datetime) -> datetime:
    """A moment without an offset is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(aware)]
SerialNumber = Annotated[str, Field(pattern="^[0-9A-F]{16}$")]
CertificateName = Annotated[
    str,
    Field(min_length=5, max_length=100, pattern=r"^[a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]+$"),
]


class EnrolCertificate(Body):
    """KSeF's `EnrollCertificateRequest`."""

    certificate_name: CertificateName
    certificate_type: CertificateType
    csr: str
    valid_from: Moment | None = None


class RetrieveCertificates(Body):
    """KSeF's `RetrieveCertificatesRequest`."""

    certificate_serial_numbers: Annotated[
        list[SerialNumber], Field(min_length=1, max_length=MOST_RETRIEVED)
    ]


class QueryCertificates(Body):
    """KSeF's `QueryCertificatesRequest`; what is absent does not filter."""

    certificate_serial_number: SerialNumber | None = None
    name: str | None = None
    type: CertificateType | None = None
    status: CertificateStatus | None = None
    expires_after: Moment | None = None

    def matches(self, registered: RegisteredCertificate) -> bool:
        """Whether a certificate is asked for."""
        return (
            self.certificate_serial_number in {None, registered.serial_number}
            and (self.name is None or self.name in registered.order.name)
            and self.type in {None, registered.order.type}
            and self.status in {None, registered.status}
            and (self.expires_after is None or registered.valid_to > self.expires_after)
        )


class RevokeCertificate(Body):
    """KSeF's `RevokeCertificateRequest`."""

    revocation_reason: Literal["Unspecified", "Superseded", "KeyCompromise"] | None = None


@blueprint.get("/certificates/limits")
def limits() -> dict[str, Any]:
    """What the subject may still request."""
    session = require_access_token()
    state = current_state()
    with state.lock:
        all_in_all = state.certificates.limits_of(session.subject)
        remaining = state.certificates.remaining_of(session.subject)
    return {
        "canRequest": remaining.enrolments > 0 and remaining.certificates > 0,
        "enrollment": {"remaining": remaining.enrolments, "limit": all_in_all.enrolments},
        "certificate": {"remaining": remaining.certificates, "limit": all_in_all.certificates},
    }


@blueprint.get("/certificates/enrollments/data")
def data() -> dict[str, str]:
    """The DN that the request for a certificate must carry."""
    found = _data_of(require_access_token())
    if found is None:
        raise BadRequest(
            25001,
            "Brak możliwości pobrania danych do CSR dla wykorzystanego sposobu uwierzytelnienia.",
        )
    return found


@blueprint.post("/certificates/enrollments")
def enrol() -> tuple[dict[str, str], int]:
    """Ask for a certificate; issuing takes a moment."""
    session = require_access_token()
    required = _data_of(session)
    if required is None:
        raise BadRequest(
            25002,
            "Brak możliwości złożenia wniosku certyfikacyjnego dla wykorzystanego sposobu "
            "uwierzytelnienia.",
        )
    body = read_body(EnrolCertificate)
    signing_request = read_signing_request(body.csr)
    if not is_same_name(required, signing_request.subject):
        raise BadRequest(
            25003, "Dane w CSR nie zgadzają się z danymi w użytym wektorze uwierzytelniającym."
        )
    order = Order(
        subject=session.subject,
        name=body.certificate_name,
        type=body.certificate_type,
        subject_name=subject_name(attributes_of(required), body.certificate_type),
        public_key=signing_request.public_key,
        valid_from=body.valid_from,
    )
    state = current_state()
    with state.lock:
        enrolment = state.certificates.enrol(order, state.chaos.enrolment_outcome())
    return {
        "referenceNumber": enrolment.reference_number,
        "timestamp": clock.timestamp(order.requested_at),
    }, 202


@blueprint.get("/certificates/enrollments/<reference_number>")
def enrolment_status(reference_number: str) -> dict[str, Any]:
    """How far the request has come."""
    session = require_access_token()
    if len(reference_number) != REFERENCE_NUMBER_LENGTH:
        raise InvalidInput(f"referenceNumber: wymagane {REFERENCE_NUMBER_LENGTH} znaków.")
    state = current_state()
    with state.lock:
        return state.certificates.enrolment(reference_number, session.subject).as_json()


@blueprint.post("/certificates/retrieve")
def retrieve() -> dict[str, Any]:
    """The subject's certificates of the given numbers; numbers of others are passed over."""
    session = require_access_token()
    wanted = set(read_body(RetrieveCertificates).certificate_serial_numbers)
    state = current_state()
    with state.lock:
        found = [
            item
            for item in state.certificates.certificates_of(session.subject)
            if item.serial_number in wanted
        ]
    return {
        "certificates": [
            {
                "certificate": base64.b64encode(
                    item.certificate.public_bytes(Encoding.DER)
                ).decode(),
                "certificateName": item.order.name,
                "certificateSerialNumber": item.serial_number,
                "certificateType": item.order.type,
            }
            for item in found
        ]
    }


@blueprint.post("/certificates/query")
def query() -> dict[str, Any]:
    """The subject's certificates, those that were asked for last come first."""
    session = require_access_token()
    wanted = _optional_body(QueryCertificates)
    state = current_state()
    with state.lock:
        found = [
            item
            for item in state.certificates.certificates_of(session.subject)
            if wanted.matches(item)
        ]
        found.sort(key=lambda item: item.order.requested_at, reverse=True)
        page, more = page_by_number(found, most=MOST_ON_A_PAGE)
        return {"certificates": [item.as_json() for item in page], "hasMore": more}


@blueprint.post("/certificates/<certificate_serial_number>/revoke")
def revoke(certificate_serial_number: str) -> tuple[str, int]:
    """Revoke a certificate of the subject, or of the same person by the NIP–PESEL relation."""
    session = require_access_token()
    if session.method == "token":
        raise Forbidden(
            "auth-method-not-allowed",
            "Ta operacja nie jest dostępna dla użytej metody uwierzytelnienia.",
            authenticationMethodCategory="Token",
        )
    check_serial_number(certificate_serial_number)
    _optional_body(RevokeCertificate)
    state = current_state()
    with state.lock:
        registered = state.certificates.find(certificate_serial_number)
        if registered is None or registered.order.subject not in state.rights.related_to(
            session.subject
        ):
            raise unknown_certificate()
        state.certificates.revoke(registered)
    return "", 204


def check_serial_number(text: str) -> None:
    """Raise 21405 unless `text` has the form of a serial number."""
    if not SERIAL_NUMBER.fullmatch(text):
        raise InvalidInput("certificateSerialNumber: wymagane 16 cyfr szesnastkowych (0-9, A-F).")


def _data_of(session: Session) -> dict[str, str] | None:
    """The DN of the session's login certificate; a KSeF token has none."""
    return enrolment_data(session.subject_name) if session.subject_name is not None else None


def _optional_body(model: type[AnyBody]) -> AnyBody:
    return read_body(model) if request.get_data() else model()
