"""Checks the order of a signature's parts, as the schemas of XML Signature and XAdES give it.

KSeF validates the signature against these schemas too (ksef-api issue 144 quotes its "Błąd
walidacji XSD: cvc-complex-type.2.4.b"). Checked here is what libraries get wrong: the order of
children and identifiers that are no `xsd:ID`, such as a UUID that begins with a digit.
"""

from __future__ import annotations

import re

from lxml import etree

from bridge.simulator.errors import BadRequest
from bridge.simulator.xades.canonical_xml import DS

XADES = "http://uri.etsi.org/01903/v1.3.2#"

_NON_COLONIZED_NAME = re.compile(r"[^\W\d][\w.\-]*")
_CHILDREN = {
    f"{{{DS}}}Signature": ("SignedInfo", "SignatureValue", "KeyInfo", "Object"),
    f"{{{DS}}}SignedInfo": ("CanonicalizationMethod", "SignatureMethod", "Reference"),
    f"{{{DS}}}Reference": ("Transforms", "DigestMethod", "DigestValue"),
    f"{{{XADES}}}QualifyingProperties": ("SignedProperties", "UnsignedProperties"),
    f"{{{XADES}}}SignedProperties": ("SignedSignatureProperties", "SignedDataObjectProperties"),
    f"{{{XADES}}}SignedSignatureProperties": (
        "SigningTime",
        "SigningCertificate",
        "SigningCertificateV2",
        "SignaturePolicyIdentifier",
        "SignatureProductionPlace",
        "SignatureProductionPlaceV2",
        "SignerRole",
        "SignerRoleV2",
    ),
    f"{{{XADES}}}Cert": ("CertDigest", "IssuerSerial", "IssuerSerialV2"),
    f"{{{XADES}}}CertDigest": ("DigestMethod", "DigestValue"),
}


def check_structure(signature: etree._Element) -> None:
    """Raise 9105 where the signature departs from its schemas."""
    for element in signature.iter(*_CHILDREN):
        order = _CHILDREN[str(element.tag)]
        names = [etree.QName(child).localname for child in element.iterchildren(etree.Element)]
        if not set(names) <= set(order) or names != sorted(names, key=order.index):
            raise _misfit(f"nieprawidłowa kolejność lub nazwa elementów w {_name(element)}")
    for element in signature.iter(etree.Element):
        identifier = element.get("Id")
        if identifier is not None and not _NON_COLONIZED_NAME.fullmatch(identifier):
            raise _misfit(f"nieprawidłowa wartość atrybutu Id w {_name(element)}")


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _misfit(what: str) -> BadRequest:
    return BadRequest(9105, "Nieprawidłowy podpis.", f"Błąd walidacji XSD: {what}.")
