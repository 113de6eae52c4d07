"""Every form in which a certificate and its key may come, made by OpenSSL at run time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from tests.credentials.inspecting import errors, inspect, warnings
from tests.credentials.key_material import LEGACY, PASSWORD, KeyMaterial

PASS_OUT = "-passout env:PASSWORD"
PKCS8 = f"openssl pkcs8 -topk8 -in key.pem {PASS_OUT}"
PKCS12 = f"openssl pkcs12 -export -inkey key.pem -in cert.pem {PASS_OUT}"


@dataclass(frozen=True)
class Form:
    """How a form is made, the files that are then uploaded, whether it has a password."""

    name: str
    script: str
    files: tuple[str, ...]
    password: bool = False

    def __str__(self) -> str:
        return self.name


def key_form(name: str, script: str, password: bool = False) -> Form:
    """A form of the key alone; the certificate stays PEM."""
    return Form(name, script, ("cert.pem", "made"), password)


CLEAR = [
    Form("PEM", "true", ("cert.pem", "key.pem")),
    Form("swapped boxes", "cp key.pem a.crt; cp cert.pem a.key", ("a.crt", "a.key")),
    Form("both in one file", "cat cert.pem key.pem > made", ("made",)),
    Form("both in one file, key first", "cat key.pem cert.pem > made", ("made",)),
    Form("one file in both boxes", "cat cert.pem key.pem | tee a > b", ("a", "b")),
    Form("no line end at the end", 'printf %s "$(cat cert.pem)" > made', ("made", "key.pem")),
    Form(
        "certificate in DER",
        "openssl x509 -in cert.pem -outform DER -out made",
        ("made", "key.pem"),
    ),
    Form(
        "certificate in base64",
        "openssl x509 -in cert.pem -outform DER | base64 > made",
        ("made", "key.pem"),
    ),
    Form(
        "certificate in base64, one line",
        "openssl x509 -in cert.pem -outform DER | base64 -w0 > made",
        ("made", "key.pem"),
    ),
    Form(
        "certificate with its text",
        "openssl x509 -in cert.pem -text -out made",
        ("made", "key.pem"),
    ),
    Form(
        "trusted certificate",
        "openssl x509 -in cert.pem -trustout -addtrust clientAuth -out made",
        ("made", "key.pem"),
    ),
    Form(
        "PKCS #7 in PEM",
        "openssl crl2pkcs7 -nocrl -certfile cert.pem -out made",
        ("made", "key.pem"),
    ),
    Form(
        "PKCS #7 in DER",
        "openssl crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out made",
        ("made", "key.pem"),
    ),
    Form("chain", "cat cert.pem authority.pem > made", ("made", "key.pem")),
    Form("chain, authority first", "cat authority.pem cert.pem > made", ("made", "key.pem")),
    Form(
        "byte order mark",
        r"for f in cert key; do (printf '\xef\xbb\xbf'; cat $f.pem) > $f.bom; done",
        ("cert.bom", "key.bom"),
    ),
    Form(
        "UTF-16 with byte order mark",
        "for f in cert key; do iconv -t UTF-16 $f.pem > $f.utf16; done",
        ("cert.utf16", "key.utf16"),
    ),
    Form(
        "CRLF",
        r"for f in cert key; do sed 's/$/\r/' $f.pem > $f.crlf; done",
        ("cert.crlf", "key.crlf"),
    ),
    Form(
        "CR alone",
        r"for f in cert key; do tr '\n' '\r' < $f.pem > $f.cr; done",
        ("cert.cr", "key.cr"),
    ),
    Form(
        "indented, on one line",
        "tr '\\n' ' ' < cert.pem > a; sed 's/^/    /' key.pem > b",
        ("a", "b"),
    ),
    Form(
        "Bag Attributes",
        "openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -name Zażółć"
        " | openssl pkcs12 -nodes -passin pass: -out made && grep -q 'Bag Attributes' made",
        ("made",),
    ),
    Form(
        "PKCS #12 without password",
        "openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -out made",
        ("made",),
    ),
    Form(
        "PKCS #12 without encryption",
        "openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -keypbe NONE"
        " -certpbe NONE -nomac -out made",
        ("made",),
    ),
    key_form("PKCS #8 in DER", "openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out made"),
    key_form(
        "PKCS #8 in base64",
        "openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER | base64 > made",
    ),
    key_form("traditional PEM", "openssl pkey -in key.pem -traditional -out made"),
    key_form("traditional DER", "openssl pkey -in key.pem -traditional -outform DER -out made"),
    key_form("DER with a line end", "(openssl pkey -in key.pem -outform DER; echo) > made"),
]
EC_ONLY = [
    key_form(
        "SEC1 after its parameters",
        "(openssl ecparam -name prime256v1; openssl ec -in key.pem) > made",
    ),
    key_form("explicit parameters, SEC1", "openssl ec -in key.pem -param_enc explicit -out made"),
    key_form(
        "explicit parameters, PKCS #8",
        "openssl ec -in key.pem -param_enc explicit | openssl pkcs8 -topk8 -nocrypt -out made",
    ),
    key_form("SEC1 without its public key", "openssl ec -in key.pem -no_public -out made"),
]
ENCRYPTED = [
    key_form(
        "portal", f"{PKCS8} -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 100000 -out made", True
    ),
    key_form("portal in DER", f"{PKCS8} -v2 aes-256-cbc -iter 100000 -outform DER -out made", True),
    key_form(
        "portal in base64",
        f"{PKCS8} -v2 aes-256-cbc -iter 100000 -outform DER | base64 -w0 > made",
        True,
    ),
    key_form(
        "PBES2 HMAC-SHA-1 AES-128", f"{PKCS8} -v2 aes-128-cbc -v2prf hmacWithSHA1 -out made", True
    ),
    key_form(
        "PBES2 HMAC-SHA-512 AES-192",
        f"{PKCS8} -v2 aes-192-cbc -v2prf hmacWithSHA512 -out made",
        True,
    ),
    key_form("PBES2 3DES", f"{PKCS8} -v2 des3 -out made", True),
    key_form("PBES2 DES", f"{PKCS8} -v2 des-cbc {LEGACY} -out made", True),
    key_form("PBES2 scrypt", f"{PKCS8} -scrypt -out made", True),
    *(
        key_form(f"PBES1 {name}", f"{PKCS8} -v1 {name} {LEGACY} -out made", True)
        for name in (
            "PBE-MD5-DES",
            "PBE-SHA1-DES",
            "PBE-SHA1-3DES",
            "PBE-SHA1-2DES",
            "PBE-SHA1-RC2-128",
        )
    ),
    *(
        key_form(
            f"DEK-Info {name}",
            f"openssl pkey -in key.pem -traditional -{name} {PASS_OUT} {LEGACY} -out made"
            " && grep -q DEK-Info made",
            True,
        )
        for name in ("aes128", "aes192", "aes256", "des3", "des")
    ),
    key_form(
        "DEK-Info with CRLF",
        f"openssl pkey -in key.pem -traditional -aes256 {PASS_OUT} | sed 's/$/\\r/' > made",
        True,
    ),
    Form(
        "certificate and encrypted key in one file",
        f"({PKCS8} -v2 aes-256-cbc; cat cert.pem) > made",
        ("made",),
        True,
    ),
    Form("PKCS #12", f"{PKCS12} -out made", ("made",), True),
    Form("PKCS #12 in base64", f"{PKCS12} | base64 > made", ("made",), True),
    Form("PKCS #12 RC2 and 3DES", f"{PKCS12} -legacy -out made", ("made",), True),
    Form("PKCS #12 3DES", f"{PKCS12} -legacy -descert -out made", ("made",), True),
    Form(
        "PKCS #12 with its chain",
        f"{PKCS12} -certfile authority.pem -name 'Mój certyfikat' -out made",
        ("made",),
        True,
    ),
    Form(
        "PKCS #12 of the key, certificate beside",
        f"openssl pkcs12 -export -nocerts -inkey key.pem {PASS_OUT} -out made",
        ("cert.pem", "made"),
        True,
    ),
    Form("PKCS #12 beside its certificate", f"{PKCS12} -out made", ("made", "cert.pem"), True),
]


def check(form: Form, material: KeyMaterial) -> None:
    files = material.run(form.script, *form.files)
    inspection = inspect(files, PASSWORD if form.password else None)
    assert errors(inspection) == []
    assert warnings(inspection) == []
    certificate = material.certificate
    assert inspection.facts is not None
    assert inspection.facts.key_matches is True
    assert inspection.facts.fingerprint == certificate.fingerprint(hashes.SHA256()).hex()
    assert inspection.certificate_pem == certificate.public_bytes(Encoding.PEM).decode()
    encoded = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert inspection.public_key_sha256 == hashlib.sha256(encoded).hexdigest()
    assert inspection.private_key is not None
    key = load_der_private_key(inspection.private_key.reveal(), None)
    assert isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey)
    assert key.private_numbers() == material.private_key.private_numbers()


@pytest.mark.parametrize("form", [*CLEAR, *EC_ONLY, *ENCRYPTED], ids=str)
def test_a_form_with_an_ec_key_is_read(form: Form, ec_material: KeyMaterial) -> None:
    check(form, ec_material)


@pytest.mark.parametrize("form", [*CLEAR, *ENCRYPTED], ids=str)
def test_a_form_with_an_rsa_key_is_read(form: Form, rsa_material: KeyMaterial) -> None:
    check(form, rsa_material)


@pytest.mark.parametrize(
    "form", [form for form in CLEAR if "without password" not in form.name], ids=str
)
def test_a_password_that_is_not_needed_does_no_harm(form: Form, ec_material: KeyMaterial) -> None:
    inspection = inspect(ec_material.run(form.script, *form.files), PASSWORD)
    assert errors(inspection) == []


@pytest.mark.filterwarnings("ignore:PKCS#12 bundle could not be parsed as DER:UserWarning")
def test_a_pkcs12_file_in_ber_is_read(ec_material: KeyMaterial) -> None:
    """Java writes such files, with lengths left open."""
    (der,) = ec_material.run(f"{PKCS12} -out made", "made").values()
    assert der[:2] == b"\x30\x82"
    ber = b"\x30\x80" + der[4:] + b"\0\0"
    assert errors(inspect({"made.p12": ber}, PASSWORD)) == []
    assert errors(inspect({"made.p12": ber}, "something else")) == ["password-wrong"]
