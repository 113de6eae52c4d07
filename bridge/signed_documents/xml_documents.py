"""Foreign XML: UTF-8, no document type, no entities, no network, not too deep."""

from __future__ import annotations

import re

from lxml import etree

from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.errors import Unacceptable

_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parsed(content: bytes) -> etree._Element:
    """The root element, comments and white space kept. Raises Unacceptable."""
    _check_encoding(content)
    # libxml2 itself bounds depth (256) and length of names and texts, unless told huge_tree.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unacceptable(SignedDocumentCode.NOT_XML) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unacceptable(SignedDocumentCode.TYPE_DECLARATION)
    return root


def _check_encoding(content: bytes) -> None:
    """KSeF takes UTF-8 alone (code 21217)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unacceptable(SignedDocumentCode.ENCODING)
    declared = _DECLARED_ENCODING.match(content.removeprefix(_BYTE_ORDER_MARK))
    if declared is not None and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
        raise Unacceptable(SignedDocumentCode.ENCODING)
