"""Making and migrating the tables of the state database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL

from bridge import database
from bridge.sessions.tables import metadata

VERSION_TABLE = "ksef_bridge_schema_version"

_LOCK_SECONDS = 30
_LONGEST_CHANGE_SECONDS = 60
# Alembic keeps what it works on in module variables.
_one_at_a_time = threading.Lock()


class SchemaLocked(Exception):
    """Another bridge has been changing the tables for longer than one waits."""


def migrate(url: URL) -> None:
    """Bring the tables to the present version, one bridge at a time.

    A step that was cut off goes on where it was, and a table that was removed is made again. Raises
    SQLAlchemyError, SchemaLocked.
    """
    config = Config()
    config.set_main_option("script_location", "bridge.sessions:migrations")
    config.set_main_option("path_separator", "os")
    # A change of a table may wait for others for longer than a request may.
    engine = database.connect(url, seconds=_LONGEST_CHANGE_SECONDS)
    try:
        with _one_at_a_time, engine.begin() as connection, _locked(connection):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            metadata.create_all(connection)
    finally:
        engine.dispose()


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """Keep other bridges out: MySQL commits with every table, so a transaction would not do."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        return
    if connection.scalar(select(func.get_lock(VERSION_TABLE, _LOCK_SECONDS))) != 1:
        raise SchemaLocked
    # A lock that is not released goes with its connection.
    yield
    connection.execute(select(func.release_lock(VERSION_TABLE)))
