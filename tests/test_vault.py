"""A seal opens for its purpose and owner under a key of the ring, and otherwise says why not."""

from __future__ import annotations

import base64
import traceback
from datetime import UTC, datetime

import pytest

from bridge.credentials.secret import Secret
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.vault import (
    Purpose,
    SealBindingMismatch,
    SealError,
    SealKeyUnknown,
    SealMalformed,
    SealPurposeMismatch,
    SealTampered,
    SealTruncated,
    Vault,
)
from tests.secret_register import register_secret

OWNER = {"environment": "Test", "contextType": "Nip", "contextValue": "5265877635"}
PLAINTEXT = register_secret("a sealed secret: zażółć gęślą jaźń")


def ring(*keys: object) -> KeyRing:
    return KeyRing([key for key in keys if key is not None])  # type: ignore[misc]


@pytest.fixture
def old_key() -> object:
    return new_master_key(datetime.now(UTC))


@pytest.fixture
def vault(old_key: object) -> Vault:
    return Vault(ring(old_key))


@pytest.fixture
def sealed(vault: Vault) -> str:
    return vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER)


def test_a_seal_opens_for_its_purpose_and_owner(vault: Vault, sealed: str) -> None:
    assert vault.open(sealed, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT


def test_two_seals_of_one_secret_differ(vault: Vault, sealed: str) -> None:
    assert vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER) != sealed


def test_purpose_and_owner_stand_in_clear_and_the_secret_does_not(sealed: str) -> None:
    version, key_id, purpose, binding, _, payload = sealed.split(".")
    assert (version, purpose) == ("ksef1", "ksef-token")
    assert len(key_id) == 8
    assert b"5265877635" in base64.urlsafe_b64decode(binding + "==")
    assert PLAINTEXT.encode() not in base64.urlsafe_b64decode(payload + "==")


@pytest.mark.parametrize("position", range(0, 400, 7))
def test_any_changed_character_keeps_it_closed(vault: Vault, sealed: str, position: int) -> None:
    position %= len(sealed)
    replacement = "A" if sealed[position] != "A" else "B"
    changed = sealed[:position] + replacement + sealed[position + 1 :]
    with pytest.raises(SealError):
        vault.open(changed, Purpose.KSEF_TOKEN, OWNER)


def test_a_changed_ciphertext_is_tampering(vault: Vault, sealed: str) -> None:
    changed = sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:]
    with pytest.raises(SealTampered):
        vault.open(changed, Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("lost", [1, 5, 40, 90])
def test_a_cut_seal_is_called_truncated(vault: Vault, sealed: str, lost: int) -> None:
    with pytest.raises(SealTruncated):
        vault.open(sealed[:-lost], Purpose.KSEF_TOKEN, OWNER)


@pytest.mark.parametrize("text", ["", "ksef", "ksef9.a.b.c.1.d", "not a seal", "ksef1.a.b.c.x.d"])
def test_what_is_no_seal_is_called_malformed(vault: Vault, text: str) -> None:
    with pytest.raises(SealMalformed):
        vault.open(text, Purpose.KSEF_TOKEN, OWNER)


def test_another_purpose_is_refused(vault: Vault, sealed: str) -> None:
    with pytest.raises(SealPurposeMismatch):
        vault.open(sealed, Purpose.PRIVATE_KEY, OWNER)


@pytest.mark.parametrize(
    "owner",
    [
        {**OWNER, "environment": "Production"},
        {**OWNER, "contextValue": "7980332920"},
        {},
    ],
)
def test_another_owner_is_refused(vault: Vault, sealed: str, owner: dict[str, str]) -> None:
    with pytest.raises(SealBindingMismatch):
        vault.open(sealed, Purpose.KSEF_TOKEN, owner)


def test_an_unknown_key_is_named_as_such(sealed: str) -> None:
    other = Vault(ring(new_master_key(datetime.now(UTC))))
    with pytest.raises(SealKeyUnknown):
        other.open(sealed, Purpose.KSEF_TOKEN, OWNER)


def test_an_older_key_still_opens_and_renewal_moves_to_the_primary(
    old_key: object, sealed: str
) -> None:
    new_key = new_master_key(datetime.now(UTC))
    both = Vault(ring(new_key, old_key))
    assert both.open(sealed, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    renewal = both.renew(sealed)
    assert (renewal.changed, renewal.key_id) == (True, new_key.id)
    only_new = Vault(ring(new_key))
    opened = only_new.open(renewal.sealed, Purpose.KSEF_TOKEN, OWNER)
    assert opened.reveal_text() == PLAINTEXT
    assert only_new.renew(renewal.sealed).changed is False


def test_a_vault_follows_its_source_of_keys() -> None:
    first, second = (new_master_key(datetime.now(UTC)) for _ in range(2))
    rings = {"now": ring(first)}
    vault = Vault(lambda: rings["now"])
    sealed = vault.seal(Secret(PLAINTEXT), Purpose.KSEF_TOKEN, OWNER)
    rings["now"] = ring(second, first)
    assert vault.open(sealed, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    renewal = vault.renew(sealed)
    assert renewal.key_id == second.id
    rings["now"] = ring(second)
    assert vault.open(renewal.sealed, Purpose.KSEF_TOKEN, OWNER).reveal_text() == PLAINTEXT
    with pytest.raises(SealKeyUnknown):
        vault.open(sealed, Purpose.KSEF_TOKEN, OWNER)


def test_no_error_shows_the_secret(vault: Vault, sealed: str) -> None:
    shown = [repr(Secret(PLAINTEXT)), str(Secret(PLAINTEXT)), f"{Secret(PLAINTEXT)}"]
    for damaged in (sealed[:-3], sealed + "A", sealed.replace("ksef-token", "private-key")):
        try:
            vault.open(damaged, Purpose.KSEF_TOKEN, OWNER)
        except SealError as error:
            shown.append("".join(traceback.format_exception(error)))
        else:
            pytest.fail("a damaged seal opened")
    assert not any(PLAINTEXT in text for text in shown)
