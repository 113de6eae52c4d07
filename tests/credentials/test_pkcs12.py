"""PKCS #12 files that do not open, each with its own reason, and keys that KSeF does not take."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from asn1crypto import algos, cms, core, keys, pkcs12

from tests.credentials.inspecting import errors, inspect
from tests.credentials.key_material import LEGACY, PASSWORD, KeyMaterial
from tests.credentials.test_encryptions import UNKNOWN_WAYS
from tests.inspector.bombs import (
    encrypted,
    encrypted_key,
    pbes2,
    pfx,
)

TOO_MANY = 1_000_001
CLEAR = "-keypbe NONE -certpbe NONE -nomac -passout pass:"
EXPORT = "openssl pkcs12 -export -inkey key.pem -in cert.pem"
# ECPrivateKey { version 1, an OCTET STRING of 32 octets }, and of 33, which are not there.
EC_PRIVATE_KEY = bytes.fromhex("0201010420")
TOO_SHORT = bytes.fromhex("0201010421")
MAKE = (
    "openssl genpkey -algorithm {} -out other.pem;"
    " openssl req -x509 -new -key other.pem -subj /CN=x -out other.crt;"
)


def data(*bags: dict[str, object]) -> cms.ContentInfo:
    content = core.OctetString(pkcs12.SafeContents(list(bags)).dump())
    return cms.ContentInfo({"content_type": "data", "content": content})


def shrouded(algorithm: algos.EncryptionAlgorithm) -> dict[str, object]:
    key = keys.EncryptedPrivateKeyInfo.load(encrypted_key(algorithm))
    return {"bag_id": "pkcs8_shrouded_key_bag", "bag_value": key}


def encrypted_data(algorithm: algos.EncryptionAlgorithm) -> cms.ContentInfo:
    content = {
        "content_type": "data",
        "content_encryption_algorithm": algorithm,
        "encrypted_content": os.urandom(160),
    }
    fields = {"version": "v0", "encrypted_content_info": content}
    return cms.ContentInfo({"content_type": "encrypted_data", "content": cms.EncryptedData(fields)})


def costly() -> algos.EncryptionAlgorithm:
    return pbes2(TOO_MANY, os.urandom(8), os.urandom(16))


ROUNDS: dict[str, Callable[[], bytes]] = {
    "key": lambda: pfx(data(shrouded(costly()))),
    "second key": lambda: pfx(data(shrouded(encrypted(b"\x30\0")[0]), shrouded(costly()))),
    "encrypted part": lambda: pfx(encrypted_data(costly())),
}


@pytest.mark.parametrize("make", ROUNDS.values(), ids=list(ROUNDS))
@pytest.mark.parametrize("password", [PASSWORD, None], ids=["password", "none"])
def test_rounds_that_a_file_names_in_clear_are_not_begun(
    make: Callable[[], bytes], password: str | None
) -> None:
    (finding,) = inspect({"a.p12": make()}, password).findings
    assert finding.code == "key-derivation-too-costly"
    assert finding.params["rounds"] == TOO_MANY


@pytest.mark.parametrize("password", [PASSWORD, None], ids=["password", "none"])
def test_a_damaged_file_without_any_protection_is_not_a_matter_of_passwords(
    ec_material: KeyMaterial, password: str | None
) -> None:
    (content,) = ec_material.run(f"{EXPORT} {CLEAR} -out made", "made").values()
    assert errors(inspect({"a.p12": content}, password)) == []
    spoilt = content.replace(EC_PRIVATE_KEY, TOO_SHORT)
    assert spoilt != content
    assert errors(inspect({"a.p12": spoilt}, password)) == ["file-damaged"]


@pytest.mark.parametrize("options", ["-keypbe NONE -certpbe NONE", "-nomac", "-certpbe NONE"])
def test_whatever_is_protected_needs_the_password(ec_material: KeyMaterial, options: str) -> None:
    files = ec_material.run(f"{EXPORT} {options} -passout env:PASSWORD -out made", "made")
    assert errors(inspect(files, PASSWORD)) == []
    assert errors(inspect(files)) == ["password-missing"]
    assert errors(inspect(files, "wrong")) == ["password-wrong"]


@pytest.mark.parametrize("way", ["no PBES2", "cipher", "pseudorandom function"])
def test_a_key_whose_rounds_are_not_known_is_not_damaged_for_that(way: str) -> None:
    algorithm, _ = UNKNOWN_WAYS[way]
    file = pfx(data(shrouded(algorithm)))
    assert errors(inspect({"a.p12": file})) == ["password-missing"]


@pytest.mark.parametrize(
    "script",
    [
        "openssl pkcs12 -export -inkey other.pem -in other.crt -passout env:PASSWORD -out made",
        "openssl pkcs8 -topk8 -in other.pem -passout env:PASSWORD -out made",
        f"openssl pkcs8 -topk8 -in other.pem -v1 PBE-SHA1-3DES {LEGACY} -passout env:PASSWORD"
        " -out made",
        "cp other.pem made",
    ],
    ids=["PKCS #12", "PBES2", "PKCS #12 PBE", "clear"],
)
@pytest.mark.parametrize(
    ("kind", "named"),
    [("ED25519", "Ed25519"), ("EC -pkeyopt ec_paramgen_curve:prime192v2", "unknown")],
    ids=["Ed25519", "unknown curve"],
)
def test_a_key_of_another_kind_is_named(
    ec_material: KeyMaterial, script: str, kind: str, named: str
) -> None:
    (content,) = ec_material.run(MAKE.format(kind) + script, "made").values()
    (finding,) = inspect({"a": content}, PASSWORD).findings
    assert finding.code == "certificate-key-unaccepted"
    assert finding.params == {"file": "a", "algorithm": named}
