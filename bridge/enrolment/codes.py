"""The codes of this package in the message catalogue (`bridge/messages/catalogue/enrolment.json`).

What KSeF says beyond these is told by the codes of `bridge.ksef.message_codes`.
"""

from __future__ import annotations

from enum import StrEnum


class EnrolmentCode(StrEnum):
    """What is said about requesting, listing and revoking certificates."""

    NEEDS_SIGNATURE_LOGIN = "needs-signature-login"
    TOKEN_LOGIN_REFUSED = "enrolment-token-login-refused"  # noqa: S105 - a code
    LOGIN_NOT_CERTIFIED = "enrolment-login-not-certified"
    NAME_LENGTH = "enrolment-name-length"
    NAME_CHARACTERS = "enrolment-name-characters"
    NOT_FOUND = "enrolment-not-found"
    DIFFERS = "enrolment-differs"
    OF_ANOTHER_PROFILE = "enrolment-of-another-profile"
    RECORD_NOT_REQUESTED = "enrolment-record-not-requested"
    STATE_LOST = "enrolment-state-lost"
    KEY_NOT_STORED = "enrolment-key-not-stored"

    REQUEST_LIMIT = "enrolment-request-limit"
    CERTIFICATE_LIMIT = "enrolment-certificate-limit"
    SUBJECT_CHANGED = "enrolment-subject-changed"
    SUBJECT_MEMBERS_UNKNOWN = "enrolment-subject-members-unknown"
    REQUEST_REFUSED = "enrolment-request-refused"
    KEY_OF_ANOTHER = "enrolment-key-of-another"
    REJECTED = "enrolment-rejected"
    FAILED = "enrolment-failed"
    CANCELLED = "enrolment-cancelled"
    CERTIFICATE_MISMATCH = "enrolment-certificate-mismatch"
    ANSWER_LOST = "enrolment-answer-lost"

    PACKAGE_NOT_ASKED = "package-not-asked"
    PACKAGE_PASSWORD_LOST = "package-password-lost"  # noqa: S105 - a code
    PACKAGE_FORGOTTEN = "package-forgotten"

    CERTIFICATE_UNKNOWN = "ksef-certificate-unknown"
    CERTIFICATE_NOT_OF_KSEF = "certificate-not-of-ksef"
    CERTIFICATE_NOT_ISSUED = "certificate-not-issued"
