"""The state database: who may log in, what is stored, what is left to revoke; on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Engine, bindparam, event, inspect, select, text
from sqlalchemy.engine import make_url

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.sessions.clock import Clock
from bridge.sessions.errors import LeaseLost, TryLater
from bridge.sessions.schema import VERSION_TABLE
from bridge.sessions.state import (
    AbandonedSession,
    KsefSession,
    Phase,
    Refusal,
    SealedToken,
    SessionState,
    StopRefusal,
    proof_id,
)
from bridge.sessions.state_database import connect
from bridge.sessions.statements import LEASE
from bridge.sessions.store import SessionStore
from bridge.sessions.tables import metadata, session
from bridge.state.leases import Leases
from bridge.vault import SealKeyUnknown
from tests.mariadb import MariaDb

NOW = datetime.now(UTC).replace(microsecond=0)
SECOND = 1000
LEASE_TIME = int(LEASE.total_seconds() * SECOND)


@dataclass
class Time:
    """The database's time in milliseconds; it passes when a test says so."""

    now: int = 1_800_000_000_000

    @property
    def clock(self) -> Clock:
        return Clock(bindparam("now", type_=BigInteger), lambda: {"now": self.now})


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/folder/state.sqlite3"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb").new_database()
    engine = connect(make_url(url))
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def store(engine: Engine, clock: Time) -> SessionStore:
    store = SessionStore(engine, clock.clock)
    store.create_tables()
    return store


def test_an_unknown_profile_has_no_session(store: SessionStore) -> None:
    assert store.get("p1") == SessionState("p1")


def test_a_state_is_read_as_it_was_stored(store: SessionStore) -> None:
    session = KsefSession(
        phase=Phase.ESTABLISHED,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.INTERNAL_ID, "5265877635-12346"),
        authentication_method="Token",
        reference_number="20261123-AU-33194CE936-829460A8C3-6F",
        access_token=SealedToken("sealed access token", NOW),
        refresh_token=SealedToken("sealed refresh token", NOW + timedelta(days=7)),
    )
    refusal = Refusal("ksef-refused", {"ksefCode": 415}, 415, "c" * 64, NOW)
    state = SessionState("p1", 7, session, refusal)
    assert store.claim("p1", "me")
    store.save(state, "me")
    assert store.get("p1") == state


def test_one_of_many_gets_the_lease(store: SessionStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda holder: store.claim("p1", str(holder)), range(8)))
    assert got.count(True) == 1


def test_a_lease_is_prolonged_released_and_runs_out(store: SessionStore, clock: Time) -> None:
    assert store.claim("p1", "first")
    clock.now += LEASE_TIME
    assert store.prolong("p1", "first")
    assert not store.claim("p1", "second")
    clock.now += LEASE_TIME + SECOND
    assert store.claim("p1", "second")
    store.release("p1", "first")
    assert not store.claim("p1", "third")
    store.release("p1", "second")
    assert store.claim("p1", "third")


def test_a_lost_lease_is_lost_for_good(store: SessionStore, clock: Time) -> None:
    assert store.claim("p1", "first")
    clock.now += LEASE_TIME + SECOND
    assert store.claim("p1", "second")
    store.save(SessionState("p1", 5), "second")
    store.release("p1", "second")
    assert not store.prolong("p1", "first")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 1), "first")
    assert store.get("p1").generation == 5


def test_a_lease_of_a_clock_that_was_wrong_does_not_block(store: SessionStore, clock: Time) -> None:
    clock.now += 3600 * SECOND
    assert store.claim("p1", "an hour ahead")
    clock.now -= 3600 * SECOND
    assert store.claim("p1", "second")


def test_a_dead_holder_frees_the_lease_within_five_seconds() -> None:
    assert timedelta(seconds=5) > LEASE


def test_a_lease_that_is_held_outlives_its_first_term(engine: Engine, clock: Time) -> None:
    SessionStore(engine, clock.clock).create_tables()
    now = SessionStore(engine)
    clock.now = int(time.time() * SECOND) - LEASE_TIME + 1500
    assert SessionStore(engine, clock.clock).claim("p1", "first")
    with Leases(now).held("p1", "first"):
        time.sleep(2.5)
        assert not now.claim("p1", "second")
    assert now.claim("p1", "second")


