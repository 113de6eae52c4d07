"""A password with letters beyond ASCII fits whichever way another program encoded it."""

from __future__ import annotations

import secrets
import time
import unicodedata

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

from bridge.credentials import passwords
from tests.credentials.inspecting import assert_nothing_secret, errors, inspect
from tests.credentials.key_material import KeyMaterial
from tests.secret_register import register_secret

PASSWORD = register_secret(f"Zażółć gęślą jaźń {secrets.token_hex(4)}")
# Each is a file that holds the password as another system would have passed it on.
ENCODED = {
    "NFC": unicodedata.normalize("NFC", PASSWORD).encode(),
    "NFD": unicodedata.normalize("NFD", PASSWORD).encode(),
    "cp1250": PASSWORD.encode("cp1250"),
    "ISO 8859-2": PASSWORD.encode("iso8859-2"),
    "cp852": PASSWORD.encode("cp852"),
}
PORTAL = (
    "openssl pkcs8 -topk8 -in key.pem -passout file:password -v2 aes-256-cbc -iter {} -out made"
)
FORMS = {
    "portal": PORTAL.format(100_000),
    "scrypt": "openssl pkcs8 -topk8 -in key.pem -passout file:password -scrypt -out made",
    "DEK-Info": "openssl pkey -in key.pem -traditional -aes256 -passout file:password -out made",
    "PKCS #12 of old": "openssl pkcs12 -export -inkey key.pem -in cert.pem -passout file:password"
    " -legacy -out made",
}


def made(material: KeyMaterial, script: str, password: bytes) -> dict[str, bytes]:
    (material.folder / "password").write_bytes(password + b"\n")
    return material.run(script, "cert.pem", "made")


@pytest.mark.parametrize("sent", ["NFC", "NFD"])
@pytest.mark.parametrize("script", FORMS.values(), ids=list(FORMS))
@pytest.mark.parametrize("encoded", ENCODED.values(), ids=list(ENCODED))
def test_a_password_fits_in_another_encoding(
    encoded: bytes, script: str, sent: str, ec_material: KeyMaterial
) -> None:
    files = made(ec_material, script, encoded)
    typed = ENCODED[sent].decode()
    assert errors(inspect(files, typed)) == []
    inspection = inspect(files, typed + "!")
    assert errors(inspection) == ["password-wrong"]
    assert_nothing_secret(repr(inspection))


@pytest.mark.parametrize("sent", ["NFC", "NFD"])
@pytest.mark.parametrize("encoded", ["NFC", "NFD"])
def test_a_password_of_a_new_pkcs12_file_fits_composed_or_not(
    encoded: str, sent: str, ec_material: KeyMaterial
) -> None:
    script = FORMS["PKCS #12 of old"].replace("-legacy", "")
    files = made(ec_material, script, ENCODED[encoded])
    assert errors(inspect(files, ENCODED[sent].decode())) == []


def test_a_pkcs12_file_of_octets_taken_for_letters_opens(ec_material: KeyMaterial) -> None:
    """As OpenSSL before 1.1.0 wrote it (OPENSSL_asc2uni)."""
    taken = PASSWORD.encode().decode("latin-1").encode()
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(SHA1())  # noqa: S303
        .build(taken)
    )
    key, certificate = ec_material.private_key, ec_material.certificate
    content = serialize_key_and_certificates(None, key, certificate, None, encryption)
    assert errors(inspect({"a.p12": content}, PASSWORD)) == []


def test_no_other_encoding_is_tried_where_it_costs(
    ec_material: KeyMaterial, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = made(ec_material, PORTAL.format(1_000), ENCODED["cp852"])
    assert errors(inspect(files, PASSWORD)) == []
    monkeypatch.setattr(passwords, "MOST_SECONDS", 0.0)
    assert errors(inspect(files, PASSWORD)) == ["password-wrong"]


def test_a_wrong_password_of_a_costly_key_is_known_within_the_bounds(
    ec_material: KeyMaterial,
) -> None:
    files = made(ec_material, PORTAL.format(1_000_000), PASSWORD.encode())
    begun = time.process_time()
    assert errors(inspect(files, PASSWORD)) == []
    opened = time.process_time()
    assert errors(inspect(files, f"{PASSWORD}!")) == ["password-wrong"]
    refused = time.process_time()
    # Two attempts end after the half second at most: the first one, and one begun just before.
    assert refused - opened < passwords.MOST_SECONDS + 2.5 * (opened - begun)
