"""What a seal says in clear is bound to the secret: rewritten in the text, it opens for nobody."""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.keys.master_keys import KeyRing, MasterKey, new_master_key
from bridge.seal_bindings import private_key_binding, token_binding
from bridge.vault import (
    Purpose,
    SealKeyUnknown,
    SealMalformed,
    SealTampered,
    SealTruncated,
    Vault,
    binding_of,
)
from tests.secret_register import register_secret

OWNER = {"environment": "Test", "contextType": "Nip", "contextValue": "5265877635"}
ANOTHER_OWNER = {**OWNER, "contextValue": "7980332920"}
PLAINTEXT = register_secret("what another company must not get")
PARTS = ("version", "key_id", "purpose", "binding", "bytes", "payload")


@pytest.fixture
def key() -> MasterKey:
    return new_master_key(datetime.now(UTC))


@pytest.fixture
def vault(key: MasterKey) -> Vault:
    return Vault(KeyRing([key]))


@pytest.fixture
def sealed(vault: Vault) -> str:
    return vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def canonical(binding: dict[str, str]) -> str:
    return base64url(json.dumps(binding, sort_keys=True, separators=(",", ":")).encode())


def part(sealed: str, name: str) -> str:
    return sealed.split(".")[PARTS.index(name)]


def rewritten(sealed: str, **parts: str) -> str:
    """The seal with other words in the clear part of its text."""
    old = dict(zip(PARTS, sealed.split("."), strict=True))
    return ".".join({**old, **parts}.values())


def sealed_by_hand(key: MasterKey, purpose: str, binding: str, secret: bytes) -> str:
    """A seal as the description of the form says, made without the vault."""
    nonce = os.urandom(12)
    header = f"ksef1.{key.id}.{purpose}.{binding}.{12 + len(secret) + 16}"
    ciphertext = AESGCM(key.secret.reveal()).encrypt(nonce, secret, header.encode())
    return f"{header}.{base64url(nonce + ciphertext)}"


def test_a_seal_rewritten_to_another_company_does_not_open_for_it(
    vault: Vault, sealed: str
) -> None:
    changed = rewritten(sealed, binding=canonical(ANOTHER_OWNER))
    with pytest.raises(SealTampered):
        vault.open(changed, Purpose.KSEF_TOKEN, ANOTHER_OWNER)


def test_a_seal_rewritten_to_another_environment_does_not_open_there(
    vault: Vault, sealed: str
) -> None:
    production = {**OWNER, "environment": "Production"}
    changed = rewritten(sealed, binding=canonical(production))
    with pytest.raises(SealTampered):
        vault.open(changed, Purpose.KSEF_TOKEN, production)


@pytest.mark.parametrize("purpose", [each for each in Purpose if each != Purpose.KSEF_TOKEN])
def test_a_seal_rewritten_to_another_purpose_does_not_open_for_it(
    vault: Vault, sealed: str, purpose: Purpose
) -> None:
    with pytest.raises(SealTampered):
        vault.open(rewritten(sealed, purpose=purpose.value), purpose, OWNER)


