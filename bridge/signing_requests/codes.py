"""The codes of this package in the catalogue: `bridge/messages/catalogue/signing_requests.json`."""

from __future__ import annotations

from enum import StrEnum


class SigningRequestCode(StrEnum):
    """What is said about a login that is signed elsewhere, beside what is wrong with a file."""

    NOT_FOUND = "signing-request-not-found"
    ALREADY_SIGNED = "signing-request-already-signed"
    OVER = "signing-request-over"
    NOT_ESTABLISHED = "signing-request-not-established"
    EXPIRED = "signing-request-expired"
    INTERRUPTED = "signing-request-interrupted"
    LOST = "signing-request-lost"
    SESSION_ENDED = "signing-request-session-ended"

    CHALLENGE_REFUSED = "signing-request-challenge-refused"
    DOCUMENT_REFUSED = "signing-request-document-refused"
    CERTIFICATE_REFUSED = "signing-request-certificate-refused"
