"""The state database: its tables, made, migrated and lost; its clock; on SQLite and MariaDB."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    column,
    event,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.engine import make_url

from bridge.credentials.context import ContextIdentifier, ContextType
from bridge.credentials.environment import Environment
from bridge.database import connection_for_transactions
from bridge.sessions.state import SessionState
from bridge.sessions.store import SessionStore
from bridge.state.database import StateDatabase, connect
from bridge.state.errors import TryLater
from bridge.state.leases import IS_ROW, LEASE, Lease, Leases
from bridge.state.schema import VERSION_TABLE
from bridge.state.tables import enrolment, metadata, session
from tests.mariadb import IS_MYSQL, MariaDb
from tests.state.databases import state_at

TABLES_OF_0_1_0 = Path(__file__).with_name("tables-0.1.0.sql")
ALL = select(session.c.profile_id)
STEP = table(VERSION_TABLE, column("version_num"))
IS_NOW_HELD = update(session).where(IS_ROW).values(lease_holder=bindparam("new_holder"))


def test_an_absent_database_is_told_without_its_url() -> None:
    engine = connect(make_url("mysql+pymysql://me:do-not-show@127.0.0.1:1/state"))
    with pytest.raises(TryLater) as caught:
        StateDatabase(engine).first(ALL, {})
    assert caught.value.code == "state-unreachable"
    assert "do-not-show" not in repr(caught.value)


def test_a_server_that_falls_silent_after_a_transaction_keeps_no_connection(
    state: StateDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = state.engine.dialect

    def fall_silent(*_arguments: object) -> None:
        raise dialect.loaded_dbapi.OperationalError(2013, "Lost connection")

    with monkeypatch.context() as silent:
        silent.setattr(dialect, "reset_isolation_level", fall_silent)
        for _ in range(6):
            with pytest.raises(TryLater):
                state.run(lambda connection: None)
    assert state.run(lambda connection: "again") == "again"


def test_the_steps_make_the_tables_that_the_code_knows(state: StateDatabase) -> None:
    with state.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_tables_of_an_older_bridge_are_brought_up_to_date(state_engine: Engine) -> None:
    with state_engine.begin() as connection:
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
    state = StateDatabase(state_engine)
    state.create_tables()
    assert Leases(state).claim("p1", "me")
    store = SessionStore(state)
    store.save(SessionState("p1", 1), Lease("p1", "me"))
    assert store.get("p1").generation == 1


def test_what_0_1_0_looks_at_is_left_as_it_left_it(state_engine: Engine) -> None:
    """It refuses to start where its table of steps names one that it does not know."""
    state = StateDatabase(state_engine)
    with state_engine.begin() as connection:
        for statement in TABLES_OF_0_1_0.read_text(encoding="utf-8").split(";\n")[:-1]:
            connection.exec_driver_sql(statement)
    state.create_tables()
    assert SessionStore(state).get("p1").generation == 3
    assert Leases(state).claim("p1", "me")
    with state_engine.connect() as connection:
        reached = text("SELECT version_num FROM ksef_bridge_schema_version")
        assert connection.scalar(reached) == "0003"
        kept = select(enrolment.c.profile_id, enrolment.c.signing_request_id)
        assert connection.execute(kept).one() == ("p1", None)
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    assert [each[0] for each in differences] == ["remove_table"]


@pytest.mark.parametrize("statements_done", range(1, 16))
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
            StateDatabase(engine).create_tables()
    finally:
        event.remove(Engine, "before_cursor_execute", cut_off)
    state = StateDatabase(engine)
    state.create_tables()
    assert Leases(state).claim("p1", "me")
    assert SessionStore(state).abandoned("p1") == []
    engine.dispose()


def test_a_table_that_was_removed_alone_is_made_again(state: StateDatabase) -> None:
    with state.engine.begin() as connection:
        connection.execute(text("DROP TABLE ksef_bridge_public_keys"))
    assert SessionStore(state).load_public_keys(Environment.TEST) is None


def test_many_bridges_may_start_at_once(state_engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: StateDatabase(state_engine).create_tables(), range(4)))
    assert set(metadata.tables) <= set(inspect(state_engine).get_table_names())


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
        StateDatabase(engine).create_tables()
    finally:
        event.remove(Engine, "after_cursor_execute", released)
    assert seen == [step()]
    engine.dispose()


def test_tables_of_a_later_bridge_serve_this_one_too(state_engine: Engine) -> None:
    """Of two bridges one is upgraded first, and the other one may start again before it is."""
    state = StateDatabase(state_engine)
    state.create_tables()
    with state_engine.begin() as connection:
        connection.execute(update(STEP).values(version_num="9999"))
        connection.execute(text("ALTER TABLE ksef_bridge_session ADD later INTEGER DEFAULT 5"))
        connection.execute(text("DROP TABLE ksef_bridge_public_keys"))
    state.create_tables()
    assert Leases(state).claim("p1", "me")
    store = SessionStore(state)
    store.save(SessionState("p1", 1), Lease("p1", "me"))
    assert store.get("p1").generation == 1
    assert store.load_public_keys(Environment.TEST) is None
    with state_engine.connect() as connection:
        assert connection.scalar(select(STEP.c.version_num)) == "9999"


def test_work_that_was_undone_for_another_transaction_is_done_again(mariadb: MariaDb) -> None:
    """Two wait for each other: InnoDB undoes the one that has changed less."""
    state = state_at(mariadb.new_database())
    for id_ in ("p1", "p2"):
        assert Leases(state).claim(id_, "nobody")
    holds_p2 = threading.Event()
    runs = []

    def held(connection: Connection, id_: str, holder: str) -> None:
        connection.execute(IS_NOW_HELD, {"id": id_, "new_holder": holder})

    def work(connection: Connection) -> str:
        runs.append(1)
        held(connection, "p2", "undone")
        holds_p2.set()
        held(connection, "p1", "undone")
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with connection_for_transactions(state.engine) as other, other.begin():
            for number in range(20):
                other.execute(insert(session).values(profile_id=f"more {number}", state=None))
            held(other, "p1", "preferred")
            waiting = pool.submit(state.run, work)
            assert holds_p2.wait(10)
            held(other, "p2", "preferred")
        assert waiting.result(timeout=20) == "done"
    assert len(runs) == 2
    holders = select(session.c.lease_holder).where(session.c.profile_id.in_(["p1", "p2"]))
    assert state.run(lambda connection: set(connection.scalars(holders))) == {"undone"}
    state.engine.dispose()


def test_what_mysql_is_stricter_in_than_mariadb_is_kept_to(mariadb: MariaDb) -> None:
    """A primary key for each table, which servers in a group demand, and MySQL 8's modes."""
    url = mariadb.new_database()
    [modes] = mariadb.query("SELECT @@GLOBAL.sql_mode")
    demands_keys = "sql_require_primary_key" if IS_MYSQL else "innodb_force_primary_key"
    mariadb.execute(
        f"SET GLOBAL {demands_keys} = 1; SET GLOBAL sql_mode = 'ONLY_FULL_GROUP_BY,"
        "STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
        "NO_ENGINE_SUBSTITUTION'"
    )
    try:
        state = state_at(url)
        store = SessionStore(state)
        assert Leases(state).claim("p1", "me")
        store.save(SessionState("p1", 1), Lease("p1", "me"), release=True)
        context = ContextIdentifier(ContextType.NIP, "5265877635")
        seen = store.look("p1", Environment.TEST, context)
        assert seen.state == SessionState("p1", 1)
        assert seen.age is not None
        assert abs(seen.age) < timedelta(seconds=10)
        assert store.unfinished() == []
        assert store.forget_older_than(timedelta(days=8)) == 0
        state.engine.dispose()
    finally:
        mariadb.execute(f"SET GLOBAL {demands_keys} = 0; SET GLOBAL sql_mode = '{modes}'")


