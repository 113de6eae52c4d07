"""What the store answers of one profile, and to whom: another's id is never taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    Phase,
    SealedToken,
    SessionState,
    proof_id,
)
from bridge.sessions.store import SessionStore
from bridge.state.database import StateDatabase, connect
from bridge.state.errors import LeaseLost, TryLater
from bridge.state.leases import LEASE, Lease, Leases
from bridge.state.tables import session
from bridge.vault import SealKeyUnknown
from tests.mariadb import MariaDb
from tests.state.databases import Time, state_at

CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
NOW = datetime.now(UTC).replace(microsecond=0)
REFERENCE = "20261123-AU-33194CE936-829460A8C3-6F"


@pytest.fixture
def state(tmp_path: Path, state_clock: Time) -> Iterator[StateDatabase]:
    """In SQLite alone."""
    database = state_at(f"sqlite:///{tmp_path}/state.sqlite3", state_clock.clock)
    yield database
    database.engine.dispose()


@pytest.fixture
def engine(state: StateDatabase) -> Engine:
    return state.engine


@pytest.fixture
def store(state: StateDatabase) -> SessionStore:
    return SessionStore(state)


@pytest.fixture
def leases(state: StateDatabase) -> Leases:
    return Leases(state)


@pytest.fixture
def mariadb_state(mariadb: MariaDb) -> Iterator[StateDatabase]:
    database = state_at(mariadb.new_database())
    yield database
    database.engine.dispose()


def a_session(phase: Phase = Phase.ESTABLISHED, **tokens: SealedToken) -> KsefSession:
    return KsefSession(
        phase=phase,
        credential="c" * 64,
        environment=Environment.TEST,
        context=CONTEXT,
        authentication_method="Token",
        reference_number=REFERENCE,
        **tokens,
    )


def stored(state: StateDatabase, stored: SessionState) -> None:
    assert Leases(state).claim(stored.profile_id, "me")
    SessionStore(state).save(stored, Lease(stored.profile_id, "me"), release=True)


def test_a_profile_is_looked_at_with_its_state_and_a_version_that_grows(
    state: StateDatabase,
    store: SessionStore,
) -> None:
    assert store.look("p1", Environment.TEST, CONTEXT).version is None
    versions = []
    for generation in (1, 2):
        stored(state, SessionState("p1", generation))
        seen = store.look("p1", Environment.TEST, CONTEXT)
        assert seen.state == SessionState("p1", generation)
        versions.append(seen.version)
    assert None not in versions
    assert versions[0] != versions[1]


def test_a_lease_is_claimed_only_while_nothing_has_changed_since_the_look(
    leases: Leases, state: StateDatabase, store: SessionStore, state_clock: Time
) -> None:
    assert leases.claim_unchanged("p1", "first", None)
    assert not leases.claim_unchanged("p1", "second", None), "another was the first"
    assert leases.prolong("p1", "first"), "and holds it"
    store.save(SessionState("p1", 1), Lease("p1", "first"), release=True)
    seen = store.look("p1", Environment.TEST, CONTEXT).version
    stored(state, SessionState("p1", 2))
    assert leases.claim_unchanged("p1", "late", seen) is False
    assert leases.claim_unchanged("p1", "late", None) is False
    newer = store.look("p1", Environment.TEST, CONTEXT).version
    assert leases.claim_unchanged("p1", "third", newer)
    assert leases.claim_unchanged("p1", "fourth", newer) is False, "it is held"
    assert leases.prolong("p1", "third")
    state_clock.pass_by(LEASE + timedelta(seconds=1))
    assert leases.claim_unchanged("p1", "fourth", newer)


def test_a_state_stored_last_gives_the_lease_back(leases: Leases, store: SessionStore) -> None:
    note = AbandonedSession(REFERENCE, "p1", Environment.TEST, NOW)
    assert leases.claim("p1", "me")
    store.save(SessionState("p1", 1), Lease("p1", "me"), note)
    assert not leases.is_free("p1")
    store.save(SessionState("p1", 2), Lease("p1", "me"), note, release=True)
    assert leases.is_free("p1")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 3), Lease("p1", "me"))
    assert store.get("p1").generation == 2


def test_a_profile_is_forgotten_by_whoever_holds_its_lease(
    leases: Leases, store: SessionStore
) -> None:
    for profile_id in ("p1", "p2"):
        assert leases.claim(profile_id, "me")
        store.save(SessionState(profile_id, 1), Lease(profile_id, "me"))
    store.remove(Lease("p1", "another"))
    assert store.get("p1").generation == 1
    store.remove(Lease("p1", "me"))
    assert store.look("p1", Environment.TEST, CONTEXT).version is None
    assert leases.is_free("p1")
    assert store.get("p2").generation == 1


def test_only_what_is_older_is_forgotten(
    leases: Leases, store: SessionStore, state_clock: Time
) -> None:
    since = datetime.fromtimestamp(state_clock.now / 1000, UTC)
    note = AbandonedSession(REFERENCE, "p1", Environment.TEST, since)
    assert leases.claim("p1", "me")
    store.save(SessionState("p1", 1), Lease("p1", "me"), note, release=True)
    state_clock.pass_by(timedelta(days=4))
    assert store.forget_older_than(timedelta(days=4)) == 0
    assert store.abandoned("p1") == [note]
    state_clock.pass_by(timedelta(seconds=1))
    assert store.forget_older_than(timedelta(days=4)) == 2
    assert store.abandoned("p1") == []


def test_what_a_test_left_is_of_its_profile(leases: Leases, store: SessionStore) -> None:
    notes = [
        AbandonedSession(f"reference {number}", id_, Environment.TEST, NOW)
        for number, id_ in enumerate(("p1", proof_id("p1"), proof_id("p1", "c1"), "p11", "p2"))
    ]
    for note in notes:
        assert leases.claim(note.profile_id, "me")
        store.save(SessionState(note.profile_id), Lease(note.profile_id, "me"), note)
    assert store.abandoned("p1") == notes[:3]
    assert store.abandoned("p2") == notes[4:]


@pytest.mark.parametrize("kind", ["state", "mariadb_state"])
def test_an_id_that_only_resembles_is_another_record(
    request: pytest.FixtureRequest, kind: str
) -> None:
    """MySQL compares without regard to case and accents; LIKE knows placeholders."""
    state: StateDatabase = request.getfixturevalue(kind)
    store, leases = SessionStore(state), Leases(state)
    note = AbandonedSession(REFERENCE, proof_id("pa1", "c1"), Environment.TEST, NOW)
    for id_ in ("pa1", note.profile_id):
        assert leases.claim(id_, "me")
        store.save(SessionState(id_, 3), Lease(id_, "me"), note if id_ != "pa1" else None)
    for resembling in ("PA1", "pá1", "p_1", "p%", "%", "pa1 "):
        assert store.get(resembling) == SessionState(resembling)
        assert store.rows_of(resembling) == [], resembling
        assert store.abandoned(resembling) == [], resembling
    assert store.rows_of("pa1") == ["pa1", note.profile_id]
    assert store.abandoned("pa1") == [note]


def test_whether_the_tables_can_be_read_is_checked(store: SessionStore) -> None:
    store.check()
    gone = SessionStore(
        StateDatabase(connect(make_url("mysql+pymysql://nobody@127.0.0.1:1/state")))
    )
    with pytest.raises(TryLater):
        gone.check()


def test_a_list_of_public_keys_that_another_stores_in_between_serves(
    store: SessionStore, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER another BEFORE INSERT ON ksef_bridge_public_keys"
                " WHEN new.document = 'mine' BEGIN"
                " INSERT INTO ksef_bridge_public_keys VALUES (new.environment, 'of another'); END"
            )
        )
    store.save_public_keys(Environment.TEST, "mine")
    assert store.load_public_keys(Environment.TEST) != "mine"


@pytest.mark.parametrize("document", ["{", "{}", "[]", '{"profile_id": 5}'])
def test_a_state_that_cannot_be_read_costs_a_login_and_is_logged(
    state: StateDatabase, store: SessionStore, engine: Engine, document: str
) -> None:
    stored(state, SessionState("p1", 5))
    with engine.begin() as connection:
        connection.execute(update(session).values(state=document))
    with capture_logs() as logged:
        assert store.get("p1") == SessionState("p1")
        assert store.look("p1", Environment.TEST, CONTEXT).state == SessionState("p1")
    expected = {"event": "session-state-unreadable", "log_level": "error", "profile": "p1"}
    assert logged == [expected] * 2


def test_every_token_of_every_phase_gets_a_new_seal(
    state: StateDatabase, store: SessionStore
) -> None:
    def token(name: str) -> SealedToken:
        return SealedToken(name, NOW)

    submitted = a_session(Phase.SUBMITTED, authentication_token=token("authentication"))
    established = a_session(access_token=token("access"), refresh_token=token("refresh"))
    for profile_id, its in (("p1", submitted), ("p2", established), ("p3", None)):
        stored(state, SessionState(profile_id, 1, its))
    assert store.renew_seals(lambda sealed: f"new {sealed}") == 2
    assert store.get("p1").session == a_session(
        Phase.SUBMITTED, authentication_token=token("new authentication")
    )
    assert store.get("p2").session == a_session(
        access_token=token("new access"), refresh_token=token("new refresh")
    )
    assert store.get("p3") == SessionState("p3", 1)


def test_a_seal_that_does_not_open_is_kept_and_logged(
    state: StateDatabase, store: SessionStore
) -> None:
    stored(state, SessionState("p1", 1, a_session(access_token=SealedToken("sealed", NOW))))

    def renew(_sealed: str) -> str:
        raise SealKeyUnknown

    with capture_logs() as logged:
        assert store.renew_seals(renew) == 0
    expected = {
        "event": "session-seal-unusable",
        "log_level": "warning",
        "reference": REFERENCE,
        "code": "seal-key-unknown",
    }
    assert logged == [expected]
    found = store.get("p1").session
    assert found is not None
    assert found.access_token == SealedToken("sealed", NOW)


def test_a_seal_that_a_login_stored_meanwhile_is_left_for_the_next_pass(
    state: StateDatabase, store: SessionStore, engine: Engine
) -> None:
    stored(state, SessionState("p1", 1, a_session(access_token=SealedToken("old", NOW))))

    def renew(sealed: str) -> str:
        if sealed == "old":
            newer = a_session(access_token=SealedToken("of a login", NOW))
            stored(state, SessionState("p1", 2, newer))
        return f"new {sealed}"

    assert store.renew_seals(renew) == 0
    assert store.get("p1").generation == 2
    assert store.renew_seals(renew) == 1
    with engine.connect() as connection:
        found = connection.execute(text("SELECT state FROM ksef_bridge_session")).scalar_one()
    assert "new of a login" in found
