"""What the store answers of one profile, and to whom: another's id is never taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Engine, bindparam, text, update
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.sessions.clock import Clock
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    Phase,
    SealedToken,
    SessionState,
    proof_id,
)
from bridge.sessions.state_database import connect
from bridge.sessions.statements import LEASE
from bridge.sessions.store import SessionStore
from bridge.sessions.tables import session
from bridge.vault import SealKeyUnknown
from tests.mariadb import MariaDb

CONTEXT = ContextIdentifier(ContextType.NIP, "5265877635")
NOW = datetime.now(UTC).replace(microsecond=0)
REFERENCE = "20261123-AU-33194CE936-829460A8C3-6F"


class Time:
    """The database's time in milliseconds; it passes when a test says so."""

    now = 1_800_000_000_000

    def pass_by(self, time: timedelta) -> None:
        self.now += int(time.total_seconds() * 1000)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(make_url(f"sqlite:///{tmp_path}/state.sqlite3"))
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def store(engine: Engine, clock: Time) -> SessionStore:
    now = bindparam("now", type_=BigInteger)
    store = SessionStore(engine, Clock(now, lambda: {"now": clock.now}))
    store.create_tables()
    return store


@pytest.fixture
def mariadb_store(mariadb: MariaDb) -> Iterator[SessionStore]:
    engine = connect(make_url(mariadb.new_database()))
    store = SessionStore(engine)
    store.create_tables()
    yield store
    engine.dispose()


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


def stored(store: SessionStore, state: SessionState) -> None:
    assert store.claim(state.profile_id, "me")
    store.save(state, "me", release=True)


def test_a_lease_is_free_until_it_is_claimed_and_after_it_ran_out(
    store: SessionStore, clock: Time
) -> None:
    assert store.is_free("p1")
    assert store.claim("p1", "me")
    assert not store.is_free("p1")
    assert store.is_free("p2")
    clock.pass_by(LEASE + timedelta(seconds=1))
    assert store.is_free("p1")


def test_a_profile_is_looked_at_with_its_state_and_a_version_that_grows(
    store: SessionStore,
) -> None:
    assert store.look("p1", Environment.TEST, CONTEXT).version is None
    versions = []
    for generation in (1, 2):
        stored(store, SessionState("p1", generation))
        seen = store.look("p1", Environment.TEST, CONTEXT)
        assert seen.state == SessionState("p1", generation)
        versions.append(seen.version)
    assert None not in versions
    assert versions[0] != versions[1]


def test_a_lease_is_claimed_only_while_nothing_has_changed_since_the_look(
    store: SessionStore, clock: Time
) -> None:
    assert store.claim_unchanged("p1", "first", None)
    assert not store.claim_unchanged("p1", "second", None), "another was the first"
    assert store.prolong("p1", "first"), "and holds it"
    store.save(SessionState("p1", 1), "first", release=True)
    seen = store.look("p1", Environment.TEST, CONTEXT).version
    stored(store, SessionState("p1", 2))
    assert store.claim_unchanged("p1", "late", seen) is False
    assert store.claim_unchanged("p1", "late", None) is False
    newer = store.look("p1", Environment.TEST, CONTEXT).version
    assert store.claim_unchanged("p1", "third", newer)
    assert store.claim_unchanged("p1", "fourth", newer) is False, "it is held"
    assert store.prolong("p1", "third")
    clock.pass_by(LEASE + timedelta(seconds=1))
    assert store.claim_unchanged("p1", "fourth", newer)


def test_a_state_stored_last_gives_the_lease_back(store: SessionStore) -> None:
    note = AbandonedSession(REFERENCE, "p1", Environment.TEST, NOW)
    assert store.claim("p1", "me")
    store.save(SessionState("p1", 1), "me", note)
    assert not store.is_free("p1")
    store.save(SessionState("p1", 2), "me", note, release=True)
    assert store.is_free("p1")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 3), "me")
    assert store.get("p1").generation == 2


def test_a_profile_is_forgotten_by_whoever_holds_its_lease(store: SessionStore) -> None:
    for profile_id in ("p1", "p2"):
        assert store.claim(profile_id, "me")
        store.save(SessionState(profile_id, 1), "me")
    store.remove("p1", "another")
    assert store.get("p1").generation == 1
    store.remove("p1", "me")
    assert store.look("p1", Environment.TEST, CONTEXT).version is None
    assert store.is_free("p1")
    assert store.get("p2").generation == 1


