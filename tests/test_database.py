"""One pool for each database: reads are never stale, changes kept, lost connections replaced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bridge import database
from tests.mariadb import MariaDb

notes = Table(
    "notes", MetaData(), Column("id", String(16), primary_key=True), Column("words", Text)
)
BY_ID = "SELECT id, words FROM notes WHERE id = ?"
IS_NOTE = notes.c.id == bindparam("id_")


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/notes.sqlite3"
    if request.param == "mariadb":
        url = f"{request.getfixturevalue('mariadb').new_database()}?charset=utf8mb4"
    engine = database.connect(make_url(url))
    notes.create(engine)
    yield engine
    engine.dispose()


def test_the_server_of_the_tests_keeps_its_temporary_files_apart(mariadb: MariaDb) -> None:
    assert mariadb.query("SELECT @@tmpdir") == [str(mariadb.folder / "tmp")]


def add(engine: Engine, id_: str, words: str | None) -> None:
    with engine.connect() as connection:
        connection.execute(insert(notes), {"id": id_, "words": words})


@pytest.mark.parametrize(
    "words",
    ["", None, "zażółć gęślą jaźń 🙂", 'a "quoted" \\ word\nand % sign: %(id)s ?', "x" * 60_000],
    ids=["empty", "null", "polish", "signs", "long"],
)
def test_what_is_written_is_read(engine: Engine, words: str | None) -> None:
    add(engine, "n1", words)
    assert database.first_row(engine, BY_ID, ["n1"]) == ("n1", words)
    assert database.first_row(engine, BY_ID, ["n2"]) is None
    assert database.first_row(engine, BY_ID, ["' OR '1'='1"]) is None


def test_a_read_is_never_stale_and_a_change_needs_no_commit(engine: Engine) -> None:
    add(engine, "n1", "one")
    with engine.connect() as reading, engine.connect() as changing:
        assert reading.execute(notes.select()).one().words == "one"
        changing.execute(update(notes).where(IS_NOTE), {"id_": "n1", "words": "two"})
        assert reading.execute(notes.select()).one().words == "two"
        assert database.first_row(engine, BY_ID, ["n1"]) == ("n1", "two")


def test_a_transaction_is_kept_as_a_whole_and_ends_with_its_block(engine: Engine) -> None:
    def fail() -> None:
        with database.connection_for_transactions(engine) as connection, connection.begin():
            connection.execute(insert(notes), {"id": "n1"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert database.first_row(engine, BY_ID, ["n1"]) is None
    with database.connection_for_transactions(engine) as connection, connection.begin():
        connection.execute(insert(notes), {"id": "n1"})
        connection.execute(insert(notes), {"id": "n2"})
    # The same connection, taken again, commits each statement by itself.
    with engine.connect() as connection:
        connection.execute(delete(notes).where(IS_NOTE), {"id_": "n1"})
    assert database.first_row(engine, BY_ID, ["n1"]) is None
    assert database.first_row(engine, BY_ID, ["n2"]) == ("n2", None)


def test_errors_are_sqlalchemys_show_no_parameters_and_leave_a_working_pool(
    engine: Engine,
) -> None:
    add(engine, "n1", "one")
    for _ in range(20):
        with pytest.raises(DBAPIError) as caught:
            database.first_row(engine, "SELECT absent FROM notes WHERE id = ?", ["do-not-show"])
        assert "do-not-show" not in str(caught.value)
        assert caught.value.__cause__ is None
    assert database.first_row(engine, BY_ID, ["n1"]) == ("n1", "one")


def test_a_server_that_is_away_is_an_error_of_sqlalchemys() -> None:
    engine = database.connect(make_url("mysql+pymysql://me:do-not-show@127.0.0.1:1/notes"))
    with pytest.raises(SQLAlchemyError) as caught:
        database.first_row(engine, BY_ID, ["n1"])
    assert "do-not-show" not in str(caught.value)


def test_no_more_connections_are_made_than_were_asked_for(engine: Engine) -> None:
    few = database.connect(engine.url, connections=2)
    with few.connect(), few.connect(), pytest.raises(SQLAlchemyError):
        database.first_row(few, BY_ID, ["n1"])
    assert database.first_row(few, BY_ID, ["n1"]) is None
    few.dispose()


@pytest.mark.parametrize("connections", [1, 3])
def test_connections_that_the_server_dropped_are_replaced(
    mariadb: MariaDb, connections: int
) -> None:
    engine = database.connect(make_url(mariadb.new_database()))
    notes.create(engine)
    add(engine, "n1", "one")

    def drop() -> None:
        held = [engine.connect() for _ in range(connections)]
        ids = [each.connection.thread_id() for each in held]
        for each in held:
            each.close()
        mariadb.execute("".join(f"KILL {each};" for each in ids))

    drop()
    assert database.first_row(engine, BY_ID, ["n1"]) == ("n1", "one")
    drop()
    add(engine, "n2", "two")
    engine.dispose()
