"""What a file is told to be by its first bytes, its labels and its structure."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.credentials.files import UploadedFile, take_apart
from tests.credentials.certificates import Description, key_pem, pem_of
from tests.credentials.inspecting import errors, inspect
from tests.credentials.key_material import KeyMaterial

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = pem_of(Description().issue(KEY.public_key()))
FORMATS = {
    b"<!DOCTYPE html>": ("file-is-web-page", "HTML"),
    b"<HTML lang=pl>": ("file-is-web-page", "HTML"),
    b"  \r\n<html>": ("file-is-web-page", "HTML"),
    b"\xef\xbb\xbf <html>": ("file-is-web-page", "HTML"),
    b"PK\x03\x04\x14\0": ("file-is-archive", "ZIP"),
    b"7z\xbc\xaf\x27\x1c\0": ("file-is-archive", "7z"),
    b"Rar!\x1a\x07": ("file-is-archive", "RAR"),
    b"\x1f\x8b\x08\0": ("file-is-archive", "gzip"),
    b"\xfe\xed\xfe\xed\0\0": ("file-unsupported", "JKS"),
    b"%PDF-1.7": ("file-unsupported", "PDF"),
    b'<?xml version="1.0"?>': ("file-unsupported", "XML"),
    b'{"a": 1}': ("file-unsupported", "JSON"),
    b"\x89PNG\r\n": ("file-unsupported", "PNG"),
    b"\xff\xd8\xff\xe0": ("file-unsupported", "JPEG"),
    b"\xd0\xcf\x11\xe0\xa1": ("file-unsupported", "Microsoft Office"),
    b"ssh-ed25519 AAAA": ("file-unsupported", "OpenSSH"),
    b"ecdsa-sha2-nistp256 AAAA": ("file-unsupported", "OpenSSH"),
    b"PuTTY-User-Key-File-3: x": ("file-unsupported", "PuTTY"),
    b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----": (
        "file-unsupported",
        "OPENSSH PRIVATE KEY",
    ),
    b"-----BEGIN PGP MESSAGE-----\nAAAA": ("file-unsupported", "PGP MESSAGE"),
    b"-----BEGIN " + b"X" * 41 + b"-----\nAAAA": ("file-unsupported", "X" * 40),
}


@pytest.mark.parametrize(("content", "told"), FORMATS.items(), ids=[str(each) for each in FORMATS])
def test_a_format_is_named(content: bytes, told: tuple[str, str]) -> None:
    code, name = told
    (finding,) = inspect({"a.key": content}).findings
    assert finding.code == code
    assert finding.params == {"file": "a.key", "format": name}


ALONE = {
    "nothing": (b"", "file-empty"),
    "blanks, zeros and an end of file of DOS": (b"\0\t\n\r \x1a", "file-empty"),
    "a label of parameters alone": (
        b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
        "file-unrecognized",
    ),
    "quotes alone": (b'""', "file-unrecognized"),
    "padding alone": (b"==", "file-unrecognized"),
    "a data URL of nothing": (b"data:x/y;base64,", "file-unrecognized"),
    "lines that begin with the digit 0": (b"0 wiersz,\r\n\tdrugi\n", "file-unrecognized"),
    "SQL": (b"BEGIN TRANSACTION--", "file-unrecognized"),
    "an octet that begins a SEQUENCE": (b"\x30", "file-unrecognized"),
    "a SEQUENCE without its content": (b"\x30\x82\x01\x00", "file-damaged"),
    "an empty SEQUENCE": (b"\x30\x00", "file-unrecognized"),
    "a SEQUENCE of nothing known": (b"\x30\x03\x01\x01\xff", "file-unrecognized"),
    "two SEQUENCEs": (b"\x30\x03\x01\x01\xff" * 2, "file-damaged"),
    "PEM of nothing": (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "file-damaged"),
    "PEM of a SEQUENCE of nothing known": (
        b"-----BEGIN CERTIFICATE-----\nMAMBAf8=\n-----END CERTIFICATE-----\n",
        "file-damaged",
    ),
    "PEM that is closed as something else": (
        CERTIFICATE.replace(b"END CERTIFICATE", b"END CERT"),
        "file-damaged",
    ),
    "PEM without its end": (CERTIFICATE.replace(b"-----END CERTIFICATE-----", b""), "file-damaged"),
}


@pytest.mark.parametrize(("content", "code"), ALONE.values(), ids=list(ALONE))
def test_what_is_no_credential_has_one_reason(content: bytes, code: str) -> None:
    (finding,) = inspect({"a.key": content}).findings
    assert (finding.code, finding.params) == (code, {"file": "a.key"})


def test_a_block_without_its_end_hides_none_that_follows() -> None:
    cut = CERTIFICATE[: len(CERTIFICATE) // 2] + b"\n"
    inspection = inspect({"a.pem": cut + CERTIFICATE + key_pem(KEY)})
    assert errors(inspection) == []
    assert [each.code for each in inspection.findings] == ["file-damaged"]


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"\0\0", b" \t", b"\x1a"])
def test_what_pads_der_does_not_matter(ec_material: KeyMaterial, padding: bytes) -> None:
    script = "openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out made"
    (content,) = ec_material.run(script, "made").values()
    assert errors(inspect({"a.key": content + padding})) == ["certificate-missing"]
    assert errors(inspect({"a.key": content + padding + b"x"})) == ["file-damaged"]


RELATIVES = {
    "RSA public key": ("openssl rsa -in rsa.pem -RSAPublicKey_out -outform DER", "PUBLIC_KEY"),
    "request of no attributes": (
        "openssl req -new -key key.pem -subj /CN=x -outform DER",
        "CERTIFICATE_REQUEST",
    ),
    "certificate of the first version": (
        "openssl req -new -key key.pem -subj /CN=x"
        " | openssl x509 -req -signkey key.pem -outform DER",
        "CERTIFICATE",
    ),
    "PKCS #7": ("openssl crl2pkcs7 -nocrl -certfile cert.pem -outform DER", "CERTIFICATES"),
    "PKCS #12": (
        "openssl pkcs12 -export -inkey key.pem -in cert.pem -passout env:PASSWORD",
        "PKCS12",
    ),
    "encrypted key": (
        "openssl pkcs8 -topk8 -in key.pem -outform DER -passout env:PASSWORD",
        "ENCRYPTED_PRIVATE_KEY",
    ),
    "RSA private key": ("openssl rsa -in rsa.pem -traditional -outform DER", "PRIVATE_KEY"),
    "EC private key": ("openssl ec -in key.pem -outform DER", "PRIVATE_KEY"),
}


@pytest.mark.parametrize(("script", "content"), RELATIVES.values(), ids=list(RELATIVES))
def test_a_structure_is_told_by_its_tags(
    ec_material: KeyMaterial, script: str, content: str
) -> None:
    make = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out rsa.pem;"
    (made,) = ec_material.run(f"{make} {script} > made", "made").values()
    (part,) = take_apart(UploadedFile("a", made))
    assert part.content.name == content
    assert part.data == made