@pytest.mark.parametrize("times", [1, 4, 5])
def test_a_statement_may_meet_some_conflicts(mariadb: MariaDb, times: int) -> None:
    """Galera tells a statement that lost to one on another node so, even when it stood alone."""
    state = state_at(mariadb.new_database())
    leases = Leases(state)
    assert leases.claim("p1", "me")
    with state.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER lost BEFORE UPDATE ON ksef_bridge_session FOR EACH ROW "
            "BEGIN SET @lost = COALESCE(@lost, 0) + 1;"
            " IF @lost <= TIMES THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; END IF;"
            " END".replace("TIMES", str(times))
        )
    if times > 4:
        with pytest.raises(TryLater):
            leases.prolong("p1", "me")
    else:
        assert leases.prolong("p1", "me")
    state.engine.dispose()


def test_tables_lost_under_a_running_bridge_are_made_anew(state: StateDatabase) -> None:
    leases, store = Leases(state), SessionStore(state)
    assert leases.claim("p1", "me")
    store.save(SessionState("p1", 7), Lease("p1", "me"))
    with state.engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    assert store.get("p1") == SessionState("p1")
    assert leases.claim("p1", "me")


def test_a_deleted_file_is_left_for_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    states = [StateDatabase(connect(make_url(f"sqlite:///{path}"))) for _ in range(2)]
    states[0].create_tables()
    stores = [SessionStore(each) for each in states]
    for each in stores:
        assert each.get("p1") == SessionState("p1")
    for file in tmp_path.glob("state.sqlite3*"):
        file.unlink()
    assert Leases(states[0]).claim("p1", "me")
    stores[0].save(SessionState("p1", 3), Lease("p1", "me"))
    end = time.monotonic() + 5
    while stores[1].get("p1").generation != 3:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert path.stat().st_mode & 0o077 == 0


def test_a_new_file_is_read_while_somebody_writes(tmp_path: Path) -> None:
    """By a worker that opens it for the first time, as all do that begin together."""
    path = tmp_path / "state.sqlite3"
    state_at(f"sqlite:///{path}").engine.dispose()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        worker = StateDatabase(connect(make_url(f"sqlite:///{path}")))
        assert SessionStore(worker).get("p1") == SessionState("p1")
    worker.engine.dispose()


def test_the_database_and_this_host_agree_about_the_time(state_engine: Engine) -> None:
    state = StateDatabase(state_engine)
    state.create_tables()
    assert Leases(state).claim("p1", "me")
    with state_engine.connect() as connection:
        until = connection.execute(select(session.c.lease_until)).scalar_one()
    assert abs(until / 1000 - LEASE.total_seconds() - time.time()) < 5
