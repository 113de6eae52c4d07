"""Why there is no verification link. Each `code` is a key of the message catalogue."""

from __future__ import annotations


class OfflineError(Exception):
    """The base of this package's errors; `params` fill the text's placeholders."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class InvoiceRefused(OfflineError):
    """What was said about the invoice makes no link that KSeF would accept."""


class ProfileUnfit(OfflineError):
    """The profile or its offline certificate, as EspoCRM has them, cannot sign."""
