"""Which signed requests the simulator takes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bridge.simulator import clock
from tests.signed_documents.signers import SignFunction, by_ksef_client, by_signxml
from tests.simulator import login_certificates as certificates
from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import certificate_for, seal
from tests.simulator.signed_requests import Recipe, enveloped, request_xml, written


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("sign", [by_ksef_client, by_signxml])
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
@pytest.mark.parametrize("namespace", [signing.NAMESPACE_2_0, signing.NAMESPACE_2_1])
def test_signatures_of_two_independent_libraries_are_taken(
    ksef: Ksef,
    rsa_key: rsa.RSAPrivateKey,
    nip: str,
    sign: SignFunction,
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
        Recipe(document_transforms=signing.ENVELOPED_BY_XPATH),
        Recipe(document_transforms=signing.ENVELOPED_BY_FILTER2),
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
