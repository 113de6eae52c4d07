"""Signed documents that are taken, whoever signed them and however that is written."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from bridge.simulator import clock
from tests.signed_documents.inspecting import CHALLENGE, HandedOut
from tests.signed_documents.signers import SIGNERS, SignFunction
from tests.simulator import signed_requests as signing
from tests.simulator.login_certificates import PrivateKey, certificate_for, new_nip, seal, seal_of
from tests.simulator.signed_requests import DS, ENVELOPED, XADES, Recipe, enveloped, written
from tests.simulator.test_xades_default_namespace import ROOTS, signed_by_hand

KEYS: dict[str, PrivateKey] = {
    "EC": ec.generate_private_key(ec.SECP256R1()),
    "RSA": rsa.generate_private_key(65537, 2048),
}


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("sign", SIGNERS.values(), ids=list(SIGNERS))
def test_documents_that_other_peoples_tools_sign_are_taken(
    sign: SignFunction, algorithm: str
) -> None:
    handed_out = HandedOut()
    signer = certificate_for(seal_of(handed_out.nip), key=KEYS[algorithm])
    found = handed_out.signer(sign(handed_out.document, signer))
    assert found.identifier_value == handed_out.nip


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(canonicalization=signing.INCLUSIVE),
        Recipe(canonicalization=signing.INCLUSIVE_1_1),
        Recipe(signing_certificate="SigningCertificateV2"),
        Recipe(
            digest_algorithm="http://www.w3.org/2007/05/xmldsig-more#sha3-256",
            digest=lambda data: hashlib.sha3_256(data).digest(),
        ),
        Recipe(
            digest_algorithm=f"{DS}sha1",
            digest=lambda data: hashlib.sha1(data).digest(),  # noqa: S324 - KSeF takes it
        ),
        Recipe(document_transforms=signing.ENVELOPED_BY_XPATH),
        Recipe(document_transforms=signing.ENVELOPED_BY_FILTER2),
        # Without a canonicalization of its own, which then is the inclusive one.
        Recipe(canonicalization=signing.INCLUSIVE, document_transforms=ENVELOPED),
    ],
    ids=["inclusive", "c14n11", "v2", "sha3", "sha1", "xpath", "filter2", "default"],
)
def test_every_way_of_signing_that_ksef_lists_is_taken(recipe: Recipe) -> None:
    handed_out = HandedOut()
    handed_out.signer(written(enveloped(handed_out.document, handed_out.owner, recipe)))


def test_rsa_with_pss_is_taken() -> None:
    handed_out = HandedOut()
    signer = certificate_for(seal_of(handed_out.nip), key=KEYS["RSA"])
    pss = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
    recipe = Recipe(signature_algorithm=pss, sign=signing.rsa_pss)
    handed_out.signer(written(enveloped(handed_out.document, signer, recipe)))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("method", [signing.INCLUSIVE, signing.EXCLUSIVE])
def test_a_signature_in_the_default_namespace_is_taken(root: str, method: str) -> None:
    handed_out = HandedOut()
    if root != "default only":
        handed_out.document = handed_out.document.replace(">", f"{ROOTS[root][0]}>", 1)
    signed = signed_by_hand(CHALLENGE, handed_out.nip, handed_out.owner, root, method)
    handed_out.signer(signed.encode())


def add_chain_before(root: etree._Element) -> None:
    """Issuers stand before the signing certificate, one of them unreadable."""
    data = next(root.iter(f"{{{DS}}}X509Data"))
    for content in (base64.b64encode(seal(new_nip()).der).decode(), "bm8gY2VydGlmaWNhdGU="):
        issuer = etree.Element(f"{{{DS}}}X509Certificate")
        issuer.text = f"\n{content}\n"
        data.insert(0, issuer)


def add_timestamps(root: etree._Element) -> None:
    """What BASELINE-T, -LT and -LTA put beside the signature, with prefixes of their own."""
    xades141 = "http://uri.etsi.org/01903/v1.4.1#"
    properties = next(root.iter(f"{{{XADES}}}QualifyingProperties"))
    stamp = "<xades:EncapsulatedTimeStamp>AAEC</xades:EncapsulatedTimeStamp>"
    properties.append(
        etree.fromstring(
            f'<xades:UnsignedProperties xmlns:xades="{XADES}" xmlns:xades141="{xades141}">'
            f'<xades:UnsignedSignatureProperties><xades:SignatureTimeStamp Id="T">{stamp}'
            "</xades:SignatureTimeStamp><xades:CertificateValues/><xades:RevocationValues/>"
            f'<xades141:ArchiveTimeStamp Id="A">{stamp}</xades141:ArchiveTimeStamp>'
            "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
        )
    )


def break_base64_into_lines(root: etree._Element) -> None:
    for name in ("SignatureValue", "X509Certificate"):
        element = next(root.iter(f"{{{DS}}}{name}"))
        text = element.text or ""
        lines = [text[position : position + 76] for position in range(0, len(text), 76)]
        element.text = "\r\n" + "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize("make", [signing.enveloped, signing.enveloping])
@pytest.mark.parametrize("change", [add_chain_before, add_timestamps, break_base64_into_lines])
def test_what_programs_add_beside_the_signature_is_taken(
    make: Callable[..., etree._Element], change: Callable[[etree._Element], None]
) -> None:
    handed_out = HandedOut()
    signed = make(handed_out.document, handed_out.owner)
    change(signed)
    handed_out.signer(written(signed))


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b""])
def test_marks_comments_and_white_space_between_elements_are_taken(before: bytes) -> None:
    handed_out = HandedOut()
    spaced = handed_out.document.replace("><", ">\r\n  <")
    signed = written(enveloped(spaced, handed_out.owner)).removeprefix(b"<?xml")
    with_comment = before + b"<?xml" + signed.replace(b"?>\n", b"?>\n<!-- Szafir -->", 1)
    handed_out.signer(with_comment)


def test_a_certificate_that_has_just_been_issued_is_taken() -> None:
    handed_out = HandedOut()
    starts: datetime = clock.now() + timedelta(hours=1)
    new = certificate_for(seal_of(handed_out.nip), starts=starts)
    handed_out.signer(written(enveloped(handed_out.document, new)))
