"""Why nothing is known of a company. Each code is stable and a key of the message catalogue."""

from __future__ import annotations

from enum import StrEnum


class CompanyCode(StrEnum):
    """First what is wrong with the question, then what the list answers, or why it does not."""

    NIP_MALFORMED = "company-nip-malformed"
    NIP_CHECK_DIGIT = "company-nip-check-digit"
    SWITCHED_OFF = "vat-payers-switched-off"

    NOT_FOUND = "company-not-found"
    LIMIT_REACHED = "vat-payers-limit-reached"
    BEING_UPDATED = "vat-payers-being-updated"
    REFUSED = "vat-payers-refused"
    UNREACHABLE = "vat-payers-unreachable"
    UNREADABLE = "vat-payers-unreadable"
