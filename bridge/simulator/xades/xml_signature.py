"""Verifies an XML signature (W3C xmldsig-core1) and says which octets it covers.

Whoever uses the result must read from those octets and never from the document: that is what makes
moving signed parts about (signature wrapping) pointless.
"""

from __future__ import annotations

import hmac
from collections import Counter
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from lxml import etree

from bridge.simulator.errors import BadRequest
from bridge.simulator.xades.canonical_xml import DS, canonicalize, referenced_octets
from bridge.simulator.xades.signature_algorithms import UnknownAlgorithm, digest, signature_holds
from bridge.simulator.xades.xml_documents import decoded_base64


@dataclass(frozen=True, slots=True)
class Reference:
    """A verified reference: what its URI and type say, and the octets that were digested."""

    uri: str
    type: str | None
    octets: bytes


def bad_signature(detail: str) -> BadRequest:
    """9105 with one of KSeF's details."""
    return BadRequest(9105, "Nieprawidłowy podpis.", detail)


def unsupported_algorithm() -> BadRequest:
    """9105 for an algorithm that auth/podpis-xades.md does not list (csharp issue 215)."""
    return bad_signature("Podpis złożony z użyciem niewspieranego algorytmu kryptograficznego.")


def only_signature(root: etree._Element) -> etree._Element:
    """The one `ds:Signature` of the document; raises 9102 without any, 9103 with several."""
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if not signatures:
        raise BadRequest(9102, "Brak podpisu.")
    if len(signatures) > 1:
        raise BadRequest(9103, "Przekroczona liczba dozwolonych podpisów.")
    return signatures[0]


def verified_references(root: etree._Element, signature: etree._Element) -> tuple[Reference, ...]:
    """Every reference of the signature, its digest recomputed; raises 9105.

    Only `URI=""` and `URI="#Id"` are followed; anything outside the document is detached.
    """
    by_id = _elements_by_id(root)
    signed_info = _child(signature, "SignedInfo")
    references = [
        _verified(reference, root, by_id)
        for reference in signed_info.iterchildren(f"{{{DS}}}Reference")
    ]
    if not references:
        raise bad_signature("Podpis nie zawiera referencji.")
    return tuple(references)


def verify_value(signature: etree._Element, key: CertificatePublicKeyTypes) -> None:
    """Check `SignatureValue` over the canonical `SignedInfo` under `key`; raises 9105."""
    signed_info = _child(signature, "SignedInfo")
    algorithm = _child(signed_info, "SignatureMethod").get("Algorithm", "")
    value = base64_of(_child(signature, "SignatureValue"))
    try:
        octets = canonicalize(signed_info, _child(signed_info, "CanonicalizationMethod"))
        holds = signature_holds(algorithm, key, value, octets)
    except UnknownAlgorithm:
        raise unsupported_algorithm() from None
    if not holds:
        raise bad_signature("Podpis zweryfikowany negatywnie.")


def digest_matches(holder: etree._Element, octets: bytes) -> bool:
    """Whether `holder`'s `DigestMethod` and `DigestValue` are those of `octets`; raises 9105."""
    algorithm = _child(holder, "DigestMethod").get("Algorithm", "")
    try:
        computed = digest(algorithm, octets)
    except UnknownAlgorithm:
        raise unsupported_algorithm() from None
    return hmac.compare_digest(computed, base64_of(_child(holder, "DigestValue")))


def base64_of(element: etree._Element) -> bytes:
    """The element's text decoded; raises 9105 when it is not base64."""
    try:
        return decoded_base64(element)
    except ValueError:
        raise bad_signature("Nieprawidłowa treść podpisu.") from None


def _verified(
    reference: etree._Element, root: etree._Element, by_id: dict[str, etree._Element]
) -> Reference:
    uri = reference.get("URI")
    element = _target(uri, root, by_id)
    holder = reference.find(f"{{{DS}}}Transforms")
    transforms = [] if holder is None else list(holder.iterchildren(f"{{{DS}}}Transform"))
    try:
        octets = referenced_octets(element, transforms)
    except UnknownAlgorithm:
        raise unsupported_algorithm() from None
    if not digest_matches(reference, octets):
        raise bad_signature(
            f"Nieprawidłowa wartość skrótu dla referencji wskazującej na element '{uri}'."
        )
    return Reference(uri or "", reference.get("Type"), octets)


def _target(
    uri: str | None, root: etree._Element, by_id: dict[str, etree._Element]
) -> etree._Element:
    if uri == "":
        return root
    if uri is None or not uri.startswith("#"):
        raise bad_signature("Podpis w formacie zewnętrznym (detached) nie jest akceptowany.")
    element = by_id.get(uri[1:])
    if element is None:
        raise bad_signature(f"Referencja wskazuje na nieistniejący element '{uri}'.")
    return element


def _elements_by_id(root: etree._Element) -> dict[str, etree._Element]:
    """Elements by their `Id`; a value that occurs twice, in any spelling of Id, is refused."""
    spelled = [
        str(value)
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    ]
    if any(count > 1 for count in Counter(spelled).values()):
        raise bad_signature("Identyfikatory elementów w dokumencie nie są unikalne.")
    return {
        identifier: element
        for element in root.iter(etree.Element)
        if (identifier := element.get("Id")) is not None
    }


def _child(element: etree._Element, name: str) -> etree._Element:
    """The only child of that name in the signature's namespace; raises 9105 otherwise."""
    children = list(element.iterchildren(f"{{{DS}}}{name}"))
    if len(children) != 1:
        raise bad_signature("Nieprawidłowa treść podpisu.")
    return children[0]
