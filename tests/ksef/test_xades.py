"""Signed login documents, judged by xmlsec1 and by the schemas of KSeF."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from lxml import etree

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.ksef.auth_token_request import AuthTokenRequest, SchemaVersion
from bridge.ksef.xades import sign_enveloped
from tests.ksef.certificates import NOW, PERSON, SEAL, PrivateKey, certificate, ec_key, rsa_key

CHALLENGE = "20261123-CR-226FB7B000-3ACF9BE4C0-10"
CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
KEYS: Mapping[str, Callable[[], PrivateKey]] = {
    "RSA 2048": rsa_key,
    "EC P-256": lambda: ec_key(ec.SECP256R1()),
    "EC P-384": lambda: ec_key(ec.SECP384R1()),
}
AWKWARD_NAMES = [
    'Kowalski, "Syn" & Córki sp. z o.o.',
    "Żółć+Jaźń=ŁÓDŹ; <Zakład> #1\\2",
    " odstęp na końcu ",
]


@pytest.fixture(scope="module", params=KEYS)
def key(request: pytest.FixtureRequest) -> PrivateKey:
    return KEYS[request.param]()


def signed(
    key: PrivateKey,
    request: AuthTokenRequest | None = None,
    subject: Mapping[x509.ObjectIdentifier, str] = SEAL,
    signing_time: datetime = NOW,
) -> bytes:
    document = (request or AuthTokenRequest(CHALLENGE, CONTEXT)).to_element()
    return sign_enveloped(document, certificate(key, subject), key, signing_time)


def xmlsec1(document: bytes, folder: Path) -> int:
    """What xmlsec1 thinks of the document: 0 when every digest and the signature hold."""
    file = folder / "signed.xml"
    file.write_bytes(document)
    properties = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"
    return subprocess.run(
        ["xmlsec1", "--verify", "--insecure", "--id-attr:Id", properties, str(file)],
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize("version", SchemaVersion)
@pytest.mark.parametrize("addresses", [(), ("192.0.2.1",), ("192.0.2.1", "198.51.100.7")])
def test_xmlsec1_accepts_every_form(
    key: PrivateKey, version: SchemaVersion, addresses: tuple[str, ...], tmp_path: Path
) -> None:
    request = AuthTokenRequest(CHALLENGE, CONTEXT, version=version, allowed_ip4_addresses=addresses)
    assert xmlsec1(signed(key, request), tmp_path) == 0


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_xmlsec1_accepts_awkward_names(key: PrivateKey, name: str, tmp_path: Path) -> None:
    subject = {**SEAL, NameOID.ORGANIZATION_NAME: name, NameOID.COMMON_NAME: name}
    assert xmlsec1(signed(key, subject=subject), tmp_path) == 0


@pytest.mark.parametrize(
    ("original", "changed"),
    [
        (b"5265877635", b"5265877636"),
        (b"certificateSubject", b"certificateFingerprint"),
        (b"<xades:SigningTime>2026", b"<xades:SigningTime>2025"),
        (b"<xades:MimeType>text/xml", b"<xades:MimeType>text/xmk"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        (b"<ds:X509Data>", b"<ds:X509Data><ds:X509Certificate/>"),
    ],
)
def test_xmlsec1_refuses_a_change(
    key: PrivateKey, original: bytes, changed: bytes, tmp_path: Path
) -> None:
    document = signed(key)
    assert document.count(original) == 1
    assert xmlsec1(document.replace(original, changed), tmp_path) != 0


def test_the_signing_certificate_is_signed_by_its_digest(key: PrivateKey) -> None:
    certificate_of_key = certificate(key, PERSON)
    document = sign_enveloped(
        AuthTokenRequest(CHALLENGE, CONTEXT).to_element(), certificate_of_key, key, NOW
    )
    root = etree.fromstring(document)
    digest = root.findtext(f".//{XADES}SigningCertificateV2//{DS}DigestValue") or ""
    assert base64.b64decode(digest) == certificate_of_key.fingerprint(hashes.SHA256())
    properties = root.find(f".//{XADES}SignedProperties")
    assert properties is not None
    references = {each.get("URI"): each.get("Type") for each in root.iter(f"{DS}Reference")}
    assert references[""] is None
    assert references[f"#{properties.get('Id')}"] == "http://uri.etsi.org/01903#SignedProperties"
    qualifying = root.find(f".//{XADES}QualifyingProperties")
    signature = root.find(f"{DS}Signature")
    assert qualifying is not None
    assert signature is not None
    assert qualifying.get("Target") == f"#{signature.get('Id')}"


def test_algorithms_are_those_that_ksef_lists(key: PrivateKey) -> None:
    document = signed(key).decode()
    method = "ecdsa-sha256" if isinstance(key, ec.EllipticCurvePrivateKey) else "rsa-sha256"
    assert (
        f'SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#{method}"' in document
    )
    assert set(re.findall(r'DigestMethod Algorithm="([^"]*)"', document)) == {
        "http://www.w3.org/2001/04/xmlenc#sha256"
    }
    assert "KeyValue" not in document


def test_ecdsa_values_are_padded_to_the_curve(tmp_path: Path) -> None:
    """One in 128 has a short R or S; a value of another length would be refused with 9105."""
    key = ec_key(ec.SECP256R1())
    of_key = certificate(key)
    values: list[bytes] = []
    for _ in range(4000):
        request = AuthTokenRequest(CHALLENGE, CONTEXT)
        document = sign_enveloped(request.to_element(), of_key, key, NOW)
        value = etree.fromstring(document).findtext(f".//{DS}SignatureValue") or ""
        values.append(base64.b64decode(value))
        if 0 in (values[-1][0], values[-1][32]):
            break
    assert {len(value) for value in values} == {64}
    assert 0 in (values[-1][0], values[-1][32]), "no short R or S came up: draw again"
    assert xmlsec1(document, tmp_path) == 0


def test_the_signing_time_is_the_one_given_in_utc(key: PrivateKey) -> None:
    moment = datetime(2026, 7, 1, 1, 30, 5, 999999, tzinfo=timezone(timedelta(hours=2)))
    root = etree.fromstring(signed(key, signing_time=moment))
    assert root.findtext(f".//{XADES}SigningTime") == "2026-06-30T23:30:05Z"


def test_another_kind_of_key_is_refused() -> None:
    of_rsa = certificate(rsa_key())
    document = AuthTokenRequest(CHALLENGE, CONTEXT).to_element()
    with pytest.raises(ValueError, match="RSA and EC"):
        sign_enveloped(document, of_rsa, ed25519.Ed25519PrivateKey.generate(), NOW)