def test_the_database_and_this_host_agree_about_the_time(engine: Engine) -> None:
    store = SessionStore(engine)
    store.create_tables()
    assert store.claim("p1", "me")
    with engine.connect() as connection:
        until = connection.execute(select(session.c.lease_until)).scalar_one()
    assert abs(until - LEASE_TIME - time.time() * SECOND) < 5 * SECOND


def test_nothing_is_stored_without_the_lease(store: SessionStore) -> None:
    note = AbandonedSession("reference", "p1", Environment.TEST, NOW)
    assert store.claim("p1", "first")
    with pytest.raises(LeaseLost):
        store.save(SessionState("p1", 3), "second", note)
    assert store.get("p1").generation == 0
    assert store.abandoned("p1") == []


def test_what_is_abandoned_is_noted_once_and_struck_out(store: SessionStore) -> None:
    note = AbandonedSession("reference", "p1", Environment.DEMO, NOW)
    assert store.claim("p1", "first")
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


def test_the_steps_make_the_tables_that_the_code_knows(store: SessionStore, engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_tables_of_an_older_bridge_are_brought_up_to_date(engine: Engine, clock: Time) -> None:
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE ksef_bridge_session (profile_id VARCHAR(64) PRIMARY KEY, state TEXT,"
            " lease_holder VARCHAR(64), lease_until BIGINT NOT NULL)",
            "CREATE TABLE ksef_bridge_abandoned_session (reference_number VARCHAR(64) PRIMARY KEY,"
            " profile_id VARCHAR(64) NOT NULL, environment VARCHAR(16) NOT NULL,"
            " since BIGINT NOT NULL)",
            "CREATE TABLE ksef_bridge_public_keys (environment VARCHAR(16) PRIMARY KEY,"
            " document TEXT NOT NULL)",
            "INSERT INTO ksef_bridge_session VALUES ('p1', NULL, NULL, 0)",
        ):
            connection.execute(text(statement))
    store = SessionStore(engine, clock.clock)
    store.create_tables()
    assert store.claim("p1", "me")
    store.save(SessionState("p1", 1), "me")
    assert store.get("p1").generation == 1


@pytest.mark.parametrize("statements_done", range(1, 12))
def test_a_change_of_the_tables_that_was_cut_off_goes_on(
    mariadb: MariaDb, statements_done: int
) -> None:
    """MySQL commits each statement by itself; the process dies after some of them."""
    engine = connect(make_url(mariadb.new_database()))
    changes = 0

    def cut_off(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        nonlocal changes
        changes += statement.lstrip().upper().startswith(("CREATE", "ALTER"))
        if changes > statements_done:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", cut_off)
    try:
        with pytest.raises(KeyboardInterrupt):
            SessionStore(engine).create_tables()
    finally:
        event.remove(Engine, "before_cursor_execute", cut_off)
    store = SessionStore(engine)
    store.create_tables()
    assert store.claim("p1", "me")
    assert store.abandoned("p1") == []
    engine.dispose()


def test_a_table_that_was_removed_alone_is_made_again(store: SessionStore, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE ksef_bridge_public_keys"))
    assert store.load_public_keys(Environment.TEST) is None


def test_many_bridges_may_start_at_once(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: SessionStore(engine).create_tables(), range(4)))
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_the_next_bridge_sees_which_steps_are_done(mariadb: MariaDb) -> None:
    """It may begin as soon as this one has released the lock."""
    engine = connect(make_url(mariadb.new_database()))
    seen: list[str | None] = []

    def step() -> str | None:
        with engine.connect() as connection:
            options = {"version_table": VERSION_TABLE}
            return MigrationContext.configure(connection, opts=options).get_current_revision()

    def released(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if "release_lock" in statement.lower():
            seen.append(step())

    event.listen(Engine, "after_cursor_execute", released)
    try:
        SessionStore(engine).create_tables()
    finally:
        event.remove(Engine, "after_cursor_execute", released)
    assert seen == [step()]
    engine.dispose()


def test_tables_lost_under_a_running_bridge_are_made_anew(
    store: SessionStore, engine: Engine
) -> None:
    assert store.claim("p1", "me")
    store.save(SessionState("p1", 7), "me")
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    assert store.get("p1") == SessionState("p1")
    assert store.claim("p1", "me")


def test_a_deleted_file_is_left_for_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    stores = [SessionStore(connect(make_url(f"sqlite:///{path}"))) for _ in range(2)]
    stores[0].create_tables()
    for each in stores:
        assert each.get("p1") == SessionState("p1")
    for file in tmp_path.glob("state.sqlite3*"):
        file.unlink()
    assert stores[0].claim("p1", "me")
    stores[0].save(SessionState("p1", 3), "me")
    end = time.monotonic() + 5
    while stores[1].get("p1").generation != 3:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert path.stat().st_mode & 0o077 == 0


def test_a_stopped_context_is_seen_with_every_state_until_it_is_resumed(
    store: SessionStore,
) -> None:
    context = ContextIdentifier(ContextType.NIP, "5265877635")
    refusal = StopRefusal("ksef-context-blocked", {"ksefCode": 480}, 480)
    for _ in range(2):
        store.stop(Environment.TEST, context, refusal)
    seen = store.look("p1", Environment.TEST, context)
    assert (seen.state, seen.stop) == (SessionState("p1"), refusal)
    other = ContextIdentifier(ContextType.NIP, "7980332920")
    assert store.look("p1", Environment.DEMO, context).stop is None
    assert store.look("p1", Environment.TEST, other).stop is None
    assert store.resume(Environment.TEST, context)
    assert not store.resume(Environment.TEST, context)
    assert store.look("p1", Environment.TEST, context).stop is None


def test_broken_off_logins_and_tests_are_found_once_nobody_holds_them(
    store: SessionStore, clock: Time
) -> None:
    for id_, phase in {
        "submitted": Phase.SUBMITTED,
        "established": Phase.ESTABLISHED,
        proof_id("p1", "c1"): Phase.ESTABLISHED,
    }.items():
        assert store.claim(id_, "me")
        store.save(SessionState(id_, 1, a_session(phase)), "me")
    assert store.unfinished() == []
    clock.now += 4 * LEASE_TIME
    assert store.unfinished() == ["submitted"]
    clock.now += 60 * SECOND
    assert sorted(store.unfinished()) == ["p1:c1", "submitted"]
    assert store.rows_of("p1") == ["p1:c1"]
    assert store.rows_of("submitted") == ["submitted"]


def test_what_ksef_has_forgotten_too_is_removed(store: SessionStore, clock: Time) -> None:
    note = AbandonedSession("reference", "old", Environment.TEST, moment(clock.now))
    assert store.claim("old", "me")
    store.save(SessionState("old", 1, a_session(Phase.ESTABLISHED)), "me", note)
    store.release("old", "me")
    clock.now += 5 * 86400 * SECOND
    assert store.claim("new", "me")
    store.save(SessionState("new", 1), "me")
    assert store.forget_older_than(timedelta(days=4)) == 2
    assert store.get("old").session is None
    assert store.abandoned("old") == []
    assert store.get("new").generation == 1


def test_every_seal_is_renewed_and_what_cannot_be_opened_is_kept(store: SessionStore) -> None:
    assert store.claim("p1", "me")
    state = SessionState("p1", 2, a_session(Phase.ESTABLISHED))
    store.save(state, "me")

    def renew(sealed: str) -> str:
        if "refresh" in sealed:
            raise SealKeyUnknown
        return sealed if sealed.startswith("new ") else f"new {sealed}"

    assert store.renew_seals(renew) == 1
    assert store.renew_seals(renew) == 0
    session = store.get("p1").session
    assert session is not None
    assert session.access_token is not None
    assert session.refresh_token is not None
    assert session.access_token.sealed == "new sealed access token"
    assert session.refresh_token.sealed == "sealed refresh token"


def a_session(phase: Phase) -> KsefSession:
    return KsefSession(
        phase=phase,
        credential="c" * 64,
        environment=Environment.TEST,
        context=ContextIdentifier(ContextType.NIP, "5265877635"),
        authentication_method="Token",
        reference_number="20261123-AU-33194CE936-829460A8C3-6F",
        access_token=SealedToken("sealed access token", NOW),
        refresh_token=SealedToken("sealed refresh token", NOW + timedelta(days=7)),
    )


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
