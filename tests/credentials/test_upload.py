"""What several files hold together, and certificates of which not everything can be read."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.credentials.files import UploadedFile
from bridge.credentials.inspection import inspect_certificate
from tests.credentials.certificates import NOW, Description, key_pem, pem_of
from tests.credentials.inspecting import errors, inspect
from tests.credentials.key_material import PASSWORD, KeyMaterial

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = Description().issue(KEY.public_key())
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
CURVE = bytes.fromhex("06082a8648ce3d030107")
UNKNOWN_CURVE = bytes.fromhex("06082a8648ce3d03017f")


def test_what_stands_behind_a_repeated_certificate_is_read() -> None:
    pem = pem_of(CERTIFICATE)
    assert errors(inspect({"a.crt": pem, "b.crt": pem, "a.key": key_pem(KEY)})) == []


def test_each_file_that_is_no_credential_is_named_also_when_two_are_alike() -> None:
    inspection = inspect({"a.pem": PUBLIC_KEY, "b.pem": PUBLIC_KEY, "c.pem": b""})
    assert [(each.code, each.params) for each in inspection.findings] == [
        ("file-is-public-key", {"file": "a.pem"}),
        ("file-is-public-key", {"file": "b.pem"}),
        ("file-empty", {"file": "c.pem"}),
    ]


def test_each_file_is_announced_by_its_number_before_it_is_opened() -> None:
    announced: list[int] = []
    files = [UploadedFile("a.crt", pem_of(CERTIFICATE)), UploadedFile("a.key", key_pem(KEY))]
    inspect_certificate(
        files,
        password=None,
        expected_type=None,
        environment=None,
        now=NOW,
        opening=announced.append,
    )
    assert announced == [0, 1]


def test_a_pkcs12_file_of_certificates_alone_lacks_the_key(ec_material: KeyMaterial) -> None:
    files = ec_material.run(
        "openssl pkcs12 -export -nokeys -in cert.pem -passout env:PASSWORD -out made", "made"
    )
    inspection = inspect(files, PASSWORD)
    assert errors(inspection) == ["private-key-missing"]
    assert inspection.certificate_pem == pem_of(ec_material.certificate).decode()


@pytest.mark.parametrize("name", ["Firma Spółka z o.o.", "Ministerstwo Finansów"])
def test_a_certificate_whose_names_are_no_text_is_damaged(name: str) -> None:
    """The library reads names only when they are asked for."""
    text = name.encode()
    der = CERTIFICATE.public_bytes(Encoding.DER)
    assert der.count(text) == 1
    spoilt = der.replace(text, b"\xff" * len(text))
    assert errors(inspect({"a.crt": spoilt, "a.key": key_pem(KEY)})) == ["file-damaged"]


def test_a_certificate_on_an_unknown_curve_is_shown_without_a_key_of_its_own() -> None:
    der = CERTIFICATE.public_bytes(Encoding.DER).replace(CURVE, UNKNOWN_CURVE)
    inspection = inspect({"a.crt": der})
    assert errors(inspection) == ["private-key-missing", "certificate-key-unaccepted"]
    assert inspection.facts is not None
    assert inspection.public_key_sha256 is None
