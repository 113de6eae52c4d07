"""KSeF certificates and requests for them, as KSeF tells of them (OpenAPI, section "Certyfikaty").

Each `from_json` raises ContractBroken.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bridge.ksef.contract import Identifier, StatusInfo
from bridge.ksef.json_object import ContractBroken, JsonObject

SUBJECT_MEMBERS = (
    "countryName",
    "organizationIdentifier",
    "organizationName",
    "serialNumber",
    "givenName",
    "surname",
    "uniqueIdentifier",
    "commonName",
)
"""What a request's subject may consist of, in the order of KSeF's own certificates."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")


@dataclass(frozen=True, slots=True)
class CertificateListItem:
    """`CertificateListItem`; `status` is Active, Blocked, Revoked or Expired.

    `serial_number` is 16 upper-case hex digits.
    """

    serial_number: str
    name: str
    type: str
    status: str
    common_name: str
    subject_identifier: Identifier | None
    valid_from: datetime
    valid_to: datetime
    last_use_date: datetime | None
    request_date: datetime | None

    @classmethod
    def from_json(cls, body: JsonObject) -> CertificateListItem:
        return cls(
            serial_number=body.word("certificateSerialNumber"),
            name=body.optional_text("name") or "",
            type=body.text("type"),
            status=body.text("status"),
            common_name=body.optional_text("commonName") or "",
            subject_identifier=body.optional_value("subjectIdentifier", Identifier.from_json),
            valid_from=body.moment("validFrom"),
            valid_to=body.moment("validTo"),
            last_use_date=body.optional_moment("lastUseDate"),
            request_date=body.optional_moment("requestDate"),
        )


def listed_page(body: JsonObject) -> tuple[tuple[CertificateListItem, ...], bool]:
    """`QueryCertificatesResponse`: the items of a page, and whether more follow."""
    items = tuple(CertificateListItem.from_json(each) for each in body.objects("certificates"))
    return items, body.optional_boolean("hasMore") or False


@dataclass(frozen=True, slots=True)
class Limit:
    """`CertificateLimit`: how many there may be, and how many of these are left."""

    remaining: int
    limit: int

    @classmethod
    def from_json(cls, body: JsonObject) -> Limit:
        return cls(body.integer("remaining"), body.integer("limit"))


@dataclass(frozen=True, slots=True)
class CertificateLimits:
    """`CertificateLimitsResponse`: of requests, and of certificates that are active at once."""

    can_request: bool
    enrolment: Limit
    certificate: Limit

    @classmethod
    def from_json(cls, body: JsonObject) -> CertificateLimits:
        return cls(
            can_request=body.boolean("canRequest"),
            enrolment=Limit.from_json(body.object("enrollment")),
            certificate=Limit.from_json(body.object("certificate")),
        )


Subject = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EnrolmentData:
    """`CertificateEnrollmentDataResponse`: a request's subject by KSeF's names, verbatim.

    `unknown` names members with a value that this version cannot put into a subject. More of them
    are announced (ksef-api issue 774); a request without them may be refused (25003).
    """

    subject: Subject
    unknown: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, body: JsonObject) -> EnrolmentData:
        body.text("commonName")
        body.text("countryName")
        values = {name: body.optional_text(name) for name in SUBJECT_MEMBERS}
        unknown = (
            name
            for name, value in body.fields.items()
            if value and name not in SUBJECT_MEMBERS and _NAME.fullmatch(name)
        )
        return cls({name: value for name, value in values.items() if value}, tuple(unknown)[:9])


@dataclass(frozen=True, slots=True)
class EnrolmentReceipt:
    """`EnrollCertificateResponse`: a request that was taken in."""

    reference_number: str

    @classmethod
    def from_json(cls, body: JsonObject) -> EnrolmentReceipt:
        return cls(body.word("referenceNumber"))


@dataclass(frozen=True, slots=True)
class EnrolmentStatus:
    """`CertificateEnrollmentStatusResponse`; the serial number is there once it was issued."""

    status: StatusInfo
    serial_number: str | None

    @classmethod
    def from_json(cls, body: JsonObject) -> EnrolmentStatus:
        return cls(
            status=StatusInfo.from_json(body.object("status")),
            serial_number=body.optional_word("certificateSerialNumber"),
        )


@dataclass(frozen=True, slots=True)
class RetrievedCertificate:
    """`RetrieveCertificatesListItem`, its certificate in DER."""

    serial_number: str
    name: str
    type: str
    certificate: bytes = field(repr=False)

    @classmethod
    def from_json(cls, body: JsonObject) -> RetrievedCertificate:
        try:
            der = base64.b64decode(body.text("certificate"), validate=True)
        except ValueError:
            raise ContractBroken("certificates.certificate") from None
        return cls(
            serial_number=body.word("certificateSerialNumber"),
            name=body.optional_text("certificateName") or "",
            type=body.text("certificateType"),
            certificate=der,
        )
