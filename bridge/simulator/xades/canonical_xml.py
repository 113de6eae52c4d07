"""Canonical forms of XML and the transforms that a reference may name.

Source: auth/podpis-xades.md, "Dopuszczalne transformaty"; W3C xmldsig-core1, xml-c14n,
xml-exc-c14n.
"""

from __future__ import annotations

import copy

from lxml import etree

from bridge.simulator.xades.signature_algorithms import UnknownAlgorithm
from bridge.simulator.xades.xml_documents import decoded_base64, parse

DS = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE = frozenset(
    {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"}
)
_DEFAULT = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_WITH_COMMENTS = "WithComments"
_ENVELOPED = f"{DS}enveloped-signature"
_BASE64 = f"{DS}base64"
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
_XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"
_NOT_THE_SIGNATURE = "not(ancestor-or-self::{prefix}:Signature)"
_THE_SIGNATURES = ("/descendant::{prefix}:Signature", "//{prefix}:Signature")


def canonicalize(
    element: etree._Element, method: etree._Element | None, *, comments: bool = True
) -> bytes:
    """The octets of `element` by a `CanonicalizationMethod` or `Transform` (default: inclusive).

    `comments=False` leaves comments out whatever the method says.

    Canonical XML 1.0 and 1.1 differ only in `xml:` attributes inherited from ancestors, which no
    document of ours may have; one that does raises `UnknownAlgorithm`, as any other method does.
    """
    algorithm = _DEFAULT if method is None else method.get("Algorithm", "")
    base, hash_sign, fragment = algorithm.partition("#")
    with_comments = comments and fragment == _WITH_COMMENTS
    if fragment == _WITH_COMMENTS:
        algorithm = base if base in _INCLUSIVE else base + hash_sign
    exclusive = algorithm == _EXCLUSIVE
    if not exclusive and (algorithm not in _INCLUSIVE or _inherits_xml_attributes(element)):
        raise UnknownAlgorithm
    try:
        # Of a whole document, processing instructions before and behind its element are part.
        return etree.tostring(
            _standing_alone(element).getroottree(),
            method="c14n",
            exclusive=exclusive,
            with_comments=with_comments,
            inclusive_ns_prefixes=_inclusive_prefixes(method) if exclusive else None,
        )
    except etree.C14NError:  # a namespace that is a relative URI has no canonical form
        raise UnknownAlgorithm from None


def referenced_octets(element: etree._Element, transforms: list[etree._Element]) -> bytes:
    """What a reference digests: `element` without comments, through its transforms in order.

    Works on a copy. After a canonicalization or base64 no further transform is taken. Raises
    `UnknownAlgorithm` for a transform that KSeF does not list or one in a place without meaning.
    """
    subject = _without_comments(element)
    octets: bytes | None = None
    for transform in transforms:
        if octets is not None:
            raise UnknownAlgorithm
        algorithm = transform.get("Algorithm", "")
        if algorithm == _ENVELOPED or _takes_signature_out(algorithm, transform):
            _remove_signature(subject)
        elif algorithm == _BASE64:
            octets = _decoded(subject)
        else:
            octets = canonicalize(subject, transform, comments=False)
    return canonicalize(subject, None, comments=False) if octets is None else octets


def _standing_alone(element: etree._Element) -> etree._Element:
    """The element as the root of a document, with the namespaces that were in scope around it.

    In a subtree of a larger document lxml's canonical form undeclares default namespaces that no
    ancestor within the subtree has declared (`xmlns=""`), against Canonical XML 1.0 section 2.3.
    """
    if element.getparent() is None:
        return element
    return parse(etree.tostring(element, encoding="utf-8", with_tail=False))


def _without_comments(element: etree._Element) -> etree._Element:
    """The element in a copy of its whole document, so that its namespaces stay in scope."""
    tree = copy.deepcopy(element.getroottree())
    position = element.getroottree().getelementpath(element)
    for comment in list(tree.iter(etree.Comment)):
        _remove(comment)
    root = tree.getroot()
    found = root if position == "." else tree.find(position)
    assert found is not None  # noqa: S101 - the copy has what the original has
    return found


def _remove(node: etree._Element) -> None:
    """Take a node out and leave the text behind it where it is."""
    parent = node.getparent()
    if parent is None:
        return
    before = node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (node.tail or "")
    else:
        parent.text = (parent.text or "") + (node.tail or "")
    node.tail = None
    parent.remove(node)


def _remove_signature(subject: etree._Element) -> None:
    for signature in list(subject.iter(f"{{{DS}}}Signature")):
        if signature is subject:
            raise UnknownAlgorithm
        _remove(signature)


def _takes_signature_out(algorithm: str, transform: etree._Element) -> bool:
    """Whether it is one of the two XPath transforms, with an expression that KSeF allows."""
    if algorithm not in {_XPATH, _FILTER}:
        return False
    expressions = list(transform.iterchildren("{*}XPath"))
    if len(expressions) != 1:
        raise UnknownAlgorithm
    expression = expressions[0]
    prefixes = [prefix for prefix, uri in expression.nsmap.items() if uri == DS and prefix]
    text = "".join((expression.text or "").split())
    if algorithm == _XPATH:
        allowed = [_NOT_THE_SIGNATURE]
    else:
        allowed = list(_THE_SIGNATURES) if expression.get("Filter") == "subtract" else []
    if text not in {form.format(prefix=prefix) for form in allowed for prefix in prefixes}:
        raise UnknownAlgorithm
    return True


def _decoded(subject: etree._Element) -> bytes:
    try:
        return decoded_base64(subject)
    except ValueError:
        raise UnknownAlgorithm from None


def _inclusive_prefixes(method: etree._Element | None) -> list[str] | None:
    if method is None:
        return None
    given = method.find(f"{{{_EXCLUSIVE}}}InclusiveNamespaces")
    return None if given is None else (given.get("PrefixList") or "").split()


def _inherits_xml_attributes(element: etree._Element) -> bool:
    return any(
        name.startswith(_XML_NAMESPACE)
        for ancestor in element.iterancestors()
        for name in map(str, ancestor.attrib)
    )
