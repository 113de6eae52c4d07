"""Which certificate a XAdES signature was made with: the one whose digest it covers."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import DigestAlgorithm, digest_algorithm_implementations
from signxml.exceptions import InvalidInput

from bridge.credentials.certificate import read_certificate
from bridge.signed_documents.codes import SignedDocumentCode
from bridge.signed_documents.errors import Unacceptable
from bridge.signed_documents.xml_signature import DS, Covered

XADES = "http://uri.etsi.org/01903/v1.3.2#"
_PROPERTIES = f"{{{XADES}}}SignedProperties"
_HOLDERS = ("SigningCertificate", "SigningCertificateV2")


def signing_certificate(signature: etree._Element) -> x509.Certificate:
    """The certificate of KeyInfo that the properties name. Raises Unacceptable.

    What they say counts only once it is known to be covered: see `check_covered`.
    """
    certificates = list(_in_key_info(signature))
    if not certificates:
        raise Unacceptable(SignedDocumentCode.CERTIFICATE_MISSING)
    properties = list(signature.iter(_PROPERTIES))
    if len(properties) != 1:
        raise Unacceptable(SignedDocumentCode.NOT_XADES)
    digest = _digest_of_certificate(properties[0])
    named = next((each for each in certificates if _is_named(digest, each)), None)
    if named is None:
        raise Unacceptable(SignedDocumentCode.CERTIFICATE_EXCHANGED)
    return named


def check_covered(covered: Sequence[Covered], certificate: x509.Certificate) -> None:
    """Raise Unacceptable unless the signature covers the digest of the certificate."""
    roots = [each.root for each in covered if each.root is not None]
    properties = [each for each in roots if each.tag == _PROPERTIES]
    if len(properties) != 1:
        raise Unacceptable(SignedDocumentCode.NOT_XADES)
    if not _is_named(_digest_of_certificate(properties[0]), certificate):
        raise Unacceptable(SignedDocumentCode.CERTIFICATE_EXCHANGED)


def _digest_of_certificate(properties: etree._Element) -> etree._Element:
    """`CertDigest` of the signing certificate, in XAdES's first form or in its second."""
    holders = [
        holder
        for name in _HOLDERS
        for holder in properties.findall(f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}{name}")
    ]
    digest = holders[0].find(f"{{{XADES}}}Cert/{{{XADES}}}CertDigest") if holders else None
    if digest is None or len(holders) != 1:
        raise Unacceptable(SignedDocumentCode.NOT_XADES)
    return digest


def _is_named(digest: etree._Element, certificate: x509.Certificate) -> bool:
    method = digest.find(f"{{{DS}}}DigestMethod")
    value = digest.findtext(f"{{{DS}}}DigestValue", "")
    try:
        algorithm = DigestAlgorithm("" if method is None else method.get("Algorithm", ""))
        hasher = hashes.Hash(digest_algorithm_implementations[algorithm]())
        expected = base64.b64decode(value)
    except (InvalidInput, UnsupportedAlgorithm, ValueError):
        raise Unacceptable(SignedDocumentCode.SIGNATURE_UNREADABLE) from None
    hasher.update(certificate.public_bytes(Encoding.DER))
    return hmac.compare_digest(hasher.finalize(), expected)


def _in_key_info(signature: etree._Element) -> Iterator[x509.Certificate]:
    """Those that can be read: a chain may hold an issuer's that cannot."""
    path = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    for element in signature.findall(path):
        try:
            yield read_certificate(base64.b64decode(element.text or ""))
        except ValueError:
            continue
