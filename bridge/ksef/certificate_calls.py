"""The operations on a subject's certificates (OpenAPI, section "Certyfikaty")."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog

from bridge.credentials.context import ContextIdentifier
from bridge.credentials.secret import Secret
from bridge.ksef.certificates import (
    CertificateLimits,
    CertificateListItem,
    EnrolmentData,
    EnrolmentReceipt,
    EnrolmentStatus,
    RetrievedCertificate,
    listed_page,
)
from bridge.ksef.client import KsefClient
from bridge.ksef.errors import KsefAnswerUnreadable, Operation
from bridge.ksef.json_object import JsonObject
from bridge.ksef.operations import (
    CERTIFICATE_LIMITS,
    ENROL,
    ENROLMENT_DATA,
    ENROLMENT_STATUS,
    QUERY_CERTIFICATES,
    RETRIEVE_CERTIFICATES,
    REVOKE_CERTIFICATE,
)
from bridge.ksef.transport import Request

MOST_RETRIEVED = 10

log = structlog.get_logger(__name__)
_PAGE_SIZE = 50
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class KsefCertificates:
    """The calls of one session about its subject's certificates, whatever the context.

    Each method is one call, or one call per page, raises KsefError, and keeps KSeF's pace of the
    session's context.
    """

    client: KsefClient
    access_token: Secret
    context: ContextIdentifier

    def limits(self) -> CertificateLimits:
        """How many requests and certificates are left to the subject."""
        return self.client.read(self._request(CERTIFICATE_LIMITS), CertificateLimits.from_json)

    def enrolment_data(self) -> EnrolmentData:
        """The subject that a request must have, read from the certificate of the login."""
        data = self.client.read(self._request(ENROLMENT_DATA), EnrolmentData.from_json)
        if data.unknown:
            log.warning("ksef-enrolment-data-unknown", members=data.unknown)
        return data

    def enrol(self, name: str, certificate_type: str, signing_request: bytes) -> EnrolmentReceipt:
        """Ask for a certificate; `signing_request` is PKCS #10 in DER. Never repeated."""
        body = {
            "certificateName": name,
            "certificateType": certificate_type,
            "csr": base64.b64encode(signing_request).decode(),
        }
        return self.client.read(self._request(ENROL).with_json(body), EnrolmentReceipt.from_json)

    def enrolment_status(self, reference_number: str) -> EnrolmentStatus:
        """How far a request has come; KSeF keeps that for 30 days."""
        request = self._request(ENROLMENT_STATUS, referenceNumber=reference_number)
        return self.client.read(request, EnrolmentStatus.from_json)

    def retrieve(self, serial_numbers: Sequence[str]) -> tuple[RetrievedCertificate, ...]:
        """The certificates of at most ten numbers; those that KSeF does not find are left out."""
        body = {"certificateSerialNumbers": list(serial_numbers)}
        return self.client.read(self._request(RETRIEVE_CERTIFICATES).with_json(body), _retrieved)

    def listed(self, **criteria: str) -> Iterator[CertificateListItem]:
        """What KSeF lists, the latest request first, page by page as it is asked for.

        The criteria are those of `QueryCertificatesRequest`.
        """
        request = self._request(QUERY_CERTIFICATES).with_json(criteria)
        for page in range(_MOST_PAGES):
            query = {"pageOffset": page, "pageSize": _PAGE_SIZE}
            items, has_more = self.client.read(replace(request, query=query), listed_page)
            yield from items
            if not has_more:
                return
        raise KsefAnswerUnreadable(QUERY_CERTIFICATES, "endless pages", None)

    def revoke(self, serial_number: str, reason: str | None) -> None:
        """Revoke a certificate of the subject; repeated after a lost answer it may be refused."""
        request = self._request(REVOKE_CERTIFICATE, certificateSerialNumber=serial_number)
        body = {} if reason is None else {"revocationReason": reason}
        self.client.send(request.with_json(body))

    def _request(self, operation: Operation, **path_values: str) -> Request:
        context = f"{self.context.type.value} {self.context.value}"
        return Request(operation, path_values, bearer=self.access_token, context=context)


def _retrieved(body: JsonObject) -> tuple[RetrievedCertificate, ...]:
    return tuple(RetrievedCertificate.from_json(each) for each in body.objects("certificates"))
