"""The state database: who may log in, what is stored, what is left to revoke; on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.lease import held
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    Phase,
    Refusal,
    SealedToken,
    SessionState,
)
from bridge.sessions.store import LEASE, SessionStore, connect

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(params=["sqlite", "mariadb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SessionStore]:
    url = f"sqlite:///{tmp_path}/folder/state.sqlite3"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb").new_database()
    engine = connect(make_url(url))
    store = SessionStore(engine)
    store.create_tables()
    yield store
    engine.dispose()


def test_an_unknown_profile_has_no_session(store: SessionStore) -> None:
    assert store.get("p1") == SessionState("p1")


def test_a_state_is_read_as_it_was_stored(store: SessionStore) -> None:
    session = KsefSession(
        phase=Phase.ESTABLISHED,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12345"),
        authentication_method="Token",
        reference_number="20261123-AU-33194CE936-829460A8C3-6F",
        access_token=SealedToken("sealed access token", NOW),
        refresh_token=SealedToken("sealed refresh token", NOW + timedelta(days=7)),
    )
    refusal = Refusal("ksef-refused", {"ksefCode": 415}, 415, "c" * 64, NOW)
    state = SessionState("p1", 7, session, refusal)
    assert store.claim("p1", "me", NOW)
    store.save(state, "me")
    assert store.get("p1") == state


def test_one_of_many_gets_the_lease(store: SessionStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda holder: store.claim("p1", str(holder), NOW), range(8)))
    assert got.count(True) == 1


def test_a_lease_is_prolonged_released_and_runs_out(store: SessionStore) -> None:
    assert store.claim("p1", "first", NOW)
    assert store.prolong("p1", "first", NOW + LEASE)
    assert not store.claim("p1", "second", NOW + LEASE)
    later = NOW + LEASE + LEASE + timedelta(seconds=1)
    assert store.claim("p1", "second", later)
    store.release("p1", "first")
    assert not store.claim("p1", "third", later)
    store.release("p1", "second")
    assert store.claim("p1", "third", later)


def test_a_lost_lease_is_lost_for_good(store: SessionStore) -> None:
    assert store.claim("p1", "first", NOW)
    later = NOW + LEASE + timedelta(seconds=1)
    assert store.claim("p1", "second", later)
    store.save(SessionState("p1", 5), "second")
    store.release("p1", "second")
    assert not store.prolong("p1", "first", later)
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 1), "first")
    assert store.get("p1").generation == 5


def test_a_lease_of_a_clock_that_was_wrong_does_not_block(store: SessionStore) -> None:
    assert store.claim("p1", "an hour ahead", NOW + timedelta(hours=1))
    assert store.claim("p1", "second", NOW)


def test_a_dead_holder_frees_the_lease_within_five_seconds() -> None:
    assert timedelta(seconds=5) > LEASE


def test_a_lease_that_is_held_outlives_its_first_term(store: SessionStore) -> None:
    assert store.claim("p1", "first", datetime.now(UTC) - LEASE + timedelta(seconds=1.5))
    with held(store, "p1", "first"):
        time.sleep(2.5)
        assert not store.claim("p1", "second", datetime.now(UTC))
    assert store.claim("p1", "second", datetime.now(UTC))


def test_nothing_is_stored_without_the_lease(store: SessionStore) -> None:
    note = AbandonedSession("reference", "p1", Environment.TEST, NOW)
    assert store.claim("p1", "first", NOW)
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 3), "second", note)
    assert store.get("p1").generation == 0
    assert store.abandoned("p1") == []


def test_what_is_abandoned_is_noted_once_and_struck_out(store: SessionStore) -> None:
    note = AbandonedSession("reference", "p1", Environment.DEMO, NOW)
    assert store.claim("p1", "first", NOW)
    store.save(SessionState("p1", 1), "first", note)
    store.save(SessionState("p1", 2), "first", note)
    assert store.abandoned("p1") == [note]
    assert store.abandoned("p2") == []
    store.forget_abandoned("reference")
    assert store.abandoned("p1") == []


def test_public_keys_are_kept_for_each_environment(store: SessionStore) -> None:
    store.save_public_keys(Environment.TEST, "first")
    store.save_public_keys(Environment.TEST, "second")
    assert store.load_public_keys(Environment.TEST) == "second"
    assert store.load_public_keys(Environment.DEMO) is None


def test_an_absent_database_is_told_without_its_url() -> None:
    store = SessionStore(connect(make_url("mysql+pymysql://me:do-not-show@127.0.0.1:1/state")))
    with pytest.raises(TryLater) as caught:
        store.get("p1")
    assert caught.value.code == "state-unreachable"
    assert "do-not-show" not in repr(caught.value)
