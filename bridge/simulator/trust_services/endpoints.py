"""What the provider does for whoever runs the simulator, outside KSeF's API: `/_simulator/…`.

`qualified-certificates` certifies a key of one's own, for signing by another program;
`qualified-signatures` signs with a key that the provider keeps, as signing in a cloud does.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint

from bridge.simulator.access import current_state
from bridge.simulator.certificates.certificate_signing_request import read_signing_request
from bridge.simulator.certificates.enrolment_data import MEMBERS, attributes_of
from bridge.simulator.certificates.issued_certificate import attribute
from bridge.simulator.errors import InvalidInput
from bridge.simulator.request_body import Body, read_body
from bridge.simulator.trust_services.signing import signed
from bridge.simulator.xades.xml_documents import parse

blueprint = Blueprint("trust_services", __name__)

JsonAnswer = tuple[dict[str, Any], int]


class CertifyKey(Body):
    """A PKCS #10 request, base64 of DER."""

    csr: str


class SignDocument(Body):
    """A document to be signed by `subject`, named as in KSeF's data for a certificate request."""

    document: str
    subject: dict[str, str]
    enveloping: bool = False
    timestamp: bool = False


@blueprint.post("/qualified-certificates")
def certify() -> JsonAnswer:
    """A certificate for signatures or, for an organization, seals; `chain` is what is above it."""
    signing_request = read_signing_request(read_body(CertifyKey).csr)
    provider = current_state().trust_services
    certificate = provider.issue(signing_request.subject, signing_request.public_key)
    return {"certificate": _base64(certificate), "chain": [*map(_base64, provider.chain)]}, 201


@blueprint.post("/qualified-signatures")
def sign() -> JsonAnswer:
    """The document, signed with the certificate that the subject has as long as this runs.

    Raises 21405 for an attribute that KSeF's data does not have or a value that no certificate
    can have, and 21001 for what is no XML.
    """
    body = read_body(SignDocument)
    document = parse(body.document.encode())
    subject = _name(body.subject)
    state = current_state()
    try:
        with state.lock:
            signatory = state.trust_services.signatory(subject)
    except ValueError:
        raise InvalidInput("subject: z takich wartości nie można zrobić certyfikatu.") from None
    content = signed(
        document,
        signatory,
        state.trust_services,
        enveloping=body.enveloping,
        timestamp=body.timestamp,
    )
    return {"document": content.decode(), "certificate": _base64(signatory.certificate)}, 201


def _name(subject: dict[str, str]) -> x509.Name:
    if not subject or not subject.keys() <= MEMBERS.keys():
        raise InvalidInput(f"subject: dozwolone są pola {', '.join(MEMBERS)}.")
    return x509.Name(attribute(*each) for each in attributes_of(subject))


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
