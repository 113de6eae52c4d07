"""The codes of findings about credentials. Each is stable and a key of the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class ContextCode(StrEnum):
    """What may be odd about the context that a profile names."""

    INTERNAL_ID_CHECK_DIGIT = "internal-id-check-digit"


class TokenCode(StrEnum):
    """What can be said about a KSeF token."""

    EMPTY = "token-empty"
    OF_KSEF_1 = "token-of-ksef-1"
    LINE_BREAKS = "token-line-breaks"
    CLEANED = "token-cleaned"
    PARTS = "token-parts"
    REFERENCE_NUMBER_MALFORMED = "token-reference-number-malformed"
    KIND_UNEXPECTED = "token-kind-unexpected"
    DATE_IMPOSSIBLE = "token-date-impossible"
    DATE_IN_FUTURE = "token-date-in-future"
    CHECK_BYTE = "token-check-byte"
    CONTEXT_TYPE_UNKNOWN = "token-context-type-unknown"
    NIP_LENGTH = "token-nip-length"
    NIP_NOT_DIGITS = "token-nip-not-digits"
    NIP_MALFORMED = "token-nip-malformed"
    NIP_CHECK_DIGIT = "token-nip-check-digit"
    INTERNAL_ID_MALFORMED = "token-internal-id-malformed"
    INTERNAL_ID_NIP = "token-internal-id-nip"
    INTERNAL_ID_CHECK_DIGIT = "token-internal-id-check-digit"
    SECRET_LENGTH = "token-secret-length"  # noqa: S105
    SECRET_CHARACTERS = "token-secret-characters"  # noqa: S105
    NIP_MISMATCH = "token-nip-mismatch"
    INTERNAL_ID_MISMATCH = "token-internal-id-mismatch"
    NOT_OF_UNIT = "token-not-of-unit"
    NOT_OF_COMPANY = "token-not-of-company"
    VALIDITY_ENDS = "token-validity-ends"
    VALIDITY_ENDED = "token-validity-ended"


class CertificateCode(StrEnum):
    """What can be said about a certificate, its private key, and the files that hold them."""

    FILE_EMPTY = "file-empty"
    FILE_DAMAGED = "file-damaged"
    FILE_IS_CERTIFICATE_REQUEST = "file-is-certificate-request"
    FILE_IS_PUBLIC_KEY = "file-is-public-key"
    FILE_IS_REVOCATION_LIST = "file-is-revocation-list"
    FILE_IS_WEB_PAGE = "file-is-web-page"
    FILE_IS_ARCHIVE = "file-is-archive"
    FILE_UNSUPPORTED = "file-unsupported"
    FILE_UNRECOGNIZED = "file-unrecognized"
    FILE_TOO_COSTLY = "file-too-costly"
    FILE_PARTS_TOO_MANY = "file-parts-too-many"
    FILE_REPEATED = "file-repeated"

    PASSWORD_MISSING = "password-missing"  # noqa: S105
    PASSWORD_WRONG = "password-wrong"  # noqa: S105
    KEY_DERIVATION_TOO_COSTLY = "key-derivation-too-costly"
    ENCRYPTION_UNSUPPORTED = "encryption-unsupported"

    PRIVATE_KEY_MISSING = "private-key-missing"
    PRIVATE_KEY_CONTENT_DAMAGED = "private-key-content-damaged"
    PRIVATE_KEY_MISMATCH = "private-key-mismatch"
    PRIVATE_KEYS_SEVERAL = "private-keys-several"
    KEY_PAIRS_SEVERAL = "key-pairs-several"
    KEY_WITHOUT_CERTIFICATE = "key-without-certificate"

    CERTIFICATE_MISSING = "certificate-missing"
    CERTIFICATE_WITHOUT_KEY = "certificate-without-key"
    CERTIFICATE_SUPERSEDED = "certificate-superseded"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_BEGINS_SOON = "certificate-begins-soon"
    CERTIFICATE_EXPIRES_SOON = "certificate-expires-soon"
    CERTIFICATE_OF_AUTHORITY = "certificate-of-authority"
    CERTIFICATE_OF_AUTHORITY_UNNEEDED = "certificate-of-authority-unneeded"
    CERTIFICATE_KEY_UNACCEPTED = "certificate-key-unaccepted"
    CERTIFICATE_TYPE_UNDETERMINED = "certificate-type-undetermined"
    CERTIFICATE_IS_OFFLINE = "certificate-is-offline"
    CERTIFICATE_IS_AUTHENTICATION = "certificate-is-authentication"
    CERTIFICATE_CANNOT_AUTHENTICATE = "certificate-cannot-authenticate"
    CERTIFICATE_NOT_FOR_OFFLINE = "certificate-not-for-offline"
    CERTIFICATE_KIND_UNKNOWN = "certificate-kind-unknown"
    CERTIFICATE_KNOWN_BY_FINGERPRINT = "certificate-known-by-fingerprint"
    CERTIFICATE_IDENTIFIER_UNREADABLE = "certificate-identifier-unreadable"
    CERTIFICATE_OF_TEST = "certificate-of-test"
    CERTIFICATE_OF_PRODUCTION = "certificate-of-production"
    CERTIFICATE_SELF_SIGNED = "certificate-self-signed"
