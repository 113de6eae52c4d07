"""The codes of this package in the message catalogue (`bridge/messages/catalogue/ksef.json`)."""

from __future__ import annotations

from enum import StrEnum


class MessageCode(StrEnum):
    """What is said about an answer of KSeF, or about the lack of one."""

    REFUSED = "ksef-refused"

    AUTHENTICATION_IN_PROGRESS = "ksef-authentication-in-progress"
    AUTHENTICATION_SUCCESSFUL = "ksef-authentication-successful"
    NO_PERMISSIONS = "ksef-no-permissions"
    NO_PERMISSIONS_OF_SUBJECT = "ksef-no-permissions-of-subject"
    AUTHENTICATION_REVOKED = "ksef-authentication-revoked"
    PERSON_DECEASED = "ksef-person-deceased"
    CONTEXT_BLOCKED = "ksef-context-blocked"
    INTERNAL_ERROR = "ksef-internal-error"
    AUTHENTICATION_CANCELLED = "ksef-authentication-cancelled"

    CHALLENGE_REJECTED = "ksef-challenge-rejected"
    TOKEN_REJECTED = "ksef-token-rejected"  # noqa: S105 - a code
    TOKEN_UNKNOWN = "ksef-token-unknown"  # noqa: S105 - a code
    TOKEN_TIME_REJECTED = "ksef-token-time-rejected"  # noqa: S105 - a code
    TOKEN_REVOKED = "ksef-token-revoked"  # noqa: S105 - a code
    TOKEN_INACTIVE = "ksef-token-inactive"  # noqa: S105 - a code
    TOKEN_ENCRYPTION_REJECTED = "ksef-token-encryption-rejected"  # noqa: S105 - a code
    TOKEN_ENCODING_REJECTED = "ksef-token-encoding-rejected"  # noqa: S105 - a code
    TOKEN_OF_ANOTHER_CONTEXT = "ksef-token-of-another-context"  # noqa: S105 - a code

    CERTIFICATE_REJECTED = "ksef-certificate-rejected"
    CERTIFICATE_NOT_VALID = "ksef-certificate-not-valid"
    CERTIFICATE_CHAIN_NOT_VERIFIED = "ksef-certificate-chain-not-verified"
    CERTIFICATE_CHAIN_UNTRUSTED = "ksef-certificate-chain-untrusted"
    CERTIFICATE_REVOKED = "ksef-certificate-revoked"
    CERTIFICATE_SUSPENDED = "ksef-certificate-suspended"

    DOCUMENT_REJECTED = "ksef-document-rejected"
    DOCUMENT_UNREADABLE = "ksef-document-unreadable"
    DOCUMENT_ENCODING_REJECTED = "ksef-document-encoding-rejected"
    DOCUMENT_AGAINST_SCHEMA = "ksef-document-against-schema"
    SIGNATURE_REJECTED = "ksef-signature-rejected"
    SIGNATURE_MISSING = "ksef-signature-missing"
    SIGNATURES_TOO_MANY = "ksef-signatures-too-many"
    SIGNATURE_CONFLICT = "ksef-signature-conflict"
    SUBJECT_NOT_FOR_CONTEXT = "ksef-subject-not-for-context"
    REQUEST_REJECTED = "ksef-request-rejected"
    PUBLIC_KEY_REJECTED = "ksef-public-key-rejected"
    PUBLIC_KEY_MISSING = "ksef-public-key-missing"
    TOKENS_ALREADY_REDEEMED = "ksef-tokens-already-redeemed"
    SESSION_NOT_USABLE = "ksef-session-not-usable"
    AUTHENTICATION_UNKNOWN = "ksef-authentication-unknown"
    CONTINUATION_REJECTED = "ksef-continuation-rejected"

    UNAUTHORIZED = "ksef-unauthorized"
    FORBIDDEN = "ksef-forbidden"
    FORBIDDEN_WITHOUT_REASON = "ksef-forbidden-without-reason"
    PERMISSIONS_MISSING = "ksef-permissions-missing"
    IP_NOT_ALLOWED = "ksef-ip-not-allowed"
    RESOURCE_NOT_ACCESSIBLE = "ksef-resource-not-accessible"
    METHOD_NOT_ALLOWED = "ksef-method-not-allowed"
    SECURITY_BLOCKED = "ksef-security-blocked"
    CONTEXT_TYPE_NOT_ALLOWED = "ksef-context-type-not-allowed"
    GONE = "ksef-gone"

    UNREACHABLE = "ksef-unreachable"
    SERVER_NOT_TRUSTED = "ksef-server-not-trusted"
    PROXY_FAILED = "ksef-proxy-failed"
    UNAVAILABLE = "ksef-unavailable"
    RATE_LIMITED = "ksef-rate-limited"
    ANSWER_UNREADABLE = "ksef-answer-unreadable"
    CLIENT_IP_NOT_IPV4 = "ksef-client-ip-not-ipv4"

    SYSTEM_WARNING = "ksef-system-warning"
    SIGNATURE_WARNING = "ksef-signature-warning"