def test_only_what_is_older_is_forgotten(store: SessionStore, clock: Time) -> None:
    since = datetime.fromtimestamp(clock.now / 1000, UTC)
    note = AbandonedSession(REFERENCE, "p1", Environment.TEST, since)
    assert store.claim("p1", "me")
    store.save(SessionState("p1", 1), "me", note, release=True)
    clock.pass_by(timedelta(days=4))
    assert store.forget_older_than(timedelta(days=4)) == 0
    assert store.abandoned("p1") == [note]
    clock.pass_by(timedelta(seconds=1))
    assert store.forget_older_than(timedelta(days=4)) == 2
    assert store.abandoned("p1") == []


def test_what_a_test_left_is_of_its_profile(store: SessionStore) -> None:
    notes = [
        AbandonedSession(f"reference {number}", id_, Environment.TEST, NOW)
        for number, id_ in enumerate(("p1", proof_id("p1"), proof_id("p1", "c1"), "p11", "p2"))
    ]
    for note in notes:
        assert store.claim(note.profile_id, "me")
        store.save(SessionState(note.profile_id), "me", note)
    assert store.abandoned("p1") == notes[:3]
    assert store.abandoned("p2") == notes[4:]


@pytest.mark.parametrize("kind", ["store", "mariadb_store"])
def test_an_id_that_only_resembles_is_another_record(
    request: pytest.FixtureRequest, kind: str
) -> None:
    """MySQL compares without regard to case and accents; LIKE knows placeholders."""
    store: SessionStore = request.getfixturevalue(kind)
    note = AbandonedSession(REFERENCE, proof_id("pa1", "c1"), Environment.TEST, NOW)
    for id_ in ("pa1", note.profile_id):
        assert store.claim(id_, "me")
        store.save(SessionState(id_, 3), "me", note if id_ != "pa1" else None)
    for resembling in ("PA1", "pá1", "p_1", "p%", "%", "pa1 "):
        assert store.get(resembling) == SessionState(resembling)
        assert store.rows_of(resembling) == [], resembling
        assert store.abandoned(resembling) == [], resembling
    assert store.rows_of("pa1") == ["pa1", note.profile_id]
    assert store.abandoned("pa1") == [note]


def test_whether_the_tables_can_be_read_is_checked(store: SessionStore, engine: Engine) -> None:
    store.check()
    gone = SessionStore(connect(make_url("mysql+pymysql://nobody@127.0.0.1:1/state")))
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
    store: SessionStore, engine: Engine, document: str
) -> None:
    stored(store, SessionState("p1", 5))
    with engine.begin() as connection:
        connection.execute(update(session).values(state=document))
    with capture_logs() as logged:
        assert store.get("p1") == SessionState("p1")
        assert store.look("p1", Environment.TEST, CONTEXT).state == SessionState("p1")
    expected = {"event": "session-state-unreadable", "log_level": "error", "profile": "p1"}
    assert logged == [expected] * 2


def test_every_token_of_every_phase_gets_a_new_seal(store: SessionStore) -> None:
    def token(name: str) -> SealedToken:
        return SealedToken(name, NOW)

    submitted = a_session(Phase.SUBMITTED, authentication_token=token("authentication"))
    established = a_session(access_token=token("access"), refresh_token=token("refresh"))
    for profile_id, its in (("p1", submitted), ("p2", established), ("p3", None)):
        stored(store, SessionState(profile_id, 1, its))
    assert store.renew_seals(lambda sealed: f"new {sealed}") == 2
    assert store.get("p1").session == a_session(
        Phase.SUBMITTED, authentication_token=token("new authentication")
    )
    assert store.get("p2").session == a_session(
        access_token=token("new access"), refresh_token=token("new refresh")
    )
    assert store.get("p3") == SessionState("p3", 1)


def test_a_seal_that_does_not_open_is_kept_and_logged(store: SessionStore) -> None:
    stored(store, SessionState("p1", 1, a_session(access_token=SealedToken("sealed", NOW))))

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
    store: SessionStore, engine: Engine
) -> None:
    stored(store, SessionState("p1", 1, a_session(access_token=SealedToken("old", NOW))))

    def renew(sealed: str) -> str:
        if sealed == "old":
            newer = a_session(access_token=SealedToken("of a login", NOW))
            stored(store, SessionState("p1", 2, newer))
        return f"new {sealed}"

    assert store.renew_seals(renew) == 0
    assert store.get("p1").generation == 2
    assert store.renew_seals(renew) == 1
    with engine.connect() as connection:
        found = connection.execute(text("SELECT state FROM ksef_bridge_session")).scalar_one()
    assert "new of a login" in found
