"""Tools that nobody here wrote sign a login document, enveloped or enveloping."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from ksef_client.services.xades import sign_xades_enveloped
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.xades.xades import XAdESSigner

from tests.simulator.login_certificates import Credential
from tests.simulator.signed_requests import DS, EXCLUSIVE, MORE, XADES

SignFunction = Callable[[str, Credential], bytes]

CLIENTS = Path(__file__).parents[2] / ".clients"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_PROGRAMS = Path(__file__).parents[1] / "contract" / "other_clients"


def by_xmlsec1(document: str, credential: Credential, *, prefix: str = "ds") -> bytes:
    """Enveloped, by the command."""
    reference = _reference(prefix, "", f'<{prefix}:Transform Algorithm="{DS}enveloped-signature"/>')
    signature = _template(credential, prefix, reference, "")
    end = "</AuthTokenRequest>"
    return _xmlsec1(document.replace(end, f"\n  {signature}\n{end}"), credential)


def enveloping_by_xmlsec1(document: str, credential: Credential, *, prefix: str = "dsig") -> bytes:
    """Enveloping, by the command."""
    reference = _reference(prefix, "#Content", "")
    content = f'<{prefix}:Object Id="Content">{document}</{prefix}:Object>'
    return _xmlsec1(_template(credential, prefix, reference, content), credential)


def enveloping_in_base64_by_xmlsec1(document: str, credential: Credential) -> bytes:
    """Enveloping, the document in base64, as some programs write what they sign."""
    reference = _reference("ds", "#Content", f'<ds:Transform Algorithm="{DS}base64"/>', ends="")
    encoded = base64.encodebytes(document.encode()).decode()
    content = f'<ds:Object Id="Content" Encoding="{DS}base64">{encoded}</ds:Object>'
    return _xmlsec1(_template(credential, "ds", reference, content), credential)


def by_signxml(document: str, credential: Credential) -> bytes:
    """Enveloped, by signxml's XAdES signer."""
    return _signxml(document, credential, SignatureConstructionMethod.enveloped)


def enveloping_by_signxml(document: str, credential: Credential) -> bytes:
    """Enveloping, by signxml's XAdES signer."""
    return _signxml(document, credential, SignatureConstructionMethod.enveloping)


def by_ksef_client(document: str, credential: Credential) -> bytes:
    """Enveloped, by the signer of the package ksef-client."""
    signed: str = sign_xades_enveloped(document, credential.certificate_pem, credential.key_pem)
    return signed.encode()


def by_ksef2(document: str, credential: Credential) -> bytes:
    """Enveloped, by the signer of the package ksef2."""
    if not (CLIENTS / "ksef2").exists():
        pytest.skip("ksef2 needs Python 3.12 or later, which this machine does not have")
    return _by_client("ksef2", document, credential)


def by_ksef2_0_python(document: str, credential: Credential) -> bytes:
    """Enveloped, by the signer of the package ksef2-0-python, which is endesive's."""
    return _by_client("ksef2-0-python", document, credential)


SIGNERS: dict[str, SignFunction] = {
    "xmlsec1, enveloped": by_xmlsec1,
    "xmlsec1, enveloping": enveloping_by_xmlsec1,
    "xmlsec1, enveloping in base64": enveloping_in_base64_by_xmlsec1,
    "signxml, enveloped": by_signxml,
    "signxml, enveloping": enveloping_by_signxml,
    "ksef-client, enveloped": by_ksef_client,
    "ksef2, enveloped": by_ksef2,
    "ksef2-0-python, enveloped": by_ksef2_0_python,
}


def _by_client(client: str, document: str, credential: Credential) -> bytes:
    folder = CLIENTS / client
    assert folder.exists(), f"{client} is not installed: scripts/test does it"
    given = {
        "document": document,
        "certificate": credential.certificate_pem,
        "key": credential.key_pem,
    }
    program = _PROGRAMS / f"sign_by_{client.replace('-', '_')}.py"
    return subprocess.run(
        [str(folder / "bin/python"), str(program)],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
    ).stdout


def _signxml(document: str, credential: Credential, method: SignatureConstructionMethod) -> bytes:
    is_ec = isinstance(credential.key, ec.EllipticCurvePrivateKey)
    signer = XAdESSigner(
        method=method,
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


def _reference(prefix: str, uri: str, transform: str, *, ends: str | None = None) -> str:
    c14n = f'<{prefix}:Transform Algorithm="{EXCLUSIVE}"/>' if ends is None else ends
    return (
        f'<{prefix}:Reference URI="{uri}"><{prefix}:Transforms>{transform}{c14n}'
        f"</{prefix}:Transforms>{_digest(prefix, '')}</{prefix}:Reference>"
    )


def _digest(prefix: str, value: str) -> str:
    return (
        f'<{prefix}:DigestMethod Algorithm="{_SHA256}"/>'
        f"<{prefix}:DigestValue>{value}</{prefix}:DigestValue>"
    )


def _template(credential: Credential, prefix: str, reference: str, content: str) -> str:
    """The signature as the command fills it in: digests, value and certificate are empty."""
    is_ec = isinstance(credential.key, ec.EllipticCurvePrivateKey)
    method = f"{MORE}{'ecdsa' if is_ec else 'rsa'}-sha256"
    digest = base64.b64encode(hashlib.sha256(credential.der).digest()).decode()
    properties = (
        f'<{prefix}:Reference URI="#Properties" Type="http://uri.etsi.org/01903#SignedProperties">'
        f'<{prefix}:Transforms><{prefix}:Transform Algorithm="{EXCLUSIVE}"/></{prefix}:Transforms>'
        f"{_digest(prefix, '')}</{prefix}:Reference>"
    )
    return (
        f'<{prefix}:Signature xmlns:{prefix}="{DS}" Id="Signed">\n<{prefix}:SignedInfo>'
        f'<{prefix}:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<{prefix}:SignatureMethod Algorithm="{method}"/>{reference}\n{properties}'
        f"</{prefix}:SignedInfo>\n<{prefix}:SignatureValue/>\n"
        f"<{prefix}:KeyInfo><{prefix}:X509Data><{prefix}:X509Certificate/></{prefix}:X509Data>"
        f"</{prefix}:KeyInfo>\n{content}<{prefix}:Object>"
        f'<etsi:QualifyingProperties xmlns:etsi="{XADES}" Target="#Signed">'
        '<etsi:SignedProperties Id="Properties"><etsi:SignedSignatureProperties>'
        "<etsi:SigningTime>2026-11-01T10:00:00Z</etsi:SigningTime><etsi:SigningCertificateV2>"
        f"<etsi:Cert><etsi:CertDigest>{_digest(prefix, digest)}</etsi:CertDigest></etsi:Cert>"
        "</etsi:SigningCertificateV2></etsi:SignedSignatureProperties></etsi:SignedProperties>"
        f"</etsi:QualifyingProperties></{prefix}:Object></{prefix}:Signature>"
    )


def _xmlsec1(template: str, credential: Credential) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        key, certificate, unsigned = (
            Path(folder, name) for name in ("key.pem", "certificate.pem", "template.xml")
        )
        key.write_text(credential.key_pem)
        certificate.write_text(credential.certificate_pem)
        unsigned.write_text(template)
        return subprocess.run(
            [
                *("xmlsec1", "--sign", "--privkey-pem", f"{key},{certificate}"),
                *("--id-attr:Id", f"{XADES}:SignedProperties", "--id-attr:Id", f"{DS}:Object"),
                str(unsigned),
            ],
            capture_output=True,
            check=True,
        ).stdout
