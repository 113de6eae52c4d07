"""What a caller says of an invoice: its file, or the file's hash with date and seller."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.offline.codes import OfflineCode
from bridge.offline.errors import InvoiceRefused
from bridge.offline.invoice import Invoice, parse_issue_date, parse_sha256
from bridge.offline.invoice_file import read_invoice_file


@dataclass(frozen=True, slots=True)
class InvoiceDescription:
    """Either `xml` or `sha256`; what stands in the file need not be said again."""

    sha256: str | None = None
    xml: bytes | None = field(default=None, repr=False)
    issue_date: str | None = None
    seller_nip: str | None = None

    def invoice(self, default_seller_nip: str | None) -> Invoice:
        """The invoice, of the default seller when neither file nor caller names one.

        Raises InvoiceRefused.
        """
        if self.xml is not None and self.sha256 is not None:
            raise InvoiceRefused(OfflineCode.INVOICE_GIVEN_TWICE)
        if self.xml is not None:
            return self._from_file(self.xml)
        if self.sha256 is None:
            raise InvoiceRefused(OfflineCode.INVOICE_MISSING)
        if self.issue_date is None:
            raise InvoiceRefused(OfflineCode.ISSUE_DATE_MISSING)
        seller_nip = self.seller_nip or default_seller_nip
        if seller_nip is None:
            raise InvoiceRefused(OfflineCode.SELLER_NIP_MISSING)
        return Invoice(seller_nip, parse_issue_date(self.issue_date), parse_sha256(self.sha256))

    def _from_file(self, xml: bytes) -> Invoice:
        invoice = read_invoice_file(xml)
        if self.issue_date is not None and parse_issue_date(self.issue_date) != invoice.issue_date:
            raise InvoiceRefused(
                OfflineCode.ISSUE_DATE_MISMATCH, found=invoice.issue_date.isoformat()
            )
        if self.seller_nip is not None and self.seller_nip != invoice.seller_nip:
            raise InvoiceRefused(OfflineCode.SELLER_NIP_MISMATCH, found=invoice.seller_nip)
        return invoice
