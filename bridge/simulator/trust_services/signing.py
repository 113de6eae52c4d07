"""Signs a document as programs for qualified signatures do."""

from __future__ import annotations

from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from bridge.simulator.trust_services.provider import Signatory, TrustServiceProvider
from bridge.simulator.trust_services.timestamps import add_signature_timestamp
from bridge.simulator.xades.canonical_xml import DS


def signed(
    document: etree._Element,
    signatory: Signatory,
    provider: TrustServiceProvider,
    *,
    enveloping: bool,
    timestamp: bool,
) -> bytes:
    """The document with an XAdES signature in it, or around it when `enveloping`.

    The issuer's certificate stands beside the signatory's, as in most programs.
    """
    form = (
        SignatureConstructionMethod.enveloping
        if enveloping
        else SignatureConstructionMethod.enveloped
    )
    signer = XAdESSigner(
        data_object_format=XAdESDataObjectFormat("AuthTokenRequest", "text/xml"),
        method=form,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    root = signer.sign(
        document,
        key=signatory.key,
        cert=[signatory.certificate, provider.chain[0]],
        always_add_key_value=False,
    )
    if timestamp:
        add_signature_timestamp(next(root.iter(f"{{{DS}}}Signature")), provider.timestamping_unit)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
