"""Wrong password, missing password and damaged file are three different findings."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from bridge.credentials.findings import Severity
from tests.credentials.inspecting import CATALOGUE, errors, inspect
from tests.credentials.key_material import LEGACY, PASSWORD, KeyMaterial
from tests.secret_register import register_secret

PASS_OUT = "-passout env:PASSWORD"
PKCS8 = f"openssl pkcs8 -topk8 -in key.pem {PASS_OUT}"
PKCS12 = f"openssl pkcs12 -export -inkey key.pem -in cert.pem {PASS_OUT}"
FORMS = {
    "portal": f"{PKCS8} -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 100000 -out made",
    "DER": f"{PKCS8} -v2 aes-256-cbc -outform DER -out made",
    "scrypt": f"{PKCS8} -scrypt -out made",
    "PBES1": f"{PKCS8} -v1 PBE-MD5-DES {LEGACY} -out made",
    "PKCS #12 PBE": f"{PKCS8} -v1 PBE-SHA1-3DES -out made",
    "DEK-Info": f"openssl pkey -in key.pem -traditional -aes256 {PASS_OUT} -out made",
    "PKCS #12": f"{PKCS12} -out made",
    "PKCS #12 legacy": f"{PKCS12} -legacy -out made",
}
Change = Callable[[bytes], bytes]


def der_of(content: bytes) -> bytes:
    """The bytes inside PEM, or the content itself."""
    lines = content.splitlines()
    if not lines[0].startswith(b"-----BEGIN"):
        return content
    return base64.b64decode(b"".join(line for line in lines[1:-1] if b":" not in line))


@pytest.fixture(params=list(FORMS.items()), ids=list(FORMS))
def encrypted(request: pytest.FixtureRequest, ec_material: KeyMaterial) -> dict[str, bytes]:
    return ec_material.run(request.param[1], "cert.pem", "made")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        ("{}", []),
        ("{}\r\n", []),
        ("{}\n", []),
        ("{}\n\r\n", []),
        ("{} ", ["password-wrong"]),
        (" {}", ["password-wrong"]),
        ("{}x", ["password-wrong"]),
        ("x", ["password-wrong"]),
        (None, ["password-missing"]),
        ("", ["password-missing"]),
        ("\r\n", ["password-missing"]),
    ],
)
def test_passwords(encrypted: dict[str, bytes], spoil: str | None, expected: list[str]) -> None:
    inspection = inspect(encrypted, None if spoil is None else spoil.format(PASSWORD))
    assert errors(inspection) == expected
    assert [each.field for each in inspection.findings if each.code in expected] == [
        "password" for _ in expected
    ]


def test_spaces_belong_to_a_password(ec_material: KeyMaterial) -> None:
    password = register_secret(f"  {secrets.token_hex(8)}  ")
    files = ec_material.run(FORMS["portal"], "cert.pem", "made", password=password)
    assert errors(inspect(files, f"{password}\r\n")) == []
    assert errors(inspect(files, password.strip())) == ["password-wrong"]


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("password", [PASSWORD, "wrong", None], ids=["right", "wrong", "none"])
def test_a_file_that_is_cut_off_is_damaged(
    encrypted: dict[str, bytes], part: float, password: str | None
) -> None:
    content = encrypted["made"]
    cut = {"cert.pem": encrypted["cert.pem"], "made": content[: int(len(content) * part)]}
    inspection = inspect(cut, password)
    assert errors(inspection) == ["file-damaged"]
    assert inspection.findings[0].field == "files"
    assert inspection.findings[0].params["file"] == "made"


def test_missing_lines_of_pem_are_damage(ec_material: KeyMaterial) -> None:
    files = ec_material.run(FORMS["portal"], "cert.pem", "made")
    lines = files["made"].splitlines(keepends=True)
    files["made"] = b"".join(lines[:3] + lines[4:])
    assert errors(inspect(files, PASSWORD)) == ["file-damaged"]


@pytest.mark.parametrize("legacy", ["", "-legacy"])
@pytest.mark.parametrize("place", [0.1, 0.25, 0.5, 0.75])
def test_a_changed_pkcs12_file_is_damaged(
    ec_material: KeyMaterial, legacy: str, place: float
) -> None:
    """Its MAC fails then as it does for a wrong password, yet the password is right."""
    (content,) = ec_material.run(f"{PKCS12} {legacy} -out made", "made").values()
    position = int(len(content) * place)
    changed = content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :]
    assert errors(inspect({"made": changed}, PASSWORD)) == ["file-damaged"]


def test_a_changed_certificate_is_damaged(ec_material: KeyMaterial) -> None:
    content = der_of((ec_material.folder / "cert.pem").read_bytes())
    key = (ec_material.folder / "key.pem").read_bytes()
    cut = {"a.crt": content[:-20], "a.key": key}
    assert errors(inspect(cut)) == ["file-damaged"]


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_wrong_password_is_never_called_damage(
    kind: str, ec_material: KeyMaterial, rsa_material: KeyMaterial
) -> None:
    """One wrong password in 256 leaves valid padding, so that a library would say "damaged"."""
    material = ec_material if kind == "EC" else rsa_material
    files = material.run(f"{PKCS8} -v2 aes-256-cbc -iter 1 -out made", "cert.pem", "made")
    for number in range(2000):
        assert errors(inspect(files, f"wrong {number}")) == ["password-wrong"]


def encrypt(plaintext: bytes, password: str) -> bytes:
    """EncryptedPrivateKeyInfo as the portal makes it, around anything."""
    salt, vector = secrets.token_bytes(16), secrets.token_bytes(16)
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, 1000).derive(password.encode())
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES(key), modes.CBC(vector)).encryptor()
    padded = padder.update(plaintext) + padder.finalize()
    ciphertext = encryptor.update(padded) + encryptor.finalize()

    def wrap(tag: int, *contents: bytes) -> bytes:
        content = b"".join(contents)
        length = (
            bytes([len(content)]) if len(content) < 128 else b"\x82%c%c" % divmod(len(content), 256)
        )
        return bytes([tag]) + length + content

    pbkdf2 = wrap(
        0x30,
        bytes.fromhex("06092a864886f70d01050c"),
        wrap(
            0x30,
            wrap(0x04, salt),
            bytes.fromhex("020203e8"),
            bytes.fromhex("300c06082a864886f70d02090500"),
        ),
    )
    cipher = wrap(0x30, bytes.fromhex("060960864801650304012a"), wrap(0x04, vector))
    pbes2 = wrap(0x30, bytes.fromhex("06092a864886f70d01050d"), wrap(0x30, pbkdf2, cipher))
    return wrap(0x30, pbes2, wrap(0x04, ciphertext))


def private_key_info(material: KeyMaterial) -> bytes:
    return der_of((material.folder / "key.pem").read_bytes())


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda info: info, []),
        (lambda info: info[:20] + b"\xff" * 8 + info[28:], ["private-key-content-damaged"]),
        (lambda info: b"\x30\x03\x02\x01\x00", ["private-key-content-damaged"]),
        (lambda info: info[:40] + bytes(40) + info[80:], ["private-key-content-damaged"]),
    ],
    ids=["sound", "algorithm spoiled", "something else", "numbers spoiled"],
)
def test_the_right_password_over_a_damaged_key(
    ec_material: KeyMaterial, spoil: Change, expected: list[str]
) -> None:
    """As with some keys of the portal (pitfalls C.14): a new certificate helps, trying not."""
    content = encrypt(spoil(private_key_info(ec_material)), PASSWORD)
    files = {"cert.pem": (ec_material.folder / "cert.pem").read_bytes(), "a.key": content}
    inspection = inspect(files, PASSWORD)
    assert errors(inspection) == expected
    assert errors(inspect(files, "wrong")) == ["password-wrong"]
    for finding in inspection.findings:
        text = CATALOGUE.text(finding.code, "en", finding.params)
        assert "generate a new certificate" in text


def test_spoiled_numbers_of_an_rsa_key_are_noticed(rsa_material: KeyMaterial) -> None:
    info = private_key_info(rsa_material)
    place = len(info) - 300
    spoiled = info[:place] + bytes([info[place] ^ 1]) + info[place + 1 :]
    cert = (rsa_material.folder / "cert.pem").read_bytes()
    assert errors(inspect({"cert.pem": cert, "a.key": spoiled})) == ["file-damaged"]
    files = {"cert.pem": cert, "a.key": encrypt(spoiled, PASSWORD)}
    assert errors(inspect(files, PASSWORD)) == ["private-key-content-damaged"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{PKCS8} -v2 aes-256-cbc -iter 1000000 -out made", []),
        (f"{PKCS8} -v2 aes-256-cbc -iter 1000001 -out made", ["key-derivation-too-costly"]),
        (f"{PKCS8} -v1 PBE-SHA1-3DES -iter 1000001 -out made", ["key-derivation-too-costly"]),
        (f"{PKCS8} -scrypt -scrypt_N 16384 -scrypt_p 32 -out made", ["key-derivation-too-costly"]),
        (f"{PKCS12} -iter 1000001 -nomac -out made", ["key-derivation-too-costly"]),
        (
            f"{PKCS12} -keypbe NONE -certpbe NONE -iter 1000001 -out made",
            ["key-derivation-too-costly"],
        ),
    ],
    ids=["a million", "PBKDF2", "PBES1", "scrypt", "PKCS #12 PBE", "PKCS #12 MAC"],
)
def test_too_many_rounds(ec_material: KeyMaterial, script: str, expected: list[str]) -> None:
    files = ec_material.run(script, "cert.pem", "made")
    inspection = inspect(files, PASSWORD)
    assert errors(inspection) == expected
    # Without a password too: what would be refused anyway needs none.
    without = inspect(files).findings
    assert [each.code for each in without if each.severity is Severity.ERROR] == (
        expected or ["password-missing"]
    )


def test_rounds_that_would_take_hours_are_not_tried(ec_material: KeyMaterial) -> None:
    content = encrypt(private_key_info(ec_material), PASSWORD)
    assert errors(inspect({"a.key": _with_rounds(content, 1000)}, PASSWORD)) == [
        "certificate-missing"
    ]
    (finding,) = inspect({"a.key": _with_rounds(content, 2_000_000_000)}, PASSWORD).findings
    assert finding.params == {"file": "a.key", "rounds": 2_000_000_000, "limit": 1_000_000}
    (finding,) = inspect({"a.key": _with_rounds(content, 0)}, PASSWORD).findings
    assert finding.code == "file-damaged"


def _with_rounds(content: bytes, rounds: int) -> bytes:
    """The same EncryptedPrivateKeyInfo with another count."""
    info = keys.EncryptedPrivateKeyInfo.load(content)
    function = info["encryption_algorithm"]["parameters"]["key_derivation_func"]
    function["parameters"]["iteration_count"] = rounds
    return bytes(info.dump(force=True))
