"""Certificates for whoever runs the simulator: `POST /_simulator/certificates`.

No login and no limits, since this plays the portal, in which the company has logged in otherwise.
Only a request is taken: the private key stays with whoever made it.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint

from bridge.simulator.access import current_state
from bridge.simulator.certificates.certificate_request import Order
from bridge.simulator.certificates.certificate_signing_request import read_signing_request
from bridge.simulator.certificates.enrolment import CertificateName
from bridge.simulator.certificates.enrolment_data import attributes_of, enrolment_data
from bridge.simulator.certificates.issued_certificate import CertificateType, subject_name
from bridge.simulator.errors import InvalidInput
from bridge.simulator.identity import SubjectIdentifier, SubjectIdentifierType
from bridge.simulator.request_body import Body, read_body

blueprint = Blueprint("direct_issue", __name__)

_IDENTIFIERS: tuple[tuple[str, re.Pattern[str], SubjectIdentifierType], ...] = (
    ("serialNumber", re.compile("PNOPL-([0-9]{11})"), "Pesel"),
    ("serialNumber", re.compile("TINPL-([0-9]{10})"), "Nip"),
    ("organizationIdentifier", re.compile("VATPL-([0-9]{10})"), "Nip"),
)


class IssueCertificate(Body):
    """A request for a certificate; its subject names the company or person."""

    csr: str
    certificate_type: CertificateType
    certificate_name: CertificateName = "Certyfikat z symulatora"


@blueprint.post("/certificates")
def issue() -> tuple[dict[str, Any], int]:
    """A certificate of this simulator's CA, active and registered for its NIP or PESEL."""
    body = read_body(IssueCertificate)
    signing_request = read_signing_request(body.csr)
    data = enrolment_data(signing_request.subject)
    subject = _subject_of(data) if data else None
    if data is None or subject is None:
        raise InvalidInput("csr: wymagane są CN, C oraz NIP lub PESEL (PNOPL-, TINPL-, VATPL-).")
    order = Order(
        subject=subject,
        name=body.certificate_name,
        type=body.certificate_type,
        subject_name=subject_name(attributes_of(data), body.certificate_type),
        public_key=signing_request.public_key,
    )
    state = current_state()
    with state.lock:
        registered = state.certificates.issue(order)
    der = registered.certificate.public_bytes(Encoding.DER)
    return {
        "certificateSerialNumber": registered.serial_number,
        "certificate": base64.b64encode(der).decode(),
    }, 201


def _subject_of(data: dict[str, str]) -> SubjectIdentifier | None:
    for member, pattern, kind in _IDENTIFIERS:
        if found := pattern.fullmatch(data.get(member, "")):
            return SubjectIdentifier(kind, found[1])
    return None
