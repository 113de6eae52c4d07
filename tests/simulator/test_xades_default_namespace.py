"""Signatures in the default namespace, as .NET's SignedXml writes them.

Every octet that is digested or signed is written here by hand, and xmlsec1 judges the whole, so
that neither depends on the library by which the simulator makes canonical forms.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.simulator import signed_requests as signing
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import Credential, seal
from tests.simulator.signed_requests import DS, XADES, raw_ecdsa

XSI = "http://www.w3.org/2001/XMLSchema-instance"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
METHOD = f'<DigestMethod Algorithm="{SHA256}"></DigestMethod>'

# The namespaces of the root, as it declares them, and as the canonical form of an inner element
# in the signature's default namespace shows them.
ROOTS = {
    "default only": ("", ""),
    "prefix in scope": (f' xmlns:xsi="{XSI}"', f' xmlns:xsi="{XSI}"'),
}


def digest(octets: bytes) -> str:
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def transform(algorithm: str) -> str:
    return f'<Transforms><Transform Algorithm="{algorithm}"></Transform></Transforms>'


def signed_by_hand(
    challenge: str,
    nip: str,
    credential: Credential,
    root: str,
    method: str,
    issuer: str | None = None,
    serial_number: int | None = None,
) -> str:
    """The signed request; `method` canonicalizes both what is signed and the properties.

    With an `issuer` the properties name it, beside the certificate's or another `serial_number`.
    """
    declared, inherited = ROOTS[root] if method != signing.EXCLUSIVE else (ROOTS[root][0], "")
    request = (
        f'<AuthTokenRequest xmlns="{signing.NAMESPACE_2_1}"{declared}>'
        f"<Challenge>{challenge}</Challenge><ContextIdentifier><Nip>{nip}</Nip></ContextIdentifier>"
        "<SubjectIdentifierType>certificateSubject</SubjectIdentifierType>{}</AuthTokenRequest>"
    )
    issuer_serial = (
        f"<xades:IssuerSerial><X509IssuerName>{issuer}</X509IssuerName><X509SerialNumber>"
        f"{serial_number or credential.certificate.serial_number}</X509SerialNumber>"
        "</xades:IssuerSerial>"
        if issuer
        else ""
    )
    plain = (
        "<xades:SignedSignatureProperties>"
        f"<xades:SigningTime>{datetime.now(UTC).isoformat()}</xades:SigningTime>"
        f"<xades:SigningCertificate><xades:Cert><xades:CertDigest>{METHOD}"
        f"<DigestValue>{digest(credential.der)}</DigestValue></xades:CertDigest>"
        f"{issuer_serial}</xades:Cert></xades:SigningCertificate>"
        "</xades:SignedSignatureProperties></xades:SignedProperties>"
    )
    certificate = base64.b64encode(credential.der).decode()
    if method == signing.EXCLUSIVE:  # an inner element declares the default namespace where used
        own = plain.replace("<DigestMethod", f'<DigestMethod xmlns="{DS}"')
        for name in ("DigestValue", "X509IssuerName", "X509SerialNumber"):
            own = own.replace(f"<{name}>", f'<{name} xmlns="{DS}">')
        canonical_properties = (
            f'<xades:SignedProperties xmlns:xades="{XADES}" Id="SignedProperties">{own}'
        )
    else:
        canonical_properties = (
            f'<xades:SignedProperties xmlns="{DS}" xmlns:xades="{XADES}"{inherited} '
            f'Id="SignedProperties">{plain}'
        )
    info = (
        f'<CanonicalizationMethod Algorithm="{method}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{signing.MORE}ecdsa-sha256"></SignatureMethod>'
        f'<Reference URI="">{transform(f"{DS}enveloped-signature")}{METHOD}'
        f"<DigestValue>{digest(request.format('').encode())}</DigestValue></Reference>"
        f'<Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#SignedProperties">'
        f"{transform(method)}{METHOD}"
        f"<DigestValue>{digest(canonical_properties.encode())}</DigestValue></Reference></SignedInfo>"
    )
    octets = f'<SignedInfo xmlns="{DS}"{inherited}>{info}'
    signature = base64.b64encode(raw_ecdsa(credential, octets.encode())).decode()
    return request.format(
        f'<Signature Id="Signature" xmlns="{DS}"><SignedInfo>{info}'
        f"<SignatureValue>{signature}</SignatureValue>"
        f"<KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo>"
        f'<Object><xades:QualifyingProperties Target="#Signature" xmlns:xades="{XADES}">'
        f'<xades:SignedProperties Id="SignedProperties">{plain}'
        "</xades:QualifyingProperties></Object></Signature>"
    )


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(
    "method", [signing.INCLUSIVE, signing.EXCLUSIVE], ids=["inclusive", "exclusive"]
)
def test_a_signature_in_the_default_namespace_is_taken(
    ksef: Ksef, nip: str, root: str, method: str, tmp_path: Path
) -> None:
    document = signed_by_hand(ksef.challenge()["challenge"], nip, seal(nip), root, method)
    file = tmp_path / "signed.xml"
    file.write_text(document)
    properties = f"{XADES}:SignedProperties"
    judged = subprocess.run(
        ["xmlsec1", "--verify", "--insecure", "--id-attr:Id", properties, str(file)],
        capture_output=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    assert ksef.outcome(ksef.send_signed(document.encode())) == (200, [])


@pytest.mark.parametrize(
    "issuer",
    ["CN=Firma,C=PL", "C=PL, CN=Firma", "/C=PL/CN=Firma", "C=PL\nCN=Firma"],
    ids=["rfc4514", "reversed", "slashes", "lines"],
)
def test_no_spelling_of_an_issuers_name_is_refused(ksef: Ksef, nip: str, issuer: str) -> None:
    challenge = ksef.challenge()["challenge"]
    document = signed_by_hand(
        challenge, nip, seal(nip), "default only", signing.INCLUSIVE, issuer=issuer
    )
    assert ksef.outcome(ksef.send_signed(document.encode())) == (200, [])


@pytest.mark.parametrize(
    ("issuer", "difference"), [("CN=Firma,C=PL", 1), (" ", 0)], ids=["serial number", "no name"]
)
def test_an_issuer_that_is_not_the_certificates_is_refused(
    ksef: Ksef, nip: str, issuer: str, difference: int
) -> None:
    credential = seal(nip)
    refusal = ksef.send_signed(
        signed_by_hand(
            ksef.challenge()["challenge"],
            nip,
            credential,
            "default only",
            signing.INCLUSIVE,
            issuer=issuer,
            serial_number=credential.certificate.serial_number + difference,
        ).encode()
    )
    assert refusal.status_code == 400
    assert "Wystawca lub numer seryjny" in refusal.text
