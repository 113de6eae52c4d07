"""Which signed requests the simulator takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ksef_client.services.xades import sign_xades_enveloped
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.xades.xades import XAdESSigner

from bridge.simulator import clock
from tests.simulator import login_certificates as certificates
from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import Credential, certificate_for, seal
from tests.simulator.signed_requests import Recipe, enveloped, request_xml, written


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def by_xmlsec(document: str, credential: Credential) -> bytes:
    signed: str = sign_xades_enveloped(document, credential.certificate_pem, credential.key_pem)
    return signed.encode()


def by_signxml(document: str, credential: Credential) -> bytes:
    is_ec = isinstance(credential.key, ec.EllipticCurvePrivateKey)
    signer = XAdESSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if is_ec else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = signer.sign(
        etree.fromstring(document.encode()),
        key=credential.key_pem.encode(),
        cert=credential.certificate_pem,
        always_add_key_value=False,
    )
    return etree.tostring(signed, encoding="utf-8", xml_declaration=True)


@pytest.mark.parametrize("sign", [by_xmlsec, by_signxml])
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
@pytest.mark.parametrize("namespace", [signing.NAMESPACE_2_0, signing.NAMESPACE_2_1])
def test_signatures_of_two_independent_libraries_are_taken(
    ksef: Ksef,
    rsa_key: rsa.RSAPrivateKey,
    nip: str,
    sign: Callable[[str, Credential], bytes],
    algorithm: str,
    namespace: str,
) -> None:
    key = rsa_key if algorithm == "RSA" else None
    credential = certificate_for(certificates.seal_of(nip), key=key)
    document = request_xml(ksef.challenge()["challenge"], nip, namespace=namespace)
    assert ksef.outcome(ksef.send_signed(sign(document, credential))) == (200, [])


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(canonicalization=signing.INCLUSIVE),
        Recipe(canonicalization=signing.INCLUSIVE_1_1),
        Recipe(signing_certificate="SigningCertificateV2"),
        Recipe(
            digest_algorithm="http://www.w3.org/2007/05/xmldsig-more#sha3-256",
            digest=lambda data: hashlib.sha3_256(data).digest(),
        ),
        Recipe(
            document_transforms=(
                '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
                "<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
            )
        ),
        Recipe(
            document_transforms=(
                '<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2">'
                '<f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">'
                "/descendant::ds:Signature</f:XPath></ds:Transform>"
            )
        ),
        Recipe(signing_time=clock.now() + timedelta(minutes=2)),
    ],
    ids=["exclusive", "inclusive", "c14n11", "v2", "sha3", "xpath", "filter2", "small-skew"],
)
def test_every_listed_way_of_signing_is_taken(ksef: Ksef, nip: str, recipe: Recipe) -> None:
    document = request_xml(ksef.challenge()["challenge"], nip)
    signed = enveloped(document, seal(nip), recipe)
    assert ksef.outcome(ksef.send_signed(written(signed))) == (200, [])


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(signature_algorithm=f"{signing.MORE}rsa-sha256", sign=signing.rsa_pkcs1),
        Recipe(
            signature_algorithm="http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            sign=signing.rsa_pss,
        ),
    ],
    ids=["pkcs1", "pss"],
)
def test_both_rsa_signatures_are_taken(
    ksef: Ksef, rsa_key: rsa.RSAPrivateKey, nip: str, recipe: Recipe
) -> None:
    credential = certificate_for(certificates.seal_of(nip), key=rsa_key)
    document = request_xml(ksef.challenge()["challenge"], nip)
    signed = enveloped(document, credential, recipe)
    assert ksef.outcome(ksef.send_signed(written(signed))) == (200, [])


def test_an_enveloping_signature_is_taken(ksef: Ksef, nip: str) -> None:
    document = request_xml(ksef.challenge()["challenge"], nip)
    signed = signing.enveloping(document, seal(nip))
    assert ksef.outcome(ksef.send_signed(written(signed))) == (200, [])
