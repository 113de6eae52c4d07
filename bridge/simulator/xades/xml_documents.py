"""Reads XML from strangers: UTF-8, no DTD, no entities, no network, limited size."""

from __future__ import annotations

import base64
import re

from lxml import etree

from bridge.simulator.errors import BadRequest

# Archive timestamps bring revocation lists with them; KSeF's own limit is not documented.
MOST_BYTES = 1024 * 1024
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse(content: bytes) -> etree._Element:
    """The root element of a document, comments and white space kept.

    Raises 21001 for content that is empty, too large, not well-formed, or has a document type
    declaration, and 21217 for bytes that are not UTF-8 or a declaration of another encoding.
    """
    if not content.strip() or len(content) > MOST_BYTES:
        raise _unreadable()
    _check_encoding(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _unreadable() from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unreadable()
    return root


def decoded_base64(element: etree._Element) -> bytes:
    """The octets that the element's text encodes; raises `ValueError` when it is not base64."""
    return base64.b64decode("".join(str(element.xpath("string()")).split()), validate=True)


def _check_encoding(content: bytes) -> None:
    declared = _DECLARED_ENCODING.match(content.removeprefix(_BYTE_ORDER_MARK))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        readable = False
    else:
        readable = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    if not readable:
        raise BadRequest(21217, "Nieprawidłowe kodowanie znaków.")


def _unreadable() -> BadRequest:
    return BadRequest(21001, "Nieczytelna treść.")
