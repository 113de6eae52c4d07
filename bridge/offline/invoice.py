"""An invoice as a verification link knows it: who sold, when it was issued, the file's SHA-256."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bridge.credentials.identifiers import NipDefect, nip_defect
from bridge.offline import base64url
from bridge.offline.codes import OfflineCode
from bridge.offline.errors import InvoiceRefused

# The schemas' type TDataT of the field P_1.
_FIRST_DAY, _LAST_DAY = date(2006, 1, 1), date(2050, 1, 1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_SHA256_BYTES = 32
_TO_BASE64URL = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class Invoice:
    """Checked when it is made: raises InvoiceRefused for what KSeF's page would not accept."""

    seller_nip: str
    issue_date: date
    sha256: bytes

    def __post_init__(self) -> None:
        _check_nip(self.seller_nip)
        if not _FIRST_DAY <= self.issue_date <= _LAST_DAY:
            raise InvoiceRefused(
                OfflineCode.ISSUE_DATE_OUT_OF_RANGE,
                first=_FIRST_DAY.isoformat(),
                last=_LAST_DAY.isoformat(),
            )
        if len(self.sha256) != _SHA256_BYTES:
            raise InvoiceRefused(OfflineCode.INVOICE_HASH_MALFORMED)


def parse_sha256(text: str) -> bytes:
    """A SHA-256 in base64url (43 characters), base64 (44, one `=`) or hex (64 digits).

    Raises InvoiceRefused.
    """
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        octets = base64url.decode(text.removesuffix("=").translate(_TO_BASE64URL))
    except ValueError:
        octets = b""
    if len(octets) != _SHA256_BYTES:
        raise InvoiceRefused(OfflineCode.INVOICE_HASH_MALFORMED)
    return octets


def parse_issue_date(text: str) -> date:
    """A day as the field P_1 writes it, `2026-02-01`. Raises InvoiceRefused."""
    try:
        # fromisoformat alone would take 20260201 and 2026-W05-7, too.
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise InvoiceRefused(OfflineCode.ISSUE_DATE_MALFORMED) from None


def _check_nip(nip: str) -> None:
    defect = nip_defect(nip)
    if defect is NipDefect.CHECK_DIGIT:
        raise InvoiceRefused(OfflineCode.SELLER_NIP_CHECK_DIGIT)
    if defect is not None:
        raise InvoiceRefused(OfflineCode.SELLER_NIP_MALFORMED)