def test_a_seal_rewritten_to_another_key_id_does_not_open(key: MasterKey, sealed: str) -> None:
    # The same key under two ids: the ciphertext alone would open.
    copy = MasterKey("0" * len(key.id), key.secret, key.created_at)
    both = Vault(KeyRing([key, copy]))
    assert both.open(sealed, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    with pytest.raises(SealTampered):
        both.open(rewritten(sealed, key_id=copy.id), Purpose.KSEF_TOKEN, OWNER)


def test_a_length_written_otherwise_does_not_open(vault: Vault, sealed: str) -> None:
    # The same number, so that nothing but the authenticated text tells.
    changed = rewritten(sealed, bytes=f"0{part(sealed, 'bytes')}")
    with pytest.raises(SealTampered):
        vault.open(changed, Purpose.KSEF_TOKEN, OWNER)


def test_a_seal_rewritten_to_another_version_does_not_open(
    vault: Vault, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SealMalformed):
        vault.open(rewritten(sealed, version="ksef2"), Purpose.KSEF_TOKEN, OWNER)
    monkeypatch.setattr("bridge.vault.VERSION", "ksef2")
    with pytest.raises(SealTampered):
        vault.open(rewritten(sealed, version="ksef2"), Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize(
    "change", [{"purpose": Purpose.PRIVATE_KEY.value}, {"binding": canonical(ANOTHER_OWNER)}]
)
def test_renewal_does_not_make_a_rewritten_seal_good(
    key: MasterKey, sealed: str, change: dict[str, str]
) -> None:
    newer = Vault(KeyRing([new_master_key(datetime.now(UTC)), key]))
    with pytest.raises(SealTampered):
        newer.renew(rewritten(sealed, **change))


@pytest.mark.parametrize("name", PARTS[:-1])
def test_all_that_stands_in_clear_is_associated_data(
    key: MasterKey, sealed: str, name: str
) -> None:
    payload = from_base64url(part(sealed, "payload"))
    header, cipher = sealed.rpartition(".")[0], AESGCM(key.secret.reveal())
    opened = cipher.decrypt(payload[:12], payload[12:], header.encode())
    assert opened == PLAINTEXT.encode()
    changed = rewritten(sealed, **{name: part(sealed, name) + "0"}).rpartition(".")[0]
    with pytest.raises(InvalidTag):
        cipher.decrypt(payload[:12], payload[12:], changed.encode())


def test_a_seal_made_as_the_description_says_opens(key: MasterKey, vault: Vault) -> None:
    """Seals in databases outlive versions of the bridge: the form is a contract."""
    by_hand = sealed_by_hand(key, "ksef-token", canonical(OWNER), PLAINTEXT.encode())
    assert vault.open(by_hand, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    renewal = vault.renew(by_hand)
    assert (renewal.sealed, renewal.key_id, renewal.changed) == (by_hand, key.id, False)


def test_what_seals_belong_to_is_named_as_it_stands_in_databases() -> None:
    context = ContextIdentifier(ContextType.NIP, "5265877635")
    assert token_binding(Environment.TEST, context) == OWNER
    assert private_key_binding("ab12") == {"publicKeySha256": "ab12"}
    assert {each.value for each in Purpose} == {
        "ksef-token",
        "private-key",
        "authentication-token",
        "access-token",
        "refresh-token",
        "package-password",
    }


@pytest.mark.parametrize("length", [*range(7), 100_000])
def test_a_secret_of_any_length_opens(vault: Vault, length: int) -> None:
    secret = os.urandom(length)
    sealed = vault.seal(Secret(secret), Purpose.PRIVATE_KEY, {})
    assert vault.open(sealed, Purpose.PRIVATE_KEY, {}).reveal() == secret


def test_each_of_a_thousand_seals_opens(vault: Vault) -> None:
    for _ in range(1000):
        sealed = vault.seal(Secret(b"ab"), Purpose.PRIVATE_KEY, {})
        assert vault.open(sealed, Purpose.PRIVATE_KEY, {}).reveal() == b"ab"


def test_wherever_a_seal_is_cut_it_is_called_truncated(vault: Vault, sealed: str) -> None:
    for length in range(len("ksef1"), len(sealed)):
        with pytest.raises(SealTruncated):
            vault.open(sealed[:length], Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 27])
def test_less_than_a_nonce_and_a_tag_is_malformed(vault: Vault, sealed: str, length: int) -> None:
    short = rewritten(sealed, bytes=str(length), payload=base64url(os.urandom(length)))
    with pytest.raises(SealMalformed):
        vault.open(short, Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("declared", ["1000000", "9" * 5000, "-40", "x", "", "４０"])
def test_a_length_that_no_seal_has_is_malformed(vault: Vault, sealed: str, declared: str) -> None:
    with pytest.raises(SealMalformed):
        vault.open(rewritten(sealed, bytes=declared), Purpose.KSEF_TOKEN, OWNER)


def test_a_seventh_part_is_malformed(vault: Vault, sealed: str) -> None:
    with pytest.raises(SealMalformed):
        vault.open(f"{sealed}.more", Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("name", PARTS)
def test_other_than_ascii_is_malformed(vault: Vault, sealed: str, name: str) -> None:
    with pytest.raises(SealMalformed):
        vault.open(rewritten(sealed, **{name: part(sealed, name) + "ż"}), Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("added", ["A", "AA", "AAA", "AAAA", "!", "!!!!", "=", "+/+/"])
def test_what_is_added_to_the_end_is_tampering(vault: Vault, sealed: str, added: str) -> None:
    with pytest.raises(SealTampered):
        vault.open(sealed + added, Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("secret", [b"", b"a"])
def test_a_seal_has_one_spelling(vault: Vault, secret: bytes) -> None:
    """The last character carries bits that decoding drops; they are not free either."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    sealed = vault.seal(Secret(secret), Purpose.KSEF_TOKEN, OWNER)
    other = alphabet[alphabet.index(sealed[-1]) + 1]
    assert from_base64url(part(sealed[:-1] + other, "payload")) == from_base64url(
        part(sealed, "payload")
    )
    with pytest.raises(SealTampered):
        vault.open(sealed[:-1] + other, Purpose.KSEF_TOKEN, OWNER)


def test_white_space_around_a_seal_does_not_matter(vault: Vault, sealed: str) -> None:
    assert vault.open(f" {sealed}\n", Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT


def test_a_seal_says_what_it_belongs_to(vault: Vault, sealed: str) -> None:
    assert binding_of(sealed) == OWNER
    # Of each remainder of the length by four, so that all paddings are met.
    for more in ("", "a", "ab", "abc"):
        owner = private_key_binding(f"0f{more}")
        assert binding_of(vault.seal(Secret(b"x"), Purpose.PRIVATE_KEY, owner)) == owner


@pytest.mark.parametrize(
    "binding",
    ["A", "%%%%", base64url(b"\xff"), base64url(b"{"), "W10", base64url(b"[" * 100_000)],
    ids=["odd", "no base64", "no text", "no JSON", "a list", "nested"],
)
def test_a_binding_that_is_none_is_tampering(sealed: str, binding: str) -> None:
    with pytest.raises(SealTampered):
        binding_of(rewritten(sealed, binding=binding))


def test_a_vault_asks_for_the_latest_keys_to_seal_and_for_a_key_it_does_not_know(
    key: MasterKey,
) -> None:
    """`keys` may be a moment behind what another process did."""
    newer = new_master_key(datetime.now(UTC))
    rings = {"now": KeyRing([key]), "latest": KeyRing([key])}
    asked: list[str] = []

    def latest() -> KeyRing:
        asked.append("latest")
        return rings["latest"]

    vault = Vault(lambda: rings["now"], latest)
    of_old = vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER)
    rings["latest"] = KeyRing([newer, key])
    of_new = vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER)
    assert (part(of_old, "key_id"), part(of_new, "key_id")) == (key.id, newer.id)
    asked.clear()
    assert vault.open(of_old, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    assert asked == [], "a known key is not looked for on the disk"
    assert vault.open(of_new, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    assert asked == ["latest"]
    assert vault.renew(of_old).key_id == newer.id
    rings["latest"] = KeyRing([key])
    with pytest.raises(SealKeyUnknown):
        vault.open(of_new, Purpose.KSEF_TOKEN, OWNER)
