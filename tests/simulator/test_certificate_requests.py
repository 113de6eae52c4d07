"""Which requests `/certificates/enrollments` takes, and with which code it refuses the others."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding

from bridge.simulator.certificates.enrolment_data import MEMBERS
from tests.simulator.certificate_subjects import (
    Data,
    company,
    new_rsa_key,
    prompt_ksef,
    serial,
    signing_request,
)
from tests.simulator.ksef import Ksef
from tests.simulator.login_certificates import (
    new_ec_key,
    new_nip,
)


@pytest.fixture
def ksef() -> Ksef:
    return prompt_ksef()


def without(member: str) -> Callable[[Data], Data]:
    return lambda data: {name: value for name, value in data.items() if name != member}


@pytest.mark.parametrize(
    "change",
    [
        without("organizationName"),
        lambda data: data | {"commonName": "Inna sp. z o.o."},
        lambda data: data | {"commonName": data["commonName"].upper()},
        lambda data: data | {"givenName": "Jan"},
        lambda data: data | {"organizationIdentifier": f"VATPL-{new_nip()}"},
    ],
)
def test_another_name_than_the_login_certificates_is_refused(
    ksef: Ksef, change: Callable[[Data], Data]
) -> None:
    subject = company(ksef)
    csr = signing_request(new_ec_key(), change(subject.data()))
    assert subject.refused("enrollments", **subject.asks(new_ec_key(), csr=csr)) == 25003


def damaged(csr: str) -> str:
    der = bytearray(base64.b64decode(csr))
    der[-1] ^= 1
    return base64.b64encode(der).decode()


def pss(data: Data) -> str:
    name = x509.Name([x509.NameAttribute(MEMBERS[member], data[member]) for member in data])
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    request = builder.sign(new_rsa_key(), hashes.SHA256(), rsa_padding=scheme)
    return base64.b64encode(request.public_bytes(Encoding.DER)).decode()


def lines_of(csr: str) -> str:
    return "\r\n".join(csr[start : start + 64] for start in range(0, len(csr), 64))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda data: "bez sensu!", 21405),
        (lambda data: base64.b64encode(b"bez sensu").decode(), 25004),
        (lambda data: damaged(signing_request(new_ec_key(), data)), 25004),
        (lambda data: signing_request(new_rsa_key(3072), data), 25010),
        (lambda data: signing_request(ec.generate_private_key(ec.SECP384R1()), data), 25010),
        (lambda data: signing_request(ec.generate_private_key(ec.SECP256K1()), data), 25010),
        (lambda data: signing_request(new_ec_key(), data, hashes.SHA3_256()), 25011),
        (lambda data: signing_request(new_ec_key(), data, hashes.SHA224()), 25011),
    ],
    ids=[
        "no base64",
        "no request",
        "wrong signature",
        "RSA 3072",
        "P-384",
        "secp256k1",
        "SHA3-256",
        "SHA-224",
    ],
)
def test_an_unsound_request_is_refused(ksef: Ksef, make: Callable[[Data], str], code: int) -> None:
    subject = company(ksef)
    csr = make(subject.data())
    assert subject.refused("enrollments", **subject.asks(new_ec_key(), csr=csr)) == code


@pytest.mark.parametrize(
    "make",
    [
        pss,
        lambda data: signing_request(new_rsa_key(), data, hashes.SHA512()),
        lambda data: signing_request(new_ec_key(), data, hashes.SHA384()),
        lambda data: lines_of(signing_request(new_ec_key(), data)),
        lambda data: signing_request(new_ec_key(), dict(reversed(data.items()))),
    ],
    ids=["PSS", "RSA SHA-512", "EC SHA-384", "base64 in lines", "another order"],
)
def test_every_documented_form_of_request_is_taken(ksef: Ksef, make: Callable[[Data], str]) -> None:
    subject = company(ksef)
    assert serial(subject.obtains(csr=make(subject.data()))).startswith("01")


@pytest.mark.parametrize(
    "members",
    [
        {"certificateName": "abcd"},
        {"certificateName": "a" * 101},
        {"certificateName": "Certyfikat: próbny"},
        {"certificateName": "Certyfikat\n"},
        {"certificateType": "Seal"},
        {"csr": None},
        {"validFrom": "jutro"},
    ],
)
def test_bad_members_are_refused_with_21405(ksef: Ksef, members: dict[str, Any]) -> None:
    subject = company(ksef)
    assert subject.refused("enrollments", **subject.asks(new_ec_key(), **members)) == 21405


@pytest.mark.parametrize("name", ["abcde", "a" * 100, "Zażółć gęślą jaźń_1-2", "ŻÓŁĆ ŚĄŹŃĘ"])
def test_names_of_the_documented_alphabet_are_taken(ksef: Ksef, name: str) -> None:
    subject = company(ksef)
    subject.obtains(certificateName=name)
    assert [item["name"] for item in subject.post("query")["certificates"]] == [name]
