"""Verifies the XAdES signature of a login request.

Source: auth/podpis-xades.md; ETSI TS 101 903 and EN 319 132-1. Codes and details as real refusals
show them: 9102, 9103, 9105 "Format podpisu niezgodny z akceptowanymi profilami XAdES." for a
signature without signed signing certificate (m32/ksef issue 35), 21115 for the certificate itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from lxml import etree

from bridge.simulator import clock
from bridge.simulator.errors import BadRequest
from bridge.simulator.xades.canonical_xml import DS
from bridge.simulator.xades.signature_structure import XADES, check_structure
from bridge.simulator.xades.xml_documents import parse
from bridge.simulator.xades.xml_signature import (
    Reference,
    bad_signature,
    base64_of,
    digest_matches,
    only_signature,
    verified_references,
    verify_value,
)

SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
SIGNING_TIME_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a verified signature covers: the request's octets and who signed them."""

    octets: bytes
    certificate: x509.Certificate


def verify(root: etree._Element) -> SignedRequest:
    """The login request that is signed inside the document.

    Enveloped: the root is the request, the signature its child, the reference `URI=""`. Enveloping:
    the root is the signature, the request stands in a `ds:Object`. Raises 9101 for another shape,
    9102, 9103, 9105 for the signature, 21115 for a certificate that cannot be read.
    """
    signature = only_signature(root)
    enveloped = _check_shape(root, signature)
    check_structure(signature)
    references = verified_references(root, signature)
    properties = _signed_properties(signature, references)
    certificate = _signing_certificate(signature, properties)
    verify_value(signature, certificate.public_key())
    _check_signing_time(properties)
    octets = _enveloped_octets(references) if enveloped else _enveloping_octets(root, references)
    return SignedRequest(octets, certificate)


def is_request(element: etree._Element) -> bool:
    """Whether the element is named `AuthTokenRequest`, in any namespace."""
    return etree.QName(element).localname == "AuthTokenRequest"


def _check_shape(root: etree._Element, signature: etree._Element) -> bool:
    requests = _requests_in(root)
    if root is signature:
        if len(requests) > 1:
            raise _bad_document()
        return False
    if len(requests) == 1 and requests[0] is not root:
        raise bad_signature("Podpis w formacie zewnętrznym (detached) nie jest akceptowany.")
    if requests != [root] or signature.getparent() is not root:
        raise _bad_document()
    return True


def _enveloped_octets(references: tuple[Reference, ...]) -> bytes:
    whole = [reference.octets for reference in references if reference.uri == ""]
    if len(whole) != 1:
        raise bad_signature("Podpis nie obejmuje całego dokumentu.")
    return whole[0]


def _enveloping_octets(root: etree._Element, references: tuple[Reference, ...]) -> bytes:
    """The request within the one signed `ds:Object` that holds it, as XML or as base64."""
    as_xml = bool(_requests_in(root))
    found = [
        octets
        for reference in references
        if (octets := _request_in(reference, as_xml=as_xml)) is not None
    ]
    if len(found) != 1:
        raise bad_signature("Podpis nie obejmuje dokumentu AuthTokenRequest.")
    return found[0]


def _requests_in(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter(etree.Element) if is_request(element)]


def _request_in(reference: Reference, *, as_xml: bool) -> bytes | None:
    """The request in the signed octets; raises 9101 for base64 where one stands `as_xml`, too."""
    try:
        element = parse(reference.octets)
    except BadRequest:
        return None
    if element.tag == f"{{{DS}}}Object" and len(element) == 1 and is_request(element[0]):
        return etree.tostring(element[0], encoding="utf-8", with_tail=False)
    if not is_request(element):
        return None
    if as_xml:
        raise _bad_document()
    return reference.octets


