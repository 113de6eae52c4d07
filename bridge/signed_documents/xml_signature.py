"""Verifies an XML signature and says which octets it covers (W3C xmldsig-core1).

Whoever uses the result must read from those octets and never from the document: that is what makes
moving signed parts about (signature wrapping) pointless.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidInput, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.errors import Unacceptable
from bridge.signed_documents.xml_documents import parsed

DS = "http://www.w3.org/2000/09/xmldsig#"
_ENVELOPED = f"{DS}enveloped-signature"
_BASE64 = f"{DS}base64"
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
_CANONICALIZATIONS = frozenset(each.value for each in CanonicalizationMethod)
_NOT_THE_SIGNATURE = "not(ancestor-or-self::{prefix}:Signature)"
_THE_SIGNATURES = ("/descendant::{prefix}:Signature", "//{prefix}:Signature")
# What the library raises beside its own on parts that are missing or are no base64.
_MALFORMED = (ValueError, TypeError, AttributeError, KeyError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Covered:
    """The octets of one reference, and what they are as XML where they are that."""

    octets: bytes
    root: etree._Element | None


def only_signature(root: etree._Element) -> etree._Element | None:
    """The one `ds:Signature` of the document, None without any. Raises Unacceptable."""
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if len(signatures) > 1:
        raise Unacceptable(SignedDocumentCode.SEVERAL_SIGNATURES, number=len(signatures))
    return signatures[0] if signatures else None


def references_of(signature: etree._Element) -> list[etree._Element]:
    """What the signature covers. Raises Unacceptable when any of it is in another file."""
    references = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    uris = [reference.get("URI") for reference in references]
    if any(uri is None or (uri and not uri.startswith("#")) for uri in uris):
        raise Unacceptable(SignedDocumentCode.DETACHED)
    return references


def verified(root: etree._Element, certificate: x509.Certificate) -> list[Covered]:
    """What the only signature of the document covers, under the certificate's key.

    Of the certificate nothing is judged here. Raises Unacceptable.
    """
    expected = SignatureConfiguration(
        expect_references=True,
        # SHA-1 too, as KSeF takes it (auth/podpis-xades.md).
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
        ignore_ambiguous_key_info=True,
        verification_time=certificate.not_valid_before_utc,
        # Without a canonicalization among the transforms (xmldsig-core1, section 4.4.3.2).
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        results = _Verifier().verify(
            root, x509_cert=certificate, validate_schema=False, expect_config=expected
        )
    except InvalidDigest:
        raise Unacceptable(SignedDocumentCode.CHANGED) from None
    except InvalidSignature:
        raise Unacceptable(SignedDocumentCode.SIGNATURE_WRONG) from None
    except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, *_MALFORMED):
        raise Unacceptable(SignedDocumentCode.SIGNATURE_UNREADABLE) from None
    found = results if isinstance(results, list) else [results]
    return [Covered(each.signed_data, each.signed_xml) for each in found]


class _Verifier(XMLVerifier):
    """signxml's verifier, which takes transforms in their order and those alone that KSeF lists.

    The library itself passes over transforms that it does not know, and knows no XPath, by which
    older versions of the European Commission's DSS leave the signature out. In a subtree of a
    larger document lxml's canonical form undeclares namespaces, so that subtrees are parsed anew.
    """

    def _c14n(
        self,
        nodes: Any,
        algorithm: CanonicalizationMethod,
        inclusive_ns_prefixes: list[str] | None = None,
    ) -> bytes:
        octets: bytes = super()._c14n(_standing_alone(nodes), algorithm, inclusive_ns_prefixes)
        return octets

    def _apply_transforms(
        self, payload: Any, *, transforms_node: etree._Element | None, signature: etree._Element
    ) -> bytes:
        path = f"{{{DS}}}Transform"
        transforms = [] if transforms_node is None else transforms_node.findall(path)
        octets: bytes | None = None
        for transform in transforms:
            algorithm = transform.get("Algorithm", "")
            if algorithm == _ENVELOPED or _takes_signature_out(transform):
                _remove(signature)
            elif algorithm == _BASE64:
                octets = base64.b64decode("".join(payload.itertext()))
            elif algorithm in _CANONICALIZATIONS:
                inclusive = transform.find("{*}InclusiveNamespaces")
                prefixes = (
                    None if inclusive is None else (inclusive.get("PrefixList") or "").split()
                )
                octets = self._c14n(payload, CanonicalizationMethod(algorithm), prefixes)
            else:
                raise InvalidInput("a transform that KSeF does not list")
        if octets is None:
            octets = self._c14n(payload, self.config.default_reference_c14n_method)
        return octets


def _standing_alone(element: etree._Element) -> etree._Element:
    return parsed(etree.tostring(element, encoding="utf-8", with_tail=False))


def _remove(signature: etree._Element) -> None:
    """Take the signature out, and leave the text behind it where it is."""
    parent, tail = signature.getparent(), signature.tail or ""
    if parent is None:
        return
    before = signature.getprevious()
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    signature.tail = None
    parent.remove(signature)


def _takes_signature_out(transform: etree._Element) -> bool:
    """Whether it is one of the two XPath transforms, with an expression that KSeF allows."""
    algorithm = transform.get("Algorithm")
    expression = transform.find("{*}XPath")
    if algorithm not in {_XPATH, _FILTER} or expression is None:
        return False
    prefixes = [prefix for prefix, uri in expression.nsmap.items() if uri == DS and prefix]
    text = "".join((expression.text or "").split())
    allowed: tuple[str, ...] = (_NOT_THE_SIGNATURE,)
    if algorithm == _FILTER:
        allowed = _THE_SIGNATURES if expression.get("Filter") == "subtract" else ()
    return text in {form.format(prefix=prefix) for form in allowed for prefix in prefixes}
