"""What KSeF's refusals mean for a document that somebody else has signed.

The messages of a login speak of a key that the bridge holds, and of a signature that it has made.
"""

from __future__ import annotations

from collections.abc import Mapping

from bridge.credentials.findings import Finding, Severity
from bridge.ksef.message_codes import MessageCode
from bridge.sessions.errors import LoginRefused
from bridge.signed_documents.signer import Signer
from bridge.signing_requests.codes import SigningRequestCode

_DOCUMENT = (
    MessageCode.DOCUMENT_REJECTED,
    MessageCode.DOCUMENT_UNREADABLE,
    MessageCode.DOCUMENT_ENCODING_REJECTED,
    MessageCode.DOCUMENT_AGAINST_SCHEMA,
    MessageCode.SIGNATURE_REJECTED,
    MessageCode.SIGNATURE_MISSING,
    MessageCode.SIGNATURES_TOO_MANY,
)
_CERTIFICATE = (
    MessageCode.CERTIFICATE_REJECTED,
    MessageCode.CERTIFICATE_NOT_VALID,
    MessageCode.CERTIFICATE_CHAIN_NOT_VERIFIED,
    MessageCode.CERTIFICATE_CHAIN_UNTRUSTED,
    MessageCode.CERTIFICATE_REVOKED,
    MessageCode.CERTIFICATE_SUSPENDED,
)
_MEANINGS: Mapping[str, SigningRequestCode] = {
    MessageCode.CHALLENGE_REJECTED: SigningRequestCode.CHALLENGE_REFUSED,
    **dict.fromkeys(_DOCUMENT, SigningRequestCode.DOCUMENT_REFUSED),
    **dict.fromkeys(_CERTIFICATE, SigningRequestCode.CERTIFICATE_REFUSED),
}


def problem_of(refused: LoginRefused, signer: Signer | None) -> Finding:
    """Why KSeF has opened no session for the signer."""
    code = _MEANINGS.get(refused.code, refused.code)
    params = dict(refused.params)
    if code == MessageCode.NO_PERMISSIONS_OF_SUBJECT and signer is not None:
        # The document says what KSeF is to know the signer by, which may be the fingerprint.
        params["identifierType"] = signer.identifier_type.value
        params["identifierValue"] = signer.identifier_value
    return Finding(code, Severity.ERROR, params=params)


def problem(code: SigningRequestCode) -> Finding:
    """What became of a request, as findings are told."""
    return Finding(code, Severity.ERROR)
