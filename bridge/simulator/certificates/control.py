"""What tests ask about certificates, and make of them: `/_simulator/certificates`."""

from __future__ import annotations

import hashlib
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint

from bridge.simulator.access import current_state
from bridge.simulator.certificates.certificate_authority import (
    CertificateStatus,
    unknown_certificate,
)
from bridge.simulator.certificates.certificate_request import Order
from bridge.simulator.request_body import Body, read_body

blueprint = Blueprint("certificate_control", __name__)


class PlayedStatus(Body):
    """The status that a certificate shall have from now on."""

    status: CertificateStatus


@blueprint.get("/certificates")
def certificates() -> dict[str, Any]:
    """All certificates and all requests for some, whoever's, in the order in which they came.

    `publicKeySha256` is over the SubjectPublicKeyInfo in DER, in hex.
    """
    state = current_state()
    with state.lock:
        return {
            "certificates": [
                {**each.as_json(), "publicKeySha256": _digest(each.order)}
                for each in state.certificates.all_certificates()
            ],
            "enrollments": [
                {
                    **each.as_json(),
                    "referenceNumber": each.reference_number,
                    "name": each.order.name,
                    "type": each.order.type,
                    "subjectIdentifier": {
                        "type": each.order.subject.type,
                        "value": each.order.subject.value,
                    },
                    "publicKeySha256": _digest(each.order),
                }
                for each in state.certificates.all_enrolments()
            ],
        }


@blueprint.put("/certificates/<serial_number>")
def play(serial_number: str) -> tuple[str, int]:
    """Give a certificate any status, as the Ministry may; Active undoes it. 25008 if unknown."""
    wanted = read_body(PlayedStatus).status
    state = current_state()
    with state.lock:
        registered = state.certificates.find(serial_number)
        if registered is None:
            raise unknown_certificate()
        registered.played_status = wanted
        if wanted == "Active":
            registered.played_status = registered.revoked_at = None
            registered.valid_to = registered.certificate.not_valid_after_utc
    return "", 204


def _digest(order: Order) -> str:
    key = order.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()