def _signed_properties(
    signature: etree._Element, references: tuple[Reference, ...]
) -> etree._Element:
    """The signed `SignedProperties`, read from the octets that the signature covers."""
    typed = [reference for reference in references if reference.type == SIGNED_PROPERTIES_TYPE]
    qualifying = signature.findall(f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties")
    if len(typed) != 1 or len(qualifying) != 1:
        raise _not_xades()
    target = qualifying[0].get("Target", "")
    properties = qualifying[0].findall(f"{{{XADES}}}SignedProperties")
    if (
        target != f"#{signature.get('Id')}"
        or len(properties) != 1
        or typed[0].uri != f"#{properties[0].get('Id')}"
    ):
        raise _not_xades()
    return parse(typed[0].octets)


def _signing_certificate(signature: etree._Element, properties: etree._Element) -> x509.Certificate:
    """The certificate of `KeyInfo` whose digest is signed (`SigningCertificate`, V1 or V2)."""
    holders = [
        holder
        for name in ("SigningCertificate", "SigningCertificateV2")
        for holder in properties.findall(f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}{name}")
    ]
    entries = holders[0].findall(f"{{{XADES}}}Cert") if len(holders) == 1 else []
    digest_of_certificate = entries[0].find(f"{{{XADES}}}CertDigest") if entries else None
    if digest_of_certificate is None:
        raise _not_xades()
    for certificate in _key_info_certificates(signature):
        der = certificate.public_bytes(serialization.Encoding.DER)
        if digest_matches(digest_of_certificate, der):
            _check_issuer_serial(entries[0], certificate)
            return certificate
    raise bad_signature("Skrót certyfikatu podpisującego nie odpowiada certyfikatowi w podpisie.")


def _key_info_certificates(signature: etree._Element) -> list[x509.Certificate]:
    elements = signature.findall(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if not elements:
        raise bad_signature("Podpis nie zawiera certyfikatu (KeyInfo/X509Data/X509Certificate).")
    try:
        return [_loaded(base64_of(element)) for element in elements]
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise BadRequest(21115, "Nieprawidłowy certyfikat.") from None


def _loaded(der: bytes) -> x509.Certificate:
    """The certificate, with the parts that are only read on demand read now."""
    certificate = x509.load_der_x509_certificate(der)
    certificate.public_key()
    certificate.subject.rfc4514_string()
    certificate.issuer.rfc4514_string()
    return certificate


def _check_issuer_serial(entry: etree._Element, certificate: x509.Certificate) -> None:
    """Check the serial number of the V1 `IssuerSerial`, if there, and that it names an issuer.

    Names are not compared, since libraries spell the same name in different ways (pitfalls C.7).
    Nor is a spelling refused: ksef-api issue 144 only guesses that `/C=PL/…` was the reason of a
    refusal, and XML Signature recommends RFC 4514 without demanding it (section 4.5.4.1).
    """
    issuer_serial = entry.find(f"{{{XADES}}}IssuerSerial")
    if issuer_serial is None:
        return
    name = issuer_serial.findtext(f"{{{DS}}}X509IssuerName", "").strip()
    serial_number = issuer_serial.findtext(f"{{{DS}}}X509SerialNumber", "").strip()
    if not name or serial_number != str(certificate.serial_number):
        raise bad_signature("Wystawca lub numer seryjny nie odpowiada certyfikatowi w podpisie.")


def _check_signing_time(properties: etree._Element) -> None:
    """Refuse a `SigningTime` that cannot be read or lies ahead of the simulator's clock."""
    text = properties.findtext(f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}SigningTime")
    if text is None:
        return
    try:
        signed_at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _not_xades() from None
    if signed_at.tzinfo is None:
        signed_at = signed_at.replace(tzinfo=UTC)
    if signed_at > clock.now() + SIGNING_TIME_SKEW:
        raise bad_signature("Czas złożenia podpisu (SigningTime) jest późniejszy niż czas serwera.")


def _not_xades() -> BadRequest:
    return bad_signature("Format podpisu niezgodny z akceptowanymi profilami XAdES.")


def _bad_document() -> BadRequest:
    return BadRequest(9101, "Nieprawidłowy dokument.")
