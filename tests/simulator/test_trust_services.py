"""What people sign elsewhere, with certificates as qualified ones are, the simulator takes."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import PrivateKey, new_ec_key, seal_of
from tests.simulator.signed_requests import INCLUSIVE, request_xml
from tests.simulator.signing_programs import (
    Form,
    Program,
    QualifiedCredential,
    Style,
    by_signxml,
    by_xmlsec1,
    certified,
    with_timestamps,
)

CHAIN = {"verifyCertificateChain": "true"}
FORMS: tuple[Form, ...] = ("enveloped", "enveloping", "enveloping as base64")


def ask_of(ksef: Ksef) -> Any:
    def ask(path: str, body: dict[str, Any]) -> Any:
        answer = ksef.call("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    return ask


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(params=["RSA", "EC"])
def company(
    ksef: Ksef, nip: str, rsa_key: rsa.RSAPrivateKey, request: pytest.FixtureRequest
) -> QualifiedCredential:
    key: PrivateKey = rsa_key if request.param == "RSA" else new_ec_key()
    return certified(ask_of(ksef), seal_of(nip), key)


def outcome(ksef: Ksef, signed: bytes) -> tuple[int, list[str]]:
    return ksef.outcome(ksef.send_signed(signed, query_string=CHAIN))


def document(ksef: Ksef, nip: str, **options: str) -> bytes:
    declaration = '<?xml version="1.0" encoding="utf-8"?>\n'
    return (declaration + request_xml(ksef.challenge()["challenge"], nip, **options)).encode()


@pytest.mark.parametrize("stamped", [False, True], ids=["BASELINE-B", "BASELINE-LTA"])
@pytest.mark.parametrize(
    ("sign", "form"),
    [
        *((by_xmlsec1, form) for form in FORMS),
        (by_signxml, "enveloped"),
        (by_signxml, "enveloping"),
    ],
)
def test_documents_of_other_programs_are_taken(
    ksef: Ksef, nip: str, company: QualifiedCredential, sign: Program, form: Form, stamped: bool
) -> None:
    signed = sign(document(ksef, nip), company, form)
    assert outcome(ksef, with_timestamps(signed) if stamped else signed) == (200, [])


@pytest.mark.parametrize(
    "style",
    [
        Style(signature_prefix="", properties_prefix="etsi"),
        Style(signature_prefix="dsig", properties_prefix="xades132", version="V2"),
        Style(canonicalization=INCLUSIVE, line_break="\n  "),
        Style(signature_prefix="", canonicalization=INCLUSIVE, version="V2", line_break="\r\n\t"),
    ],
    ids=lambda style: f"{style.signature_prefix}-{style.properties_prefix}-{style.version}",
)
@pytest.mark.parametrize("form", FORMS)
def test_how_a_program_writes_does_not_matter(
    ksef: Ksef, nip: str, style: Style, form: Form
) -> None:
    company = certified(ask_of(ksef), seal_of(nip))
    assert outcome(ksef, by_xmlsec1(document(ksef, nip), company, form, style=style)) == (200, [])


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        (SignatureMethod.SHA256_RSA_MGF1, DigestAlgorithm.SHA256),
        (SignatureMethod.SHA3_512_RSA_MGF1, DigestAlgorithm.SHA3_256),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA3_512),
    ],
)
def test_pss_and_sha3_are_taken(
    ksef: Ksef,
    nip: str,
    rsa_key: rsa.RSAPrivateKey,
    method: SignatureMethod,
    digest: DigestAlgorithm,
) -> None:
    company = certified(ask_of(ksef), seal_of(nip), rsa_key)
    signed = by_signxml(document(ksef, nip), company, method=method, digest=digest)
    assert outcome(ksef, signed) == (200, [])
