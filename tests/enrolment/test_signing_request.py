"""The request for a certificate as others read it: openssl, `cryptography`, KSeF's rules."""

from __future__ import annotations

import base64
import subprocess
import warnings
from collections.abc import Mapping

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bridge.credentials.private_key import PrivateKey
from bridge.enrolment.signing_request import signing_request
from bridge.simulator.certificates.certificate_signing_request import read_signing_request
from bridge.simulator.certificates.enrolment_data import is_same_name

COMPANY = {
    "countryName": "PL",
    "organizationIdentifier": "VATPL-5265877635",
    "organizationName": "Firma sp. z o.o.",
    "commonName": "Firma sp. z o.o. (uwierzytelnienie)",
}
PERSON = {
    "countryName": "PL",
    "serialNumber": "PNOPL-44051401458",
    "givenName": "Żółcisław Świętopełk",
    "surname": "Gżegżółka-Brzęczyszczykiewicz",
    "uniqueIdentifier": "d9d22724-4696-460c-9e5e-b9e3aafb0af3",
    "commonName": "Żółcisław Gżegżółka",
}
# 64 characters, as many as X.520 allows, which are more than 64 octets.
LONG = "Przedsiębiorstwo Usługowo-Wytwórcze „Łabędź” Świętosława Źrebięć".ljust(64, "ż")[:64]
ODD = 'O=Jan, "K" \\+ Syn; <Ż>=#1'


def ec_key() -> PrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key() -> PrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "company": COMPANY,
    "person": PERSON,
    "long": COMPANY | {"commonName": LONG, "organizationName": LONG},
    "odd": COMPANY | {"commonName": ODD, "organizationName": ODD},
    "serial number that is not printable": PERSON | {"serialNumber": "PNOPL-44051401458_ż"},
}


@pytest.mark.parametrize("make_key", [ec_key, rsa_key], ids=["EC", "RSA"])
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=list(SUBJECTS))
def test_ksef_takes_it(subject: Mapping[str, str], make_key: type[PrivateKey]) -> None:
    key = make_key()
    csr = signing_request(subject, key)
    read = read_signing_request(base64.b64encode(csr).decode())
    assert read.public_key == key.public_key()
    assert is_same_name(dict(subject), read.subject)


@pytest.mark.parametrize("make_key", [ec_key, rsa_key], ids=["EC", "RSA"])
def test_openssl_verifies_it(make_key: type[PrivateKey]) -> None:
    csr = signing_request(SUBJECTS["long"], make_key())
    shown = subprocess.run(
        [
            *("openssl", "req", "-inform", "DER", "-verify", "-noout", "-text"),
            *("-nameopt", "RFC2253,-esc_msb,utf8,-dn_rev,show_type"),
        ],
        input=csr,
        capture_output=True,
        check=True,
    )
    assert "verify OK" in shown.stdout.decode() + shown.stderr.decode()
    text = shown.stdout.decode()
    assert f"CN=UTF8STRING:{LONG}" in text
    assert "C=PRINTABLESTRING:PL" in text
    assert "organizationIdentifier=UTF8STRING:VATPL-5265877635" in text
    assert "sha256" in text.lower()


def test_it_is_what_the_library_makes_where_that_can() -> None:
    key = rsa_key()
    csr = x509.load_der_x509_csr(signing_request(PERSON, key))
    by_library = x509.CertificateSigningRequestBuilder().subject_name(csr.subject)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert by_library.sign(key, hashes.SHA256()) == csr


def test_the_library_alone_could_not_write_a_long_polish_name() -> None:
    assert len(LONG) == 64
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="length"):
            x509.NameAttribute(x509.NameOID.COMMON_NAME, LONG)
