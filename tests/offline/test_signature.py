"""Signatures verified by OpenSSL's command, and what the certificate does not confirm."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.credentials.environment import Environment
from bridge.credentials.upload import public_key_sha256
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.offline.base64url import decode
from bridge.offline.errors import ProfileUnfit
from bridge.offline.signature import is_signature, is_suited, sign
from bridge.offline.signing import signed_link
from bridge.seal_bindings import private_key_binding
from bridge.vault import Purpose, Vault
from tests.offline.signers import ALGORITHMS, Signer, signer
from tests.offline.test_links import OFFICIAL_SIGNED_TEXT, unsigned

SIGNATURES = 10_000
LENGTHS = {"EC": 64, "RSA": 256}
# RSASSA-PSS with a salt of exactly 32 bytes; a longer or shorter one fails to verify.
PSS = [
    *("-sigopt", "rsa_padding_mode:pss"),
    *("-sigopt", "rsa_pss_saltlen:32"),
    *("-sigopt", "rsa_mgf1_md:sha256"),
]


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(KeyRing([new_master_key(datetime.now(UTC))]))


def link_signed(vault: Vault, owner: Signer, content: Signer | None = None) -> str:
    """A link for the certificate of `owner`, to which the key of `content` is sealed."""
    binding = private_key_binding(public_key_sha256(owner.key.public_key()))
    seal = vault.seal((content or owner).pkcs8, Purpose.PRIVATE_KEY, binding)
    return signed_link(unsigned(), Environment.TEST, owner.usable(seal), vault)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_openssl_verifies_the_signature_of_a_link(
    algorithm: str, vault: Vault, tmp_path: Path
) -> None:
    owner = signer(algorithm)
    link = link_signed(vault, owner)
    signature = decode(link.rpartition("/")[2])
    assert link == f"https://{OFFICIAL_SIGNED_TEXT}/{link.rpartition('/')[2]}"
    assert len(signature) == LENGTHS[algorithm]
    assert openssl_verifies(owner, signature, OFFICIAL_SIGNED_TEXT, tmp_path)
    assert not openssl_verifies(owner, signature, OFFICIAL_SIGNED_TEXT + "/", tmp_path)


def openssl_verifies(owner: Signer, signature: bytes, text: str, folder: Path) -> bool:
    public_key = owner.certificate.public_key()
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    is_rsa = isinstance(public_key, rsa.RSAPublicKey)
    (folder / "public.pem").write_bytes(pem)
    (folder / "signature").write_bytes(signature if is_rsa else in_der(signature))
    (folder / "text").write_bytes(text.encode())
    finished = subprocess.run(
        [
            *("openssl", "dgst", "-sha256", "-verify", "public.pem"),
            *(PSS if is_rsa else ()),
            *("-signature", "signature", "text"),
        ],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return finished.returncode == 0 and b"Verified OK" in finished.stdout


def in_der(signature: bytes) -> bytes:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return encode_dss_signature(r, s)


def test_ten_thousand_ec_signatures_have_64_bytes_and_verify() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public_key = key.public_key()
    short = 0
    for number in range(SIGNATURES):
        text = f"{OFFICIAL_SIGNED_TEXT}{number}"
        signature = sign(text, key)
        assert len(signature) == 64
        assert is_signature(signature, text, public_key)
        short += signature[0] == 0 or signature[32] == 0
    # One in 128 has a number that is shorter than 32 bytes: padding was put to the test.
    assert short > SIGNATURES / 128 / 2


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_was_not_signed_is_no_signature(algorithm: str) -> None:
    key = signer(algorithm).key
    signature = sign("text", key)
    assert is_signature(signature, "text", key.public_key())
    assert not is_signature(signature, "texts", key.public_key())
    assert not is_signature(signature[:-1], "text", key.public_key())
    assert not is_signature(b"", "text", key.public_key())
    assert not is_signature(bytes(len(signature)), "text", key.public_key())


def test_a_signature_of_another_salt_or_padding_is_none() -> None:
    key = signer("RSA").key
    assert isinstance(key, rsa.RSAPrivateKey)
    sha256 = hashes.SHA256()
    for scheme in (
        padding.PSS(padding.MGF1(sha256), padding.PSS.MAX_LENGTH),
        padding.PSS(padding.MGF1(sha256), 0),
        padding.PKCS1v15(),
    ):
        assert not is_signature(key.sign(b"text", scheme, sha256), "text", key.public_key())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_link_that_the_certificate_does_not_confirm_is_not_handed_out(
    algorithm: str, vault: Vault
) -> None:
    owner = signer(algorithm)
    strangers = [
        Signer(ec.generate_private_key(ec.SECP256R1()), owner.certificate),
        Signer(ec.generate_private_key(ec.SECP521R1()), owner.certificate),
        signer("EC" if algorithm == "RSA" else "RSA"),
    ]
    for stranger in strangers:
        with pytest.raises(ProfileUnfit) as caught:
            link_signed(vault, owner, stranger)
        assert caught.value.code == "offline-private-key-mismatch"


def test_only_keys_of_the_documented_kinds_are_suited() -> None:
    assert is_suited(ec.generate_private_key(ec.SECP256R1()).public_key())
    assert not is_suited(ec.generate_private_key(ec.SECP384R1()).public_key())
    assert not is_suited(ec.generate_private_key(ec.SECP256K1()).public_key())
    assert is_suited(signer("RSA").key.public_key())
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    assert not is_suited(small.public_key())
