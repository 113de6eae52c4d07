"""Why there is no verification link. Each code is stable and a key of the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class OfflineCode(StrEnum):
    """What can stand against a link: first in what was sent, then in what EspoCRM holds."""

    INVOICE_MISSING = "invoice-missing"
    INVOICE_GIVEN_TWICE = "invoice-given-twice"
    INVOICE_HASH_MALFORMED = "invoice-hash-malformed"
    ISSUE_DATE_MISSING = "issue-date-missing"
    ISSUE_DATE_MALFORMED = "issue-date-malformed"
    ISSUE_DATE_OUT_OF_RANGE = "issue-date-out-of-range"
    ISSUE_DATE_MISMATCH = "issue-date-mismatch"
    SELLER_NIP_MISSING = "seller-nip-missing"
    SELLER_NIP_MALFORMED = "seller-nip-malformed"
    SELLER_NIP_CHECK_DIGIT = "seller-nip-check-digit"
    SELLER_NIP_MISMATCH = "seller-nip-mismatch"
    KSEF_NUMBER_MALFORMED = "ksef-number-malformed"
    KSEF_NUMBER_CHECK_BYTE = "ksef-number-check-byte"
    KSEF_NUMBER_OF_ANOTHER_SELLER = "ksef-number-of-another-seller"

    INVOICE_FILE_TOO_LARGE = "invoice-file-too-large"
    INVOICE_FILE_NOT_UTF8 = "invoice-file-not-utf8"
    INVOICE_FILE_NOT_XML = "invoice-file-not-xml"
    INVOICE_FILE_FORBIDDEN_CONTENT = "invoice-file-forbidden-content"
    INVOICE_FILE_DISCOURAGED_CHARACTER = "invoice-file-discouraged-character"
    INVOICE_FILE_SCHEMA_UNKNOWN = "invoice-file-schema-unknown"
    INVOICE_FILE_FIELD_MISSING = "invoice-file-field-missing"
    INVOICE_FILE_FIELD_REPEATED = "invoice-file-field-repeated"

    CONTEXT_TYPE_UNKNOWN = "offline-context-type-unknown"
    CONTEXT_MALFORMED = "offline-context-malformed"
    CERTIFICATE_NOT_SET = "offline-certificate-not-set"
    CERTIFICATE_NOT_ACTIVE = "offline-certificate-not-active"
    CERTIFICATE_WRONG_TYPE = "offline-certificate-wrong-type"
    CERTIFICATE_WRONG_KIND = "offline-certificate-wrong-kind"
    CERTIFICATE_UNREADABLE = "offline-certificate-unreadable"
    CERTIFICATE_EXPIRED = "offline-certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "offline-certificate-not-yet-valid"
    CERTIFICATE_OF_ANOTHER_ENVIRONMENT = "offline-certificate-of-another-environment"
    CERTIFICATE_SERIAL_NUMBER = "offline-certificate-serial-number"
    CERTIFICATE_KEY_UNSUITED = "offline-certificate-key-unsuited"
    PRIVATE_KEY_NOT_SET = "offline-private-key-not-set"
    PRIVATE_KEY_MISMATCH = "offline-private-key-mismatch"
