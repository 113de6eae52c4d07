"""Keys and certificates as they come out of editors, JSON, terminals and other systems."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable

import pytest
from asn1crypto import core, keys
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from bridge.credentials.archive import LARGEST_ENTRY
from tests.credentials.inspecting import errors, inspect
from tests.credentials.key_material import PASSWORD, KeyMaterial
from tests.inspector.bombs import tlv
from tests.secret_register import register_secret

Spoil = Callable[[str], str | bytes]
URLS = str.maketrans("+/", "-_")
SPOILT: dict[str, Spoil] = {
    "literal \\n": lambda pem: pem.replace("\n", "\\n"),
    "literal \\r\\n": lambda pem: pem.replace("\n", "\\r\\n"),
    "literal \\\\n": lambda pem: pem.replace("\n", "\\\\n"),
    "JSON": lambda pem: json.dumps({"content": pem}),
    "JSON with slashes escaped": lambda pem: json.dumps(pem).replace("/", "\\/"),
    "JSON with pluses escaped": lambda pem: json.dumps(pem).replace("+", "\\u002B"),
    "a setting in quotes": lambda pem: "KEY='" + pem.replace("\n", "\\n") + "'\n",
    "lines in quotes": lambda pem: "".join(f'"{line}"\n' for line in pem.splitlines()),
    "quoted e-mail": lambda pem: "".join(f"> {line}\n" for line in pem.splitlines()),
    "one line": lambda pem: pem.replace("\n", " "),
    "one line without blanks": lambda pem: pem.replace("\n", ""),
    "a blank line after each": lambda pem: pem.replace("\n", "\n\n"),
    "indented by no-break spaces": lambda pem: pem.replace("\n", "\n\u00a0\u00a0"),
    "invisible characters": lambda pem: "\u200b" + pem.replace("\n", "\u200b\n\ufeff"),
    "typographic dashes": lambda pem: pem.replace("-----", "—–-"),
    "four dashes": lambda pem: pem.replace("-----", "----"),
    "outermost dashes missed": lambda pem: pem.strip().strip("-"),
    "one dash missed": lambda pem: pem.strip()[1:-1],
    "UTF-16 LE without mark": lambda pem: pem.encode("utf-16-le"),
    "UTF-16 BE without mark": lambda pem: pem.encode("utf-16-be"),
    "base64 of the PEM": lambda pem: base64.b64encode(pem.encode()),
    "base64url inside": lambda pem: body_of(pem, lambda body: body.translate(URLS)),
    "without padding": lambda pem: body_of(pem, lambda body: body.rstrip("=\n") + "\n"),
}
BARE: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64 in quotes": lambda data: b'"' + base64.b64encode(data) + b'"',
    "base64url": base64.urlsafe_b64encode,
    "base64url without padding": lambda data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "base64 in lines, literal \\n": lambda data: base64.encodebytes(data).replace(b"\n", b"\\n"),
    "base64 in UTF-16": lambda data: base64.b64encode(data).decode().encode("utf-16-le"),
    "data URL": lambda data: b"data:application/pkcs8;base64," + base64.b64encode(data),
    "hexadecimal": lambda data: data.hex().encode(),
    "hexadecimal in lines": lambda data: data.hex(" ", 16).upper().encode(),
    "hexadecimal with colons": lambda data: data.hex(":").encode(),
}


def body_of(pem: str, change: Callable[[str], str]) -> str:
    first, *body, last = pem.splitlines(keepends=True)
    return first + change("".join(body)) + last


def octets(content: str | bytes) -> bytes:
    return register_secret(content.encode() if isinstance(content, str) else content)


def is_read(material: KeyMaterial, key: bytes, password: str | None = None) -> bool:
    certificate = (material.folder / "cert.pem").read_bytes()
    inspection = inspect({"cert.pem": certificate, "a.key": key}, password)
    assert errors(inspection) == []
    assert inspection.private_key is not None
    opened = load_der_private_key(inspection.private_key.reveal(), None)
    return opened.public_key() == material.private_key.public_key()


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_a_pasted_key_is_read(spoil: Spoil, ec_material: KeyMaterial) -> None:
    pem = (ec_material.folder / "key.pem").read_text()
    assert is_read(ec_material, octets(spoil(pem)))


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_a_pasted_certificate_is_read(spoil: Spoil, ec_material: KeyMaterial) -> None:
    pem = (ec_material.folder / "cert.pem").read_text()
    key = (ec_material.folder / "key.pem").read_bytes()
    spoilt = spoil(pem)
    content = spoilt.encode() if isinstance(spoilt, str) else spoilt
    assert errors(inspect({"a.crt": content, "a.key": key})) == []


@pytest.mark.parametrize(
    "spoil",
    [SPOILT["literal \\n"], SPOILT["one line"], SPOILT["JSON"], SPOILT["UTF-16 LE without mark"]],
    ids=["literal \\n", "one line", "JSON", "UTF-16 LE"],
)
@pytest.mark.parametrize(
    "script",
    [
        "openssl pkcs8 -topk8 -in key.pem -passout env:PASSWORD -v2 aes-256-cbc -out made",
        "openssl pkey -in key.pem -traditional -aes256 -passout env:PASSWORD -out made",
    ],
    ids=["PKCS #8", "DEK-Info"],
)
def test_a_pasted_encrypted_key_is_read(
    spoil: Spoil, script: str, ec_material: KeyMaterial
) -> None:
    pem = ec_material.run(script, "made")["made"].decode()
    assert is_read(ec_material, octets(spoil(pem)), PASSWORD)


@pytest.mark.parametrize("write", BARE.values(), ids=list(BARE))
@pytest.mark.parametrize(
    "form",
    [
        PrivateFormat.TraditionalOpenSSL,
        PrivateFormat.PKCS8,
        "PKCS #8 without public key",
        "SEC1 without public key",
    ],
    ids=str,
)
def test_a_bare_short_key_is_read(
    form: PrivateFormat | str, write: Callable[[bytes], bytes], ec_material: KeyMaterial
) -> None:
    if isinstance(form, PrivateFormat):
        key = ec_material.private_key.private_bytes(Encoding.DER, form, NoEncryption())
    else:
        pkcs8 = " | openssl pkcs8 -topk8 -nocrypt" if form.startswith("PKCS") else ""
        script = f"openssl ec -in key.pem -no_public{pkcs8} | openssl pkey -outform DER -out made"
        if not pkcs8:
            script = "openssl ec -in key.pem -no_public -outform DER -out made"
        key = ec_material.run(script, "made")["made"]
    assert is_read(ec_material, octets(write(key)))


def test_the_short_keys_begin_as_the_field_has_them(ec_material: KeyMaterial) -> None:
    sec1 = "openssl ec -in key.pem -outform DER -out made"
    pkcs8 = "openssl ec -in key.pem -no_public | openssl pkcs8 -topk8 -nocrypt -outform DER"
    for script, start in ((sec1, b"MHc"), (f"{pkcs8} -out made", b"MEE")):
        encoded = base64.b64encode(ec_material.run(script, "made")["made"])
        assert encoded.startswith(start)
        assert is_read(ec_material, octets(encoded))


def version_2(material: KeyMaterial) -> bytes:
    """OneAsymmetricKey with attributes and its public key (RFC 5958 section 2)."""
    encoded = material.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    info = keys.PrivateKeyInfo.load(encoded)
    spki = material.private_key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    public = keys.PublicKeyInfo.load(spki)["public_key"].dump()
    parts = (
        core.Integer(1).dump(),
        info["private_key_algorithm"].dump(),
        info["private_key"].dump(),
        tlv(0xA0, b""),
        b"\x81" + public[1:],
    )
    return register_secret(tlv(0x30, b"".join(parts)))


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_key_of_the_second_version_is_read(
    kind: str, ec_material: KeyMaterial, rsa_material: KeyMaterial
) -> None:
    material = ec_material if kind == "EC" else rsa_material
    key = version_2(material)
    assert is_read(material, key)
    pem = b"-----BEGIN PRIVATE KEY-----\n%s-----END PRIVATE KEY-----\n" % base64.encodebytes(key)
    assert is_read(material, octets(pem.decode()))


@pytest.mark.parametrize(
    "text", ["MAMA", "Moja firma", "BEGIN TRANSACTION--", "30", "MIAM", "{}", "data:,"]
)
def test_a_word_is_no_damaged_key(text: str) -> None:
    (finding,) = inspect({"a.txt": text.encode()}).findings
    assert finding.code in {"file-unrecognized", "file-unsupported"}


def test_a_cut_off_paste_stays_damaged(ec_material: KeyMaterial) -> None:
    pem = (ec_material.folder / "cert.pem").read_text()
    for cut in (
        pem[: len(pem) // 2],
        base64.b64encode(base64.b64decode(pem[28:-27])[:-40]).decode(),
    ):
        assert errors(inspect({"a.crt": cut.encode()})) == ["file-damaged"]


def test_many_backslashes_are_passed_over_at_once() -> None:
    """As many as a file may have once took half a minute."""
    begun = time.process_time()
    inspection = inspect({"a.key": b"\\" * LARGEST_ENTRY})
    assert time.process_time() - begun < 1
    assert errors(inspection) == ["file-unrecognized"]
