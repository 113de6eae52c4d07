"""Signs a login document: enveloped XAdES-BASELINE-B (auth/podpis-xades.md, ETSI EN 319 132-1)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

_XADES = "http://uri.etsi.org/01903/v1.3.2#"


def sign_enveloped(
    document: etree._Element,
    certificate: x509.Certificate,
    private_key: PrivateKeyTypes,
    signing_time: datetime,
) -> bytes:
    """The signed document, in the bytes that are to be sent.

    rsa-sha256 (PKCS #1 v1.5) or ecdsa-sha256 with R‖S, each padded to the curve's size. Raises
    ValueError for another kind of key.
    """
    if isinstance(private_key, rsa.RSAPrivateKey):
        method = SignatureMethod.RSA_SHA256
    elif isinstance(private_key, ec.EllipticCurvePrivateKey):
        method = SignatureMethod.ECDSA_SHA256
    else:
        raise ValueError("KSeF takes signatures by RSA and EC keys alone")
    signer = _Signer(method, signing_time)
    # A public key beside the certificate would only be a second thing to disagree with.
    signed = signer.sign(document, key=private_key, cert=[certificate], always_add_key_value=False)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)


class _Signer(XAdESSigner):
    """signxml's signer with the time given to it.

    It identifies the certificate by `SigningCertificateV2` with a SHA-256 digest and without the
    issuer's name, which every library spells in its own way (pitfalls C.7).

    Canonicalization is inclusive: the references to SignedProperties and KeyInfo carry no
    transform, and then inclusive is what a verifier uses (xmldsig-core1, section 4.4.3.2).
    """

    def __init__(self, method: SignatureMethod, signing_time: datetime) -> None:
        super().__init__(
            data_object_format=XAdESDataObjectFormat("AuthTokenRequest", "text/xml"),
            signature_algorithm=method,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
        )
        self._signing_time = signing_time

    def add_signing_time(
        self, signed_signature_properties: etree._Element, *_: Any, **__: Any
    ) -> None:
        element = etree.SubElement(signed_signature_properties, f"{{{_XADES}}}SigningTime")
        moment = self._signing_time.astimezone(UTC)
        element.text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
