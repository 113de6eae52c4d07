"""Why a signed file is not acceptable."""

from __future__ import annotations

from bridge.signed_documents.codes import SignedDocumentCode


class Unacceptable(Exception):
    """A fault of the file; `params` fill the text's placeholders."""

    def __init__(self, code: SignedDocumentCode, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
