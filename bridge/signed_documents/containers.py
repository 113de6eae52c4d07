"""Files that hold a signature in another form than XAdES, told by their first octets."""

from __future__ import annotations

import re

from bridge.credentials import der
from bridge.credentials.der import Malformed
from bridge.credentials.pasted_text import decode_bare, text_of
from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.errors import Unacceptable

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_PEM = re.compile(rb"-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----")
_SIGNED_DATA = "1.2.840.113549.1.7.2"


def refuse_containers(content: bytes) -> None:
    """Raise Unacceptable for an empty file, PAdES, CAdES (DER, PEM, base64) and ASiC."""
    if not content.strip():
        raise Unacceptable(SignedDocumentCode.EMPTY)
    if content.lstrip().startswith(_PDF):
        raise Unacceptable(SignedDocumentCode.PDF)
    if content.startswith(_ZIP):
        raise Unacceptable(SignedDocumentCode.ZIP)
    if _PEM.search(content) or _is_cms(content) or _is_cms(decode_bare(text_of(content)) or b""):
        raise Unacceptable(SignedDocumentCode.CMS)


def _is_cms(content: bytes) -> bool:
    """Whether it is a ContentInfo of the type signedData (RFC 5652 section 3), in DER or BER."""
    if content[:1] != bytes([der.SEQUENCE]):
        return False
    try:
        content_type = der.read(der.read(content).content)
        return content_type.object_identifier() == _SIGNED_DATA
    except Malformed:
        return False
