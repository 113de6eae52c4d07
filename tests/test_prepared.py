"""Statements given to the driver as text do what SQLAlchemy's own execution does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from bridge import database
from bridge.prepared import prepared

notes = Table(
    "notes",
    MetaData(),
    Column("id", String(16), primary_key=True),
    Column("count", Integer, nullable=False, default=1),
    Column("words", Text),
    Column("is_read", Boolean, nullable=False, default=False),
)
ADD = insert(notes).values(count=0, is_read=False)
BY_ID = select(notes.c.id, notes.c.count, notes.c.words).where(notes.c.id == bindparam("id_"))
COUNT_UP = (
    update(notes)
    .where(notes.c.id == bindparam("id_"))
    .values(count=notes.c.count + bindparam("by"))
)


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/notes.sqlite3"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb").new_database()
    engine = database.connect_for_changes(make_url(url))
    notes.create(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "words",
    ["", None, "zażółć gęślą jaźń 🙂", 'a "quoted" \\ word\nand % sign: %(id)s ?', "x" * 60_000],
    ids=["empty", "null", "polish", "signs", "long"],
)
def test_what_is_written_is_read(engine: Engine, words: str | None) -> None:
    assert database.change(engine, ADD, {"id": "n1", "words": words}) == 1
    row = database.first_row(engine, BY_ID, {"id_": "n1"})
    assert (row.id, row.count, row.words) == tuple(row) == ("n1", 0, words)
    with engine.connect() as connection:
        assert connection.execute(BY_ID, {"id_": "n1"}).one() == tuple(row)
    assert database.first_row(engine, BY_ID, {"id_": "n2"}) is None


def test_changes_are_counted_by_what_they_find(engine: Engine) -> None:
    database.change(engine, ADD, {"id": "n1", "words": "one"})
    assert database.change(engine, COUNT_UP, {"id_": "n1", "by": 0}) == 1
    assert database.change(engine, COUNT_UP, {"id_": "n2", "by": 1}) == 0
    gone = delete(notes).where(notes.c.id == bindparam("id_"))
    assert [database.change(engine, gone, {"id_": "n1"}) for _ in range(2)] == [1, 0]


def test_the_parameters_of_each_call_say_what_is_inserted(engine: Engine) -> None:
    database.change(engine, ADD, {"id": "n1"})
    database.change(engine, ADD, {"id": "n2", "words": "two"})
    found = [database.first_row(engine, BY_ID, {"id_": each}).words for each in ("n1", "n2")]
    assert found == [None, "two"]


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        (insert(notes), {"id": "n9", "words": "with defaults"}),
        (select(notes.c.id).where(notes.c.id.in_(["n1", "n2"])), {}),
        (select(notes.c.id, notes.c.is_read), {}),
    ],
    ids=["defaults", "list", "converted"],
)
def test_what_only_sqlalchemy_can_do_is_left_to_it(
    engine: Engine, statement: Any, parameters: dict[str, str]
) -> None:
    assert prepared(engine, statement, parameters) is None
    database.change(engine, ADD, {"id": "n1", "words": "one"})
    if statement.is_select:
        row = database.first_row(engine, statement, parameters)
        assert row.id == "n1"
        assert getattr(row, "is_read", False) is False
    else:
        assert database.change(engine, statement, parameters) == 1
        assert database.first_row(engine, BY_ID, {"id_": "n9"}).count == 1


def test_errors_are_sqlalchemys_and_show_no_parameters(engine: Engine) -> None:
    database.change(engine, ADD, {"id": "n1", "words": "do-not-show"})
    with pytest.raises(IntegrityError) as caught:
        database.change(engine, ADD, {"id": "n1", "words": "do-not-show"})
    assert "do-not-show" not in str(caught.value)
    notes.drop(engine)
    with pytest.raises((ProgrammingError, DBAPIError)):
        database.first_row(engine, BY_ID, {"id_": "n1"})


def test_a_server_that_is_away_is_an_error_of_sqlalchemys() -> None:
    engine = database.connect_for_reading(make_url("mysql+pymysql://me:pw@127.0.0.1:1/notes"))
    with pytest.raises(SQLAlchemyError):
        database.first_row(engine, BY_ID, {"id_": "n1"})


@pytest.mark.parametrize("connections", [1, 3])
def test_connections_that_the_server_dropped_are_replaced(mariadb: Any, connections: int) -> None:
    engine = database.connect_for_reading(make_url(mariadb.new_database()))
    notes.create(engine)
    database.change(engine, ADD, {"id": "n1", "words": "one"})
    held = [engine.connect() for _ in range(connections)]
    ids = [each.connection.thread_id() for each in held]
    for each in held:
        each.close()
    mariadb.execute("".join(f"KILL {each};" for each in ids))
    assert database.first_row(engine, BY_ID, {"id_": "n1"}).words == "one"
    engine.dispose()
