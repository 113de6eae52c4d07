"""Unknown ways of encryption, costs at their bounds, and headers as others write them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import algos, core, keys

from tests.credentials.inspecting import errors, inspect
from tests.credentials.key_material import PASSWORD, KeyMaterial
from tests.credentials.test_passwords import encrypt
from tests.inspector.bombs import encrypted_key, pbes2, tlv
from tests.secret_register import register_secret

UNKNOWN = "1.2.3.4.5"
MOST_SCRYPT_COST = 2**21


def pbkdf2() -> algos.EncryptionAlgorithm:
    return pbes2(1000, os.urandom(8), os.urandom(16))


def of_pbes2(change: Callable[[Any], None]) -> algos.EncryptionAlgorithm:
    algorithm = pbkdf2()
    change(algorithm["parameters"])
    return algorithm


def unknown_function(parameters: Any) -> None:
    parameters["key_derivation_func"] = {"algorithm": UNKNOWN, "parameters": core.Null()}


def unknown_pseudorandom(parameters: Any) -> None:
    parameters["key_derivation_func"]["parameters"]["prf"] = {"algorithm": "sha512_256"}


def unknown_cipher(parameters: Any) -> None:
    parameters["encryption_scheme"] = {"algorithm": UNKNOWN, "parameters": core.Null()}


def scrypt(cost: int, block_size: int, parallelization: int) -> algos.EncryptionAlgorithm:
    """RFC 7914 section 7."""
    salt = tlv(0x04, os.urandom(8))
    numbers = b"".join(core.Integer(each).dump() for each in (cost, block_size, parallelization))
    oid = core.ObjectIdentifier("1.3.6.1.4.1.11591.4.11").dump()
    function = tlv(0x30, oid + tlv(0x30, salt + numbers))
    return of_pbes2(
        lambda parameters: parameters.__setitem__(
            "key_derivation_func", algos.KdfAlgorithm.load(function)
        )
    )


UNKNOWN_WAYS: dict[str, tuple[algos.EncryptionAlgorithm, str]] = {
    "no PBES2": (
        algos.EncryptionAlgorithm({"algorithm": UNKNOWN, "parameters": core.Null()}),
        UNKNOWN,
    ),
    "cipher without derivation": (
        algos.EncryptionAlgorithm({"algorithm": "aes256_cbc", "parameters": os.urandom(16)}),
        "aes256_cbc",
    ),
    "key derivation": (of_pbes2(unknown_function), UNKNOWN),
    "pseudorandom function": (of_pbes2(unknown_pseudorandom), "sha512_256"),
    "cipher": (of_pbes2(unknown_cipher), UNKNOWN),
}


@pytest.mark.parametrize("way", UNKNOWN_WAYS.values(), ids=list(UNKNOWN_WAYS))
@pytest.mark.parametrize("password", [PASSWORD, None], ids=["password", "none"])
def test_a_key_encrypted_in_an_unknown_way_says_in_which(
    way: tuple[algos.EncryptionAlgorithm, str], password: str | None
) -> None:
    algorithm, name = way
    (finding,) = inspect({"a.key": encrypted_key(algorithm)}, password).findings
    assert finding.code == "encryption-unsupported"
    assert finding.params == {"file": "a.key", "algorithm": name}


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ((2**14, 8, 16), "password-missing"),
        ((2**14, 8, 17), "key-derivation-too-costly"),
        ((2**14, 9, 16), "key-derivation-too-costly"),
        ((2**15, 8, 16), "key-derivation-too-costly"),
        ((0, 8, 1), "file-damaged"),
        ((2**14, 0, 1), "file-damaged"),
    ],
)
def test_scrypt_costs_the_product_of_its_numbers(numbers: tuple[int, int, int], code: str) -> None:
    (finding,) = inspect({"a.key": encrypted_key(scrypt(*numbers))}).findings
    assert finding.code == code
    if code == "key-derivation-too-costly":
        assert finding.params["limit"] == MOST_SCRYPT_COST


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ((2**17, 7, 1), "password-missing"),
        ((2**17, 8, 1), "key-derivation-too-costly"),
        ((2, 2**18, 1), "key-derivation-too-costly"),
        ((2, 1, 2**20), "key-derivation-too-costly"),
        ((2**16, 1, 1), "file-damaged"),
        ((-(2**14), -8, 1), "file-damaged"),
        ((2**14, -8, -1), "file-damaged"),
    ],
)
def test_scrypt_may_take_128_mib(numbers: tuple[int, int, int], code: str) -> None:
    """Numbers that scrypt does not take once ended the process that opens files."""
    password = None if code == "password-missing" else PASSWORD
    (finding,) = inspect({"a.key": encrypted_key(scrypt(*numbers))}, password).findings
    assert finding.code == code
    if code == "key-derivation-too-costly":
        assert finding.params["limit"] == 2**20


def test_rounds_beyond_any_number_are_told_as_one_that_json_readers_take() -> None:
    for rounds in (2**63 - 1, 2**63, 2**100):
        algorithm = pbes2(rounds, os.urandom(8), os.urandom(16))
        (finding,) = inspect({"a.key": encrypted_key(algorithm)}).findings
        assert finding.code == "key-derivation-too-costly"
        assert finding.params["rounds"] == min(rounds, 2**63)


def test_one_round_is_enough() -> None:
    algorithm = pbes2(1, os.urandom(8), os.urandom(16))
    assert errors(inspect({"a.key": encrypted_key(algorithm)})) == ["password-missing"]


@pytest.mark.parametrize("rounds", [0, -1])
def test_no_round_at_all_is_damage_before_any_password(rounds: int) -> None:
    algorithm = pbes2(rounds, os.urandom(8), os.urandom(16))
    assert errors(inspect({"a.key": encrypted_key(algorithm)})) == ["file-damaged"]


@pytest.mark.parametrize("size", [0, 1, 15, 17])
def test_what_is_no_whole_blocks_is_damage_and_no_wrong_password(size: int) -> None:
    info = {
        "encryption_algorithm": pbes2(1, os.urandom(8), os.urandom(16)),
        "encrypted_data": os.urandom(size),
    }
    key = keys.EncryptedPrivateKeyInfo(info).dump()
    assert errors(inspect({"a.key": key}, PASSWORD)) == ["file-damaged"]


@pytest.fixture
def traditional(ec_material: KeyMaterial) -> str:
    script = "openssl pkey -in key.pem -traditional -aes256 -passout env:PASSWORD -out made"
    return ec_material.run(script, "made")["made"].decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AES-256-CBC,", "aes-256-cbc,"),
        ("AES-256-CBC,", "AES-256-CBC, "),
        ("DEK-Info: ", "DEK-Info:"),
        ("DEK-Info: ", "DEK-Info:\t "),
        ("Proc-Type: 4,ENCRYPTED\n", ""),
    ],
)
def test_a_header_is_read_as_others_write_it(traditional: str, old: str, new: str) -> None:
    spoilt = traditional.replace(old, new)
    assert spoilt != traditional
    assert errors(inspect({"a.key": spoilt.encode()}, PASSWORD)) == ["certificate-missing"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("CAMELLIA-256-CBC,0011223344556677", "encryption-unsupported"),
        ("AES-256-CBC,0011", "file-damaged"),
        ("AES-256-CBC,001", "file-damaged"),
    ],
)
def test_a_header_that_cannot_be_followed(traditional: str, header: str, code: str) -> None:
    lines = [
        f"DEK-Info: {header}" if line.startswith("DEK-Info") else line
        for line in traditional.splitlines()
    ]
    (finding,) = inspect({"a.key": "\n".join(lines).encode()}, PASSWORD).findings
    assert finding.code == code
    if code == "encryption-unsupported":
        assert finding.params["algorithm"] == "CAMELLIA-256-CBC"


def test_a_long_name_of_an_algorithm_is_shown_by_its_beginning(traditional: str) -> None:
    spoilt = traditional.replace("AES-256-CBC", "X" * 41)
    (finding,) = inspect({"a.key": spoilt.encode()}, PASSWORD).findings
    assert finding.params["algorithm"] == "X" * 40


def test_a_key_that_is_encrypted_twice_is_damaged(ec_material: KeyMaterial) -> None:
    pkcs8 = "openssl pkcs8 -topk8 -in key.pem -passout env:PASSWORD -outform DER -out made"
    twice = encrypt(ec_material.run(pkcs8, "made")["made"], PASSWORD)
    assert errors(inspect({"a.key": twice}, PASSWORD)) == ["private-key-content-damaged"]


@pytest.mark.parametrize("version", [2, 3, -1])
def test_a_key_of_a_version_that_is_not_known_is_damaged(
    ec_material: KeyMaterial, version: int
) -> None:
    pkcs8 = "openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out made"
    info = keys.PrivateKeyInfo.load(ec_material.run(pkcs8, "made")["made"])
    fields = core.Integer(version), info["private_key_algorithm"], info["private_key"]
    key = register_secret(tlv(0x30, b"".join(each.dump() for each in fields)))
    assert errors(inspect({"a.key": key})) == ["file-damaged"]


@pytest.mark.parametrize("inner", ["3000", "3003020101", "30050201010400", "3006020101020101"])
def test_the_right_password_over_a_structure_too_short_for_a_key(inner: str) -> None:
    encrypted = encrypt(bytes.fromhex(inner), PASSWORD)
    assert errors(inspect({"a.key": encrypted}, PASSWORD)) == ["private-key-content-damaged"]
