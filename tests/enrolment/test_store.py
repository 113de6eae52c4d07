"""Enrolments in the state database, on SQLite and on MariaDB."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bridge.credentials.certificate import CertificateType
from bridge.credentials.environment import Environment
from bridge.credentials.secret import Secret
from bridge.enrolment.keys import SealedKey, open_password, seal_password
from bridge.enrolment.state import (
    Enrolment,
    KeyAlgorithm,
    Order,
    PackageState,
    Phase,
    Problem,
)
from bridge.enrolment.store import EnrolmentStore
from bridge.keys.master_keys import KeyRing, new_master_key
from bridge.state.database import StateDatabase
from bridge.state.errors import LeaseLost
from bridge.vault import Vault
from tests.secret_register import register_secret
from tests.state.databases import Time

NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = timedelta(seconds=1)
ENROLMENT = Enrolment(
    certificate_id="r1",
    profile_id="p1",
    requested_by="espocrm",
    environment=Environment.TEST,
    order=Order(CertificateType.OFFLINE, "Żółty certyfikat", KeyAlgorithm.RSA_2048),
    created_at=NOW,
    phase=Phase.PREPARED,
    public_key_sha256="00" * 32,
    private_key_sealed="ksef1.k.private-key.b.1.x",
    subject={"commonName": "Żółw", "countryName": "PL"},
)


@pytest.fixture
def store(state: StateDatabase) -> EnrolmentStore:
    return EnrolmentStore(state)


def version_of(store: EnrolmentStore, certificate_id: str = "r1") -> int:
    stored = store.get(certificate_id)
    assert stored is not None
    return stored.version


def test_what_is_added_is_there_once(store: EnrolmentStore) -> None:
    assert store.get("r1") is None
    assert store.add(ENROLMENT, SECOND)
    assert not store.add(replace(ENROLMENT, profile_id="p2"), SECOND)
    stored = store.get("r1")
    assert stored is not None
    assert stored.enrolment == ENROLMENT
    assert store.get("R1") is None
    assert store.get("r1 ") is None


def test_every_member_is_kept(store: EnrolmentStore) -> None:
    full = replace(
        ENROLMENT,
        phase=Phase.ISSUED,
        password_sealed="ksef1.k.package-password.b.1.x",
        package_state=PackageState.MADE,
        package="UEs=" * 3000,
        is_restored=True,
        attempts=7,
        missed_since=NOW,
        requests_left=299,
        reference_number="20261125-EH-0000000000-0000000000-00",
        serial_number="0123456789ABCDEF",
        certificate_pem="-----BEGIN CERTIFICATE-----",
        problem=Problem("enrolment-rejected", {"ksefCode": 400, "description": "Żle"}, 400),
    )
    assert store.add(full, SECOND)
    stored = store.get("r1")
    assert stored is not None
    assert stored.enrolment == full


def test_only_the_latest_version_is_replaced(store: EnrolmentStore) -> None:
    store.add(ENROLMENT, SECOND)
    seen = version_of(store)
    sent = replace(ENROLMENT, phase=Phase.SENDING)
    assert store.save(sent, seen, SECOND) == seen + 1 == version_of(store)
    with pytest.raises(LeaseLost):
        store.save(ENROLMENT, seen, SECOND)
    store.remove("r1")
    with pytest.raises(LeaseLost):
        store.save(sent, seen + 1, SECOND)
    assert store.get("r1") is None


def test_an_older_bridge_does_not_lose_which_session_serves(
    store: EnrolmentStore, state: StateDatabase
) -> None:
    """One of the version before, serving beside, writes the document without that member."""
    signed = replace(ENROLMENT, signing_request_id="request")
    assert store.add(signed, SECOND)
    with state.engine.begin() as connection:
        document = connection.scalar(text("SELECT state FROM ksef_bridge_enrolment"))
        assert document is not None
        members = {
            key: value for key, value in json.loads(document).items() if "signing" not in key
        }
        change = text("UPDATE ksef_bridge_enrolment SET state = :state")
        connection.execute(change, {"state": json.dumps(members)})
    stored = store.get("r1")
    assert stored is not None
    assert stored.enrolment == signed
    store.serve_by("r1", "another")
    stored = store.get("r1")
    assert stored is not None
    assert stored.enrolment.signing_request_id == "another"
    assert stored.is_due


def test_what_is_due_is_found_in_its_turn(store: EnrolmentStore, state_clock: Time) -> None:
    for number in (3, 1, 2):
        store.add(replace(ENROLMENT, certificate_id=f"r{number}"), SECOND * number)
    assert store.due() == []
    state_clock.now += 2000
    assert store.due() == ["r1", "r2"]
    store.save(replace(ENROLMENT, phase=Phase.READY), version_of(store), SECOND * 10)
    assert store.due() == ["r2"]
    state_clock.now += 20_000
    settled = replace(ENROLMENT, phase=Phase.REJECTED)
    store.save(settled, version_of(store), SECOND)
    assert store.due() == ["r2", "r3"]


def test_when_it_is_due_is_told(store: EnrolmentStore, state_clock: Time) -> None:
    store.add(ENROLMENT, SECOND * 5)
    state_clock.now += 1500
    stored = store.get("r1")
    assert stored is not None
    assert stored.due_in == timedelta(milliseconds=3500)
    assert not stored.is_due
    state_clock.now += 3500
    stored = store.get("r1")
    assert stored is not None
    assert stored.is_due
    store.save(replace(ENROLMENT, phase=Phase.ISSUED), stored.version, SECOND)
    stored = store.get("r1")
    assert stored is not None
    assert (stored.due_in, stored.is_due) == (None, False)


def test_one_of_many_tells_the_password(store: EnrolmentStore) -> None:
    store.add(ENROLMENT, SECOND)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: store.tell_password("r1"), range(8)))
    assert told.count(True) == 1
    assert not store.tell_password("nobody")


def test_what_is_old_is_forgotten_whatever_has_happened_to_it_since(
    store: EnrolmentStore, state_clock: Time
) -> None:
    store.add(ENROLMENT, SECOND)
    state_clock.now += 29 * 86_400_000
    store.add(replace(ENROLMENT, certificate_id="r2"), SECOND)
    store.save(replace(ENROLMENT, attempts=9), version_of(store), SECOND)
    assert store.forget_older_than(timedelta(days=30)) == 0
    state_clock.now += 2 * 86_400_000
    assert store.forget_older_than(timedelta(days=30)) == 1
    assert store.get("r1") is None
    assert store.get("r2") is not None


def test_seals_are_renewed_and_nothing_else(store: EnrolmentStore) -> None:
    old, new = new_master_key(NOW), new_master_key(NOW + SECOND)
    password = Secret(register_secret("a password of a package"))
    key = SealedKey("ksef1.x", ENROLMENT.public_key_sha256)
    sealed = seal_password(Vault(KeyRing([old])), password, key, "r1")
    # A seal that does not open stays as it is.
    enrolment = replace(ENROLMENT, password_sealed=sealed)
    store.add(enrolment, SECOND)
    vault = Vault(KeyRing([new, old]))
    assert store.renew_seals(lambda each: vault.renew(each).sealed) == 1
    assert store.renew_seals(lambda each: vault.renew(each).sealed) == 0
    stored = store.get("r1")
    assert stored is not None
    assert open_password(Vault(KeyRing([new])), stored.enrolment) == password
    assert replace(stored.enrolment, password_sealed=sealed) == enrolment
    store.save(stored.enrolment, stored.version, SECOND)


def test_a_state_that_cannot_be_read_makes_room_for_another(
    store: EnrolmentStore, state: StateDatabase
) -> None:
    store.add(ENROLMENT, SECOND)
    with state.engine.begin() as connection:
        connection.execute(text("UPDATE ksef_bridge_enrolment SET state = '{}'"))
    assert store.renew_seals(lambda sealed: sealed) == 0
    assert store.get("r1") is None
    assert store.add(ENROLMENT, SECOND)


def test_a_lost_table_is_made_anew(store: EnrolmentStore, state: StateDatabase) -> None:
    store.add(ENROLMENT, SECOND)
    with state.engine.begin() as connection:
        connection.execute(text("DROP TABLE ksef_bridge_enrolment"))
    assert store.get("r1") is None
    assert store.add(ENROLMENT, SECOND)
