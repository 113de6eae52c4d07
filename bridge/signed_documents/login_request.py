"""The login request that a signature covers, compared with the one that was handed out."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.errors import Unacceptable
from bridge.signed_documents.xml_documents import parsed
from bridge.signed_documents.xml_signature import DS, Covered

_OBJECT = f"{{{DS}}}Object"
_LONGEST_SHOWN = 60

Content = tuple[object, ...]


def check_places(root: etree._Element, signature: etree._Element) -> None:
    """Raise Unacceptable where the request is neither the root nor in an object of the signature.

    Nor may there be a second one: whoever reads by name might take the one that is not signed.
    """
    requests = [each for each in root.iter(etree.Element) if _is_request(each)]
    if len(requests) > 1:
        raise Unacceptable(SignedDocumentCode.SEVERAL_REQUESTS, number=len(requests))
    if root is signature:
        return
    if requests != [root] or signature.getparent() is not root:
        raise Unacceptable(SignedDocumentCode.DETACHED)


def check_request(covered: Sequence[Covered], handed_out: str) -> None:
    """Raise Unacceptable unless the signature covers the request that was handed out."""
    found = [request for each in covered if (request := _request_in(each)) is not None]
    if len(found) != 1:
        raise Unacceptable(SignedDocumentCode.NOT_COVERED)
    signed, wanted = found[0], parsed(handed_out.encode())
    if _content(signed) == _content(wanted):
        return
    found_type, found_value = _context(signed)
    context_type, context_value = _context(wanted)
    if (found_type, found_value) != (context_type, context_value):
        raise Unacceptable(
            SignedDocumentCode.OF_ANOTHER_CONTEXT,
            foundType=found_type[:_LONGEST_SHOWN],
            foundValue=found_value[:_LONGEST_SHOWN],
            contextType=context_type,
            contextValue=context_value,
        )
    if _challenge(signed) != _challenge(wanted):
        raise Unacceptable(SignedDocumentCode.OF_ANOTHER_REQUEST)
    raise Unacceptable(SignedDocumentCode.DIFFERS)


def _request_in(covered: Covered) -> etree._Element | None:
    root = covered.root
    if root is None:
        return None
    if root.tag == _OBJECT and len(root) == 1:
        root = root[0]
    return root if _is_request(root) else None


def _is_request(element: etree._Element) -> bool:
    # A comment's tag is no name.
    return str(element.tag).rpartition("}")[2] == "AuthTokenRequest"


def _content(element: etree._Element) -> Content:
    """What the element says: names, attributes and texts, without the white space between elements.

    Programs break lines around a signature, which the schema and KSeF pass over.
    """
    children = list(element.iterchildren(etree.Element))
    texts = [element.text or "", *(each.tail or "" for each in element)]
    text = "".join(texts)
    return (
        element.tag,
        tuple(sorted(element.attrib.items())),
        text.strip() if children else text,
        tuple(_content(each) for each in children),
    )


def _challenge(request: etree._Element) -> str:
    return request.findtext("{*}Challenge", "")


def _context(request: etree._Element) -> tuple[str, str]:
    identifier = request.find("{*}ContextIdentifier/{*}*")
    if identifier is None:
        return "", ""
    shown = " ".join((identifier.text or "").split())
    return etree.QName(identifier).localname, shown
